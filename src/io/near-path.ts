import { relative } from "node:path";

/**
 * The same folder as seen from the working directory where it is that or lies below it, and unchanged elsewhere. The system looks up
 * every part of a path anew: of a hundred thousand files, that takes longer than what is asked of them.
 */
export function nearPath(absolute: string): string {
  const fromHere = relative(process.cwd(), absolute) || ".";
  return fromHere.startsWith("..") ? absolute : fromHere;
}
