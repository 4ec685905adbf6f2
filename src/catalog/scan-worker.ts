/** The thread's side of `scan-aside.ts`: the walk goes out as soon as it is done, then the numbers of the second half. */
import { parentPort, workerData } from "node:worker_threads";
import { LAYOUTS, type LayoutName } from "../simple/layout.ts";
import { packFiles, packNames, secondHalf, type PackedWalk } from "./scan-aside.ts";
import { measureFiles, walkFolders, type ScanOptions } from "./scan.ts";

const options = workerData as Omit<ScanOptions, "layout"> & { layout: LayoutName };
const { names, ...rest } = walkFolders({ ...options, layout: LAYOUTS[options.layout] });
const walk: PackedWalk = { names: packNames(names), rest };
parentPort?.postMessage(walk);
const half = secondHalf(names);
const numbers = packFiles(half, measureFiles(options.root, half));
parentPort?.postMessage(numbers, [numbers.buffer as ArrayBuffer]);
