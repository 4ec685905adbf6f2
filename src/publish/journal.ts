/**
 * What a command decides happens whole or not at all, although it is several renames: its intent is written down first, and
 * a run that finds the intent of a killed one carries it out. Pages are not part of it: they are made again from the rest.
 */
import { join, relative } from "node:path";
import { readFileIfExists, statIfExists } from "../io/files.ts";
import type { TreeWriter } from "../io/tree-writer.ts";
import type { Placement } from "./plan.ts";

/** Relative to the root. Where it stands, the command has happened. */
export const JOURNAL = ".pkgindex/journal.json";

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

/** Carries out what a killed run had written down. Returns whether there was something. */
export async function recoverJournal(writer: TreeWriter, root: string): Promise<boolean> {
  const bytes = readFileIfExists(join(root, JOURNAL));
  if (bytes === undefined) return false;
  const { placements, deletions } = JSON.parse(bytes.toString("utf8")) as Journal;
  for (const { staged, path } of placements) {
    // What is not in the staging folder any more is in its place already.
    if (statIfExists(join(root, staged)) !== undefined) writer.place(join(root, staged), path);
  }
  for (const path of deletions) writer.remove(path);
  await writer.sync([root]);
  writer.remove(JOURNAL);
  return true;
}
