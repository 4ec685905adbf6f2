/**
 * Scans the folders of a large index on another core, while this one looks at its pages. What it finds is
 * measured by both, each as much as it comes to.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageRoot } from "../io/package-root.ts";
import { measureFile, scan, type FoundFile, type FoundName, type Scan, type ScanOptions } from "./scan.ts";

/** Some names, as a thread sends them: one long text is much cheaper to pass on than objects. */
export interface NameBatch {
  /** Paths joined by NUL, which no path can hold; a path with a sidecar has a slash at its end. */
  readonly names: string;
  readonly measures: SharedMeasures;
}

/** What a thread sends when it is done: all but the files. */
export type RestOfScan = Omit<Scan, "files">;

/** What both threads write to. */
export interface SharedMeasures {
  /** For each name: size (-1 for a file that is gone), time, and its sidecar's size (-1 for none) and time. */
  readonly numbers: Float64Array;
  /** The number of the first name that nobody measures yet. */
  readonly next: Int32Array;
}

/** Below this number of projects a thread costs more than it saves. */
const MANY_PROJECTS = 1000;
const NUMBERS_EACH = 4;
/** How many files a thread takes at once: few enough that both end at nearly the same time. */
const AT_ONCE = 256;
/** How many names are sent at once. */
export const BATCH = 4096;

/** Starts the scan; here and now for a small index, else in a thread. */
export function scanAside(options: ScanOptions, projects: number): Promise<Scan> {
  if (projects < MANY_PROJECTS) return Promise.resolve(scan(options));
  const { root, layout, packages, ignore } = options;
  const worker = new Worker(join(packageRoot(), "dist/scan-worker.cjs"), {
    workerData: { root, layout: layout.name, packages, ignore },
    // Most of what is read stays until the end: a small young generation would be copied again and again.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  return new Promise<Scan>((resolve, reject) => {
    const batches: { readonly names: readonly FoundName[]; readonly measures: SharedMeasures }[] = [];
    worker.once("error", reject);
    worker.on("message", (message: NameBatch | RestOfScan) => {
      if ("names" in message) {
        const { measures } = message;
        const names = unpackNames(message.names);
        batches.push({ names, measures });
        measureShare(root, names, measures);
      } else {
        const files = batches.flatMap(({ names, measures }) => unpackFiles(names, measures.numbers));
        resolve({ ...message, files });
      }
    });
  }).finally(() => void worker.terminate());
}

/** Packs names for the way between threads. */
export function packNames(names: readonly FoundName[]): string {
  return names.map(({ path, hasSidecar }) => (hasSidecar ? `${path}/` : path)).join("\0");
}

/** The names that were packed. */
export function unpackNames(text: string): FoundName[] {
  if (text === "") return [];
  return text.split("\0").map((name) => {
    const hasSidecar = name.endsWith("/");
    return { path: hasSidecar ? name.slice(0, -1) : name, hasSidecar };
  });
}

/** Room for what is measured of that many names. */
export function makeSharedMeasures(names: number): SharedMeasures {
  const bytes = names * NUMBERS_EACH * Float64Array.BYTES_PER_ELEMENT;
  return {
    numbers: new Float64Array(new SharedArrayBuffer(bytes)).fill(-1),
    next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  };
}

/** Measures files that nobody measures yet, until there are none. All is measured once every thread has returned. */
export function measureShare(
  root: string,
  names: readonly FoundName[],
  { numbers, next }: SharedMeasures,
): void {
  for (;;) {
    const first = Atomics.add(next, 0, AT_ONCE);
    if (first >= names.length) return;
    for (const [index, name] of names.slice(first, first + AT_ONCE).entries()) {
      const file = measureFile(root, name);
      if (file === undefined) continue;
      const { size, changedMs, sidecar } = file;
      numbers.set(
        [size, changedMs, sidecar?.size ?? -1, sidecar?.mtimeMs ?? 0],
        (first + index) * NUMBERS_EACH,
      );
    }
  }
}

/** The files that were measured. */
export function unpackFiles(names: readonly FoundName[], numbers: Float64Array): FoundFile[] {
  return names.flatMap(({ path }, index): FoundFile | [] => {
    const at = index * NUMBERS_EACH;
    const size = numbers[at] ?? -1;
    const sidecarSize = numbers[at + 2] ?? -1;
    if (size < 0) return [];
    return {
      path,
      filename: path.slice(path.lastIndexOf("/") + 1),
      size,
      changedMs: numbers[at + 1] ?? 0,
      sidecar: sidecarSize < 0 ? undefined : { size: sidecarSize, mtimeMs: numbers[at + 3] ?? 0 },
    };
  });
}
