/** Finds what makes a style sheet end in the middle, or take the rest of a page with it: https://www.w3.org/TR/css-syntax-3/ */

export interface StyleFault {
  readonly line: number;
  readonly message: string;
}

const TOKEN =
  /\/\*[^]*?(?:\*\/|$)|"(?:\\[^]|[^"\\\n])*["\n]?|'(?:\\[^]|[^'\\\n])*['\n]?|<\/style|\\[^]|[{}()[\]]/gi;
const CLOSING: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };

/** The first fault; undefined where there is none. */
export function findStyleFault(text: string): StyleFault | undefined {
  const open: { readonly sign: string; readonly at: number }[] = [];
  const faultAt = (at: number, message: string): StyleFault => ({
    line: text.slice(0, at).split("\n").length,
    message,
  });
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const sign = token.charAt(0);
    if (token.startsWith("/*")) {
      if (token.length < 4 || !token.endsWith("*/")) return faultAt(index, "a comment is not closed");
    } else if (sign === '"' || sign === "'") {
      if (token.length === 1 || !token.endsWith(sign)) return faultAt(index, "a string is not closed");
    } else if (sign === "<") return faultAt(index, `${token} would end the style of the page`);
    else if (sign in CLOSING) open.push({ sign, at: index });
    else if (sign !== "\\") {
      const last = open.pop();
      if (last === undefined) return faultAt(index, `${sign} closes nothing`);
      if (CLOSING[last.sign] !== sign) return faultAt(last.at, `${last.sign} is not closed`);
    }
  }
  const last = open.at(-1);
  return last && faultAt(last.at, `${last.sign} is not closed`);
}
