/** Tables of reStructuredText as tables of Markdown: https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#tables */
import { isBlank } from "./rst-lines.ts";

export interface TableBlock {
  readonly rows: readonly (readonly string[])[];
  /** How many of the rows are its head. */
  readonly headRows: number;
  readonly end: number;
}

const SIMPLE_BORDER = /^=+(?: +=+)+ *$/;
const GRID_BORDER = /^\+(?:[-=]+\+)+ *$/;

/** A table between lines of `=`; undefined where none starts here. */
export function readSimpleTable(lines: readonly string[], start: number): TableBlock | undefined {
  const border = lines[start] ?? "";
  if (!SIMPLE_BORDER.test(border)) return undefined;
  const isBorder = (line: string): boolean => SIMPLE_BORDER.test(line);
  const second = findFrom(lines, start + 1, isBorder);
  if (second === undefined) return undefined;
  const third = isBlank(lines[second + 1]) ? undefined : findFrom(lines, second + 1, isBorder);
  const starts = [...border.matchAll(/=+/g)].map(({ index }) => index);
  const body = (from: number, to: number): string[][] => {
    const rows: string[][] = [];
    let isFresh = true;
    for (const line of lines.slice(from, to)) {
      if (isBlank(line)) isFresh = true;
      if (isBlank(line) || /^ *-+(?: +-+)* *$/.test(line)) continue;
      const cells = starts.map((at, column) => line.slice(at, starts[column + 1]).trim());
      // A row whose first cell is empty goes on with the one above.
      const above = isFresh || cells[0] !== "" ? undefined : rows.at(-1);
      if (above === undefined) rows.push(cells.map((cell) => (cell === "\\" ? "" : cell)));
      else
        for (const [column, cell] of cells.entries()) above[column] = `${above[column] ?? ""} ${cell}`.trim();
      isFresh = false;
    }
    return rows;
  };
  if (third === undefined) return { rows: body(start + 1, second), headRows: 0, end: second + 1 };
  const head = body(start + 1, second);
  return { rows: [...head, ...body(second + 1, third)], headRows: head.length, end: third + 1 };
}

/** A table drawn with `+`, `-` and `|`; undefined where none starts here. */
export function readGridTable(lines: readonly string[], start: number): TableBlock | undefined {
  if (!GRID_BORDER.test(lines[start] ?? "")) return undefined;
  const end = findFrom(lines, start, (line) => !/^[+|]/.test(line)) ?? lines.length;
  const table = lines.slice(start, end);
  const corners = new Set(
    table
      .filter((line) => GRID_BORDER.test(line))
      .flatMap((line) => [...line.matchAll(/\+/g)].map(({ index }) => index)),
  );
  const edges = [...corners].toSorted((a, b) => a - b).slice(0, MOST_COLUMNS + 1);
  const rows: string[][] = [];
  let row: string[] | undefined;
  let headRows = 0;
  for (const line of table) {
    if (GRID_BORDER.test(line)) {
      row = undefined;
      if (line.includes("=")) headRows = rows.length;
      continue;
    }
    if (row === undefined) rows.push((row = edges.slice(1).map(() => "")));
    let column = 0;
    for (const [index, edge] of edges.slice(1).entries()) {
      // A cell goes on where there is no line between it and the next.
      if (line[edge] !== "|" && line[edge] !== "+") continue;
      const text = line.slice((edges[column] ?? 0) + 1, edge).trim();
      if (!/^[-+=]+$/.test(text)) row[column] = `${row[column] ?? ""} ${text}`.trim();
      column = index + 1;
    }
  }
  return { rows, headRows, end };
}

/** Rows of the directive `list-table`: a list of lists. */
export function parseListTable(lines: readonly string[]): readonly (readonly string[])[] {
  const rows: string[][] = [];
  for (const line of lines) {
    const [, first] = /^[*+-]\s+[*+-](?:\s+(.*))?$/.exec(line) ?? [];
    const [, other] = /^\s{2,4}[*+-](?:\s+(.*))?$/.exec(line) ?? [];
    const row = rows.at(-1);
    if (/^[*+-]\s+[*+-](?:\s|$)/.test(line)) rows.push([first ?? ""]);
    else if (row !== undefined && /^\s{2,4}[*+-](?:\s|$)/.test(line)) row.push(other ?? "");
    else if (row !== undefined) row.push(`${row.pop() ?? ""} ${line.trim()}`.trim());
  }
  return rows;
}

/** Rows of the directive `csv-table`. */
export function parseCsvTable(lines: readonly string[]): readonly (readonly string[])[] {
  return lines
    .filter((line) => !isBlank(line))
    .map((line) =>
      [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]
        .map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain.trim())
        .slice(0, /,\s*$/.test(line) ? undefined : -1),
    );
}

const MOST_COLUMNS = 50;

/** A table of Markdown; without a head its first row is empty. Cells are Markdown already. */
export function formatTable(rows: readonly (readonly string[])[], headRows: number): string[] {
  const width = rows.reduce((most, row) => Math.min(MOST_COLUMNS, Math.max(most, row.length)), 0);
  if (width === 0) return [];
  const columns = Array.from({ length: width }, (_, column) => column);
  const head = columns.map((column) =>
    rows
      .slice(0, headRows)
      .map((row) => row[column] ?? "")
      .join(" ")
      .trim(),
  );
  const format = (row: readonly string[]): string =>
    `| ${columns.map((column) => (row[column] ?? "").replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|")).join(" | ")} |`;
  return ["", format(head), `|${" --- |".repeat(width)}`, ...rows.slice(headRows).map(format), ""];
}

function findFrom(
  lines: readonly string[],
  start: number,
  matches: (line: string) => boolean,
): number | undefined {
  for (let at = start; at < lines.length; at += 1) if (matches(lines[at] ?? "")) return at;
  return undefined;
}
