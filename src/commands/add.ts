/** `pkgindex add`: push mode, local. Checks files more strictly than any installer does, and puts them into the index. */
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { hasEntry } from "../io/files.ts";
import { addWriteOptions, loadIndexConfig, toUpdateOptions, type WriteOptions } from "./common-options.ts";
import type { Source } from "../catalog/record-events.ts";
import { decideAddition, type Addition } from "./decide-addition.ts";
import { reportDecision } from "./report-update.ts";
import { updateIndex } from "./update-index.ts";

interface AddOptions extends WriteOptions {
  readonly folder?: string;
  readonly sourceRepository?: string;
  readonly sourceCommit?: string;
  readonly allowReplace?: true;
}

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addWriteOptions(command, context.commander)
    .argument("<file...>", "wheels and sdists; they are copied")
    .option("--folder <name>", "the package subfolder (default: the project's own, else its normalized name)")
    .option("--source-repository <owner/repo>", "where the files were built from, with --source-commit")
    .option("--source-commit <sha>", "the full commit that they were built from")
    .option("--allow-replace", "accept other bytes under a published file name")
    .description(
      "Checks each file (name, metadata, every hash in RECORD, WHEEL's tags), copies it into its package subfolder " +
        "and updates the index: all of the files, or none. A file that is there already is no error. " +
        "Where pkgindex build has left a build.json beside a file, its source goes on record.",
    )
    .addHelpText(
      "after",
      `
--json prints {"added", "replaced", "alreadyThere", "problems"}: paths below the root.

Examples:
  $ pkgindex add dist/*.whl
  $ pkgindex add dace-1.0-py3-none-any.whl --folder nightly`,
    )
    .action(async (files: string[], options: AddOptions) => done(await add(files, options, context)));
}

async function add(
  files: readonly string[],
  options: AddOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const given = checkSource(options);
  const cwd = context.host.cwd();
  const isBuilt = files.some((file) => hasEntry(join(dirname(resolve(cwd, file)), "build.json")));
  const sources =
    given === undefined && isBuilt
      ? await (await import("./built-files.ts")).readSources(files, cwd)
      : undefined;
  const config = await loadIndexConfig(options, context);
  let addition: Addition | undefined;
  const update = await updateIndex({
    ...toUpdateOptions(config, options, context),
    decide: async (decision) => {
      addition = await decideAddition(
        files,
        {
          folder: options.folder,
          sourceOf: (file) => given ?? sources?.get(file),
          allowReplace: options.allowReplace === true,
          replaceHint: "--allow-replace",
          cwd,
          config,
        },
        decision,
      );
      return addition.change;
    },
  });
  const { added = [], replaced = [], alreadyThere = [] } = addition ?? {};
  const lines = [
    ...added.map((path) => `added          ${path}`),
    ...replaced.map((path) => `replaced       ${path}`),
    ...alreadyThere.map((path) => `already there  ${path}`),
  ];
  const result = { added, replaced, alreadyThere };
  return reportDecision(update, config, context.terminal, { json: options.json === true, lines, result });
}

function checkSource({ sourceRepository: repository, sourceCommit: commit }: AddOptions): Source | undefined {
  if (repository === undefined && commit === undefined) return undefined;
  const refuse = (path: string, message: string, hint: string): PkgIndexError =>
    new PkgIndexError({ code: "usage", path, message, hint });
  if (repository === undefined || commit === undefined) {
    throw refuse(
      repository === undefined ? "--source-commit" : "--source-repository",
      "a source is a repository and a commit",
      "give both options, or none",
    );
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/.test(repository)) {
    throw refuse(
      "--source-repository",
      `${JSON.stringify(repository)} is no OWNER/REPOSITORY`,
      "write it like GridTools/dace",
    );
  }
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
    throw refuse(
      "--source-commit",
      `${JSON.stringify(commit)} is no full commit id`,
      "give all 40 hexadecimal digits",
    );
  }
  return { repository, commit };
}
