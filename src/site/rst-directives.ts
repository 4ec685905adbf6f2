/** Directives of reStructuredText: https://docutils.sourceforge.io/docs/ref/rst/directives.html */
import { formatImage, optionOf, translateInline } from "./rst-inline.ts";
import { isBlank, trimBlank } from "./rst-lines.ts";
import type { References } from "./rst-references.ts";
import { formatTable, parseCsvTable, parseListTable } from "./rst-tables.ts";

const DIRECTIVE = /^\.\.\s+([\w:.+-]+)::(?:\s+(.*))?$/;
const CODE = new Set(["code", "code-block", "sourcecode", "parsed-literal", "doctest", "math", "testcode"]);
const NOTES = new Set(
  "note warning tip important caution attention hint danger error admonition seealso todo deprecated versionadded versionchanged".split(
    " ",
  ),
);
const VERSIONS: Readonly<Record<string, string>> = {
  deprecated: "Deprecated since",
  versionadded: "New in",
  versionchanged: "Changed in",
};
const TITLES: Readonly<Record<string, string>> = { seealso: "See also", todo: "To do" };
/** Directives whose content says nothing here. */
const SILENT = new Set(
  "contents raw toctree highlight include default-role role meta class sectnum target-notes autofunction automodule autoclass image-comparison".split(
    " ",
  ),
);
const IMAGES = new Set(["image", "figure"]);

/** Translates the blocks inside of a directive. */
export type TranslateBlocks = (lines: readonly string[]) => string[];

/** Whether a line starts a picture. */
export function isImage(line: string | undefined): boolean {
  return IMAGES.has(DIRECTIVE.exec(line ?? "")?.[1] ?? "");
}

/** A directive as Markdown; nothing for comments, targets and what has no place here. `block` is what stands further in. */
export function translateDirective(
  line: string,
  block: readonly string[],
  references: References,
  translate: TranslateBlocks,
): string[] {
  const footnote = /^\.\.\s+\[([#*]?[\w.-]*)\](?:\s+(.*))?$/.exec(line);
  if (footnote !== null) {
    const [, label = "", text = ""] = footnote;
    return ["", ...translate([`[${label.replace("#", "")}] ${text}`, ...block]), ""];
  }
  const [, name = "", argument = ""] = DIRECTIVE.exec(line) ?? [];
  if (SILENT.has(name) || name === "") return [];
  const options = [];
  for (const option of trimBlank(block)) {
    if (!/^:[\w-]+:/.test(option)) break;
    options.push(option);
  }
  const content = trimBlank(trimBlank(block).slice(options.length));
  if (CODE.has(name)) {
    const language = /^[\w+-]{1,30}$/.test(argument.trim()) ? argument.trim() : "";
    const isCode = language !== "" || argument.trim() === "";
    return formatFence(isCode ? content : [argument, ...content], name === "doctest" ? "pycon" : language);
  }
  if (IMAGES.has(name)) {
    const image = formatImage(argument, options, references);
    return content.length === 0 ? [image] : ["", image, "", ...translate(content), ""];
  }
  if (NOTES.has(name)) return quote([...titleOf(name, argument, content, references, translate)]);
  const caption = isBlank(argument) ? [] : ["", `**${translateInline(argument, references)}**`];
  if (name === "list-table" || name === "csv-table") {
    const head = name === "csv-table" ? parseCsvTable([optionOf(options, "header") ?? ""]) : [];
    const rows = [...head, ...(name === "csv-table" ? parseCsvTable(content) : parseListTable(content))];
    const headRows = Math.max(head.length, Number.parseInt(optionOf(options, "header-rows") ?? "0", 10) || 0);
    const cells = rows.map((row) => row.map((cell) => translateInline(cell, references)));
    return [...caption, ...formatTable(cells, headRows)];
  }
  return ["rubric", "table", "topic", "sidebar", "centered"].includes(name)
    ? [...caption, "", ...translate(content), ""]
    : ["", ...translate([argument, ...content]), ""];
}

function titleOf(
  name: string,
  argument: string,
  content: readonly string[],
  references: References,
  translate: TranslateBlocks,
): readonly string[] {
  if (name === "admonition")
    return [`**${translateInline(argument, references)}**`, "", ...translate(content)];
  const since = VERSIONS[name];
  if (since !== undefined) {
    const [version = "", ...rest] = argument.split(" ");
    return [`**${since} ${version.replace(/:$/, "")}:**`, "", ...translate([rest.join(" "), ...content])];
  }
  const title = TITLES[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return [`**${title}:**`, "", ...translate([argument, ...content])];
}

/** Blocks that are set apart. */
export function quote(lines: readonly string[]): string[] {
  return ["", ...trimBlank(lines).map((line) => `> ${line}`.trimEnd()), ""];
}

/** Code in a fence that nothing in it can end. */
export function formatFence(code: readonly string[], language: string): string[] {
  let longest = 2;
  for (const line of code) longest = Math.max(longest, /^\s*(`{3,})/.exec(line)?.[1]?.length ?? 0);
  const fence = "`".repeat(longest + 1);
  return ["", `${fence}${language}`, ...code, fence, ""];
}
