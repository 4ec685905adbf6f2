/** The fields at the head of a METADATA, PKG-INFO or WHEEL file, and the text after them. */
export interface HeaderFields {
  /** Lower-case field name to its values, in order. A folded value keeps its line breaks (`\n`) and indentation. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** All after the first empty line, or from the first line that is no field; line ends are `\n`. */
  readonly body: string;
}

/** The fields to read. Most lines of a METADATA file are passed over by the length of their name alone. */
export interface WantedFields {
  readonly names: ReadonlySet<string>;
  readonly lengths: ReadonlySet<number>;
}

/** The fields with these names (lower case), for `parseHeaderFields`. */
export function wantedFields(names: readonly string[]): WantedFields {
  return { names: new Set(names), lengths: new Set(names.map((name) => name.length)) };
}

const DECODER = new TextDecoder();
const CARRIAGE_RETURN = /\r\n?/g;
/** Printable ASCII without blanks, and the colon. */
const FIELD_NAME = /[!-9;-~]*:/y;
const EMPTY_LINE = Buffer.from("\n\n");
const EMPTY_WINDOWS_LINE = Buffer.from("\n\r\n");

/**
 * Reads `bytes` as Python's email parser does (policy compat32, which setuptools, pip and `packaging` use), for the fields
 * in `wanted`. A field is `name: value`, with the name in any case; lines that start with a space or tab
 * continue it. The first empty line ends the fields, and so does the first line that is neither. UTF-8, a byte order
 * mark is passed over, other bytes become U+FFFD. Never throws; takes time in proportion to the input.
 */
export function parseHeaderFields(bytes: Uint8Array, wanted: WantedFields): HeaderFields {
  const decoded = DECODER.decode(bytes);
  const text = decoded.includes("\r") ? decoded.replace(CARRIAGE_RETURN, "\n") : decoded;
  const values = new Map<string, string[]>();
  /** The field that the last name opened: `Classifier:` as spelled, and where its values go, if it is wanted. */
  let spelledName = "";
  let namedValues: string[] | undefined;
  /** Where the value starts that may still be continued: -1 for none. */
  let valueStart = -1;

  let lineStart = 0;
  while (lineStart < text.length) {
    const newline = text.indexOf("\n", lineStart);
    const lineEnd = newline === -1 ? text.length : newline;
    const first = text.charCodeAt(lineStart);
    if (first !== SPACE && first !== TAB) {
      if (valueStart !== -1) namedValues?.push(detached(text.slice(valueStart, lineStart - 1)));
      valueStart = -1;
      if (lineEnd === lineStart) return { values, body: text.slice(lineEnd + 1) };
      // Most lines repeat the name of the line before.
      if (spelledName !== "" && text.startsWith(spelledName, lineStart)) {
        valueStart = lineStart + spelledName.length;
      } else if (isField(text, lineStart)) {
        valueStart = FIELD_NAME.lastIndex;
        spelledName = text.slice(lineStart, valueStart);
        namedValues = undefined;
        if (wanted.lengths.has(spelledName.length - 1)) {
          const name = spelledName.slice(0, -1).toLowerCase();
          namedValues = values.get(name);
          if (namedValues === undefined && wanted.names.has(name)) values.set(name, (namedValues = []));
        }
      } else if (!text.startsWith("From ", lineStart)) {
        // A mailbox separator ("From …") is neither field nor body; Python passes over it.
        return { values, body: text.slice(lineStart) };
      }
    }
    lineStart = lineEnd + 1;
  }
  if (valueStart !== -1) namedValues?.push(detached(text.slice(valueStart)));
  return { values, body: "" };
}

/** True where a field starts at `start`; its value starts at `FIELD_NAME.lastIndex`. */
function isField(text: string, start: number): boolean {
  FIELD_NAME.lastIndex = start;
  return FIELD_NAME.test(text);
}

/**
 * The bytes that hold every field: a cut behind the first empty line, or all where none is found. What is cut off is body,
 * however the lines end, so that reading the fields alone costs nothing for a long description.
 */
export function withoutBody(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const plain = view.indexOf(EMPTY_LINE);
  const head = plain === -1 ? view : view.subarray(0, plain + 2);
  const windows = head.indexOf(EMPTY_WINDOWS_LINE);
  return windows === -1 ? head : head.subarray(0, windows + 3);
}

/** A folded value of a field that is one line by its meaning: line breaks with the blanks around them are one space. */
export function unfold(value: string): string {
  if (!value.includes("\n")) return value.trim();
  return value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
}

const TAB = 0x09;
const SPACE = 0x20;
/** A copy of its own: a slice would keep the whole decoded text in memory for as long as one value lives. */
function detached(slice: string): string {
  return ` ${slice}`.slice(1);
}
