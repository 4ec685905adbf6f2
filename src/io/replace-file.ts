/** Writing one file of a repository. */
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "./files.ts";

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

/** Removes a file; none there is no fault. */
export function removeFile(path: string): void {
  rmSync(path, { force: true });
}
