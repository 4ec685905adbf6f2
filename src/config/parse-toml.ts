/**
 * TOML 1.0 (https://toml.io/en/v1.0.0) to values, by `@iarna/toml`, loaded when the first file is parsed.
 *
 * The library looks keys up on plain objects, so `[toString]` or `hasOwnProperty.call = 1` would write into
 * JavaScript's own prototypes. Its parser class is therefore told to put a mark before each key: no marked key is
 * the name of anything that an object inherits. `tomlEntries` takes the mark off again.
 */
import { createRequire } from "node:module";

type Step = (this: TomlParser, returned?: unknown) => unknown;

interface TomlParser {
  /** How many UTF-16 units have been taken, the current one included. */
  readonly pos: number;
  /** The code point at hand. */
  readonly char: number;
  readonly parseKeyword: Step;
  parseOnlyTimeFractionMaybe(): unknown;
  runOne(): unknown;
  atEndOfWord(): boolean;
  call(step: Step, andThen?: Step): void;
  parse(text: string): void;
  finish(): TomlTable;
}

/** A table with marked keys: read it with `tomlEntries` only. */
export type TomlTable = object;

const MARK = "=";

const PERIOD = 0x2e;

const CLOSING: ReadonlySet<number> = new Set([...",]}"].map((character) => character.charCodeAt(0)));

/** Text that is not TOML: where, and the library's words. */
export class TomlSyntaxError extends Error {
  override readonly name = "TomlSyntaxError";
  /** Index of the offending UTF-16 unit, at most the length of the text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

let parserClass: (new () => TomlParser) | undefined;

function loadParserClass(): new () => TomlParser {
  const Parser = createRequire(import.meta.url)("@iarna/toml/lib/toml-parser.js") as new () => TomlParser;
  return class extends Parser {
    override call(step: Step, andThen?: Step): void {
      if (step !== this.parseKeyword || andThen === undefined) return super.call(step, andThen);
      // The step is called again for each blank after the key, each time with the key as it was read.
      super.call(step, function (key) {
        return andThen.call(this, MARK + String(key));
      });
    }

    /** The library swallows the character after a time of day without a fraction, often the end of its line. */
    override parseOnlyTimeFractionMaybe(): unknown {
      const hasFraction = this.char === PERIOD;
      super.parseOnlyTimeFractionMaybe();
      return hasFraction ? undefined : this.runOne();
    }

    /** The library knows no end of a date or time inside of a list or an inline table. */
    override atEndOfWord(): boolean {
      return super.atEndOfWord() || CLOSING.has(this.char);
    }
  };
}

/** The top table of a TOML document, whose lines end in LF or CRLF. Throws `TomlSyntaxError`. */
export function parseToml(text: string): TomlTable {
  // The library takes the CR after a comment for a part of it. A parser may normalize line ends, also those in strings.
  const lines = text.split("\r\n");
  try {
    return parseLines(lines.join("\n"));
  } catch (error) {
    if (!(error instanceof TomlSyntaxError)) throw error;
    let [offset, end] = [error.offset, -1];
    for (const line of lines.slice(0, -1)) {
      end += line.length + 1;
      if (end >= error.offset) break;
      offset += 1;
    }
    throw new TomlSyntaxError(error.message, offset);
  }
}

function parseLines(text: string): TomlTable {
  parserClass ??= loadParserClass();
  const parser = new parserClass();
  try {
    parser.parse(text);
    return parser.finish();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // An impossible date is a TypeError without a place, so the parser is asked instead of the error.
    throw new TomlSyntaxError(error.message, Math.max(0, Math.min(parser.pos - 1, text.length)));
  }
}

/** Whether a value is a table: neither an array, nor a date, nor a plain value. */
export function isTomlTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Whether a value is what `[[…]]` makes, one table or more. */
export function isArrayOfTables(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isTomlTable);
}

/** The keys of a table with their values, in the order of the file. */
export function tomlEntries(table: TomlTable): readonly (readonly [string, unknown])[] {
  return Object.entries(table).map(([key, value]) => [key.slice(MARK.length), value]);
}
