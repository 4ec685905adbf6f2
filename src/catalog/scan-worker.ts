/** The thread's side of `scan-aside.ts`: names go out while folders are still read, and what else was found when all is measured. */
import { parentPort, workerData } from "node:worker_threads";
import { LAYOUTS, type LayoutName } from "../simple/layout.ts";
import {
  BATCH,
  makeSharedMeasures,
  measureShare,
  packNames,
  type NameBatch,
  type RestOfScan,
  type SharedMeasures,
} from "./scan-aside.ts";
import { walkFolders, type FoundName, type ScanOptions } from "./scan.ts";
import { checkTopLevel } from "./tree-oddities.ts";

const { layout: layoutName, ...options } = workerData as Omit<ScanOptions, "layout"> & { layout: LayoutName };
const layout = LAYOUTS[layoutName];
const batches: { readonly names: readonly FoundName[]; readonly measures: SharedMeasures }[] = [];
let sent = 0;

function send(names: readonly FoundName[]): void {
  const measures = makeSharedMeasures(names.length);
  batches.push({ names, measures });
  parentPort?.postMessage({ names: packNames(names), measures } satisfies NameBatch);
  sent += names.length;
}

const { names, problems, ...rest } = walkFolders({ ...options, layout }, (found) => {
  if (found.length - sent >= BATCH) send(found.slice(sent));
});
send(names.slice(sent));
// What was sent last waits the longest for the other side.
for (const batch of batches.toReversed()) measureShare(options.root, batch.names, batch.measures);
parentPort?.postMessage({
  ...rest,
  problems: [...checkTopLevel(options.root, layout, options.packages), ...problems],
} satisfies RestOfScan);
