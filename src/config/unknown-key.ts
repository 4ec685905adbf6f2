import { CONFIG_KEY_ROWS } from "./config-keys.ts";
import type { Fault } from "./rule.ts";

/** A key, or a whole table, that the configuration does not have. */
export interface UnknownKey {
  /** The table that it stands in with a dot behind it, empty at the top of the file. */
  readonly prefix: string;
  /** The key as it is written, without quotes. */
  readonly key: string;
  readonly isTable: boolean;
}

/** Every dotted key, and every table. */
const KEYS = [...CONFIG_KEY_ROWS.keys()];
const TABLES = [...new Set(KEYS.filter((name) => name.includes(".")).map(parentOf))];

/** The faults of unknown keys: each has the nearest right name as its hint, or all names of its table. */
export async function toUnknownKeyFaults(unknownKeys: readonly UnknownKey[]): Promise<readonly Fault[]> {
  if (unknownKeys.length === 0) return [];
  const { default: distance } = await import("leven");
  return unknownKeys.map((unknown) => {
    const nearest = findNearest(unknown, distance);
    const hint = nearest === undefined ? listNames(unknown.prefix) : `did you mean ${nearest}?`;
    const what = unknown.isTable && unknown.prefix === "" ? "table" : "key";
    return { code: "config-unknown-key", message: `there is no such ${what}`, hint };
  });
}

/** Longer names are no slips of a finger, and comparing them takes time. */
const LONGEST_COMPARED = 40;

/**
 * The nearest name, as the user would write it. The last parts are compared, case and `_` set aside; two in five
 * letters may differ. In another table only the same word counts: `root` at the top of the file means `index.root`.
 */
function findNearest(
  { prefix, key, isTable }: UnknownKey,
  distance: (first: string, second: string) => number,
): string | undefined {
  if (key.length > LONGEST_COMPARED) return undefined;
  const written = fold(key);
  let best: { name: string; distance: number } | undefined;
  for (const name of isTable ? [...TABLES, ...KEYS] : [...KEYS, ...TABLES]) {
    const steps = distance(written, fold(name.slice(name.lastIndexOf(".") + 1)));
    const limit = parentOf(name) === prefix.slice(0, -1) ? Math.ceil(written.length * 0.4) : 0;
    if (steps <= limit && (best === undefined || steps < best.distance)) best = { name, distance: steps };
  }
  return best && (TABLES.includes(best.name) ? `[${best.name}]` : best.name);
}

function listNames(prefix: string): string {
  const siblings = KEYS.filter((name) => parentOf(name) === prefix.slice(0, -1));
  const names = siblings.map((name) => name.slice(prefix.length)).join(", ");
  if (prefix !== "") return `the keys of [${prefix.slice(0, -1)}] are ${names}`;
  const tables = TABLES.map((name) => `[${name}]`)
    .join(", ")
    .replace(/, (?=[^,]+$)/, " and ");
  return `the tables are ${tables}; above them may stand ${names}`;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

function fold(key: string): string {
  return key.toLowerCase().replaceAll("_", "-");
}
