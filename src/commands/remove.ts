/** `pkgindex remove`: deletes files for good. Their names and hashes stay on record, so that no other bytes can take their place. */
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { askYesOrNo } from "../io/question.ts";
import { addWriteOptions, loadIndexConfig, toUpdateOptions, type WriteOptions } from "./common-options.ts";
import { reportDecision } from "./report-update.ts";
import { decisionTime, toRecords } from "./recorded-project.ts";
import { selectFiles } from "./select-files.ts";
import { updateIndex } from "./update-index.ts";

interface RemoveOptions extends WriteOptions {
  readonly yes?: true;
}

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addWriteOptions(command, context.commander)
    .argument("<spec>", "a requirement such as dace==1.0 or 'dace<2', or a file name")
    .option("--yes", "do not ask")
    .description(
      "Deletes files, their sidecars and their lines on the pages. Who has one of them in a lock file cannot install it " +
        "any more: yank is kinder. The names stay on record and cannot come back with other bytes.",
    )
    .addHelpText(
      "after",
      `
--json prints {"removed", "problems"}: file names.

Examples:
  $ pkgindex remove dace==1.0 --dry-run
  $ pkgindex remove 'dace<1' --yes`,
    )
    .action(async (spec: string, options: RemoveOptions) => done(await remove(spec, options, context)));
}

async function remove(spec: string, options: RemoveOptions, context: CommandContext): Promise<ExitCode> {
  const config = await loadIndexConfig(options, context);
  const asked = selectFiles(config, spec).files.map(({ filename }) => filename);
  if (options.dryRun === undefined) await confirmRemoval(asked, spec, options, context);
  let removed: string[] = [];
  const update = await updateIndex({
    ...toUpdateOptions(config, options, context),
    allowEmpty: true,
    decide: async ({ now }) => {
      const { project, files } = selectFiles(config, spec);
      // What came since the question was asked was not agreed to.
      const agreed = files.filter(({ filename }) => asked.includes(filename));
      const time = decisionTime(project.lines, now);
      removed = agreed.map(({ filename }) => filename);
      return {
        projects: new Set([project.name]),
        records: toRecords(
          project.name,
          removed.map((file) => ({ event: "removed", file, time }) as const),
        ),
        incoming: [],
        outgoing: new Set(agreed.flatMap(({ state }) => state.path ?? [])),
      };
    },
  });
  const lines = removed.map((file) => `removed  ${file}`);
  return reportDecision(update, config, context.terminal, {
    json: options.json === true,
    lines,
    result: { removed },
  });
}

async function confirmRemoval(
  files: readonly string[],
  spec: string,
  { yes }: RemoveOptions,
  { host, terminal }: CommandContext,
): Promise<void> {
  if (yes) return;
  for (const file of files) terminal.talk(`would be deleted: ${file}`);
  const question = `Delete ${files.length === 1 ? "this file" : `these ${files.length} files`} for good? [y/N] `;
  const answer = await askYesOrNo(host, question);
  if (answer === true) return;
  throw new PkgIndexError({
    code: answer === undefined ? "usage" : "problems",
    path: spec,
    message: answer === undefined ? "deleting needs a yes, and there is no terminal to ask" : "not deleted",
    hint: answer === undefined ? "run it again with --yes" : "nothing was changed",
  });
}
