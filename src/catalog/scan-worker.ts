/** The thread's side of `scan-aside.ts`: names go out while folders are still read, and what else was found when all is measured. */
import { parentPort, workerData } from "node:worker_threads";
import { LAYOUTS, type LayoutName } from "../simple/layout.ts";
import type { FoundFolder } from "./found-files.ts";
import {
  BATCH,
  cutFolder,
  measureShare,
  packFolders,
  toBatch,
  type Batch,
  type RestOfScan,
} from "./scan-aside.ts";
import { walkFolders, type ScanOptions } from "./scan.ts";
import { checkTopLevel } from "./tree-oddities.ts";

const { layout: layoutName, ...options } = workerData as Omit<ScanOptions, "layout"> & { layout: LayoutName };
const layout = LAYOUTS[layoutName];
const batches: Batch[] = [];
let waiting: FoundFolder[] = [];
let waitingNames = 0;

function send(): void {
  const message = packFolders(waiting);
  batches.push(toBatch(waiting, message.shared));
  parentPort?.postMessage(message);
  [waiting, waitingNames] = [[], 0];
}

const { straySidecars, provenance, ignored, problems } = walkFolders({ ...options, layout }, (folder) => {
  waiting.push(...cutFolder(folder));
  waitingNames += folder.names.length;
  if (waitingNames >= BATCH) send();
});
send();
const atTop = checkTopLevel(options.root, layout, options.packages);
// What was sent last waits the longest for the other side.
const measured = batches.toReversed().map((batch) => measureShare(options.root, layout, batch));
parentPort?.postMessage({
  groups: measured.toReversed(),
  straySidecars,
  provenance,
  ignored,
  problems: [...atTop, ...problems],
} satisfies RestOfScan);
