import { InvalidInput } from "../errors.ts";
import { quoteText } from "./quote-text.ts";

/** One line of RECORD. RECORD lists itself and its signatures without hash and size. */
export interface RecordEntry {
  readonly path: string;
  /** `digest` is URL-safe base64 without padding. */
  readonly hash: { readonly algorithm: string; readonly digest: string } | undefined;
  readonly size: number | undefined;
}

const HASH = /^([A-Za-z0-9_-]+)=([A-Za-z0-9_-]+)=*$/;
/** What is left of a field that is not in quotes; matches always, if only nothing. */
const FIELD_REST = /[^,\r\n]*/y;
const SIZE = /^[0-9]+$/;

/**
 * The entries of a RECORD file: CSV with the path, the hash and the size of each file; the last two may be empty or left
 * out. Quotes work as in Python's csv module (a quote at the start of a field, doubled inside, line breaks allowed), empty
 * lines are passed over. Throws `InvalidInput` ("record-file") with the line's number.
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
 */
export function parseRecord(bytes: Uint8Array): RecordEntry[] {
  const entries: RecordEntry[] = [];
  for (const row of csvRows(new TextDecoder().decode(bytes))) entries.push(toEntry(row));
  return entries;
}

interface Row {
  readonly fields: readonly string[];
  /** The line that the row starts on, from 1. */
  readonly lineNumber: number;
}

function toEntry({ fields, lineNumber }: Row): RecordEntry {
  const [path = "", hash = "", size = ""] = fields;
  if (fields.length > 3) {
    throw refusal(lineNumber, `has ${fields.length} fields, a line has three: path, hash, size`);
  }
  if (path === "") throw refusal(lineNumber, "has no path");
  if (path.includes("\0")) throw refusal(lineNumber, `has a NUL byte in the path ${quoteText(path)}`);
  const [, algorithm, digest] = HASH.exec(hash) ?? [];
  if (hash !== "" && (algorithm === undefined || digest === undefined)) {
    throw refusal(
      lineNumber,
      `has the hash ${quoteText(hash)}, which is not an algorithm, "=" and URL-safe base64`,
    );
  }
  if (size !== "" && !(SIZE.test(size) && Number.isSafeInteger(Number(size)))) {
    throw refusal(lineNumber, `has the size ${quoteText(size)}, which is no number of bytes`);
  }
  return {
    path,
    hash: algorithm === undefined || digest === undefined ? undefined : { algorithm, digest },
    size: size === "" ? undefined : Number(size),
  };
}

function* csvRows(text: string): Generator<Row> {
  let lineNumber = 1;
  let position = 0;
  while (position < text.length) {
    const row = readRow(text, position, lineNumber);
    if (row.fields.length > 1 || !isFieldEnd(text.charCodeAt(position))) {
      yield { fields: row.fields, lineNumber };
    }
    position = row.next;
    lineNumber += row.lineCount;
  }
}

/** The fields of the row that starts at `start`, where the next row starts, and how many lines this one took. */
function readRow(
  text: string,
  start: number,
  lineNumber: number,
): { fields: string[]; next: number; lineCount: number } {
  const fields: string[] = [];
  let lineCount = 1;
  let position = start;
  for (;;) {
    let field = "";
    if (text.charCodeAt(position) === QUOTE) {
      const closed = readQuotedField(text, position);
      if (closed === undefined) throw refusal(lineNumber, "has a quote that is never closed");
      field = closed.field;
      position = closed.next;
      lineCount += field.split(/\r\n?|\n/).length - 1;
    }
    // Behind a closing quote, Python takes what is left of the field as it stands, quotes too.
    const restStart = position;
    FIELD_REST.lastIndex = position;
    FIELD_REST.test(text);
    position = FIELD_REST.lastIndex;
    fields.push(field + text.slice(restStart, position));
    if (text.charCodeAt(position) !== COMMA) break;
    position += 1;
  }
  if (text.startsWith("\r\n", position)) position += 1;
  return { fields, next: position + 1, lineCount };
}

/** The text between the quote at `start` and the one that closes it, `""` read as `"`; `undefined` where none does. */
function readQuotedField(text: string, start: number): { field: string; next: number } | undefined {
  const pieces: string[] = [];
  let position = start + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote === -1) return undefined;
    pieces.push(text.slice(position, quote));
    if (text.charCodeAt(quote + 1) !== QUOTE) return { field: pieces.join(""), next: quote + 1 };
    pieces.push('"');
    position = quote + 2;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function isFieldEnd(code: number): boolean {
  return code === COMMA || code === LINE_FEED || code === CARRIAGE_RETURN;
}

function refusal(lineNumber: number, fault: string): InvalidInput {
  return new InvalidInput(
    "record-file",
    `line ${lineNumber} of RECORD ${fault}`,
    "build the wheel again; RECORD is CSV with a path, a hash such as sha256=… and a size per line",
  );
}
