/**
 * What a scan has found, by folder and project. An index can have tens of thousands of files, and in most runs none of them has changed:
 * so a group of files says in a few values what a page is compared with, and names its files only to who asks.
 */
import { statIfExists } from "../io/files.ts";
import { isValidProjectName, normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import { encodeSegment, hrefOfFolder } from "../simple/href.ts";
import type { Layout } from "../simple/layout.ts";
import { joinListing, listLine } from "./page-listing.ts";
import { isLarge, type FolderSizes } from "./tree-sizes.ts";

/** A wheel or an sdist in the tree. */
export interface FoundFile {
  readonly filename: string;
  /** Relative to the root, parts joined by `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The later of the times when its bytes and when its entry in the file system changed, in milliseconds. */
  readonly changedMs: number;
  /** A wheel's sidecar, where there is one: size in bytes and modification time in milliseconds. */
  readonly sidecar: { readonly size: number; readonly mtimeMs: number } | undefined;
  /** Where its bytes are not here and something stands for them: whether those are provably the bytes on record. */
  readonly standIn?: { readonly isProven: boolean };
}

/** A distribution file by its name alone. */
export interface FoundName {
  readonly filename: string;
  readonly hasSidecar: boolean;
}

/** A folder that has distribution files. */
export interface FoundFolder {
  /** Relative to the root, parts joined by `/`. */
  readonly folder: string;
  /** Sorted. */
  readonly names: readonly FoundName[];
}

/** Files that come one after the other in a folder and belong to one project. */
export interface NameGroup {
  /** Undefined where a look at the name is not enough to tell: an sdist, or an odd name, which is alone then. */
  readonly project: ProjectName | undefined;
  /** The number of its first name in the folder, and that of the first after it. */
  readonly from: number;
  readonly to: number;
  /** Its files as {@link joinListing} has them, none with provenance. */
  readonly listing: string;
}

/** What decides of a group whether a page can stay as it is. */
export interface GroupDigest {
  readonly listing: string;
  /** When the last of its files changed, in milliseconds. */
  readonly changedMs: number;
  /** When the last of their sidecars did; -Infinity where there is none. */
  readonly sidecarMs: number;
  /** The size of the smallest file in bytes. */
  readonly leastSize: number;
  readonly sizes: FolderSizes;
}

/** Files of one project. */
export interface FoundGroup {
  readonly project: ProjectName | undefined;
  readonly files: () => readonly FoundFile[];
  /** Undefined where no scan has measured the files as they will be. */
  readonly digest: () => GroupDigest | undefined;
}

/** For each file: size (-1 for one that is gone), time, and its sidecar's size (-1 for none) and time. */
export const NUMBERS_EACH = 4;

/**
 * Measures the files of a folder: size and times of each and of its sidecar go to `numbers`. Returns which of them belong
 * together; those that are gone by now are left out.
 */
export function measureFolder(
  root: string,
  found: FoundFolder,
  numbers: Float64Array,
  layout: Layout,
): NameGroup[] {
  const { folder, names } = found;
  let at = 0;
  for (const { filename, hasSidecar } of names) {
    const path = `${root}/${folder}/${filename}`;
    const stats = statIfExists(path);
    const sidecar = hasSidecar && stats !== undefined ? statIfExists(`${path}.metadata`) : undefined;
    numbers[at] = stats?.size ?? -1;
    numbers[at + 1] = stats === undefined ? 0 : Math.max(stats.mtimeMs, stats.ctimeMs);
    numbers[at + 2] = sidecar?.size ?? -1;
    numbers[at + 3] = sidecar?.mtimeMs ?? 0;
    at += NUMBERS_EACH;
  }
  return groupNames(found, numbers, layout);
}

function groupNames({ folder, names }: FoundFolder, numbers: Float64Array, layout: Layout): NameGroup[] {
  const groups: NameGroup[] = [];
  let project: ProjectName | undefined;
  let from = 0;
  let start: string | undefined;
  let prefix = "";
  let lines: string[] = [];
  const close = (to: number): void => {
    if (lines.length > 0) groups.push({ project, from, to, listing: joinListing(lines) });
  };
  for (const [index, { filename }] of names.entries()) {
    const size = numbers[index * NUMBERS_EACH] ?? -1;
    if (size < 0) continue;
    if (start === undefined || !filename.startsWith(start) || !filename.endsWith(".whl")) {
      close(index);
      project = glanceAtName(filename);
      start = project && filename.slice(0, filename.indexOf("-") + 1);
      prefix = project === undefined ? "" : hrefOfFolder(layout.projectDirectory(project), folder);
      from = index;
      lines = [];
    }
    const sidecarSize = numbers[index * NUMBERS_EACH + 2] ?? -1;
    const url = prefix + encodeSegment(filename);
    lines.push(listLine(filename, url, size, sidecarSize < 0 ? undefined : sidecarSize, false));
  }
  close(names.length);
  return groups;
}

/**
 * The project by what stands before the first hyphen of a wheel's name, which is enough here: the rest is parsed when the file is
 * new. Undefined where that does not tell.
 */
function glanceAtName(filename: string): ProjectName | undefined {
  const rawName = filename.endsWith(".whl") ? filename.slice(0, Math.max(0, filename.indexOf("-"))) : "";
  return isValidProjectName(rawName) ? normalizeProjectName(rawName) : undefined;
}

/** Files of which more is known than a scan can say, each as a group. */
export function groupFiles(files: readonly FoundFile[]): FoundGroup[] {
  return files.map((file) => ({
    project: glanceAtName(file.filename),
    files: () => [file],
    digest: () => undefined,
  }));
}

/** A group of files that were measured. */
export function toFoundGroup(
  { folder, names }: FoundFolder,
  numbers: Float64Array,
  { project, from, to, listing }: NameGroup,
): FoundGroup {
  const files = (): FoundFile[] =>
    names.slice(from, to).flatMap(({ filename }, index): FoundFile | [] => {
      const at = (from + index) * NUMBERS_EACH;
      const [size = -1, changedMs = 0, sidecarSize = -1, sidecarMs = 0] = numbers.subarray(at);
      if (size < 0) return [];
      const sidecar = sidecarSize < 0 ? undefined : { size: sidecarSize, mtimeMs: sidecarMs };
      return { filename, path: `${folder}/${filename}`, size, changedMs, sidecar };
    });
  return {
    project,
    files,
    digest: () => digestOf({ folder, names }, numbers, { project, from, to, listing }),
  };
}

function digestOf(
  { folder, names }: FoundFolder,
  numbers: Float64Array,
  { from, to, listing }: NameGroup,
): GroupDigest {
  const digest = { listing, changedMs: -Infinity, sidecarMs: -Infinity, leastSize: Infinity };
  const sizes = { folder, files: 0, bytes: 0, large: [] as FolderSizes["large"][number][] };
  for (let index = from; index < to; index += 1) {
    const at = index * NUMBERS_EACH;
    const size = numbers[at] ?? -1;
    if (size < 0) continue;
    digest.leastSize = Math.min(digest.leastSize, size);
    digest.changedMs = Math.max(digest.changedMs, numbers[at + 1] ?? Infinity);
    const sidecarSize = numbers[at + 2] ?? -1;
    if (sidecarSize >= 0) digest.sidecarMs = Math.max(digest.sidecarMs, numbers[at + 3] ?? Infinity);
    sizes.files += sidecarSize < 0 ? 1 : 2;
    sizes.bytes += size + Math.max(0, sidecarSize);
    if (isLarge(size)) sizes.large.push({ path: `${folder}/${names[index]?.filename}`, size });
  }
  return { ...digest, sizes };
}
