/**
 * Code in colours goes around the sanitizer: it is safe as highlight.js makes it, and a fifth of all tags. Marks hold its place. A
 * description that brings marks of its own shows one of its own pieces of code twice, and no more than that.
 */

/** No character: descriptions lose it before they are rendered. */
const MARK = "\ufdd0";

/** Holds the place of a piece of code. */
export function markCode(index: number): string {
  return `${MARK}${index}${MARK}`;
}

/** Puts pieces of code into their places in sanitized HTML, where only an element's text can read like this. */
export function putCode(html: string, code: readonly string[]): string {
  return html
    .replace(
      /(?<=<pre tabindex="0"><code>)\ufdd0(\d+)\ufdd0(?=<\/code><\/pre>)/g,
      (_, index: string) => code[Number(index)] ?? "",
    )
    .replaceAll(MARK, "");
}
