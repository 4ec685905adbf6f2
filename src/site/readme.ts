/** A description to HTML that is safe to show. Loads the libraries for it when it is called: most runs render none. */
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

/**
 * Renders a description by its content type: Markdown, or text as it is written.
 * https://packaging.python.org/en/latest/specifications/core-metadata/#description-content-type
 */
export async function renderReadme({ description, contentType, options }: ReadmeRequest): Promise<Readme> {
  const isCut = description.length > LONGEST;
  const text = cleanText(isCut ? cutAtLine(description) : description).trimEnd();
  if (text.trim() === "") return { html: "", isCut };
  const [type = ""] = contentType?.toLowerCase().split(";", 1) ?? [];
  if (type.trim() !== "text/markdown")
    return { html: `<pre class="as-written">${escapeHtml(text)}</pre>`, isCut };
  const [{ renderMarkdown }, { sanitizeReadme }] = await Promise.all([
    import("./markdown.ts"),
    import("./sanitize-readme.ts"),
  ]);
  const { html, ids } = renderMarkdown(text);
  return { html: sanitizeReadme(html, ids, options), isCut };
}

function cutAtLine(description: string): string {
  const start = description.slice(0, LONGEST);
  const end = start.lastIndexOf("\n");
  return end > LONGEST / 2 ? start.slice(0, end) : start;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
