/** `pkgindex prune`: carries the rules of `[retention]` out; yanks first, deletes after the grace time. */
import type { Command } from "commander";
import { listRecordedProjects } from "../catalog/record-files.ts";
import type { RecordEvent, RecordLine } from "../catalog/record-events.ts";
import { formatRecordLine } from "../catalog/record-events.ts";
import type { CommandContext } from "./context.ts";
import type { Config } from "../config/config.ts";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { toVisible } from "../io/terminal.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { parseSpec } from "../packaging/spec.ts";
import { planRetention, type RetentionPlan } from "../publish/retention.ts";
import { addWriteOptions, loadIndexConfig, toUpdateOptions, type WriteOptions } from "./common-options.ts";
import { requireRoot } from "./index-root.ts";
import { reportDecision } from "./report-update.ts";
import { decisionTime, readRecordedProject, type RecordedProject } from "./recorded-project.ts";
import { timeOfRun, updateIndex } from "./update-index.ts";

interface PruneOptions extends WriteOptions {
  readonly yes?: true;
}

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addWriteOptions(command, context.commander)
    .option("--yes", "do it; without it, only the plan is printed")
    .description(
      "Applies the rules of [retention] in pkgindex.toml: what no rule keeps is yanked, and deleted when it has been " +
        "yanked for grace-days. Prints its plan, and does nothing without --yes.",
    )
    .addHelpText(
      "after",
      `
--json prints {"yank", "remove", "waiting"}: lists of {"project", "filename", "reason" or "until"}.

Examples:
  $ pkgindex prune
  $ pkgindex prune --yes`,
    )
    .action(async (options: PruneOptions) => done(await prune(options, context)));
}

async function prune(options: PruneOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = await loadIndexConfig(options, context);
  requireRoot(config);
  requireRules(config);
  if (options.yes === undefined || options.dryRun === true) {
    const { plan } = makePlan(config, timeOfRun(context.host.env));
    if (options.json) terminal.print(JSON.stringify({ ...plan, problems: [] }, undefined, 2));
    else {
      for (const line of formatRetention(plan, false)) terminal.print(toVisible(line));
      const isIdle = plan.yank.length + plan.remove.length === 0;
      terminal.talk(`nothing was changed${isIdle ? "" : " (hint: run it again with --yes)"}`);
    }
    return 0;
  }
  let plan: RetentionPlan = { yank: [], remove: [], waiting: [] };
  const update = await updateIndex({
    ...toUpdateOptions(config, options, context),
    decide: async ({ now }) => {
      const made = makePlan(config, now);
      plan = made.plan;
      const events = new Map<ProjectName, RecordEvent[]>();
      const projects = new Map(made.projects.map((project) => [project.name, project]));
      const add = (name: ProjectName, toEvent: (time: string) => RecordEvent): void => {
        const time = decisionTime(projects.get(name)?.lines ?? [], now);
        events.set(name, [...(events.get(name) ?? []), toEvent(time)]);
      };
      for (const { project, filename: file, reason } of plan.yank) {
        add(project, (time) => ({ event: "yanked", file, reason, time }));
      }
      const outgoing = new Set<string>();
      for (const { project, filename: file } of plan.remove) {
        add(project, (time) => ({ event: "removed", file, time }));
        const path = projects.get(project)?.state.files.get(file)?.path;
        if (path !== undefined) outgoing.add(path);
      }
      const records = new Map<ProjectName, readonly RecordLine[]>();
      for (const [name, list] of events) records.set(name, list.map(formatRecordLine));
      return { projects: new Set(records.keys()), records, incoming: [], outgoing };
    },
  });
  const lines = formatRetention(plan, true);
  return reportDecision(update, config, terminal, { json: options.json === true, lines, result: plan });
}

function requireRules({ retention, file }: Config): void {
  const { keep, keepPrereleases, keepDevelopment, days } = retention;
  if ([keep, keepPrereleases, keepDevelopment, days].some((rule) => rule !== undefined)) return;
  throw new PkgIndexError({
    code: "usage",
    path: file ?? "pkgindex.toml",
    message: "there is no rule in [retention], and prune does what the rules say",
    hint: "set retention.keep or retention.days, see the README",
  });
}

function makePlan(config: Config, now: Date): { plan: RetentionPlan; projects: readonly RecordedProject[] } {
  const projects = listRecordedProjects(config.root).map((name) => readRecordedProject(config, name));
  const files = projects.map(({ name, files: recorded }) => ({
    name,
    files: recorded.map(({ filename, version, state }) => ({
      filename,
      version: version.text,
      uploadTime: state.uploadTime ?? "",
      yanked:
        state.yanked === false ? (false as const) : { since: state.yankedSince ?? state.uploadTime ?? "" },
    })),
  }));
  const never = config.retention.never.map(parseSpec);
  return { plan: planRetention(files, { ...config.retention, never }, now), projects };
}

function formatRetention(plan: RetentionPlan, isDone: boolean): string[] {
  const [yank, remove] = isDone ? ["yanked ", "deleted"] : ["yank   ", "delete "];
  const lines = [
    ...plan.yank.map(({ filename, reason }) => `${yank}  ${filename}  (${reason})`),
    ...plan.remove.map(({ filename, reason }) => `${remove}  ${filename}  (${reason})`),
    ...plan.waiting.map(({ filename, until }) => `wait     ${filename}  (yanked; deleted from ${until} on)`),
  ];
  return lines.length > 0 ? lines : ["every release is kept"];
}
