/** The corpus, published by the program under test as a user would publish it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCli } from "../support/run-cli.ts";
import { EARLY, LATE, QUARANTINED, type InputFile } from "./corpus.ts";

export type LayoutName = "simple" | "flat";

/** Where the index says that it is: legacy JSON is full of it, the pages of the simple API must not be. */
export const INDEX_URL = "https://packages.example.org/";

/** A published root on disk. */
export interface PublishedTree {
  /** The folder of the repository: it holds `pkgindex.toml` and the root `index`. */
  readonly repository: string;
  readonly root: string;
  readonly layout: LayoutName;
  /** Where the project list lies below the root: `simple/`, or nothing. */
  readonly simplePath: string;
  readonly corpus: readonly InputFile[];
}

/** Runs a pkgindex command and throws with all that it said unless it ends with exit code 0. */
export async function runPkgindex(
  repository: string,
  args: readonly string[],
  now: string = LATE,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const result = await runCli(args, {
    cwd: repository,
    env: { SOURCE_DATE_EPOCH: String(Date.parse(now) / 1000), ...environment },
  });
  if (result.code !== 0)
    throw new Error(`pkgindex ${args.join(" ")}: exit code ${result.code}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/**
 * Publishes `corpus` in `repository`, an empty folder: early files, late files, then yanks and the quarantine, with the
 * commands that are there for it. `settings` are further lines of `[index]`.
 */
export async function publish(
  repository: string,
  layout: LayoutName,
  corpus: readonly InputFile[],
  settings: readonly string[] = [],
): Promise<PublishedTree> {
  const root = join(repository, "index");
  mkdirSync(root, { recursive: true });
  writeFileSync(
    join(repository, "pkgindex.toml"),
    ["[index]", `url = "${INDEX_URL}"`, `layout = "${layout}"`, ...settings, ""].join("\n"),
  );
  for (const moment of [EARLY, LATE]) {
    const files = corpus.filter(({ uploadTime }) => uploadTime === moment);
    if (files.length === 0) continue;
    for (const { folder, filename, bytes } of files) {
      mkdirSync(join(root, folder), { recursive: true });
      writeFileSync(join(root, folder, filename), bytes);
    }
    await runPkgindex(repository, ["generate", "--quiet"], moment);
  }
  for (const { filename, yanked } of corpus) {
    if (yanked === undefined) continue;
    await runPkgindex(repository, ["yank", filename, ...(yanked === true ? [] : ["--reason", yanked])]);
  }
  if (corpus.some(({ project }) => project === QUARANTINED))
    await runPkgindex(repository, ["status", QUARANTINED, "quarantined", "--reason", "under review"]);
  return { repository, root, layout, simplePath: layout === "simple" ? "simple/" : "", corpus };
}
