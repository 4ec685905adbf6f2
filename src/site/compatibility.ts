/** Which wheels of a release fit which Python on which platform. */
import { ANY_PLATFORM, platformNames, pythonName, wheelTags } from "./tag-names.ts";

export interface CompatibilityView {
  readonly platforms: readonly string[];
  readonly rows: readonly { readonly python: string; readonly cells: readonly boolean[] }[];
}

/** A grid above this is no help to anybody. */
const MOST_LINES = 40;

/** The grid of a release; undefined where it has no wheels. */
export function toCompatibility(filenames: readonly string[]): CompatibilityView | undefined {
  const cells = new Map<string, Set<string>>();
  const platforms = new Set<string>();
  for (const filename of filenames) {
    const tags = wheelTags(filename);
    if (tags === undefined) continue;
    const names = platformNames(tags.platform);
    for (const name of names) platforms.add(name);
    for (const python of tags.python.split(".")) {
      const row = pythonName(python, tags.abi);
      const cell = cells.get(row) ?? new Set();
      for (const name of names) cell.add(name);
      cells.set(row, cell);
    }
  }
  if (cells.size === 0) return undefined;
  const columns = [...platforms].toSorted(byFamily).slice(0, MOST_LINES);
  const rows = [...cells].toSorted(([a], [b]) => compareNumbered(a, b)).slice(0, MOST_LINES);
  return {
    platforms: columns,
    rows: rows.map(([python, names]) => ({
      python,
      cells: columns.map((name) => names.has(name) || names.has(ANY_PLATFORM)),
    })),
  };
}

const FAMILIES = ["any", "Linux", "macOS", "Windows"];

function byFamily(a: string, b: string): number {
  const rank = (name: string): number => {
    const at = FAMILIES.findIndex((family) => name.startsWith(family));
    return at === -1 ? FAMILIES.length : at;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** As people count: 3.9 before 3.10. */
function compareNumbered(a: string, b: string): number {
  const key = (name: string): string => name.replace(/\d+/g, (digits) => digits.padStart(6, "0"));
  const [left, right] = [key(a), key(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
