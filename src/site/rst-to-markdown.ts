/**
 * reStructuredText as Markdown, as far as descriptions use it. What is not known stays readable text.
 * https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html
 */
import { formatFence, isImage, quote, translateDirective } from "./rst-directives.ts";
import { translateInline } from "./rst-inline.ts";
import {
  endOfParagraph,
  indentOf,
  isBlank,
  isUnderline,
  readIndented,
  readTitle,
  trimBlank,
} from "./rst-lines.ts";
import { findReferences, type References } from "./rst-references.ts";
import { formatTable, readGridTable, readSimpleTable } from "./rst-tables.ts";

/** Translates a description. Never throws; takes time in proportion to the text. */
export function rstToMarkdown(text: string): string {
  const lines = text.split("\n").map((line) => line.replaceAll("\t", "        ").trimEnd());
  return translate(lines, { references: findReferences(lines), levels: [] }, 0).join("\n");
}

interface Context {
  readonly references: References;
  /** The kinds of underlines in the order in which they came: the level of a heading. */
  readonly levels: string[];
}

/** What a block became, and the line behind it. */
interface Block {
  readonly markdown: readonly string[];
  readonly end: number;
}

/** Reads one kind of block; undefined where none starts at that line, which is not blank. */
type ReadBlock = (lines: readonly string[], at: number, context: Context, depth: number) => Block | undefined;

/** Blocks inside of blocks, as deep as anybody writes them. */
const DEEPEST = 8;

function translate(lines: readonly string[], context: Context, depth: number): string[] {
  if (depth > DEEPEST) return lines.map((line) => translateInline(line.trim(), context.references));
  const written: string[] = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at])) {
      written.push("");
      at += 1;
      continue;
    }
    const block = readBlock(lines, at, context, depth);
    for (const line of block.markdown) written.push(line);
    at = Math.max(at + 1, block.end);
  }
  return written;
}

function readBlock(lines: readonly string[], at: number, context: Context, depth: number): Block {
  for (const read of READERS) {
    const block = read(lines, at, context, depth);
    if (block !== undefined) return block;
  }
  return readParagraph(lines, at, context);
}

const readHeading: ReadBlock = (lines, at, { levels, references }) => {
  const title = readTitle(lines, at);
  if (title === undefined) return undefined;
  if (!levels.includes(title.kind)) levels.push(title.kind);
  const level = Math.min(6, levels.indexOf(title.kind) + 1);
  return {
    markdown: ["", `${"#".repeat(level)} ${translateInline(title.text, references)}`, ""],
    end: title.end,
  };
};

const readTransition: ReadBlock = (lines, at) =>
  isUnderline(lines[at]) && isBlank(lines[at - 1]) && isBlank(lines[at + 1])
    ? { markdown: ["", "---", ""], end: at + 1 }
    : undefined;

const readExplicit: ReadBlock = (lines, at, context, depth) => {
  const line = lines[at] ?? "";
  if (/^__(?:\s|$)/.test(line)) return { markdown: [], end: at + 1 };
  if (!/^\.\.(?:\s|$)/.test(line)) return undefined;
  const markdown: string[] = [];
  let end = at;
  // Badges stand in a row.
  do {
    const block = readIndented(lines, end + 1, 0);
    const inner = (content: readonly string[]): string[] => translate(content, context, depth + 1);
    markdown.push(...translateDirective(lines[end] ?? "", block.lines, context.references, inner));
    end = block.end;
    while (isImage(line) && end < lines.length && isBlank(lines[end])) end += 1;
  } while (isImage(line) && isImage(lines[end]));
  return { markdown: isImage(line) ? [...markdown, ""] : markdown, end };
};

const readTable: ReadBlock = (lines, at, { references }) => {
  const table = readGridTable(lines, at) ?? readSimpleTable(lines, at);
  if (table === undefined) return undefined;
  const rows = table.rows.map((row) => row.map((cell) => translateInline(cell, references)));
  return { markdown: formatTable(rows, table.headRows), end: table.end };
};

const readDoctest: ReadBlock = (lines, at) => {
  if (!/^\s*>>> /.test(lines[at] ?? "")) return undefined;
  const end = endOfParagraph(lines, at);
  const margin = indentOf(lines[at] ?? "");
  return {
    markdown: formatFence(
      lines.slice(at, end).map((line) => line.slice(Math.min(margin, indentOf(line)))),
      "pycon",
    ),
    end,
  };
};

const readLineBlock: ReadBlock = (lines, at, { references }) => {
  const written: string[] = [];
  let end = at;
  while (/^\|(?: |$)/.test(lines[end] ?? "")) {
    const parts = [lines[end]?.slice(1) ?? ""];
    // A line goes on where the next starts with a blank.
    for (end += 1; lines[end]?.startsWith(" ") === true; end += 1) parts.push(lines[end] ?? "");
    const text = parts.map((part) => part.trim()).join(" ");
    written.push(`${translateInline(text, references) || "&nbsp;"}  `);
  }
  const isSpace = written.every((line) => line === "&nbsp;  ");
  return end === at ? undefined : { markdown: isSpace ? [""] : ["", ...written, ""], end };
};

/** A field such as `:Author: Name`. */
const readField: ReadBlock = (lines, at, { references }) => {
  const [, name, text = ""] = /^:([^:`]{1,60}):(?:\s+(.*))?$/.exec(lines[at] ?? "") ?? [];
  if (name === undefined) return undefined;
  const block = readIndented(lines, at + 1, 0);
  const value = [text, ...block.lines].map((line) => line.trim()).filter((line) => line !== "");
  return { markdown: [`**${name}:** ${translateInline(value.join(" "), references)}  `], end: block.end };
};

const OPTION =
  /^(--?[A-Za-z][\w-]*(?:[ =][<[]?[\w.-]+[>\]]?)?(?:, --?[A-Za-z][\w-]*(?:[ =]<?[\w.-]+>?)?)*)(?: {2,}(\S.*))?$/;

/** One entry of a list: a bullet, a number, or an option of a command. */
const readItem: ReadBlock = (lines, at, context, depth) => {
  const line = lines[at] ?? "";
  const [, bullet, bulleted = ""] = /^([-*+•‣⁃])(?:\s+(.*))?$/.exec(line) ?? [];
  const [, number, numbered = ""] = /^\(?(\d{1,4}|#|[a-zA-Z])[.)](?:\s+(.*))?$/.exec(line) ?? [];
  const [, option, explained = ""] = OPTION.exec(line) ?? [];
  const isOption = option !== undefined && (explained !== "" || indentOf(lines[at + 1] ?? "") > 0);
  if (bullet === undefined && number === undefined && !isOption) return undefined;
  // `A. Person` starts no list, unless the next line goes on with it.
  const next = lines[at + 1] ?? "";
  if (
    number !== undefined &&
    !isBlank(next) &&
    indentOf(next) === 0 &&
    !/^\(?(?:\d+|#|[a-zA-Z])[.)]\s/.test(next)
  )
    return undefined;
  const block = readIndented(lines, at + 1, 0);
  const body = isOption
    ? [`\`\`${option}\`\``, "", explained, ...block.lines]
    : [bullet === undefined ? numbered : bulleted, ...block.lines];
  const sign = number === undefined ? "- " : `${/^\d/.test(number) ? Number(number) : 1}. `;
  return { markdown: formatItem(sign, trimBlank(translate(body, context, depth + 1))), end: block.end };
};

function formatItem(sign: string, [first = "", ...rest]: readonly string[]): string[] {
  const margin = " ".repeat(sign.length);
  return [
    first === "" ? sign.trimEnd() : `${sign}${first}`,
    ...rest.map((line) => (line === "" ? "" : `${margin}${line}`)),
  ];
}

/** A term, and further in what it means. */
const readDefinition: ReadBlock = (lines, at, context, depth) => {
  const line = lines[at] ?? "";
  const next = lines[at + 1] ?? "";
  if (isBlank(next) || indentOf(next) <= indentOf(line) || line.endsWith("::")) return undefined;
  const block = readIndented(lines, at + 1, 0);
  const term = translateInline(line, context.references);
  const body = trimBlank(translate(block.lines, context, depth + 1));
  return {
    markdown: formatItem("- ", [`${term.includes("*") ? term : `**${term}**`}  `, ...body]),
    end: block.end,
  };
};

const readQuote: ReadBlock = (lines, at, context, depth) => {
  if (indentOf(lines[at] ?? "") === 0) return undefined;
  const block = readIndented(lines, at, 0);
  return { markdown: quote(translate(block.lines, context, depth + 1)), end: block.end };
};

const READERS: readonly ReadBlock[] = [
  readDoctest,
  readQuote,
  readTable,
  readHeading,
  readTransition,
  readExplicit,
  readLineBlock,
  readField,
  readItem,
  readDefinition,
];

/** Text up to a blank line, and the code behind it where it ends in two colons. */
function readParagraph(lines: readonly string[], at: number, { references }: Context): Block {
  let end = at + 1;
  const isCodeNext = (): boolean =>
    lines[end - 1]?.endsWith("::") === true && indentOf(lines[end] ?? "") > indentOf(lines[at] ?? "");
  while (!isBlank(lines[end]) && readTitle(lines, end) === undefined && !isCodeNext()) end += 1;
  const text = lines
    .slice(at, end)
    .map((line) => line.trim())
    .join("\n");
  if (!text.endsWith("::")) return { markdown: translateInline(text, references).split("\n"), end };
  const said = text.slice(0, -2);
  const introduction = said === "" || /\s$/.test(said) ? said.trimEnd() : `${said}:`;
  const block = readIndented(lines, end, 0);
  const code = trimBlank(block.lines);
  return {
    markdown: [
      translateInline(introduction, references),
      ...(code.length === 0 ? [] : formatFence(code, "")),
    ],
    end: block.end,
  };
}
