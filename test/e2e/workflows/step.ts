/** Runs one step of a committed workflow as a runner does: its own script in bash, with the environment that the YAML gives it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

import { readProjectFile } from "../../support/all-workflows.ts";

export interface WorkflowStep {
  readonly script: string;
  /** What the workflow, the job and the step set, the last one first; with expressions. */
  readonly environment: Readonly<Record<string, string>>;
}

type Variables = Readonly<Record<string, string>>;

interface Parsed {
  readonly env?: Variables;
  readonly jobs: Readonly<
    Record<string, { readonly env?: Variables; readonly steps: readonly Record<string, unknown>[] }>
  >;
}

/** The last step of a job, which must be a script for bash. Throws where the file has no such step. */
export function readLastStep(path: string, job: string): WorkflowStep {
  const { env, jobs } = parse(readProjectFile(path)) as Parsed;
  const step = jobs[job]?.steps.at(-1);
  const known = new Set(["name", "id", "env", "run"]);
  const unknown = Object.keys(step ?? {}).filter((key) => !known.has(key));
  if (typeof step?.["run"] !== "string" || unknown.length > 0)
    throw new Error(`the last step of ${job} in ${path} is no plain script: ${JSON.stringify(step)}`);
  return { script: step["run"], environment: { ...env, ...jobs[job]?.env, ...(step["env"] as Variables) } };
}

/**
 * How a runner starts the step (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, "shell"):
 * the script in a file, and the environment with its expressions replaced. Throws for an expression without a value.
 */
export function prepareStep(
  { script, environment }: WorkflowStep,
  folder: string,
  values: Readonly<Record<string, string>>,
): { readonly file: string; readonly environment: Variables } {
  const file = join(folder, "step.sh");
  writeFileSync(file, script);
  const filled = Object.entries(environment).map(([name, text]) => {
    const value = text.replace(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
      const known = values[expression];
      if (known === undefined) throw new Error(`the test knows no value of ${expression}`);
      return known;
    });
    return [name, value];
  });
  return { file, environment: Object.fromEntries(filled) as Variables };
}
