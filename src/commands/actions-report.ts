/** What a run in GitHub Actions shows a person: one annotation where it failed, and a summary page. */
import { PkgIndexError } from "../errors.ts";
import { isInActions } from "../io/actions-files.ts";
import { toVisible, type Terminal } from "../io/terminal.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a command's work; in Actions its failure is said in one annotation as well. */
export async function withAnnotation<Result>(
  title: string,
  environment: Environment,
  terminal: Terminal,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isInActions(environment) && error instanceof PkgIndexError)
      terminal.talk(formatAnnotation(title, describe(error)));
    throw error;
  }
}

function describe({ path, message, hint, problems }: PkgIndexError): string {
  if (problems.length === 0) return `${path === undefined ? "" : `${path}: `}${message} (hint: ${hint})`;
  return problems.map((problem) => `${problem.path}: ${problem.message} (hint: ${problem.hint})`).join("\n");
}

/** A workflow command (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands). */
export function formatAnnotation(title: string, message: string): string {
  const text = message.split("\n").map(toVisible).join("\n");
  const data = text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  return `::error title=${title}::${data}`;
}

/** Text from outside in a cell of a table, as code. */
export function formatCell(text: string): string {
  return `\`${toVisible(text).replace(/[`|]/g, "\\$&")}\``;
}
