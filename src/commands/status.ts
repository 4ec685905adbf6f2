/** `pkgindex status`: PEP 792 (https://peps.python.org/pep-0792/). */
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { PROJECT_STATUSES, type ProjectStatus } from "../simple/model.ts";
import { addWriteOptions, loadIndexConfig, toUpdateOptions, type WriteOptions } from "./common-options.ts";
import { reportDecision } from "./report-update.ts";
import { decisionTime, toRecords } from "./recorded-project.ts";
import { checkReason, findProject } from "./select-files.ts";
import { updateIndex } from "./update-index.ts";

interface StatusOptions extends WriteOptions {
  readonly reason?: string;
}

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addWriteOptions(command, context.commander)
    .argument("<project>", "the project's name, in any spelling")
    .addArgument(
      new context.commander.Argument("[status]", "what it is from now on").choices(PROJECT_STATUSES),
    )
    .option("--reason <text>", "why, in a sentence")
    .description(
      "Shows or sets what a project is: active, archived (no more releases), deprecated, or quarantined (its page " +
        "offers no files until it is active again).",
    )
    .addHelpText(
      "after",
      `
--json prints {"project", "status", "reason"?}, and where it is set also "changed" and "problems".

Examples:
  $ pkgindex status dace
  $ pkgindex status dace archived --reason "use dace2"`,
    )
    .action(async (project: string, status: ProjectStatus["status"] | undefined, options: StatusOptions) =>
      done(await setStatus(project, status, options, context)),
    );
}

async function setStatus(
  text: string,
  status: ProjectStatus["status"] | undefined,
  options: StatusOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const reason = checkReason(options.reason);
  const config = await loadIndexConfig(options, context);
  if (status === undefined) {
    if (options.reason !== undefined) throw reasonOfNothing();
    const { name, state } = findProject(config, text);
    const current = {
      project: name,
      status: state.status?.status ?? "active",
      ...(state.status?.reason === undefined ? {} : { reason: state.status.reason }),
    };
    const line = `${name}: ${current.status}${current.reason === undefined ? "" : ` (${current.reason})`}`;
    context.terminal.print(options.json ? JSON.stringify(current, undefined, 2) : line);
    return 0;
  }
  const lines: string[] = [];
  let project = text;
  let changed = false;
  const update = await updateIndex({
    ...toUpdateOptions(config, options, context),
    decide: async ({ now }) => {
      const { name, lines: recorded, state } = findProject(config, text);
      const isSame = (state.status?.status ?? "active") === status && state.status?.reason === reason;
      lines.push(
        `${name}: ${isSame ? "already " : ""}${status}${reason === undefined ? "" : ` (${reason})`}`,
      );
      if (status === "quarantined") {
        lines.push(
          "Its page offers no files now. The files themselves still lie on the host, at their addresses.",
        );
      }
      project = name;
      changed = !isSame;
      const time = decisionTime(recorded, now);
      const event = { event: "status", status, ...(reason === undefined ? {} : { reason }), time } as const;
      return {
        projects: new Set([name]),
        records: toRecords(name, isSame ? [] : [event]),
        incoming: [],
        outgoing: new Set(),
      };
    },
  });
  const result = { project, status, ...(reason === undefined ? {} : { reason }), changed };
  return reportDecision(update, config, context.terminal, { json: options.json === true, lines, result });
}

function reasonOfNothing(): PkgIndexError {
  return new PkgIndexError({
    code: "usage",
    path: "--reason",
    message: "a reason belongs to a status, and none is given",
    hint: "name one: active, archived, deprecated or quarantined",
  });
}
