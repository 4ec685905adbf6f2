/** Reads the pages that stand on disk: what they say of each file is reused where the file is provably the same. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Problem } from "../errors.ts";
import { readFileIfExists, readFileWithTimes, statIfExists } from "../io/files.ts";
import { HTML_PAGE, JSON_PAGE, joinPath } from "../simple/layout.ts";
import { readProjectJson, type KnownFile, type KnownPage } from "../simple/project-page.ts";

/** A page of ours on disk. */
export interface PageOnDisk {
  readonly page: KnownPage;
  readonly files: ReadonlyMap<string, KnownFile>;
  /** Its modification time: when the run began that verified its facts. */
  readonly mtimeMs: number;
  /** Whether the HTML twin is the one that was written with it. */
  readonly hasTwin: boolean;
}

/** Reads the project page in `directory` (relative to the root). A page that cannot be used becomes a note, a stranger's an error. */
export function readPageOnDisk(root: string, directory: string, problems: Problem[]): PageOnDisk | undefined {
  const path = joinPath(directory, JSON_PAGE);
  const file = readFileWithTimes(join(root, path));
  if (file === undefined) return undefined;
  const page = readProjectJson(file.bytes);
  if (typeof page === "string") {
    problems.push(describeFault(path, page));
    return undefined;
  }
  return {
    page,
    files: new Map(page.files.map((known) => [known.filename, known])),
    mtimeMs: file.mtimeMs,
    hasTwin: isTwin(join(root, directory, HTML_PAGE), file.mtimeMs, page.envelope.html),
  };
}

/** Both pages get one time. Where the times differ, as after a checkout, the checksum decides. */
function isTwin(path: string, mtimeMs: number, expected: { size: number; crc32: number }): boolean {
  const stats = statIfExists(path);
  if (stats === undefined || stats.size !== expected.size) return false;
  if (stats.mtimeMs === mtimeMs) return true;
  const bytes = readFileIfExists(path);
  return bytes !== undefined && crc32(bytes) === expected.crc32;
}

/** What to say of a JSON page that cannot be used as it stands. */
export function describeFault(path: string, fault: "damaged" | "newer-format" | "stranger"): Problem {
  if (fault === "stranger") {
    return {
      code: "stranger-in-the-way",
      severity: "error",
      path,
      message: "stands where a page of the index goes, and was not made by pkgindex",
      hint: "move it away",
    };
  }
  const message =
    fault === "damaged"
      ? "the page was cut off or changed by another hand; it is made again"
      : "the page was made by a newer pkgindex; it is made again in the form of this one";
  return {
    code: fault === "damaged" ? "page-damaged" : "page-newer",
    severity: "note",
    path,
    message,
    hint: fault === "damaged" ? "nothing to do" : "use one version of pkgindex for one index",
  };
}
