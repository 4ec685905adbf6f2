import { isArrayOfTables } from "./parse-toml.ts";
import { quoteText } from "../packaging/quote-text.ts";

/**
 * A value of a TOML document in words, for "found …": its type, and the value itself where it is short. Integers
 * and floats are both numbers here, since `1` and `1.0` are the same once they are parsed.
 */
export function describeTomlValue(value: unknown): string {
  if (typeof value === "string") return `the string ${quoteText(value)}`;
  if (typeof value === "boolean") return `the boolean ${value}`;
  if (typeof value === "number")
    return `the number ${String(value).replace("Infinity", "inf").replace("NaN", "nan")}`;
  if (typeof value === "bigint") return `the number ${value}`;
  if (value instanceof Date) return describeDate(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "an empty array";
    return isArrayOfTables(value) ? "an array of tables" : "an array";
  }
  return "a table";
}

/** The library marks the three kinds that have no time zone with a property; each prints itself as it is written. */
function describeDate(date: Date): string {
  const text = date.toISOString();
  if ("isDate" in date) return `the date ${text}`;
  if ("isTime" in date) return `the time ${text.replace(/\.000$/, "")}`;
  return `the date and time ${text.replace(/\.000(?=Z?$)/, "")}`;
}
