/** `pkgindex yank` and `pkgindex unyank`: PEP 592 (https://peps.python.org/pep-0592/), by release or by file. */
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import type { RecordEvent } from "../catalog/record-events.ts";
import type { ExitCode } from "../errors.ts";
import { addWriteOptions, loadIndexConfig, toUpdateOptions, type WriteOptions } from "./common-options.ts";
import { reportDecision } from "./report-update.ts";
import { decisionTime, toRecords } from "./recorded-project.ts";
import { checkReason, selectFiles } from "./select-files.ts";
import { updateIndex } from "./update-index.ts";

interface YankOptions extends WriteOptions {
  readonly reason?: string;
}

/** Declares `yank`. */
export function declareYank(
  command: Command,
  context: CommandContext,
  done: (exitCode: ExitCode) => void,
): void {
  addWriteOptions(command, context.commander)
    .argument("<spec>", "a requirement such as dace==1.0 or 'dace<2', or a file name")
    .option("--reason <text>", "why, in a sentence; clients show it")
    .description(
      "Yanks files: clients pass over them unless they are pinned exactly. The files stay where they are. " +
        "What was yanked can be taken back with unyank.",
    )
    .addHelpText(
      "after",
      `
--json prints {"yanked": [{"file", "changed", "since"}], "problems"}.

Examples:
  $ pkgindex yank 'dace==43!2026.2.12' --reason "wrong stride order"
  $ pkgindex yank dace-1.0-py3-none-any.whl`,
    )
    .action(async (spec: string, options: YankOptions) => done(await yank(spec, true, options, context)));
}

/** Declares `unyank`. */
export function declareUnyank(
  command: Command,
  context: CommandContext,
  done: (exitCode: ExitCode) => void,
): void {
  addWriteOptions(command, context.commander)
    .argument("<spec>", "a requirement such as dace==1.0 or 'dace<2', or a file name")
    .description("Takes a yank back.")
    .addHelpText(
      "after",
      `
--json prints {"unyanked": [{"file", "changed", "since"?}], "problems"}.

Example:
  $ pkgindex unyank 'dace==43!2026.2.12'`,
    )
    .action(async (spec: string, options: YankOptions) => done(await yank(spec, false, options, context)));
}

async function yank(
  spec: string,
  isYank: boolean,
  options: YankOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const reason = checkReason(options.reason);
  const config = await loadIndexConfig(options, context);
  const lines: string[] = [];
  const result: { file: string; changed: boolean; since?: string }[] = [];
  const update = await updateIndex({
    ...toUpdateOptions(config, options, context),
    decide: async ({ now }) => {
      const { project, files } = selectFiles(config, spec);
      const time = decisionTime(project.lines, now);
      const events: RecordEvent[] = [];
      for (const { filename: file, state } of files) {
        // A yank that gives no reason takes none away.
        const wanted = isYank && (reason ?? (state.yanked || true));
        const isNews = state.yanked !== wanted;
        const since = isNews ? time : state.yankedSince;
        if (isNews) {
          events.push(
            isYank
              ? { event: "yanked", file, ...(reason === undefined ? {} : { reason }), time }
              : { event: "unyanked", file, time },
          );
        }
        const verb = isYank ? (isNews ? "yanked" : "already yanked") : isNews ? "unyanked" : "not yanked";
        lines.push(`${verb.padEnd(14)} ${file}${since === undefined ? "" : `  ${since}`}`);
        result.push({ file, changed: isNews, ...(since === undefined ? {} : { since }) });
      }
      return {
        projects: new Set([project.name]),
        records: toRecords(project.name, events),
        incoming: [],
        outgoing: new Set(),
      };
    },
  });
  const key = isYank ? "yanked" : "unyanked";
  return reportDecision(update, config, context.terminal, {
    json: options.json === true,
    lines,
    result: { [key]: result },
  });
}
