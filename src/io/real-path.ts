import { lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { systemErrorCode } from "./files.ts";

/** A path without symbolic links, or the words for what is wrong with one of its links. */
export type RealPath =
  | { readonly path: string; readonly fault?: undefined }
  | { readonly path?: undefined; readonly fault: string };

/**
 * Where a path really leads: its nearest existing parent without symbolic links, and the rest as written. A link to
 * nothing is a fault, since what is made behind it later could lie anywhere.
 */
export function realPathOfNearest(path: string): RealPath {
  try {
    return { path: realpathSync(path) };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    if (code === "ELOOP") return { fault: "is a loop of symbolic links" };
    if (code !== "ENOENT" && code !== "ENOTDIR") return { fault: `cannot be looked at (${code})` };
  }
  if (isLink(path)) return { fault: "is a symbolic link to nothing" };
  const parent = realPathOfNearest(dirname(path));
  return parent.path === undefined ? parent : { path: join(parent.path, basename(path)) };
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
