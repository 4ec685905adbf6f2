/** The port through which the published tree is changed, and its version for a real folder. */
import { fsync, close, open, renameSync, rmdirSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { makeFolder, systemErrorCode, toSeconds, writeNewFile } from "./files.ts";

/** Changes to one tree. Paths are relative to its root, parts joined by `/`; staged files are absolute. */
export interface TreeWriter {
  /** Writes a new file aside, with a modification time in milliseconds, and returns where. */
  readonly stage: (bytes: Uint8Array, mtimeMs: number) => string;
  /** Moves a staged file to its place in one step, over what was there. */
  readonly place: (staged: string, path: string) => void;
  readonly touch: (path: string, mtimeMs: number) => void;
  /** Removes a file, and its folder where that is empty then. */
  readonly remove: (path: string) => void;
  /** Returns when the staged files or folders (absolute paths) would survive a power cut. */
  readonly sync: (paths: readonly string[]) => Promise<void>;
}

const SYNCS_AT_ONCE = 64;

const openAsync = promisify(open);
const fsyncAsync = promisify(fsync);
const closeAsync = promisify(close);

/** A writer for the folder `root`; `staging` is an existing folder on the same file system. */
export function createTreeWriter(root: string, staging: string): TreeWriter {
  let staged = 0;
  return {
    stage: (bytes, mtimeMs) => {
      staged += 1;
      const path = join(staging, `${staged}.new`);
      writeNewFile(path, bytes, mtimeMs);
      return path;
    },
    place: (from, path) => {
      const to = join(root, path);
      try {
        renameSync(from, to);
      } catch (error) {
        if (systemErrorCode(error) !== "ENOENT") throw error;
        makeFolder(dirname(to));
        renameSync(from, to);
      }
    },
    touch: (path, mtimeMs) => utimesSync(join(root, path), toSeconds(mtimeMs), toSeconds(mtimeMs)),
    remove: (path) => {
      rmSync(join(root, path), { force: true });
      removeEmptyFolders(root, dirname(path));
    },
    sync: async (paths) => {
      for (let start = 0; start < paths.length; start += SYNCS_AT_ONCE) {
        await Promise.all(paths.slice(start, start + SYNCS_AT_ONCE).map(syncOne));
      }
    },
  };
}

function removeEmptyFolders(root: string, folder: string): void {
  for (let at = folder; at !== "." && at !== ""; at = dirname(at)) {
    try {
      rmdirSync(join(root, at));
    } catch {
      return;
    }
  }
}

async function syncOne(path: string): Promise<void> {
  const descriptor = await openAsync(path, "r");
  try {
    await fsyncAsync(descriptor);
  } finally {
    await closeAsync(descriptor);
  }
}
