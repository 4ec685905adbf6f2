/** How much of a hostile string an error message repeats. */
const QUOTED_LENGTH = 80;

/**
 * `text` in double quotes, fit for one line of a terminal: everything that is not printable ASCII is written as
 * `\u{…}`, so that no control or direction character of a hostile name acts on the reader, and long input is cut.
 */
export function quoteText(text: string): string {
  const shown = text.length > QUOTED_LENGTH ? text.slice(0, QUOTED_LENGTH) : text;
  const escaped = shown.replace(/[^ -~]|["\\]/gu, (character) =>
    character === '"' || character === "\\"
      ? `\\${character}`
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return shown.length === text.length ? `"${escaped}"` : `"${escaped}…" (${text.length} characters)`;
}
