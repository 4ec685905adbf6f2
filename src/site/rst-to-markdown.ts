/**
 * reStructuredText as Markdown, as far as descriptions use it: headings, code, links, lists, notes. What is not known stays
 * readable text. https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html
 */

const UNDERLINE = /^([=\-~^"'`#*+:.<>_])\1{2,}\s*$/;
/** A directive, or a substitution's: its name, and what stands behind it. */
const DIRECTIVE = /^\.\.\s+(?:\|[^|]+\|\s+)?([\w-]+)::[ \t]*(.*)$/;
const TARGET = /^\.\.\s+_(?:`([^`]+)`|([^:`]+)):\s*(\S*)\s*$/;
const CODE = new Set(["code", "code-block", "sourcecode", "parsed-literal", "doctest", "highlight"]);
const IMAGES = new Set(["image", "figure"]);
const NOTES = new Set([
  "note",
  "warning",
  "tip",
  "important",
  "caution",
  "attention",
  "hint",
  "danger",
  "error",
  "admonition",
]);
/** Directives whose content says nothing here. */
const SILENT = new Set([
  "contents",
  "raw",
  "toctree",
  "highlight",
  "include",
  "default-role",
  "role",
  "meta",
]);

/** Translates a description. Never throws; takes time in proportion to the text. */
export function rstToMarkdown(text: string): string {
  const lines = text.split("\n");
  return translate(lines, findTargets(lines), 0);
}

/** Directives inside of directives, as deep as anybody writes them. */
const DEEPEST = 6;

function translate(lines: readonly string[], targets: Targets, depth: number): string {
  const levels: string[] = [];
  const written: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const next = lines[at + 1] ?? "";
    const after = lines[at + 2] ?? "";
    if (UNDERLINE.test(line) && next.trim() !== "" && after.trimEnd() === line.trimEnd()) {
      written.push(heading(next.trim(), `over${line.charAt(0)}`, levels, targets), "");
      at += 3;
    } else if (isTitle(line, next)) {
      written.push(heading(line.trim(), next.charAt(0), levels, targets), "");
      at += 2;
    } else if (UNDERLINE.test(line) && (lines[at - 1] ?? "").trim() === "" && next.trim() === "") {
      written.push("", "---", "");
      at += 1;
    } else if (/^\.\.(?:\s|$)/.test(line)) {
      const block = readBlock(lines, at + 1, indentOf(line));
      const translated = depth > DEEPEST ? block.lines : directive(line, block.lines, targets, depth);
      // Badges stand in a row.
      if (translated[0]?.startsWith("[![") === true)
        while (written.at(-1) === "" && isImage(written.at(-2))) written.pop();
      written.push(...translated);
      at = block.end;
    } else if (line.trimStart().startsWith(">>> ")) {
      const end = endOfParagraph(lines, at);
      written.push("", "```python", ...lines.slice(at, end).map((code) => code.trim()), "```", "");
      at = end;
    } else if (line.trimEnd().endsWith("::")) {
      const said = line.trimEnd().slice(0, -2);
      written.push(inline(/\s$/.test(said) ? said.trimEnd() : `${said}:`, targets));
      const block = readBlock(lines, at + 1, indentOf(line));
      if (block.lines.length > 0) written.push("", "```", ...block.lines, "```", "");
      at = block.end;
    } else {
      // A field of a list such as `:Author: Name`.
      const field = /^:([\w -]{1,60}):\s+(.*)$/.exec(line);
      written.push(
        field === null ? inline(line, targets) : `**${field[1]}:** ${inline(field[2] ?? "", targets)}  `,
      );
      at += 1;
    }
  }
  return written.join("\n");
}

function isTitle(line: string, next: string): boolean {
  return (
    line.trim() !== "" &&
    !line.startsWith(" ") &&
    !UNDERLINE.test(line) &&
    UNDERLINE.test(next) &&
    next.trimEnd().length >= Math.min(line.trimEnd().length, 3)
  );
}

/** The level of a heading is the order in which its kind of underline came. */
function heading(title: string, kind: string, levels: string[], targets: Targets): string {
  if (!levels.includes(kind)) levels.push(kind);
  return `${"#".repeat(Math.min(6, levels.indexOf(kind) + 1))} ${inline(title, targets)}`;
}

type Targets = ReadonlyMap<string, string>;

/** `.. _name: address`, wherever it stands. */
function findTargets(lines: readonly string[]): Targets {
  const targets = new Map<string, string>();
  for (const line of lines) {
    const [, quoted, plain, address = ""] = TARGET.exec(line) ?? [];
    const name = quoted ?? plain;
    if (name !== undefined && address !== "") targets.set(keyOf(name), address);
  }
  return targets;
}

function keyOf(name: string): string {
  return name.trim().replace(/\s+/g, " ").toLowerCase();
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The lines from `start` that stand further in than `indent`, moved to the left; blank lines around them are dropped. */
function readBlock(
  lines: readonly string[],
  start: number,
  indent: number,
): { readonly lines: readonly string[]; readonly end: number } {
  let end = start;
  let last = start;
  while (end < lines.length) {
    const line = lines[end] ?? "";
    if (line.trim() !== "") {
      if (indentOf(line) <= indent) break;
      last = end + 1;
    }
    end += 1;
  }
  const block = lines.slice(start, last);
  while (block[0]?.trim() === "") block.shift();
  let margin = Infinity;
  for (const line of block) if (line.trim() !== "") margin = Math.min(margin, indentOf(line));
  return { lines: block.map((line) => line.slice(margin)), end: block.length === 0 ? start : last };
}

function endOfParagraph(lines: readonly string[], start: number): number {
  let end = start;
  while (end < lines.length && (lines[end] ?? "").trim() !== "") end += 1;
  return end;
}

function isImage(line: string | undefined): boolean {
  return line?.startsWith("[![") === true;
}

function directive(line: string, block: readonly string[], targets: Targets, depth: number): string[] {
  const [, name = "", argument = ""] = DIRECTIVE.exec(line) ?? [];
  const options = block.filter((option) => /^:[\w-]+:/.test(option));
  const content = block.slice(options.length);
  const optionOf = (key: string): string | undefined =>
    options
      .find((option) => option.startsWith(`:${key}:`))
      ?.slice(key.length + 2)
      .trim();
  if (SILENT.has(name) || name === "") return [];
  if (CODE.has(name)) {
    const language = /^[\w+-]{1,30}$/.test(argument) ? argument : name === "doctest" ? "python" : "";
    const code = [...content];
    while (code[0]?.trim() === "") code.shift();
    return ["", `\`\`\`\`${language}`, ...code, "````", ""];
  }
  // A substitution's picture shows where it is named, which this does not follow.
  if (IMAGES.has(name)) {
    if (/^\.\.\s+\|/.test(line)) return [];
    const image = `![${optionOf("alt") ?? ""}](${argument.trim()})`;
    const target = optionOf("target");
    const address = target?.endsWith("_") === true ? targets.get(keyOf(target.slice(0, -1))) : target;
    return [address === undefined ? image : `[${image}](${address})`];
  }
  const inner = translate(content, targets, depth + 1).split("\n");
  if (NOTES.has(name)) {
    const title = name === "admonition" ? argument : `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const first = name === "admonition" ? "" : ` ${inline(argument, targets)}`;
    return ["", `> **${title}:**${first}`.trimEnd(), ">", ...inner.map((quoted) => `> ${quoted}`), ""];
  }
  return ["", inline(argument, targets), "", ...inner, ""];
}

/** Nobody writes longer ones. */
const LONGEST_LINE = 2000;

/** Literals, links, roles and references inside of a line. */
function inline(line: string, targets: Targets): string {
  if (line.length > LONGEST_LINE) return line;
  return line
    .split(/(``[^`]*(?:`[^`]+)*``)/)
    .map((part) => {
      const literal = /^``(.*)``$/s.exec(part)?.[1];
      if (literal !== undefined && literal.trim() !== "")
        return literal.includes("`") ? `\`\` ${literal} \`\`` : `\`${literal}\``;
      return part
        .replace(/`([^`<]*?)\s*<([^<>`\s]+)>`__?/g, (_, label: string, address: string) =>
          link(label.trim() || address, address.replace(/_$/, ""), targets),
        )
        .replace(/:[\w:.+-]{1,40}:`~?([^`]+)`/g, "`$1`")
        .replace(/`([^`]+)`__?/g, (_, label: string) => {
          const address = targets.get(keyOf(label));
          return address === undefined ? label : link(label, address, targets);
        })
        .replace(/(?<![\w`])([A-Za-z][\w.-]{0,60}?)_(?![\w_])/g, (whole, label: string) => {
          const address = targets.get(keyOf(label));
          return address === undefined ? whole : link(label, address, targets);
        })
        .replace(/\|([\w .-]{1,60})\|_{0,2}/g, "$1");
    })
    .join("");
}

function link(label: string, address: string, targets: Targets): string {
  const resolved = targets.get(keyOf(address)) ?? address;
  return `[${label.replace(/[[\]]/g, "")}](${resolved})`;
}
