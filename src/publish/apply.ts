/**
 * Carries a plan out. Killed between any two steps it leaves a valid index: records come first, since they cannot be
 * made again, then files, then sidecars, then the pages that advertise them, then the list, then removals. Only records and
 * incoming files are synced: what else a power cut takes is noticed by the next run and made again.
 */
import type { TreeWriter } from "../io/tree-writer.ts";
import { foldersUpTo, writeJournal } from "./journal.ts";
import { JOURNAL, type Placement, type Plan } from "./plan.ts";

/** Applies `plan` to the tree below `root`. Pages get the time `startedMs`, when the run began to look at the files. */
export async function applyPlan(
  plan: Plan,
  writer: TreeWriter,
  root: string,
  startedMs: number,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const { records, files, replacedSidecars, sidecars, pages, touches, deletions, fileDeletions } = plan;
  const total = [records, files, replacedSidecars, sidecars, pages, deletions, fileDeletions].reduce(
    (sum, part) => sum + part.length,
    0,
  );
  let done = 0;
  const step = (): void => onProgress((done += 1), total);
  const place = ({ path, staged }: Placement): void => {
    if (staged === undefined) throw new Error(`${path} was not staged`);
    writer.place(staged, path);
    step();
  };
  const remove = (path: string): void => {
    writer.remove(path);
    step();
  };
  // A sidecar that takes the place of another can have its size, and then nobody would notice that it was lost.
  const lasting = [...records, ...files, ...replacedSidecars];
  const needsJournal = plan.isWhole && lasting.length + fileDeletions.length > 1;
  await writer.sync(lasting.flatMap(({ staged }) => staged ?? []));
  if (needsJournal) await writeJournal(writer, root, lasting, fileDeletions);
  lasting.forEach(place);
  await writer.sync(
    foldersUpTo(
      root,
      lasting.map(({ path }) => path),
    ),
  );
  sidecars.forEach(place);
  pages.forEach(place);
  for (const path of touches) writer.touch(path, startedMs);
  deletions.forEach(remove);
  fileDeletions.forEach(remove);
  if (needsJournal) writer.remove(JOURNAL);
}
