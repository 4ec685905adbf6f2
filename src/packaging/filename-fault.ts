import { quoteText } from "./quote-text.ts";

// Letters, digits and what versions and tag sets are written with. All that a distribution's file name needs.
const PLAIN_FILENAME = /^[A-Za-z0-9._+!-]+$/;

/** Common file systems hold no longer name. */
export const LONGEST_FILENAME = 255;

/**
 * Says what keeps `filename` from being any distribution's file name: a character that none has, or its length; or
 * `undefined`. A name that passes is safe in a path, a page and a terminal, and has no directory in it.
 */
export function filenameFault(filename: string): string | undefined {
  if (filename.length > LONGEST_FILENAME) {
    return `a file name has at most ${LONGEST_FILENAME} characters, this one has ${filename.length}`;
  }
  if (PLAIN_FILENAME.test(filename)) return undefined;
  if (filename === "") return "the file name is empty";
  for (const character of filename) {
    if (!PLAIN_FILENAME.test(character)) return `the file name has ${describeCharacter(character)}`;
  }
  return undefined;
}

function describeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const spelled = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (character === "/" || character === "\\") return `a path separator (${quoteText(character)})`;
  if (code === 0xfffd) return "bytes that are not valid UTF-8 (or U+FFFD in their place)";
  if (code >= 0xd800 && code <= 0xdfff) return `half of a surrogate pair (${spelled})`;
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return `a control character (${spelled})`;
  if (code > 0x7f) return `a character that is not ASCII (${spelled})`;
  if (character === " ") return "a space";
  return `the character ${quoteText(character)}, where only letters, digits and . _ + ! - may be`;
}
