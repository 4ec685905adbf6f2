/** A description to HTML that is safe to show. Loads the libraries for it when it is called: most runs render none. */
import { putCode } from "./code-marks.ts";
import { cleanText } from "./plain-text.ts";
import type { ReadmeOptions } from "./sanitize-readme.ts";

export interface Readme {
  /** Empty where there is no description. */
  readonly html: string;
  /** Whether the description was too long to be shown in whole. */
  readonly isCut: boolean;
}

/** What a thread can be asked. */
export interface ReadmeRequest {
  readonly description: string;
  readonly contentType: string | undefined;
  readonly options: ReadmeOptions;
}

/** What a reader may want to read; the rest is in the metadata file. */
const LONGEST = 300_000;
const LARGEST = 1_000_000;

/**
 * Renders a description by its content type: Markdown, reStructuredText, or text as it is written.
 * https://packaging.python.org/en/latest/specifications/core-metadata/#description-content-type
 */
export async function renderReadme({ description, contentType, options }: ReadmeRequest): Promise<Readme> {
  const isCut = description.length > LONGEST;
  const text = cleanText(isCut ? cutAtLine(description) : description).trimEnd();
  if (text.trim() === "") return { html: "", isCut };
  const [type = ""] = contentType?.toLowerCase().split(";", 1) ?? [];
  // Without a type it is reStructuredText, as the specification says.
  const isMarkdown = type.trim() === "text/markdown";
  if (!isMarkdown && !["", "text/x-rst", "text/prs.fallenstein.rst"].includes(type.trim()))
    return asWritten(text, isCut);
  const [{ renderMarkdown }, { sanitizeReadme }] = await Promise.all([
    import("./markdown.ts"),
    import("./sanitize-readme.ts"),
  ]);
  const markdown = isMarkdown ? text : (await import("./rst-to-markdown.ts")).rstToMarkdown(text);
  const { html, ids, code } = renderMarkdown(markdown, isMarkdown);
  const clean = putCode(sanitizeReadme(html, ids, options), code);
  // A few letters can stand for a long address each; nobody wants to load that.
  return clean.length > LARGEST ? asWritten(text, isCut) : { html: clean, isCut };
}

function asWritten(text: string, isCut: boolean): Readme {
  return { html: `<pre class="as-written" tabindex="0">${escapeHtml(text)}</pre>`, isCut };
}

function cutAtLine(description: string): string {
  const start = description.slice(0, LONGEST);
  const end = start.lastIndexOf("\n");
  return end > LONGEST / 2 ? start.slice(0, end) : start;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
