/** Ways to break a good tree. The suite must notice each of them, or it could not fail. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { PublishedTree } from "./published-tree.ts";
import type { StaticHostOptions } from "./support/static-host.ts";

/** One way: what is done to the files of the tree, or to the host's answers. */
export interface Breakage {
  readonly name: string;
  readonly files?: (tree: PublishedTree) => void;
  readonly change?: NonNullable<StaticHostOptions["change"]>;
}

const HTML = "simple/demo-pkg/index.html";
const JSON_PAGE = "simple/demo-pkg/index.v1.json";
const WHEEL = "demo_pkg-1.0-py3-none-any.whl";

/** Changes the text of a file of the tree. Throws where nothing changes: the breakage would be none. */
function edit(path: string, change: (text: string) => string): (tree: PublishedTree) => void {
  return ({ root }) => {
    const before = readFileSync(join(root, path), "utf8");
    const after = change(before);
    if (after === before) throw new Error(`nothing to break in ${path}`);
    writeFileSync(join(root, path), after);
  };
}

/** Changes the line of one file on the HTML page of `demo-pkg`. */
function editLine(change: (line: string) => string, filename = WHEEL): (tree: PublishedTree) => void {
  return edit(HTML, (text) =>
    text
      .split("\n")
      .map((line) => (line.includes(`>${filename}<`) ? change(line) : line))
      .join("\n"),
  );
}

type Page = Record<string, unknown> & { files: Record<string, unknown>[] };

/** Changes the JSON page of `demo-pkg`, and the entry of one file on it. */
function editJson(
  change: (page: Page, file: Record<string, unknown>) => void,
): (tree: PublishedTree) => void {
  return edit(JSON_PAGE, (text) => {
    const page = JSON.parse(text) as Page;
    const file = page.files.find(({ filename }) => filename === WHEEL);
    if (file === undefined) throw new Error(`${WHEEL} is not on the page`);
    change(page, file);
    return JSON.stringify(page);
  });
}

/** Answers for one path, decoded and below the root, with other headers or another status. */
function answer(
  pattern: RegExp,
  change: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Buffer;
  },
): NonNullable<StaticHostOptions["change"]> {
  return (path, given) =>
    pattern.test(path) ? { ...given, ...change, headers: { ...given.headers, ...change.headers } } : given;
}

export const BREAKAGES: readonly Breakage[] = [
  {
    name: "an extra byte at the end of a sidecar",
    files: ({ root }) => appendFileSync(join(root, `demo/${WHEEL}.metadata`), "\n"),
  },
  { name: "a sidecar that is not there", files: ({ root }) => rmSync(join(root, `demo/${WHEEL}.metadata`)) },
  { name: "a flipped byte in a wheel", files: ({ root }) => flipByte(join(root, "demo", WHEEL)) },
  { name: "a wheel that is not there", files: ({ root }) => rmSync(join(root, "demo", WHEEL)) },
  {
    name: "a raw + in an address",
    files: edit("simple/demo-local/index.html", (text) => text.replace("%2B", "+")),
  },
  {
    name: "a raw ! in an address",
    files: edit("simple/demo-epoch/index.html", (text) => text.replace("%21", "!")),
  },
  {
    name: "a bare data-yanked",
    files: editLine(
      (line) => line.replace(/ data-yanked="[^"]*"/, " data-yanked"),
      "demo_pkg-1.1-py3-none-any.whl",
    ),
  },
  {
    name: "a yank that HTML does not mention",
    files: editLine((line) => line.replace(/ data-yanked="[^"]*"/, ""), "demo_pkg-1.1-py3-none-any.whl"),
  },
  {
    name: "a yank that JSON does not mention",
    files: edit(JSON_PAGE, (text) => text.replace(/"yanked":"(?:[^"\\]|\\.)*",/, "")),
  },
  {
    name: "null for requires-python in JSON",
    files: editJson((_, file) => (file["requires-python"] = null)),
  },
  { name: "null for size in JSON", files: editJson((_, file) => (file["size"] = null)) },
  { name: "null for hashes in JSON", files: editJson((_, file) => (file["hashes"] = null)) },
  {
    name: 'a link to "#tab=files" on a page',
    files: edit(HTML, (text) => text.replace("</h1>", '</h1>\n<a href="#tab=files">Files</a><br>')),
  },
  {
    name: "a relative <base>",
    files: edit(HTML, (text) => text.replace("<title>", '<base href="../../">\n<title>')),
  },
  { name: "an HTML page that is not there", files: ({ root }) => rmSync(join(root, HTML)) },
  { name: "a JSON page that is not there", files: ({ root }) => rmSync(join(root, JSON_PAGE)) },
  {
    name: "a page that is not in the list",
    files: edit("simple/index.html", (text) => text.replace(/^<a href="demo-pkg\/.*\n/m, "")),
  },
  {
    name: "a name in the list that is not normalized",
    files: edit("simple/index.html", (text) => text.replaceAll("demo-old-form", "Demo_Old.Form")),
  },
  {
    name: "a list without slashes at the end of addresses",
    files: edit("simple/index.html", (text) => text.replaceAll('/">', '">')),
  },
  {
    name: "a wrong sha256 in HTML",
    files: editLine((line) => line.replace(/#sha256=.{8}/, "#sha256=00000000")),
  },
  {
    name: "a wrong sha256 in JSON",
    files: editJson((_, file) => (file["hashes"] = { sha256: "0".repeat(64) })),
  },
  { name: "no sha256 in HTML", files: editLine((line) => line.replace(/#sha256=[0-9a-f]{64}/, "")) },
  { name: "SHA256= in capitals", files: editLine((line) => line.replace("#sha256=", "#SHA256=")) },
  { name: "a wrong size in JSON", files: editJson((_, file) => (file["size"] = Number(file["size"]) + 1)) },
  {
    name: "a wrong size in HTML",
    files: editLine((line) => line.replace(/data-size="\d+"/, 'data-size="1"')),
  },
  {
    name: "the sidecar's hash is wrong in HTML",
    files: editLine((line) => line.replace(/(data-core-metadata="sha256=).{8}/, "$100000000")),
  },
  {
    name: 'data-core-metadata="true"',
    files: editLine((line) => line.replace(/data-core-metadata="[^"]*"/, 'data-core-metadata="true"')),
  },
  {
    name: "no data-core-metadata",
    files: editLine((line) => line.replace(/ data-core-metadata="[^"]*"/, "")),
  },
  {
    name: "data-dist-info-metadata beside it",
    files: editLine((line) =>
      line.replace(/ data-core-metadata="([^"]*)"/, '$& data-dist-info-metadata="$1"'),
    ),
  },
  { name: "a file that is listed twice", files: editLine((line) => `${line}\n${line}`) },
  { name: "a file that HTML has not", files: editLine(() => "") },
  {
    name: "a file that JSON has not",
    files: editJson((page) => (page.files = page.files.filter(({ filename }) => filename !== WHEEL))),
  },
  {
    name: "no data-requires-python where it matters",
    files: editLine(
      (line) => line.replace(/ data-requires-python="[^"]*"/, ""),
      "demo_pkg-2.0-py3-none-any.whl",
    ),
  },
  {
    name: "a > that is not escaped in requires-python",
    files: editLine((line) => line.replace("&gt;=3.6", ">=3.6")),
  },
  {
    name: "an absolute address elsewhere",
    files: editLine((line) => line.replace('href="../../', 'href="http://files.example.org/')),
  },
  {
    name: "an address that starts at the host's root",
    files: editLine((line) => line.replace('href="../../', 'href="/')),
  },
  {
    name: "no upload time in HTML",
    files: edit("simple/demo-late/index.html", (text) => text.replaceAll(/ data-upload-time="[^"]*"/g, "")),
  },
  {
    name: "an upload time without its Z in JSON",
    files: editJson((_, file) => (file["upload-time"] = "2026-01-01T00:00:00")),
  },
  { name: "a page that is cut off", files: edit(HTML, (text) => text.slice(0, text.length * 0.6)) },
  { name: "a JSON page that is cut off", files: edit(JSON_PAGE, (text) => text.slice(0, text.length * 0.6)) },
  {
    name: "another version of the API in HTML",
    files: edit(HTML, (text) => text.replace('content="1.4"', 'content="2.0"')),
  },
  {
    name: "another version of the API in JSON",
    files: edit(JSON_PAGE, (text) => text.replace('"api-version":"1.4"', '"api-version":"2.0"')),
  },
  {
    name: "letters outside of ASCII in HTML",
    files: edit(HTML, (text) => text.replace("&#xf6;&#xdf;", "öß")),
  },
  {
    name: "the files of a project in quarantine",
    files: edit("simple/demo-quarantined/index.html", (text) =>
      text.replace(
        "</h1>",
        '</h1>\n<a href="../../quarantine/demo_quarantined-1.0-py3-none-any.whl">demo_quarantined-1.0-py3-none-any.whl</a><br>',
      ),
    ),
  },
  {
    name: "JSON pages typed application/json",
    change: (_, given) =>
      given.headers["Content-Type"]?.includes("v1+json")
        ? { ...given, headers: { ...given.headers, "Content-Type": "application/json" } }
        : given,
  },
  {
    name: "HTML pages without a content type",
    change: answer(/\/$/, { headers: { "Content-Type": "application/octet-stream" } }),
  },
  {
    name: "a missing project answered with 200",
    change: (path, given) => (given.status === 404 && path.endsWith("/") ? { ...given, status: 200 } : given),
  },
  {
    name: "a missing project answered with 403",
    change: (_, given) => (given.status === 404 ? { ...given, status: 403 } : given),
  },
  {
    name: "a sidecar that says it is compressed",
    change: answer(/\.metadata$/, { headers: { "Content-Encoding": "gzip" } }),
  },
  {
    name: "a host that takes %2B for a space",
    change: answer(/\+cu121/, { status: 404, body: Buffer.from("not found") }),
  },
];

function flipByte(path: string): void {
  const bytes = readFileSync(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
