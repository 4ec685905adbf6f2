/** What a run says at its end: problems to stderr, the summary or one JSON object to stdout. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Config } from "../config/config.ts";
import type { ExitCode, Problem } from "../errors.ts";
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatProblem,
  toVisible,
  type Terminal,
} from "../io/terminal.ts";
import { formatPlan, isEmptyPlan } from "../publish/plan.ts";
import { LAYOUTS } from "../simple/layout.ts";
import { displayBelow } from "./index-root.ts";
import type { Update } from "./update-index.ts";

/** How many file names one part of the summary shows. */
const SHOWN = 10;

/** Prints the outcome and returns the exit code. */
export function reportUpdate(
  update: Update,
  config: Config,
  terminal: Terminal,
  options: { readonly json: boolean; readonly quiet: boolean },
): ExitCode {
  const problems = update.problems.map((problem) => ({
    ...problem,
    path: displayBelow(config, problem.path),
  }));
  const hasErrors = problems.some(({ severity }) => severity === "error");
  const isOutdated = update.mode === "check" && !isEmptyPlan(update.plan);
  const exitCode = hasErrors || isOutdated ? 1 : 0;
  if (options.json) {
    terminal.print(JSON.stringify(toJson(update, problems), undefined, 2));
    return exitCode;
  }
  for (const problem of problems) {
    if (problem.severity === "error" || !options.quiet) terminal.talk(formatProblem(problem));
  }
  if (update.isRefused) {
    const count = problems.filter(({ severity }) => severity === "error").length;
    terminal.talk(`${formatCount(count, "problem")} found; nothing was written`);
    return exitCode;
  }
  if (update.mode === "check" && isOutdated) {
    for (const line of formatPlan(update.plan)) terminal.print(toVisible(line));
    terminal.talk(`${config.rootDisplay} is not up to date (hint: run pkgindex generate)`);
  } else if (update.mode === "dry-run") {
    for (const line of formatPlan(update.plan)) terminal.print(toVisible(line));
    if (!options.quiet)
      terminal.talk(isEmptyPlan(update.plan) ? "nothing would change" : "nothing was written");
  } else if (!options.quiet) {
    for (const line of summarizeUpdate(update, config, terminal)) terminal.print(line);
  }
  return exitCode;
}

/** Prints the outcome of a command that decided something: its own lines, or its result as JSON. Returns the exit code. */
export function reportDecision(
  update: Update,
  config: Config,
  terminal: Terminal,
  decision: { readonly json: boolean; readonly lines: readonly string[]; readonly result: object },
): ExitCode {
  const problems = update.problems.map((problem) => ({
    ...problem,
    path: displayBelow(config, problem.path),
  }));
  const hasErrors = problems.some(({ severity }) => severity === "error");
  if (decision.json) {
    terminal.print(JSON.stringify({ ...decision.result, problems }, undefined, 2));
    return hasErrors ? 1 : 0;
  }
  for (const problem of problems) terminal.talk(formatProblem(problem));
  if (update.isRefused) {
    terminal.talk("nothing was changed");
    return 1;
  }
  const label = update.mode === "dry-run" ? "(dry run) " : "";
  for (const line of decision.lines) terminal.print(toVisible(label + line));
  if (update.mode === "dry-run") {
    for (const line of formatPlan(update.plan)) terminal.print(toVisible(line));
    terminal.talk("nothing was changed");
  }
  return hasErrors ? 1 : 0;
}

function toJson({ catalog, plan, isRefused }: Update, problems: readonly Problem[]): object {
  return {
    projects: catalog.projects.length,
    files: catalog.fileCount,
    added: catalog.added,
    removed: catalog.removed,
    replaced: catalog.replaced,
    ignored: catalog.ignored,
    pages: {
      written: isRefused ? 0 : plan.pages.length,
      unchanged: plan.unchangedPages,
      deleted: isRefused ? 0 : plan.deletedPages,
    },
    filesRead: catalog.filesRead,
    bytesHashed: catalog.bytesHashed,
    problems,
  };
}

function summarizeUpdate({ catalog, plan, mode }: Update, config: Config, terminal: Terminal): string[] {
  const { bold, dim } = terminal;
  const projects = formatCount(catalog.projects.length, "project");
  const lines = [bold(`${config.rootDisplay}: ${projects}, ${formatCount(catalog.fileCount, "file")}`)];
  const row = (label: string, text: string): void => void lines.push(`  ${label.padEnd(10)} ${text}`);
  const list = (label: string, paths: readonly string[]): void => {
    paths.slice(0, SHOWN).forEach((path, index) => row(index === 0 ? label : "", toVisible(path)));
    if (paths.length > SHOWN) row("", dim(`and ${formatNumber(paths.length - SHOWN)} more`));
  };
  list("added", catalog.added);
  list("removed", catalog.removed);
  list("replaced", catalog.replaced);
  if (mode === "check") row("pages", `${plan.unchangedPages} compared, all as they must be`);
  else {
    row(
      "pages",
      `${plan.pages.length} written, ${plan.unchangedPages} unchanged, ${plan.deletedPages} deleted`,
    );
  }
  const { filesRead, bytesHashed } = catalog;
  const how =
    filesRead > 0 && bytesHashed === 0
      ? `${filesRead === 1 ? "its" : "their"} metadata alone`
      : `${formatBytes(bytesHashed)} hashed`;
  row("read", `${formatCount(filesRead, "file")}, ${how}`);
  if (catalog.ignored.length > 0) {
    row(
      "ignored",
      `${formatCount(catalog.ignored.length, "file")} that ${catalog.ignored.length === 1 ? "is" : "are"} no wheel or sdist`,
    );
  }
  if (catalog.fileCount > 0)
    lines.push(
      "Install from it, and from no other index:",
      `  pip install --index-url ${addressOf(config)} NAME`,
    );
  return lines;
}

function addressOf(config: Config): string {
  const { listDirectory } = LAYOUTS[config.layout];
  const folder = listDirectory === "" ? "" : `${listDirectory}/`;
  if (config.url !== undefined) return config.url + folder;
  return `${pathToFileURL(join(config.root, listDirectory)).href}/`;
}
