/** Tables and fields that fit the terminal. `width` is undefined where the output is no terminal: then nothing is cut or wrapped. */

const GAP = "  ";
/** Narrower than that, a column says nothing any more: the last ones are left out instead. */
const LEAST = 12;
const WIDE =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Lines of a table with a head. Where it is too wide, columns are cut, the last one first, or left out from the right. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string[] {
  const all = [head, ...rows];
  const natural = head.map((_, column) => Math.max(...all.map((row) => columnsOf(row[column] ?? ""))));
  const widths = width === undefined ? natural : fitColumns(natural, width);
  return all.map((row) =>
    widths
      .map((room, column) => pad(cut(row[column] ?? "", room), room))
      .join(GAP)
      .trimEnd(),
  );
}

/** Lines of a label and its text, which goes on below itself where it is too long for one line. */
export function formatField(label: string, text: string, width: number | undefined): string[] {
  const room = width === undefined ? Infinity : Math.max(LEAST, width - columnsOf(label));
  const lines: string[] = [];
  let rest = text;
  while (columnsOf(rest) > room) {
    const piece = take(rest, room);
    const blank = piece.lastIndexOf(" ");
    // Between words where there are any, else anywhere: a hash or a path stays whole for who copies it.
    const line = blank > 0 ? piece.slice(0, blank) : piece;
    lines.push(line);
    rest = rest.slice(line.length).trimStart();
  }
  lines.push(rest);
  return lines.map((line, index) => (index === 0 ? label : " ".repeat(columnsOf(label))) + line);
}

function fitColumns(natural: readonly number[], width: number): number[] {
  const leastOf = (room: number): number => Math.min(room, LEAST);
  const total = (rooms: readonly number[]): number =>
    rooms.reduce((sum, room) => sum + room, GAP.length * (rooms.length - 1));
  let widths = [...natural];
  while (widths.length > 1 && total(widths.map(leastOf)) > width) widths = widths.slice(0, -1);
  const last = widths.length - 1;
  for (let excess = total(widths) - width; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    const isSpare = last > 0 && (widths[last] ?? 0) > leastOf(natural[last] ?? 0);
    const column = isSpare ? last : widest;
    widths[column] = (widths[column] ?? 0) - 1;
  }
  return widths;
}

function cut(text: string, room: number): string {
  return columnsOf(text) <= room ? text : `${take(text, room - 1)}…`;
}

function pad(text: string, room: number): string {
  return text + " ".repeat(Math.max(0, room - columnsOf(text)));
}

/** The longest start of a text that takes at most `room` columns, and at least one character. */
function take(text: string, room: number): string {
  let taken = "";
  let used = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > room && taken !== "") break;
    taken += character;
  }
  return taken;
}

/** How many columns of a terminal a text takes. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

function widthOf(character: string): number {
  if (character <= "\u02ff") return 1;
  return WIDE.test(character) ? 2 : NARROW.test(character) ? 0 : 1;
}
