/** Files that a command puts into a repository: what stands in their places, whose it is, and how it differs. */
import { join } from "node:path";
import { displayPath } from "../config/display-path.ts";
import { isSealed } from "../hosts/stamp.ts";
import { kindOfPlace, readFileIfExists } from "../io/files.ts";
import { replaceFile } from "../io/replace-file.ts";
import { toVisible } from "../io/terminal.ts";
import { toWriteError } from "./write-error.ts";

/** A file as it is to be. */
export interface WantedFile {
  /** Absolute path of the folder that it belongs to. */
  readonly base: string;
  /** Its place below that folder, parts joined by `/`. */
  readonly path: string;
  readonly text: string;
  readonly isExecutable?: true;
}

/** Such a file, and what stands in its place. */
export interface FilePlace {
  readonly file: WantedFile;
  /** Absolute path. */
  readonly path: string;
  /** As the user would type it. */
  readonly display: string;
  /** `outdated`: as pkgindex wrote it once; `foreign`: written or changed by another hand. */
  readonly state: "new" | "outdated" | "unchanged" | "foreign";
  /** The text that stands there; empty where there is none, or no plain file. */
  readonly existing: string;
}

/** Looks at the place of a file. A file whose seal is whole is pkgindex's own: see `hosts/stamp.ts`. */
export function lookAtPlace(file: WantedFile, cwd: string): FilePlace {
  const path = join(file.base, file.path);
  const place = { file, path, display: displayPath(path, cwd) };
  const kind = kindOfPlace(file.base, file.path);
  if (kind === "absent") return { ...place, state: "new", existing: "" };
  const existing = (kind === "file" ? readFileIfExists(path) : undefined)?.toString("utf8");
  if (existing === undefined) return { ...place, state: "foreign", existing: "" };
  // An empty file says one thing only, that it is there; what else it holds is the person's own.
  if (existing === file.text || file.text === "") return { ...place, state: "unchanged", existing };
  return { ...place, state: isSealed(existing) ? "outdated" : "foreign", existing };
}

/** Puts the file into its place, in one step; makes the folders above it. Throws a `PkgIndexError` where that is refused. */
export function writePlace({ path, display, file }: FilePlace): void {
  try {
    replaceFile(path, file.text, file.isExecutable === true);
  } catch (error) {
    throw toWriteError(error, display) ?? error;
  }
}

/** The difference between what stands there and what pkgindex would write, as unified lines fit for a terminal. */
export async function formatDifference({ existing, file, display }: FilePlace): Promise<readonly string[]> {
  const { structuredPatch } = await import("diff");
  const { hunks } = structuredPatch(display, display, existing, file.text, undefined, undefined, {
    context: 3,
  });
  return [
    `--- ${display}`,
    `+++ ${display} (as pkgindex would write it)`,
    ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ]),
  ].map(toVisible);
}
