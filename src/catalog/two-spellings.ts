/** One distribution under two names. */
import type { Problem } from "../errors.ts";

/** Two file names that differ in what normalization takes away: `path` is the one that is refused, `other` the one that is there. */
export function twoSpellings(path: string, other: string): Problem {
  return {
    code: "two-spellings",
    severity: "error",
    path,
    message: `is another spelling of ${other}: both are one distribution to every client`,
    hint: "keep one of them, or publish a new version or build number",
  };
}
