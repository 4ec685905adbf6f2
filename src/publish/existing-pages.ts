/** What stands where pages go, or went: ours, with these bytes or others, or a stranger's. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Problem } from "../errors.ts";
import { kindOfPlace, readFileIfExists, statIfExists } from "../io/files.ts";
import { holdsJson, HTML_PAGE, joinPath, JSON_PAGE } from "../simple/layout.ts";
import { isOurHiddenJson, isOurHtml, isOurJson } from "../simple/ownership.ts";
import type { Twin } from "../simple/page-envelope.ts";
import { SITE_FILES, SITE_FOLDER } from "../simple/site-paths.ts";
import type { WantedPage } from "./plan.ts";

/** Puts bytes aside for the plan, with a time of their own or the run's, and says where; or only counts, in a run that writes nothing. */
export type Stage = (bytes: Buffer, mtimeMs?: number) => string | undefined;

/**
 * Compares a wanted page with what is at its place below `root`. A stranger in the way becomes a problem, unless it is one
 * that may be replaced. `known` is what was read there in this run, if it was.
 */
export function comparePage(
  root: string,
  path: string,
  bytes: Buffer,
  stage: Stage,
  problems: Problem[],
  mayReplace: (path: string, existing: Buffer) => boolean = () => false,
  known?: Buffer,
): WantedPage {
  const kind = kindOfPlace(root, path);
  if (kind === "absent") return { path, staged: stage(bytes), onDisk: "absent" };
  const existing = kind === "file" ? (known ?? readFileIfExists(join(root, path))) : undefined;
  if (existing?.equals(bytes)) return { path, staged: undefined, onDisk: "same" };
  if (existing === undefined || !(isOurs(path, existing, bytes) || mayReplace(path, existing))) {
    problems.push({
      code: "stranger-in-the-way",
      severity: "error",
      path,
      message:
        kind === "file"
          ? "stands where a page of the index goes, and was not made by pkgindex"
          : `stands where a page of the index goes, and is ${kind === "link" ? "a symbolic link, or below one" : "no file"}`,
      hint: "move it away, or publish under another root",
    });
    return { path, staged: undefined, onDisk: "kept" };
  }
  return { path, staged: stage(bytes), onDisk: "other" };
}

/** As `comparePage`, for a file that somebody else may have put there for the same purpose: theirs stays. */
export function comparePageOrKeep(root: string, path: string, bytes: Buffer, stage: Stage): WantedPage {
  const existing = bytes.length === 0 ? statIfExists(join(root, path)) : undefined;
  if (existing === undefined) return comparePage(root, path, bytes, stage, []);
  return { path, staged: undefined, onDisk: existing.size === 0 ? "same" : "kept" };
}

/** The bytes of a page that stands below `root` as it was written, by size and checksum; undefined where something else does, or nothing. */
export function readWrittenPage(root: string, path: string, twin: Twin | undefined): Buffer | undefined {
  if (twin === undefined || kindOfPlace(root, path) !== "file") return undefined;
  const bytes = readFileIfExists(join(root, path));
  return bytes?.length === twin.size && crc32(bytes) === twin.crc32 ? bytes : undefined;
}

/** The pages in `directory` (relative to the root) that are ours, so that they may be removed. */
export function findOurPages(root: string, directory: string): string[] {
  return keepOurs(
    root,
    [HTML_PAGE, JSON_PAGE].map((name) => joinPath(directory, name)),
  );
}

/** Those of `paths` (relative to the root) where pages of ours stand. */
export function keepOurs(root: string, paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const bytes = kindOfPlace(root, path) === "file" ? readFileIfExists(join(root, path)) : undefined;
    return bytes !== undefined && saysItIsOurs(path, bytes);
  });
}

function isOurs(path: string, existing: Buffer, wanted: Buffer): boolean {
  if (saysItIsOurs(path, existing)) return true;
  // A page that was cut off before it could say that it is ours begins as every page of ours does.
  return !holdsJson(path) && wanted.subarray(0, existing.length).equals(existing);
}

function saysItIsOurs(path: string, bytes: Buffer): boolean {
  // The folder is reserved: whatever stands where we write there was made by us.
  if (path.startsWith(`${SITE_FOLDER}/`)) return true;
  if (path === SITE_FILES.sitemap) return bytes.includes("<!-- pkgindex -->");
  if (path.endsWith(JSON_PAGE)) return isOurJson(bytes);
  return holdsJson(path) ? isOurHiddenJson(bytes) : isOurHtml(bytes);
}
