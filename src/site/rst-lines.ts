/** The lines of a reStructuredText, as its blocks are cut from them. */

/** Lines of a block, and where the next one starts. */
export interface LineBlock {
  readonly lines: readonly string[];
  readonly end: number;
}

/** How far in a line starts. */
export function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

export function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

/** The lines from `start` that stand further in than `indent`, moved to the left, with the blank ones between them. */
export function readIndented(lines: readonly string[], start: number, indent: number): LineBlock {
  let last = start;
  let margin = Infinity;
  for (let at = start; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    const own = indentOf(line);
    if (own <= indent) break;
    margin = Math.min(margin, own);
    last = at + 1;
  }
  return { lines: lines.slice(start, last).map((line) => line.slice(margin)), end: last };
}

/** The lines without the blank ones at both ends. */
export function trimBlank(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => !isBlank(line));
  const end = lines.findLastIndex((line) => !isBlank(line)) + 1;
  return start === -1 ? [] : lines.slice(start, end);
}

/** The first line behind a run of lines that are not blank. */
export function endOfParagraph(lines: readonly string[], start: number): number {
  let end = start;
  while (end < lines.length && !isBlank(lines[end])) end += 1;
  return end;
}

const UNDERLINE = /^([!-/:-@[-`{-~])\1{2,}\s*$/;

/** Whether a line is of one sign only: below a title, above it, or between two parts. */
export function isUnderline(line: string | undefined): boolean {
  return line !== undefined && UNDERLINE.test(line);
}

/** A title that starts at a line: its text, and the kind of its lines; undefined where none does. */
export function readTitle(
  lines: readonly string[],
  at: number,
): { readonly text: string; readonly kind: string; readonly end: number } | undefined {
  const [line = "", next = "", after = ""] = [lines[at], lines[at + 1], lines[at + 2]];
  if (isUnderline(line) && !isBlank(next) && after.trimEnd() === line.trimEnd())
    return { text: next.trim(), kind: `over${line.charAt(0)}`, end: at + 3 };
  const isTitle =
    !isBlank(line) &&
    !line.startsWith(" ") &&
    !isUnderline(line) &&
    isUnderline(next) &&
    next.trimEnd().length >= Math.min(line.trimEnd().length, 4);
  return isTitle ? { text: line.trim(), kind: next.charAt(0), end: at + 2 } : undefined;
}
