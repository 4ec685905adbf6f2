/** Why a file that `add` may take cannot go to its place. */
import { isAbsolute, relative, resolve } from "node:path";
import type { Problem } from "../errors.ts";
import { kindOfPlace } from "../io/files.ts";
import type { AdditionOptions, CheckedFile } from "./check-addition.ts";
import type { RecordedProject } from "./recorded-project.ts";
import type { DecisionContext } from "./update-index.ts";

/**
 * What keeps the file from `path`, relative to the root; undefined where nothing does. `isLeftOut`: git knows a file there that
 * is not checked out.
 */
export async function findObstacle(
  path: string,
  file: CheckedFile,
  project: RecordedProject,
  options: AdditionOptions,
  context: DecisionContext,
  isLeftOut: boolean,
): Promise<Problem | undefined> {
  return (
    findStranger(path, file, project, context, isLeftOut) ??
    (await findBlindSpot(path, file, options, context)) ??
    (await findOwnPlace(file, options, context))
  );
}

/** A file at that place which is not on record, or a link on the way. */
function findStranger(
  path: string,
  file: CheckedFile,
  project: RecordedProject,
  { root }: DecisionContext,
  isLeftOut: boolean,
): Problem | undefined {
  const kind = isLeftOut ? "file" : kindOfPlace(root, path);
  if (kind === "absent" || (kind === "file" && project.state.files.get(file.filename)?.sha256 !== undefined))
    return undefined;
  const isFile = kind === "file";
  return {
    code: "stranger-in-the-way",
    severity: "error",
    path: file.given,
    message: isFile
      ? `${path} is there already and is not on record`
      : `cannot go to ${path}: ${kind === "link" ? "a symbolic link" : "something else"} is in the way`,
    hint: isFile
      ? "run pkgindex generate to take it in, or delete it"
      : "move that away, or give another --folder",
  };
}

/** A place that `generate` does not look at: the file would vanish from the index in its next run. */
async function findBlindSpot(
  path: string,
  file: CheckedFile,
  { config: { packages, ignore, root } }: AdditionOptions,
  { layout }: DecisionContext,
): Promise<Problem | undefined> {
  const isHidden = path.split("/").some((part) => part.startsWith("."));
  const isPlain = packages.length === 0 && ignore.length === 0;
  // The globs are loaded only where there are any.
  const isSeen =
    isPlain || (await import("../catalog/scan.ts")).isScanned({ root, layout, packages, ignore }, path);
  if (isSeen && !isHidden) return undefined;
  return {
    code: "not-scanned",
    severity: "error",
    path: file.given,
    message: isHidden
      ? `would go to ${path}, and folders whose names start with a dot are no package subfolders`
      : `would go to ${path}, which [index] packages and ignore leave out of the index`,
    hint: isHidden ? "give another --folder" : "give another --folder, or change pkgindex.toml",
  };
}

/** A file that `generate` finds where it lies: with its copy it would be in the tree twice. */
async function findOwnPlace(
  { given }: CheckedFile,
  { config: { packages, ignore, root }, cwd }: AdditionOptions,
  { layout }: DecisionContext,
): Promise<Problem | undefined> {
  const place = relative(root, resolve(cwd, given));
  if (place.startsWith("..") || isAbsolute(place)) return undefined;
  const { isScanned } = await import("../catalog/scan.ts");
  if (!isScanned({ root, layout, packages, ignore }, place)) return undefined;
  return {
    code: "in-the-index",
    severity: "error",
    path: given,
    message: "lies in a package subfolder of the index already, and is not on record",
    hint: "run pkgindex generate to take it in where it is, or add it from elsewhere",
  };
}
