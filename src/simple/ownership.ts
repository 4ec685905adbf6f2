/** How pkgindex knows its own pages: it overwrites and removes no others. */
import { isSealed, openPage } from "./page-envelope.ts";

/** Every HTML page carries it. */
export const GENERATOR_TAG = '<meta name="generator" content="pkgindex">';

/** Whether an HTML page is ours; one that a power cut emptied counts as ours. */
export function isOurHtml(bytes: Buffer): boolean {
  return bytes.length === 0 || bytes[0] === 0 || bytes.includes(GENERATOR_TAG);
}

/** Whether a JSON page is ours, or so damaged that nobody can say; a page of the simple API without our key is a stranger's. */
export function isOurJson(bytes: Buffer): boolean {
  // The seal needs no parsing, and the list of a large index takes long to parse.
  return isSealed(bytes) || openPage(bytes) !== "stranger";
}

/** The same for JSON under a name that a stranger's page of another kind could have, `index.html` or `json`. */
export function isOurHiddenJson(bytes: Buffer): boolean {
  const mayBeJson = bytes.length === 0 || bytes[0] === 0 || bytes[0] === "{".charCodeAt(0);
  return mayBeJson && isOurJson(bytes);
}
