import { quoteText } from "../packaging/quote-text.ts";
import type { TomlSyntaxError } from "./parse-toml.ts";
import type { Fault } from "./rule.ts";

/** What is wrong, what to do, and where it begins. */
interface Explanation {
  readonly what: string;
  readonly hint: string;
  /** Index in the text. */
  readonly offset: number;
}

const CORRECT_LINE = "correct the line; TOML is described at https://toml.io";

/**
 * A syntax error as a fault: line and column, both counted from 1 (the column in characters), then what was found
 * there and what TOML wants. They are counted here because the library counts lines from 0, and columns from 1 on
 * the first line and from 0 on the others.
 */
export function toSyntaxFault(error: TomlSyntaxError, text: string): Fault {
  const { what, hint, offset } = explain(error, text);
  const start = startOfLine(text, offset);
  const line = text.slice(0, start).split("\n").length;
  // Characters outside of the basic plane take two UTF-16 units.
  const before = text.slice(start, offset).replace(/[\ud800-\udbff][\udc00-\udfff]/g, " ");
  return { code: "config-syntax", message: `line ${line}, column ${before.length + 1}: ${what}`, hint };
}

/** The library's sentences that say what it wants, in our words. */
const EXPECTED: ReadonlyMap<string, string> = new Map([
  ["only whitespace or comments till end of line", "where the line must end"],
  ["whitespace, . or ]", "where a dot or ] must stand"],
  ["whitespace, comma (,) or close bracket (])", "where a comma or the closing bracket must stand"],
]);

/** Sentences of a parser that had begun to read `true`, `false`, `inf` or `nan`, so that a bare word misled it. */
const MISLED_BY_WORD = /^Invalid boolean|expected "(?:nan|inf)"|expecting string, number/;

function explain(error: TomlSyntaxError, text: string): Explanation {
  const { message, offset } = error;
  const found = describeCharacter(text.codePointAt(offset));
  const explanation = (what: string): Explanation => ({ what, hint: CORRECT_LINE, offset });

  if (MISLED_BY_WORD.test(message)) return explainMissingValue(text, offset, found);
  if (/^Can't (?:redefine|extend)/.test(message)) return explainSecondDefinition(text, offset);
  const expected = /^(?:Unexpected|Invalid) character(?: in datetime)?, expect(?:ed|ing) (.*)$/.exec(message);
  if (expected?.[1] !== undefined)
    return explanation(`found ${found} ${EXPECTED.get(expected[1]) ?? `where ${expected[1]} must stand`}`);
  if (message.startsWith("Unknown character"))
    return explanation(`found ${found} where a key or a [table] must stand`);
  if (message.startsWith("Unknown escape"))
    return explanation(`found ${found} after a backslash, and TOML has no such escape`);
  if (message.startsWith("Control characters"))
    return explanation(`found the control character ${found}, which has to be written as an escape`);
  if (message === "Key without value") return explanation(`found ${found} where a value must stand`);
  if (message.startsWith("Key ended")) return explanation(`found ${found} where = and a value must stand`);
  if (message === "Invalid Datetime") return explanation("the date or time before it does not exist");
  return explanation(`found ${found}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`);
}

function explainMissingValue(text: string, offset: number, found: string): Explanation {
  const isWord = (index: number): boolean => /[\w.+-]/.test(text.charAt(index));
  let start = offset;
  while (start > 0 && isWord(start - 1)) start--;
  let end = offset;
  while (isWord(end)) end++;
  if (start === end) {
    const hint = "a value is a text in quotes, a number, true, false, a date, or a list in brackets";
    return { what: `found ${found} where a value must stand`, hint, offset };
  }
  const word = quoteText(text.slice(start, end));
  return { what: `found a word without quotes: ${word}`, hint: "put a text in quotes", offset: start };
}

/** Points at the key or table header that the line begins with; in a long value the end of the value is left. */
function explainSecondDefinition(text: string, offset: number): Explanation {
  const hint = "remove one of the two, or join them";
  const start = startOfLine(text, offset);
  const line = text.slice(start, Math.min(start + 200, text.length)).split(/\r?\n/, 1)[0] ?? "";
  const [, blanks, key] = /^([ \t]*)(\[+[^\]]*\]+|[^=[\]]*[^=[\]\s])[ \t]*(?:=|#|$)/.exec(line) ?? [];
  if (blanks === undefined || key === undefined)
    return { what: "the key before it is set a second time", hint, offset };
  return { what: `${quoteText(key)} is set a second time`, hint, offset: start + blanks.length };
}

/** An offset that is a newline itself belongs to the line that it ends. */
function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

function describeCharacter(character: number | undefined): string {
  if (character === undefined) return "the end of the file";
  if (character === 0x0a || character === 0x0d) return "the end of the line";
  return quoteText(String.fromCodePoint(character));
}
