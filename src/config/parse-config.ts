import type { Problem } from "../errors.ts";
import { quoteText } from "../packaging/quote-text.ts";
import type { ConfigKey } from "./config-key.ts";
import { CONFIG_KEY_ROWS } from "./config-keys.ts";
import {
  isArrayOfTables,
  parseToml,
  TomlSyntaxError,
  type TomlTable,
  isTomlTable,
  tomlEntries,
} from "./parse-toml.ts";
import { configProblem, type Fault } from "./rule.ts";
import { toSyntaxFault } from "./syntax-fault.ts";
import { describeTomlValue } from "./toml-value.ts";
import { toUnknownKeyFaults, type UnknownKey } from "./unknown-key.ts";

/** A value of the right type, by its dotted key. */
export type WrittenValues = ReadonlyMap<string, string | number | boolean | readonly string[]>;

/** The outcome of the step "parse". */
export interface ParsedConfig {
  readonly values: WrittenValues;
  readonly problems: readonly Problem[];
}

/**
 * The values that a configuration file writes, with every key known and every type right; what is not, is a
 * problem: one syntax error, or all unknown keys and wrong types. `display` is the file as the user would type it.
 */
export async function parseConfig(text: string, display: string): Promise<ParsedConfig> {
  let document: TomlTable;
  try {
    document = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlSyntaxError)) throw error;
    return { values: new Map(), problems: [configProblem(display, toSyntaxFault(error, text))] };
  }
  const values = new Map<string, string | number | boolean | readonly string[]>();
  const problems: Problem[] = [];
  const report = (name: string, fault: Fault): void => {
    problems.push(configProblem(`${display}: ${name}`, fault));
  };

  const unknownKeys: (UnknownKey & { name: string })[] = [];

  const visit = (table: TomlTable, prefix: string): void => {
    for (const [key, value] of tomlEntries(table)) {
      const name = prefix + formatKey(key);
      const row = CONFIG_KEY_ROWS.get(name);
      if (row !== undefined) {
        const written = checkType(row, value, name, (fault) => report(name, fault));
        if (written !== undefined) values.set(name, written);
      } else if (isNameOfTable(name)) {
        if (isTomlTable(value)) visit(value, `${name}.`);
        else
          report(name, wrongType("a table", value, `write [${name}] on its own line, and its keys below it`));
      } else {
        unknownKeys.push({ name, prefix, key, isTable: isTomlTable(value) || isArrayOfTables(value) });
      }
    }
  };
  visit(document, "");
  for (const [index, fault] of (await toUnknownKeyFaults(unknownKeys)).entries())
    report(unknownKeys[index]?.name ?? "", fault);
  return { values, problems };
}

/** A key as TOML writes it: bare where that is possible (https://toml.io/en/v1.0.0#keys), else in quotes. */
function formatKey(key: string): string {
  return /^[A-Za-z0-9_-]{1,80}$/.test(key) ? key : quoteText(key);
}

function isNameOfTable(name: string): boolean {
  return [...CONFIG_KEY_ROWS.keys()].some((known) => known.startsWith(`${name}.`));
}

function wrongType(wanted: string, found: unknown, hint: string): Fault {
  return { code: "config-wrong-type", message: `found ${describeTomlValue(found)}, wanted ${wanted}`, hint };
}

function checkType(
  row: ConfigKey,
  value: unknown,
  name: string,
  report: (fault: Fault) => void,
): string | number | boolean | readonly string[] | undefined {
  const hint = `write it like this: ${name.slice(name.lastIndexOf(".") + 1)} = ${row.example}`;
  if (row.type === "string") {
    if (typeof value === "string") return value;
    report(wrongType("a string", value, hint));
    return undefined;
  }
  if (row.type === "whole number") {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    report(wrongType("a whole number", value, hint));
    return undefined;
  }
  if (row.type === "true or false") {
    if (typeof value === "boolean") return value;
    report(wrongType("true or false", value, hint));
    return undefined;
  }
  if (!Array.isArray(value)) {
    report(wrongType("a list of strings", value, hint));
    return undefined;
  }
  const strings: string[] = [];
  for (const entry of value as readonly unknown[]) {
    if (typeof entry === "string") strings.push(entry);
    else report(wrongType("only strings in the list", entry, hint));
  }
  // What is left goes to the rules, so that they find their faults in the same run.
  return strings;
}
