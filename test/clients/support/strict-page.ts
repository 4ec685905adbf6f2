/**
 * Reads simple pages as the strictest of all clients taken together would: whatever one of them stumbles over is an
 * error here. The rules are those of the specification and what the clients were seen to do:
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */

/** A file as a page offers it. What the page does not say is undefined. */
export interface OfferedFile {
  readonly filename: string;
  /** As it is written, without the fragment. */
  readonly href: string;
  readonly sha256: string | undefined;
  readonly requiresPython: string | undefined;
  /** A bare or empty attribute is `true`. */
  readonly yanked: string | true | undefined;
  readonly metadata: string | undefined;
  readonly size: number | undefined;
  readonly uploadTime: string | undefined;
}

const ANCHOR = /^<a href="([^"]*)"((?: [a-z-]+="[^"]*")*)>([^<>]*)<\/a><br>$/;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const FILE_ATTRIBUTES = new Set([
  "data-requires-python",
  "data-core-metadata",
  "data-yanked",
  "data-upload-time",
  "data-size",
  "data-provenance",
]);
const FILE_KEYS = [
  "filename",
  "url",
  "hashes",
  "requires-python",
  "yanked",
  "core-metadata",
  "size",
  "upload-time",
  "provenance",
];
const HREF = /^(?:\.\.\/)*(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}|\/)+$/;
const UPLOAD_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;

interface Anchor {
  readonly href: string;
  readonly text: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** The anchors of a page. Throws where the page is not whole, or has anything that some client trips over. */
function readAnchors(html: string): Anchor[] {
  if (/[^\x0A\x20-\x7E]/.test(html)) throw new Error("the page is not plain ASCII");
  if (!html.startsWith("<!DOCTYPE html>\n")) throw new Error("the page does not start with the doctype");
  if (!html.endsWith("</html>\n")) throw new Error("the page is cut off");
  if (/<base\b/i.test(html)) throw new Error("the page has a <base>");
  const head = html.slice(0, html.indexOf("</head>"));
  if (!/<head>\n<meta charset="utf-8">/.test(head)) throw new Error("the charset does not come first");
  if (!head.includes('<meta name="pypi:repository-version" content="1.4">'))
    throw new Error("the page does not say version 1.4");
  const anchors: Anchor[] = [];
  for (const line of html.split("\n")) {
    if (!/<a\b/i.test(line)) continue;
    const [, href, attributes, text] = ANCHOR.exec(line) ?? [];
    if (href === undefined || attributes === undefined || text === undefined)
      throw new Error(`not one plain anchor on its line: ${line}`);
    anchors.push({ href: decode(href), text: decode(text), attributes: readAttributes(attributes) });
  }
  return anchors;
}

function readAttributes(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
    if (found.has(name)) throw new Error(`twice on one anchor: ${name}`);
    found.set(name, decode(value));
  }
  return found;
}

function decode(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)/.test(text))
    throw new Error(`a bare "&" in: ${text}`);
  if (/[<>]/.test(text)) throw new Error(`a bare "<" or ">" in: ${text}`);
  return text.replaceAll(/&(?:#x([0-9A-Fa-f]+)|#(\d+)|(\w+));/g, (_, hex, decimal, name) =>
    name === undefined
      ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16))
      : (ENTITIES[String(name)] ?? ""),
  );
}

/** The names and addresses of an HTML project list. */
export function readHtmlList(html: string): { name: string; href: string }[] {
  return readAnchors(html).map(({ href, text, attributes }) => {
    if (attributes.size > 0) throw new Error(`attributes on the entry of ${text}`);
    if (!/^(?:[a-z0-9-]+)\/$/.test(href)) throw new Error(`not a normalized name and a slash: ${href}`);
    if (href !== `${text}/`) throw new Error(`the entry ${text} leads to ${href}`);
    return { name: text, href };
  });
}

/** The files of an HTML project page and the project's status. */
export function readHtmlPage(html: string): { files: OfferedFile[]; status: string } {
  const files = readAnchors(html).map(({ href, text, attributes }) => {
    for (const name of attributes.keys())
      if (!FILE_ATTRIBUTES.has(name)) throw new Error(`no such attribute: ${name}`);
    const [path = "", fragment, ...more] = href.split("#");
    const digest = /^sha256=([0-9a-f]{64})$/.exec(fragment ?? "")?.[1];
    if (digest === undefined || more.length > 0) throw new Error(`the fragment is no sha256: ${href}`);
    checkHref(path, text);
    const metadata = attributes.get("data-core-metadata");
    if (metadata !== undefined && !/^sha256=[0-9a-f]{64}$/.test(metadata))
      throw new Error(`data-core-metadata without its hash: ${metadata}`);
    const size = attributes.get("data-size");
    if (size !== undefined && !/^\d+$/.test(size)) throw new Error(`no size: ${size}`);
    const yanked = attributes.get("data-yanked");
    return checkFile({
      filename: text,
      href: path,
      sha256: digest,
      requiresPython: attributes.get("data-requires-python"),
      yanked: yanked === "" ? true : yanked,
      metadata: metadata?.slice("sha256=".length),
      size: size === undefined ? undefined : Number(size),
      uploadTime: attributes.get("data-upload-time"),
    });
  });
  const status = /<meta name="pypi:project-status" content="([a-z]+)">/.exec(html)?.[1] ?? "active";
  return { files: checkUnique(files), status };
}

/** The names of a JSON project list. */
export function readJsonList(text: string): { name: string }[] {
  const page = readJson(text);
  const projects = page["projects"] as readonly Readonly<Record<string, unknown>>[];
  return projects.map((project) => {
    checkKeys(project, ["name"]);
    return { name: String(project["name"]) };
  });
}

/** The files of a JSON project page, the versions that it names, and the project's status. */
export function readJsonPage(text: string): {
  name: string;
  files: OfferedFile[];
  versions: string[];
  status: string;
} {
  const page = readJson(text);
  checkKeys(page, ["meta", "name", "versions", "files", "project-status"]);
  const files = (page["files"] as readonly Readonly<Record<string, unknown>>[]).map((file) => {
    checkKeys(file, FILE_KEYS);
    const { sha256, ...others } = file["hashes"] as Record<string, string>;
    if (Object.keys(others).length > 0) throw new Error(`other hashes: ${Object.keys(others).join()}`);
    const href = String(file["url"]);
    checkHref(href, String(file["filename"]));
    const metadata = file["core-metadata"] as { sha256?: string } | undefined;
    if (metadata !== undefined && !/^[0-9a-f]{64}$/.test(metadata.sha256 ?? ""))
      throw new Error("core-metadata without its hash");
    const yanked = file["yanked"];
    if (yanked !== undefined && typeof yanked !== "string" && typeof yanked !== "boolean")
      throw new Error(`yanked is neither text nor true or false: ${JSON.stringify(yanked)}`);
    const size = file["size"];
    if (!Number.isSafeInteger(size) || Number(size) < 0) throw new Error(`no size: ${JSON.stringify(size)}`);
    return checkFile({
      filename: String(file["filename"]),
      href,
      sha256,
      requiresPython: file["requires-python"] as string | undefined,
      yanked: yanked === "" ? true : yanked === false ? undefined : yanked,
      metadata: metadata?.sha256,
      size: Number(size),
      uploadTime: file["upload-time"] as string | undefined,
    });
  });
  const status = (page["project-status"] as { status: string } | undefined)?.status ?? "active";
  return {
    name: String(page["name"]),
    files: checkUnique(files),
    versions: (page["versions"] as string[]).map(String),
    status,
  };
}

function readJson(text: string): Record<string, unknown> {
  const page = JSON.parse(text, (key, value: unknown) => {
    if (value === null) throw new Error(`null: ${key}`);
    return value;
  }) as Record<string, unknown>;
  const version = (page["meta"] as Record<string, unknown> | undefined)?.["api-version"];
  if (version !== "1.4") throw new Error(`the page says version ${JSON.stringify(version)}`);
  return page;
}

/** https://peps.python.org/pep-0691/#json-serialization: keys that start with `_` are the index's own. */
function checkKeys(values: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  for (const key of Object.keys(values)) {
    if (!key.startsWith("_") && key !== "meta" && key !== "projects" && !known.includes(key))
      throw new Error(`no such key: ${key}`);
  }
}

function checkHref(path: string, filename: string): void {
  if (!HREF.test(path)) throw new Error(`the address is not relative and encoded: ${path}`);
  const last = decodeURIComponent(path.split("/").at(-1) ?? "");
  if (last !== filename) throw new Error(`the address of ${filename} ends in ${last}`);
}

function checkFile(file: OfferedFile): OfferedFile {
  if (!/^[0-9a-f]{64}$/.test(file.sha256 ?? "")) throw new Error(`no sha256: ${file.filename}`);
  if (file.uploadTime !== undefined && !UPLOAD_TIME.test(file.uploadTime))
    throw new Error(`no upload time: ${file.uploadTime}`);
  return file;
}

function checkUnique(files: OfferedFile[]): OfferedFile[] {
  const names = new Set(files.map(({ filename }) => filename));
  if (names.size < files.length) throw new Error("a file is offered twice");
  return files;
}
