/**
 * Scans the folders of a large index on another core, while this one looks at its pages. When the folders are read, each
 * measures half of the files.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageRoot } from "../io/package-root.ts";
import {
  measureFiles,
  scan,
  type FoundFile,
  type FoundName,
  type Scan,
  type ScanOptions,
  type Walk,
} from "./scan.ts";

/** A walk as a thread sends it: one long text is much cheaper to pass on than objects. */
export interface PackedWalk {
  /** Paths joined by NUL, which no path can hold; a path with a sidecar has a slash at its end. */
  readonly names: string;
  readonly rest: Omit<Walk, "names">;
}

/** Below this number of projects a thread costs more than it saves. */
const MANY_PROJECTS = 1000;

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
    worker.once("error", reject);
    worker.once("message", (walk: PackedWalk) => {
      const names = unpackNames(walk.names);
      worker.once("message", (numbers: Float64Array) => {
        resolve({ ...walk.rest, files: [...files, ...unpackFiles(secondHalf(names), numbers)] });
      });
      const files = measureFiles(root, firstHalf(names));
    });
  }).finally(() => void worker.terminate());
}

/** What the scanning side measures here, and what in the thread. */
export function firstHalf(names: readonly FoundName[]): readonly FoundName[] {
  return names.slice(0, names.length >> 1);
}

/** The rest of them. */
export function secondHalf(names: readonly FoundName[]): readonly FoundName[] {
  return names.slice(names.length >> 1);
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

/** Numbers of a name: size (-1 for a file that is gone), time, and its sidecar's size (-1 for none) and time. */
const EACH = 4;

/** Packs what was measured of `names`. */
export function packFiles(names: readonly FoundName[], files: readonly FoundFile[]): Float64Array {
  const numbers = new Float64Array(names.length * EACH).fill(-1);
  let next = 0;
  for (const [index, { path }] of names.entries()) {
    const file = files[next];
    if (file?.path !== path) continue;
    const at = index * EACH;
    numbers[at] = file.size;
    numbers[at + 1] = file.changedMs;
    numbers[at + 2] = file.sidecar?.size ?? -1;
    numbers[at + 3] = file.sidecar?.mtimeMs ?? 0;
    next += 1;
  }
  return numbers;
}

/** The files that were packed. */
export function unpackFiles(names: readonly FoundName[], numbers: Float64Array): FoundFile[] {
  return names.flatMap(({ path }, index): FoundFile | [] => {
    const at = index * EACH;
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
