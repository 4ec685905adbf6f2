/** Writing one file of a repository. */
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a text to a path, in one step over what was there; makes the folders above it. */
export function replaceFile(path: string, text: string, isExecutable: boolean): void {
  makeFolder(dirname(path));
  const aside = `${path}.${process.pid}.new`;
  try {
    writeFileSync(aside, text);
    if (isExecutable) chmodSync(aside, 0o755);
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

/** Makes a folder and those above it; one that is there is no fault. Node's own way never ends below /proc. */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/** Removes a file; none there is no fault. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
}
