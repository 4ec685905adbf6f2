/** Looks at a whole tree, for comparing: what is in it, what changed, which of the kinds of files that are written. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What `generate` writes, in the order in which it writes it. */
export const WRITES = ["temporary", "records", "sidecars", "pages", "list", "removals"] as const;
export type Write = (typeof WRITES)[number];

/** A file at one moment. The inode and the change time tell a rewritten file from an untouched one. */
export interface FileState {
  readonly size: number;
  readonly inode: number;
  readonly changed: number;
}

/** All files and empty folders below `root`, by path. */
export function snapshotTree(root: string): Map<string, FileState> {
  const files = new Map<string, FileState>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, ino, ctimeMs } = lstatSync(path);
    files.set(path.slice(root.length + 1), { size, inode: ino, changed: ctimeMs });
  }
  return files;
}

/** Which kind of write a path belongs to; undefined for a distribution file. */
export function writeOf(path: string): Write | undefined {
  if (/^\.pkgindex\/(?:records\/[^/]+\.jsonl|\.gitattributes)$/.test(path)) return "records";
  if (path.startsWith(".pkgindex/")) return "temporary";
  if (path.endsWith(".metadata")) return "sidecars";
  if (/\.(?:whl|tar\.gz)$/.test(path)) return undefined;
  if (/^simple\/index\.(?:html|v1\.json)$/.test(path)) return "list";
  if (/(?:^|\/)(?:index\.html|index\.v1\.json|json|404\.html|\.nojekyll)$/.test(path)) return "pages";
  return path.startsWith("-/") ? "pages" : "temporary";
}

/** The paths that came, went or were rewritten between two moments. */
export function changesBetween(
  before: ReadonlyMap<string, FileState>,
  after: ReadonlyMap<string, FileState>,
): { readonly written: string[]; readonly removed: string[] } {
  const written = [...after].filter(([path, now]) => {
    const then = before.get(path);
    return (
      then === undefined || then.inode !== now.inode || then.size !== now.size || then.changed !== now.changed
    );
  });
  return {
    written: written.map(([path]) => path),
    removed: [...before.keys()].filter((path) => !after.has(path)),
  };
}

/** One path in which two trees differ. */
export interface Difference {
  readonly path: string;
  /** The kind of write that would mend it. */
  readonly write: Write;
  readonly text: string;
}

/** The differences between two trees that should be equal, byte for byte; empty where they are. */
export function compareTrees(actual: string, expected: string): Difference[] {
  const actualPaths = new Set(snapshotTree(actual).keys());
  const expectedPaths = new Set(snapshotTree(expected).keys());
  const differences: Difference[] = [];
  for (const path of expectedPaths) {
    const write = writeOf(path) ?? "temporary";
    if (!actualPaths.has(path)) differences.push({ path, write, text: `${path} is missing` });
    else if (!readFileSync(join(actual, path)).equals(readFileSync(join(expected, path)))) {
      differences.push({ path, write, text: `${path} has other bytes` });
    }
  }
  for (const path of actualPaths) {
    if (expectedPaths.has(path)) continue;
    const write = writeOf(path) === "temporary" ? "temporary" : "removals";
    differences.push({ path, write, text: `${path} is left over` });
  }
  return differences;
}

/** The sha256 of a file in hex, or undefined where there is no such file. */
export function hashFile(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return undefined;
  }
}

/** The sha256 of every file below `root` that is no temporary one, by path. */
export function hashTree(root: string): Map<string, string> {
  const paths = [...snapshotTree(root).keys()].filter((path) => writeOf(path) !== "temporary");
  return new Map(paths.map((path) => [path, hashFile(join(root, path)) ?? ""]));
}
