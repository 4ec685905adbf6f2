/**
 * A description on its page stands between two marks, of which the first says what it was made from. So a page whose other
 * facts changed takes it over as it stands, also where the metadata is not here.
 */
import type { Readme } from "./readme.ts";

/** What a description was made from, each in letters and digits. */
export interface ReadmeOrigin {
  /** The metadata that it stands in: known from the page for installers alone. */
  readonly metadata: string;
  /** The description itself: what most releases of a project share. */
  readonly text: string;
}

const END = "<!--/readme-->";
const START = /<!--readme (\w+) (\w+) (cut|whole)-->/;

/** Whether marks have nothing between them. */
export function isEmptyReadme(marked: string): boolean {
  return marked.endsWith(`-->${END}`) && marked.indexOf("-->") === marked.length - END.length - "-->".length;
}

/** A description with its marks. Sanitized HTML has no comments, so that it cannot have marks of its own. */
export function markReadme({ html, isCut }: Readme, { metadata, text }: ReadmeOrigin): Readme {
  return { html: `<!--readme ${metadata} ${text} ${isCut ? "cut" : "whole"}-->${html}${END}`, isCut };
}

/** The description on a page, without its marks, and what it was made from; undefined where there is none. */
export function findReadme(
  page: string,
): { readonly readme: Readme; readonly origin: ReadmeOrigin } | undefined {
  const match = START.exec(page);
  if (match === null) return undefined;
  const [mark, metadata = "", text = "", extent] = match;
  const start = match.index + mark.length;
  const end = page.indexOf(END, start);
  if (end === -1) return undefined;
  return { readme: { html: page.slice(start, end), isCut: extent === "cut" }, origin: { metadata, text } };
}
