/**
 * What a step of GitHub Actions can say besides its log: by the files that the runner names, and by commands in the log
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). Outside Actions nothing is said.
 */
import { appendFileSync } from "node:fs";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether this is a step of GitHub Actions. */
export function isInActions(environment: Environment): boolean {
  return environment["GITHUB_ACTIONS"] === "true";
}

/** Sets an output of the step. The value must be one line. */
export function writeActionsOutput(environment: Environment, name: string, value: string): void {
  append(environment, "GITHUB_OUTPUT", `${name}=${value}\n`);
}

/** Adds to the summary page of the run, in Markdown. */
export function writeActionsSummary(environment: Environment, markdown: string): void {
  append(environment, "GITHUB_STEP_SUMMARY", `${markdown}\n`);
}

/** An error that is shown on the page of the run, as a command; each line of `message` must be fit for a terminal. */
export function formatAnnotation(title: string, message: string): string {
  const encode = (text: string): string =>
    text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  return `::error title=${encode(title).replace(/:/g, "%3A").replace(/,/g, "%2C")}::${encode(message)}`;
}

/**
 * The same text without commands: the runner looks for "::" where a line begins, and for the older "##[" anywhere
 * (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
 */
export function hideCommands(text: string): string {
  return text.replaceAll("##[", "## [").replace(/^(\s*):(?=:)/gm, "$1: ");
}

function append(environment: Environment, variable: string, text: string): void {
  const path = environment[variable];
  if (isInActions(environment) && path) appendFileSync(path, text);
}
