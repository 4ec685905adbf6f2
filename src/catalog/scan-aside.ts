/** Scans the folders of a large index on another core, while this one reads its pages and records. */
import { Worker } from "node:worker_threads";
import { scan, type FoundFile, type Scan, type ScanOptions } from "./scan.ts";

/** A scan as a thread sends it: one long text and one array of numbers are much cheaper to pass on than objects. */
export interface PackedScan {
  /** Paths joined by NUL, which no path can hold. */
  readonly paths: string;
  /** Four a file: size, time, and its sidecar's size (-1 for none) and time. */
  readonly numbers: Float64Array;
  readonly rest: Omit<Scan, "files">;
}

/** Below this number of projects a thread costs more than it saves. */
const MANY_PROJECTS = 1000;

/** Starts the scan; here and now for a small index, else in a thread. */
export function scanAside(options: ScanOptions, projects: number): Promise<Scan> {
  if (projects < MANY_PROJECTS) return Promise.resolve(scan(options));
  const { root, layout, packages, ignore } = options;
  const worker = new Worker(new URL("./scan-worker.js", import.meta.url), {
    workerData: { root, layout: layout.name, packages, ignore },
  });
  return new Promise<Scan>((resolve, reject) => {
    worker.once("message", (packed: PackedScan) => resolve(unpackScan(packed)));
    worker.once("error", reject);
  }).finally(() => void worker.terminate());
}

/** Packs a scan for the way between threads. */
export function packScan({ files, ...rest }: Scan): PackedScan {
  const numbers = new Float64Array(files.length * 4);
  files.forEach(({ size, changedMs, sidecar }, index) => {
    numbers.set([size, changedMs, sidecar?.size ?? -1, sidecar?.mtimeMs ?? 0], index * 4);
  });
  return { paths: files.map(({ path }) => path).join("\0"), numbers, rest };
}

/** The scan that was packed. */
export function unpackScan({ paths, numbers, rest }: PackedScan): Scan {
  const files =
    paths === ""
      ? []
      : paths.split("\0").map((path, index): FoundFile => {
          const [size = 0, changedMs = 0, sidecarSize = -1, mtimeMs = 0] = numbers.subarray(
            index * 4,
            index * 4 + 4,
          );
          return {
            path,
            filename: path.slice(path.lastIndexOf("/") + 1),
            size,
            changedMs,
            sidecar: sidecarSize < 0 ? undefined : { size: sidecarSize, mtimeMs },
          };
        });
  return { files, ...rest };
}
