import { dirname, join } from "node:path";
import { hasEntry } from "../io/files.ts";

/** The folder and its parents, nearest first, up to the root of the file system. */
export function* foldersUpwards(folder: string): Generator<string> {
  for (let current = folder; ; current = dirname(current)) {
    yield current;
    if (dirname(current) === current) return;
  }
}

/** Whether a folder is the top of a git work tree; in a linked work tree or a submodule `.git` is a file. */
export function isRepository(folder: string): boolean {
  return hasEntry(join(folder, ".git"));
}

/** The repository that a folder lies in: the nearest parent that holds `.git`, else the folder itself. */
export function findRepository(folder: string): string {
  for (const candidate of foldersUpwards(folder)) if (isRepository(candidate)) return candidate;
  return folder;
}
