/**
 * How pkgindex knows that a file in a repository is its own, and as it wrote it: a checksum in the file, over all of it with the
 * checksum left blank. What was changed by hand is not overwritten.
 */
import { createHash } from "node:crypto";

const BLANK = "checksum ----------------";
const STAMP = /checksum [0-9a-f]{16}/;

/** What a file carries before it is sealed: a few words for a comment. */
export function stampFor(host: string): string {
  return `written by pkgindex host ${host}, ${BLANK}`;
}

/** Puts the checksum in, or a new one into a text that has been filled in since. Throws where there is no place for it. */
export function sealText(text: string): string {
  const blank = text.replace(STAMP, BLANK);
  if (!blank.includes(BLANK)) throw new Error("the text has no place for its checksum");
  return blank.replace(BLANK, checksumOf(blank));
}

/** Whether pkgindex wrote this text, and nobody changed it since. */
export function isSealed(text: string): boolean {
  const stamp = STAMP.exec(text)?.[0];
  return stamp !== undefined && checksumOf(text.replace(stamp, BLANK)) === stamp;
}

function checksumOf(blankText: string): string {
  return `checksum ${createHash("sha256").update(blankText).digest("hex").slice(0, 16)}`;
}
