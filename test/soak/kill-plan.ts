/** When to kill, and in which phase a kill fell. */
import type { KillMoment } from "./killed-run.ts";
import type { Random } from "./random.ts";
import { type Difference, type FileState, WRITES, changesBetween, writeOf } from "./tree.ts";

/**
 * A random moment for a run that has these differences to mend and takes about so many milliseconds. `late` keeps it
 * behind the first write: in a kind of writes that is drawn first, so that the quick ones get their share, and there
 * at a file that is drawn, or a little behind it.
 */
export function chooseMoment(
  differences: readonly Difference[],
  took: number,
  random: Random,
  late: boolean,
): KillMoment {
  const byKind = new Map<string, string[]>();
  for (const { path, write } of differences) {
    byKind.set(write, [...(byKind.get(write) ?? []), path]);
  }
  if (!late || byKind.size === 0) return { after: "start", milliseconds: random.next() * took };
  const paths = byKind.get(random.pick([...byKind.keys()])) ?? [];
  return {
    after: "change",
    path: random.pick(paths),
    milliseconds: random.next() < 0.7 ? 0 : random.next() * 2,
  };
}

export const PHASES = ["before the first write", ...WRITES.slice(1), "after the last write"] as const;
export type Phase = (typeof PHASES)[number];

/** The furthest kind of write that a killed run began; `complete`: the tree is already what it should become. */
export function phaseOf(
  before: ReadonlyMap<string, FileState>,
  after: ReadonlyMap<string, FileState>,
  complete: boolean,
): Phase {
  if (complete) return "after the last write";
  const { written, removed } = changesBetween(before, after);
  if (removed.some((path) => writeOf(path) !== "temporary")) return "removals";
  const kinds = new Set(written.map(writeOf));
  return (
    (["list", "pages", "sidecars", "records"] as const).find((kind) => kinds.has(kind)) ??
    "before the first write"
  );
}
