/**
 * Scans the folders of a large index on another core, while this one looks at its pages. What it finds is
 * measured by both, each as much as it comes to.
 */
import { startThread } from "../io/start-thread.ts";
import type { Layout } from "../simple/layout.ts";
import {
  measureFolder,
  NUMBERS_EACH,
  toFoundGroup,
  type FoundFolder,
  type FoundGroup,
  type NameGroup,
} from "./found-files.ts";
import { scan, type Scan, type ScanOptions } from "./scan.ts";

/** Some folders, as a thread sends them: one long text is much cheaper to pass on than objects. */
export interface FolderBatch {
  /** Folders joined by two NUL, in each its path and its names joined by NUL, which no name can hold; a name with a sidecar has a slash at its end. */
  readonly text: string;
  readonly shared: SharedMeasures;
}

/** What both threads write to. */
export interface SharedMeasures {
  readonly numbers: Float64Array;
  /** The number of the first folder that nobody measures yet. */
  readonly next: Int32Array;
}

/** Some folders with the places of their numbers. */
export interface Batch {
  readonly folders: readonly (readonly [FoundFolder, Float64Array])[];
  readonly next: Int32Array;
}

/** What belongs together in a folder, which has this number in its batch. */
export type MeasuredShare = readonly (readonly [number, readonly NameGroup[]])[];

/** What a thread sends when it is done: what it measured of each batch, and the rest of the scan. */
export type RestOfScan = Omit<Scan, "groups"> & { readonly groups: readonly MeasuredShare[] };

/** Below this number of projects a thread costs more than it saves. */
const MANY_PROJECTS = 1000;
/** So many names of a folder are measured by one thread, so that both have their share of a large one. */
const MOST_NAMES = 256;
/** How many names are sent at once, or a few more. */
export const BATCH = 4096;

/** Starts the scan; here and now for a small index, else in a thread. */
export function scanAside(options: ScanOptions, projects: number): Promise<Scan> {
  if (projects < MANY_PROJECTS) return Promise.resolve(scan(options));
  const { root, layout, packages, ignore } = options;
  const worker = startThread("scan-worker.cjs", {
    workerData: { root, layout: layout.name, packages, ignore },
    // Most of what is read stays until the end: a small young generation would be copied again and again.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  return new Promise<Scan>((resolve, reject) => {
    const batches: { readonly batch: Batch; readonly share: MeasuredShare }[] = [];
    worker.once("error", reject);
    worker.on("message", (message: FolderBatch | RestOfScan) => {
      if ("text" in message) {
        const batch = toBatch(unpackFolders(message.text), message.shared);
        batches.push({ batch, share: measureShare(root, layout, batch) });
      } else {
        const { groups, ...rest } = message;
        const found = batches.flatMap(({ batch, share }, index) =>
          gatherGroups(batch, [...share, ...(groups[index] ?? [])]),
        );
        resolve({ ...rest, groups: found });
      }
    });
  }).finally(() => void worker.terminate());
}

/** The same folder in parts that one thread can measure. */
export function cutFolder({ folder, names }: FoundFolder): FoundFolder[] {
  return Array.from({ length: Math.ceil(names.length / MOST_NAMES) }, (_, part) => ({
    folder,
    names: names.slice(part * MOST_NAMES, (part + 1) * MOST_NAMES),
  }));
}

/** Packs folders for the way between threads. */
export function packFolders(folders: readonly FoundFolder[]): FolderBatch {
  const names = folders.reduce((sum, folder) => sum + folder.names.length, 0);
  const bytes = names * NUMBERS_EACH * Float64Array.BYTES_PER_ELEMENT;
  return {
    text: folders.map(packFolder).join("\0\0"),
    shared: {
      numbers: new Float64Array(new SharedArrayBuffer(bytes)),
      next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    },
  };
}

function packFolder({ folder, names }: FoundFolder): string {
  return names.reduce(
    (text, { filename, hasSidecar }) => `${text}\0${filename}${hasSidecar ? "/" : ""}`,
    folder,
  );
}

/** The folders that were packed. */
export function unpackFolders(text: string): FoundFolder[] {
  if (text === "") return [];
  return text.split("\0\0").map((packed) => {
    const [folder = "", ...names] = packed.split("\0");
    return {
      folder,
      names: names.map((name) => {
        const hasSidecar = name.endsWith("/");
        return { filename: hasSidecar ? name.slice(0, -1) : name, hasSidecar };
      }),
    };
  });
}

/** Gives each folder the place of its numbers. */
export function toBatch(folders: readonly FoundFolder[], { numbers, next }: SharedMeasures): Batch {
  let first = 0;
  const placed = folders.map((folder) => {
    const from = first;
    first += folder.names.length * NUMBERS_EACH;
    return [folder, numbers.subarray(from, first)] as const;
  });
  return { folders: placed, next };
}

/** Measures folders that nobody measures yet, until there are none. All is measured once every thread has returned. */
export function measureShare(root: string, layout: Layout, { folders, next }: Batch): MeasuredShare {
  const share: (readonly [number, readonly NameGroup[]])[] = [];
  for (;;) {
    const index = Atomics.add(next, 0, 1);
    const [folder, numbers] = folders[index] ?? [];
    if (folder === undefined || numbers === undefined) return share;
    share.push([index, measureFolder(root, folder, numbers, layout)]);
  }
}

/** What was found, in the order of the folders. */
function gatherGroups({ folders }: Batch, measured: MeasuredShare): FoundGroup[] {
  const groups = new Map(measured);
  return folders.flatMap(([folder, numbers], index) =>
    (groups.get(index) ?? []).map((group) => toFoundGroup(folder, numbers, group)),
  );
}
