/**
 * Carries a plan out. Killed between any two steps it leaves a valid index: records come first, since they cannot be
 * made again, then sidecars, then the pages that advertise them, then the list, then removals. Only records are synced:
 * what else a power cut takes is noticed by the next run and made again.
 */
import { join } from "node:path";
import type { TreeWriter } from "../io/tree-writer.ts";
import type { Plan } from "./plan.ts";

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
  const records = plan.records.map(({ path, bytes }) => ({ path, staged: writer.stage(bytes, startedMs) }));
  await writer.sync(records.map(({ staged }) => staged));
  for (const { path, staged } of records) {
    writer.place(staged, path);
    step();
  }
  const folders = new Set(records.map(({ path }) => join(root, path, "..")));
  // A folder that is new must survive too, up to the root.
  for (const folder of [...folders]) {
    for (let at = folder; at.length >= root.length; at = join(at, "..")) {
      folders.add(at);
      if (at === root) break;
    }
  }
  await writer.sync([...folders]);
  for (const { path, staged } of plan.sidecars) {
    if (staged !== undefined) writer.place(staged, path);
    step();
  }
  for (const { path, bytes } of plan.pages) {
    writer.place(writer.stage(bytes, startedMs), path);
    step();
  }
  for (const path of plan.touches) writer.touch(path, startedMs);
  for (const path of plan.deletions) {
    writer.remove(path);
    step();
  }
}
