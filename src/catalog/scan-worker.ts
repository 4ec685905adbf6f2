/** The thread's side of `scan-aside.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import { LAYOUTS, type LayoutName } from "../simple/layout.ts";
import { packScan } from "./scan-aside.ts";
import { scan, type ScanOptions } from "./scan.ts";

const options = workerData as Omit<ScanOptions, "layout"> & { layout: LayoutName };
const packed = packScan(scan({ ...options, layout: LAYOUTS[options.layout] }));
parentPort?.postMessage(packed, [packed.numbers.buffer as ArrayBuffer]);
