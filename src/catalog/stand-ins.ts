/**
 * Files whose bytes are not here: those that a sparse checkout leaves out, and those that a Git LFS pointer stands for. They
 * count as present, with what the records and the page say of them.
 */
import { join } from "node:path";
import { lfsPointerBlob, tryParseLfsPointer, USUAL_POINTER_BYTES } from "../archive/lfs-pointer.ts";
import type { Problem } from "../errors.ts";
import { readFileIfExists } from "../io/files.ts";
import type { TrackedFiles } from "../io/git.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { joinPath, JSON_PAGE } from "../simple/layout.ts";
import type { CatalogOptions } from "./catalog.ts";
import { readPageOnDisk } from "./known-page.ts";
import { readProjectState } from "./record-files.ts";
import type { FileState } from "./record-state.ts";
import type { FoundFile } from "./found-files.ts";

/** A file that is left out, before anything is known of it. */
export function toLeftOutFile(path: string): FoundFile {
  return {
    path,
    filename: path.slice(path.lastIndexOf("/") + 1),
    size: 0,
    changedMs: -Infinity,
    sidecar: undefined,
    standIn: { isProven: false },
  };
}

/** The distribution files that a scan of the whole root would have found, had they not been left out. */
export async function findLeftOut(
  options: CatalogOptions,
  git: TrackedFiles | undefined,
): Promise<readonly FoundFile[]> {
  if (git === undefined || git.leftOut.size === 0) return [];
  const { isScanned } = await import("./scan.ts");
  return [...git.leftOut.keys()]
    .filter((path) => looksLikeDistribution(path.slice(path.lastIndexOf("/") + 1)))
    .filter((path) => isScanned(options, path))
    .map(toLeftOutFile);
}

/** Whether a file is left out, or so small that it can only be a pointer. */
export function mayStandIn({ size, standIn }: Pick<FoundFile, "size" | "standIn">): boolean {
  return standIn !== undefined || size < USUAL_POINTER_BYTES;
}

/** The files of a project, those that something stands for with the sizes on record. */
export function fillIn(
  name: ProjectName,
  files: readonly FoundFile[],
  { root, layout }: CatalogOptions,
  git: TrackedFiles | undefined,
): readonly FoundFile[] {
  if (!files.some(mayStandIn)) return files;
  const state = readProjectState(root, name, []);
  const page = readPageOnDisk(root, layout.projectDirectory(name), name, []);
  return files.map((file): FoundFile => {
    const recorded = state.files.get(file.filename);
    if (recorded?.sha256 === undefined || !mayStandIn(file)) return file;
    const { size } = recorded;
    if (file.standIn === undefined) {
      const pointer = tryParseLfsPointer(readFileIfExists(join(root, file.path)) ?? Buffer.alloc(0));
      const isIt = pointer?.sha256 === recorded.sha256 && pointer.size === size;
      return isIt ? { ...file, size, standIn: { isProven: true } } : file;
    }
    const sidecarSize = page?.files.get(file.filename)?.coreMetadata?.size;
    const blob = git?.leftOut.get(file.path);
    return {
      ...file,
      size,
      // Its sidecar is left out with it.
      sidecar: sidecarSize === undefined ? undefined : { size: sidecarSize, mtimeMs: -Infinity },
      standIn: {
        isProven: recorded.blob === undefined || blob === recorded.blob || isPointerBlob(blob, recorded),
      },
    };
  });
}

/** Whether a git object is the pointer that stands for the bytes on record. */
export function isPointerBlob(
  blob: string | undefined,
  { sha256, size }: Pick<FileState, "sha256" | "size">,
): boolean {
  if (blob === undefined || sha256 === undefined) return false;
  return blob === lfsPointerBlob({ sha256, size }, blob.length === 40 ? "sha1" : "sha256");
}

/** What to say of a page that cannot be made, since a file is needed that is not here. */
export function inputMissing(directory: string, path: string, isKept: boolean): Problem {
  return {
    code: "input-missing",
    severity: isKept ? "note" : "error",
    path: joinPath(directory, JSON_PAGE),
    message: `${isKept ? "is kept as it is" : "cannot be made"}: what it says of ${path} must be read from that file, which is not here`,
    hint: `fetch it and run again: git sparse-checkout add '${path}' for a sparse checkout, git lfs pull for a Git LFS pointer`,
  };
}
