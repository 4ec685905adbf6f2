/**
 * Wakes up when something changes in a folder or in one below it. Only folders are watched, not each file in them, as
 * `fs.watch` with `recursive` and the common libraries do on Linux: an index has ten times as many files as folders.
 */
import { watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import { listFolder, statIfExists, systemErrorCode } from "./files.ts";

export interface FolderWatch {
  /** Watches folders that are new. What appeared in one before it was watched is not told: look after it yourself. */
  readonly rescan: () => void;
  readonly close: () => void;
}

export interface WatchOptions {
  /** Whether to look into the folder at this path, relative to the root. */
  readonly entersFolder: (path: string) => boolean;
  /** Whether a change of the file at this path is worth waking up for. */
  readonly concernsFile: (path: string) => boolean;
  readonly onChange: () => void;
  /** Told where a folder cannot be watched, such as when the system allows no more watches. */
  readonly onError: (path: string, reason: string) => void;
}

/** Watches `root` and all folders below it that `entersFolder` accepts; links are not followed. */
export function watchFolders(root: string, options: WatchOptions): FolderWatch {
  const { entersFolder, concernsFile, onChange, onError } = options;
  const watchers = new Map<string, FSWatcher>();
  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const onEvent = (folder: string, name: string | null): void => {
    if (name === null) return onChange();
    const path = folder === "" ? name : `${folder}/${name}`;
    if (concernsFile(path)) return onChange();
    const isFolder = watchers.has(path) || statIfExists(join(root, path))?.isDirectory() === true;
    if (isFolder && entersFolder(path)) onChange();
  };
  const fail = (folder: string, error: unknown): void => {
    forget(folder);
    // A folder that has gone in the meantime is no news.
    const code = systemErrorCode(error) ?? String(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") onError(folder, code);
  };
  const visit = (folder: string, found: Set<string>): void => {
    found.add(folder);
    try {
      if (!watchers.has(folder)) {
        const watcher = watch(join(root, folder), (_event, name) => onEvent(folder, name));
        watcher.on("error", (error) => fail(folder, error));
        watchers.set(folder, watcher);
      }
      for (const entry of listFolder(join(root, folder))) {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && entersFolder(path)) visit(path, found);
      }
    } catch (error) {
      fail(folder, error);
    }
  };
  const rescan = (): void => {
    const found = new Set<string>();
    visit("", found);
    for (const folder of [...watchers.keys()].filter((known) => !found.has(known))) forget(folder);
  };
  rescan();
  return {
    rescan,
    close: () => {
      for (const folder of watchers.keys()) forget(folder);
    },
  };
}
