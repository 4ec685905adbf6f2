/** Reads the pages that stand on disk: what they say of each file is reused where the file is provably the same. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Problem } from "../errors.ts";
import { isWholeMs, readFileIfExists, readFileWithTimes, statIfExists } from "../io/files.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { HTML_PAGE, JSON_PAGE, joinPath, jsonRootDirectory, legacyPath } from "../simple/layout.ts";
import type { Twin } from "../simple/page-envelope.ts";
import { readProjectJson, type KnownFile, type KnownPage } from "../simple/project-page.ts";

/** A page of ours on disk. */
export interface PageOnDisk {
  readonly page: KnownPage;
  readonly files: ReadonlyMap<string, KnownFile>;
  /** In bytes. */
  readonly size: number;
  /** Its modification time: when the run began that verified its facts. */
  readonly mtimeMs: number;
  /** Whether its twins are those that were written with it, and whether all have kept the time that they got then. */
  readonly hasTwins: boolean;
  readonly isUntouched: boolean;
}

/**
 * Reads the page of a project in `directory` (relative to the root). A page of ours that cannot be used becomes a note; a
 * stranger's is none of ours, and is reported when a page has to go there.
 */
export function readPageOnDisk(
  root: string,
  directory: string,
  name: ProjectName,
  problems: Problem[],
): PageOnDisk | undefined {
  const path = joinPath(directory, JSON_PAGE);
  const file = readFileWithTimes(join(root, path));
  if (file === undefined) return undefined;
  const page = readProjectJson(file.bytes);
  if (page === "stranger") return undefined;
  if (typeof page === "string" || page.name !== name) {
    problems.push(describeFault(path, typeof page === "string" ? page : "damaged", file.bytes));
    return undefined;
  }
  return {
    page,
    files: new Map(page.files.map((known) => [known.filename, known])),
    size: file.bytes.length,
    mtimeMs: file.mtimeMs,
    ...lookAtTwins(root, directory, name, file.mtimeMs, page),
  };
}

/** The HTML page, and where there are such the legacy JSON and the page in the second root. */
function lookAtTwins(
  root: string,
  directory: string,
  name: ProjectName,
  mtimeMs: number,
  { envelope: { html, legacy, jsonRoot } }: KnownPage,
): Pick<PageOnDisk, "hasTwins" | "isUntouched"> {
  let isUntouched = true;
  const look = (path: string, twin: Twin | undefined): boolean => {
    if (twin === undefined) return true;
    const found = lookAtTwin(join(root, path), mtimeMs, twin);
    isUntouched &&= found.isUntouched;
    return found.isThere;
  };
  const hasTwins =
    look(joinPath(directory, HTML_PAGE), html) &&
    look(legacyPath(name), legacy) &&
    look(joinPath(jsonRootDirectory(name), HTML_PAGE), jsonRoot);
  return { hasTwins, isUntouched };
}

/** All pages of a project get one time. Where the times differ, as after a checkout, the checksum decides. */
export function lookAtTwin(
  path: string,
  mtimeMs: number,
  expected: Twin,
): { readonly isThere: boolean; readonly isUntouched: boolean } {
  const stats = statIfExists(path);
  if (stats === undefined || stats.size !== expected.size) return { isThere: false, isUntouched: false };
  // The times that pkgindex gives are whole milliseconds, those of a checkout are not.
  if (stats.mtimeMs === mtimeMs && isWholeMs(mtimeMs)) return { isThere: true, isUntouched: true };
  const bytes = readFileIfExists(path);
  return { isThere: bytes !== undefined && crc32(bytes) === expected.crc32, isUntouched: false };
}

/** What to say of a JSON page of ours that cannot be used as it stands. */
export function describeFault(path: string, fault: "damaged" | "newer-format", bytes: Buffer): Problem {
  const note = (code: Problem["code"], message: string, hint: string): Problem => {
    return { code, severity: "note", path, message, hint };
  };
  if (fault === "newer-format") {
    const message = "the page was made by a newer pkgindex; it is made again in the form of this one";
    return note("page-newer", message, "use one version of pkgindex for one index");
  }
  // JSON has no such line ends but those that git puts there.
  return bytes.includes("\r\n")
    ? note(
        "page-damaged",
        "git has changed the line ends of the page (core.autocrlf); it is made again",
        "keep git from it: pkgindex init writes the .gitattributes that does",
      )
    : note(
        "page-damaged",
        "the page was cut off or changed by another hand; it is made again",
        "nothing to do",
      );
}
