/** The folder that an index lives in, and the error where there is none. */
import { join } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { statIfExists } from "../io/files.ts";

/** Where an index is: what `Config` says of it. */
export interface IndexRoot {
  /** Absolute path. */
  readonly root: string;
  /** The same as the user would type it. */
  readonly rootDisplay: string;
}

/** Throws a `PkgIndexError` (`root-missing`) where the root is no folder. */
export function requireRoot({ root, rootDisplay }: IndexRoot): void {
  if (statIfExists(root)?.isDirectory() === true) return;
  throw new PkgIndexError({
    code: "root-missing",
    path: rootDisplay,
    message: "there is no such folder, and an index is made in a folder that holds package subfolders",
    hint: "make it and put wheels into a subfolder of it, or name another folder with --root",
  });
}

/** A path below the root as the user would type it. */
export function displayBelow({ rootDisplay }: IndexRoot, path: string): string {
  return join(rootDisplay, path);
}
