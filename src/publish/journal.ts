/**
 * What a command decides happens whole or not at all, although it is several renames: its intent is written down first, and
 * a run that finds the intent of a killed one carries it out. Pages are not part of it: they are made again from the rest.
 */
import { join, relative } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { kindOfPlace, readFileIfExists } from "../io/files.ts";
import type { TreeWriter } from "../io/tree-writer.ts";
import { JOURNAL, type Placement } from "./plan.ts";

const FORMAT = 1;

interface Journal {
  readonly format: typeof FORMAT;
  /** Pairs of a staged file and its place, both relative to the root. */
  readonly placements: readonly { readonly staged: string; readonly path: string }[];
  /** Relative to the root. */
  readonly deletions: readonly string[];
}

/** Writes down what is going to happen; when this returns, it survives a power cut. The staged files must be synced. */
export async function writeJournal(
  writer: TreeWriter,
  root: string,
  placements: readonly Placement[],
  deletions: readonly string[],
): Promise<void> {
  const journal: Journal = {
    format: FORMAT,
    placements: placements.flatMap(({ staged, path }) =>
      staged === undefined ? [] : { staged: relative(root, staged), path },
    ),
    deletions,
  };
  const staged = writer.stage(Buffer.from(JSON.stringify(journal)), Date.now());
  await writer.sync([staged]);
  writer.place(staged, JOURNAL);
  await writer.sync([join(root, JOURNAL, "..")]);
}

/**
 * Carries out what a killed run had written down. Throws a `PkgIndexError` for a journal that no run of ours has written: it
 * may name records, distribution files and their sidecars below the root, and nothing else.
 */
export async function recoverJournal(writer: TreeWriter, root: string): Promise<void> {
  const bytes = readFileIfExists(join(root, JOURNAL));
  if (bytes === undefined) return;
  const { placements, deletions } = parseJournal(bytes);
  const waiting = placements.filter(({ staged }) => kindOfPlace(root, staged) !== "absent");
  const isSound =
    waiting.every(
      ({ staged, path }) => kindOfPlace(root, staged) === "file" && isFileOrNothing(root, path),
    ) &&
    // What does not wait any more is in its place already.
    placements.every((pair) => waiting.includes(pair) || kindOfPlace(root, pair.path) === "file") &&
    deletions.every((path) => isFileOrNothing(root, path));
  if (!isSound) throw strangeJournal();
  for (const { staged, path } of waiting) writer.place(join(root, staged), path);
  for (const path of deletions) writer.remove(path);
  await writer.sync(
    foldersUpTo(
      root,
      placements.map(({ path }) => path),
    ),
  );
  writer.remove(JOURNAL);
}

/** The folders of some files and all folders above them, up to the root: what is new in them must survive too. */
export function foldersUpTo(root: string, paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = path.split("/");
    for (let depth = 0; depth < parts.length; depth += 1) folders.add(join(root, ...parts.slice(0, depth)));
  }
  return [...folders].toSorted((a, b) => b.length - a.length);
}

const STAGED = /^\.pkgindex\/tmp\/[^/]+$/;
const RECORD = /^\.pkgindex\/(?:records\/[^/]+\.jsonl|\.gitattributes)$/;
const DISTRIBUTION = /\.(?:whl|whl\.metadata|tar\.gz|tar\.gz\.metadata|zip|zip\.metadata)$/;

function parseJournal(bytes: Buffer): Journal {
  let journal: Partial<Journal> | undefined;
  try {
    journal = JSON.parse(bytes.toString("utf8")) as Partial<Journal>;
  } catch {
    throw strangeJournal();
  }
  const { format, placements, deletions } = journal ?? {};
  if (format !== FORMAT || !Array.isArray(placements) || !Array.isArray(deletions)) throw strangeJournal();
  const isOurs =
    placements.every((pair: { staged?: unknown; path?: unknown } | null) => {
      return (
        isText(pair?.staged) &&
        STAGED.test(pair.staged) &&
        isBelowRoot(pair.staged) &&
        isText(pair.path) &&
        mayBeWritten(pair.path)
      );
    }) && deletions.every((path: unknown) => isText(path) && isBelowRoot(path) && DISTRIBUTION.test(path));
  if (!isOurs) throw strangeJournal();
  return { format, placements, deletions };
}

/** Never through a symbolic link: it could lead out of the root. */
function isFileOrNothing(root: string, path: string): boolean {
  return ["file", "absent"].includes(kindOfPlace(root, path));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function mayBeWritten(path: string): boolean {
  return (
    isBelowRoot(path) && (RECORD.test(path) || (DISTRIBUTION.test(path) && !path.startsWith(".pkgindex/")))
  );
}

function isBelowRoot(path: string): boolean {
  return (
    !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

function strangeJournal(): PkgIndexError {
  return new PkgIndexError({
    code: "problems",
    path: JOURNAL,
    message: "is no journal that a run of pkgindex has left behind: it is damaged, or somebody else wrote it",
    hint: "look at it, then delete it and run pkgindex generate",
  });
}
