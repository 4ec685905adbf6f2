/**
 * The pages of `generator.py`, the script that made indexes like this one before: known by their shape alone, line by line, so
 * that no page of another hand is taken for one.
 */
import { looksLikeDistribution } from "../packaging/distribution-name.ts";

const HEAD = [
  "<!DOCTYPE HTML>",
  "<html>",
  "<head>",
  "<title>",
  '<meta charset="UTF-8" />',
  "</head>",
  "",
  "<body>",
];
const FOOT = ["</body>", "</html>"];

const ANCHOR = /^<a href="([^"<>]*)">([^"<>]*)<\/a>(?: <\/br>)?$/;

/** A page of `generator.py`. */
export interface AncestorPage {
  /** `list` where its anchors name folders, `files` where they name files with their hashes, `empty` without any. */
  readonly kind: "list" | "files" | "empty";
  readonly title: string;
}

/** What a page of `generator.py` says; undefined for every other text. */
export function tryParseAncestorPage(bytes: Buffer): AncestorPage | undefined {
  if (bytes.length > 10_000_000) return undefined;
  const lines = bytes
    .toString("utf8")
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => line.trim());
  const title = /^<title>(.*)<\/title>$/.exec(lines[3] ?? "")?.[1];
  if (title === undefined || lines[HEAD.length] !== `<h1>${title}</h1>`) return undefined;
  if (HEAD.some((line, at) => at !== 3 && lines[at] !== line)) return undefined;
  if (FOOT.some((line, at) => lines.at(at - FOOT.length) !== line)) return undefined;
  const kinds = new Set(lines.slice(HEAD.length + 1, -FOOT.length).map(kindOfAnchor));
  if (kinds.has(undefined) || kinds.size > 1) return undefined;
  const [kind = "empty"] = kinds;
  return { kind, title };
}

/** A file's anchor repeats its name before the hash; a folder's anchor has the normalized name as its text. */
function kindOfAnchor(line: string): "list" | "files" | undefined {
  const [, href = "", text = ""] = ANCHOR.exec(line) ?? [];
  const file = /^(.*)#sha256=[0-9a-f]{64}$/.exec(href)?.[1];
  if (file !== undefined) return file === text && looksLikeDistribution(text) ? "files" : undefined;
  const isFolder = /^[\w.-]+$/.test(href) && href.replace(/[-_.]+/g, "-").toLowerCase() === text;
  return isFolder ? "list" : undefined;
}
