import { relative } from "node:path";

/** An absolute path as the user would type it: relative to `cwd` where that is shorter. */
export function displayPath(absolute: string, cwd: string): string {
  const fromHere = relative(cwd, absolute) || ".";
  return fromHere.length < absolute.length ? fromHere : absolute;
}
