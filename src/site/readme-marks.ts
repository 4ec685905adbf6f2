/**
 * A description on its page stands between two marks, of which the first says what it was made from. So a page whose other
 * facts changed takes it over as it stands, also where the metadata is not here.
 */
import type { Readme } from "./readme.ts";

const END = "<!--/readme-->";

/** The mark before a description: what it was made from, in letters and digits, and whether it was cut. */
function startMark(key: string, isCut: boolean): string {
  return `<!--readme ${key} ${isCut ? "cut" : "whole"}-->`;
}

/** Whether marks have nothing between them. */
export function isEmptyReadme(marked: string): boolean {
  return marked.endsWith(`-->${END}`) && marked.indexOf("-->") === marked.length - END.length - "-->".length;
}

/** A description with its marks. Sanitized HTML has no comments, so that it cannot have marks of its own. */
export function markReadme({ html, isCut }: Readme, key: string): string {
  return `${startMark(key, isCut)}${html}${END}`;
}

/** The description on a page, if it was made from the same; undefined where there is none. */
export function findReadme(page: string, key: string): Readme | undefined {
  for (const isCut of [false, true]) {
    const mark = startMark(key, isCut);
    const start = page.indexOf(mark);
    const end = start === -1 ? -1 : page.indexOf(END, start);
    if (end !== -1) return { html: page.slice(start + mark.length, end), isCut };
  }
  return undefined;
}
