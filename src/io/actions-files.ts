/**
 * What a step of GitHub Actions can say besides its log: the files that the runner names
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files). Outside Actions
 * nothing is said.
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

function append(environment: Environment, variable: string, text: string): void {
  const path = environment[variable];
  if (isInActions(environment) && path) appendFileSync(path, text);
}
