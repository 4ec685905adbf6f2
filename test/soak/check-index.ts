/**
 * Is this tree an index that a client can use? Reads the pages as a client would, with nothing of the program's own
 * code, and follows every link.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";

import { hashFile } from "./tree.ts";

/** One thing that a client would trip over. */
export interface Fault {
  /** The distribution file or the page that it is about. */
  readonly subject: string;
  readonly text: string;
}

interface Link {
  readonly filename: string;
  readonly href: string;
  readonly sha256: string | undefined;
  readonly sidecar: string | undefined;
}

const ANCHOR = /<a\s([^>]*)>([^<]*)<\/a>/g;
const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1];
  return value?.replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity);
}

function htmlLinks(html: string): Link[] {
  if (!/<\/html>\s*$/.test(html)) throw new Error("the page is cut off");
  return [...html.matchAll(ANCHOR)].map(([, attributes = "", filename = ""]) => {
    const [href = "", fragment] = (attribute(attributes, "href") ?? "").split("#");
    return {
      filename,
      href,
      sha256: fragment?.replace(/^sha256=/, ""),
      sidecar: attribute(attributes, "data-core-metadata")?.replace(/^sha256=/, ""),
    };
  });
}

interface JsonFile {
  readonly filename: string;
  readonly url: string;
  readonly hashes: { readonly sha256?: string };
  readonly "core-metadata"?: { readonly sha256?: string };
}

function jsonLinks(text: string): Link[] {
  const page = JSON.parse(text) as { readonly files: readonly JsonFile[] };
  return page.files.map((file) => ({
    filename: file.filename,
    href: file.url,
    sha256: file.hashes.sha256,
    sidecar: file["core-metadata"]?.sha256,
  }));
}

/** The files and hashes of which a project has a record, as "file sha256". */
function recordsOf(root: string, project: string): Set<string> {
  const path = join(root, ".pkgindex", "records", `${project}.jsonl`);
  if (!existsSync(path)) return new Set();
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  const records = lines.map((line) => JSON.parse(line) as { file?: string; sha256?: string });
  return new Set(records.map(({ file, sha256 }) => `${file} ${sha256}`));
}

/** The faults of one project page: every link must lead to the bytes that it promises, and those must be recorded. */
function checkPage(root: string, page: string, links: readonly Link[]): Fault[] {
  const faults: Fault[] = [];
  const records = recordsOf(root, posix.basename(posix.dirname(page)));
  for (const { filename, href, sha256, sidecar } of links) {
    if (!records.has(`${filename} ${sha256}`)) {
      faults.push({ subject: filename, text: `${page} has ${filename}, of which there is no record` });
    }
    const path = posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(href)));
    const found = hashFile(join(root, path));
    if (found === undefined)
      faults.push({ subject: filename, text: `${page} links to ${path}, which is not there` });
    else if (found !== sha256)
      faults.push({ subject: filename, text: `${page} has another sha256 than ${path}` });
    if (sidecar === undefined) {
      if (filename.endsWith(".whl"))
        faults.push({ subject: filename, text: `${page} has no sidecar for ${path}` });
      continue;
    }
    const metadata = hashFile(join(root, `${path}.metadata`));
    if (metadata === undefined) {
      faults.push({ subject: filename, text: `${page} promises ${path}.metadata, which is not there` });
    } else if (metadata !== sidecar) {
      faults.push({ subject: filename, text: `${page} has another sha256 than ${path}.metadata` });
    }
  }
  return faults;
}

/** The faults of the project list: everything on it must have a page. */
function checkList(root: string, list: string): Fault[] {
  const text = readFileSync(join(root, list), "utf8");
  const html = list.endsWith(".html");
  const names = html
    ? htmlLinks(text).map(({ href }) => href.replace(/\/$/, ""))
    : (JSON.parse(text) as { projects: { name: string }[] }).projects.map(({ name }) => name);
  const page = html ? "index.html" : "index.v1.json";
  return names
    .filter((name) => !existsSync(join(root, dirname(list), name, page)))
    .map((name) => ({ subject: name, text: `${list} lists ${name}, which has no ${page}` }));
}

/** All faults of the index at `root` (simple layout); empty where a client can use every link of it. */
export function checkIndex(root: string): Fault[] {
  const simple = join(root, "simple");
  if (!existsSync(simple)) return [];
  const faults: Fault[] = [];
  for (const entry of readdirSync(simple, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const page = relative(root, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (entry.name !== "index.html" && entry.name !== "index.v1.json") continue;
    try {
      const text = readFileSync(join(root, page), "utf8");
      const isList = posix.dirname(page) === "simple";
      if (isList) faults.push(...checkList(root, page));
      else faults.push(...checkPage(root, page, page.endsWith(".html") ? htmlLinks(text) : jsonLinks(text)));
    } catch (error) {
      faults.push({ subject: page, text: `${page} cannot be read: ${String(error)}` });
    }
  }
  return faults;
}
