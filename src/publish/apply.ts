/**
 * Carries a plan out. Killed between any two steps it leaves a valid index: records come first, since they cannot be
 * made again, then sidecars, then the pages that advertise them, then the list, then removals. Only records are synced:
 * what else a power cut takes is noticed by the next run and made again.
 */
import { join } from "node:path";
import type { TreeWriter } from "../io/tree-writer.ts";
import type { Placement, Plan } from "./plan.ts";

/** Applies `plan` to the tree below `root`. Pages get the time `startedMs`, when the run began to look at the files. */
export async function applyPlan(
  plan: Plan,
  writer: TreeWriter,
  root: string,
  startedMs: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const total = plan.records.length + plan.sidecars.length + plan.pages.length + plan.deletions.length;
  let done = 0;
  const step = (): void => onProgress((done += 1), total);
  const place = ({ path, staged }: Placement): void => {
    if (staged === undefined) throw new Error(`${path} was not staged`);
    writer.place(staged, path);
    step();
  };
  await writer.sync(plan.records.flatMap(({ staged }) => staged ?? []));
  plan.records.forEach(place);
  await writer.sync(foldersUpTo(root, plan.records));
  plan.sidecars.forEach(place);
  plan.pages.forEach(place);
  for (const path of plan.touches) writer.touch(path, startedMs);
  for (const path of plan.deletions) {
    writer.remove(path);
    step();
  }
}

/** The folders of some files and all folders above them, up to the root: what is new in them must survive too. */
function foldersUpTo(root: string, files: readonly Placement[]): string[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const parts = path.split("/");
    for (let depth = 0; depth < parts.length; depth += 1) folders.add(join(root, ...parts.slice(0, depth)));
  }
  return [...folders].toSorted((a, b) => b.length - a.length);
}
