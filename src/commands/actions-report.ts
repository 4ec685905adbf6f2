/** Text from outside on the summary page of a run in GitHub Actions, which is Markdown. */
import { toVisible } from "../io/terminal.ts";

/** As code, also in a cell of a table: nothing in it ends the code (https://github.github.com/gfm/#code-spans). */
export function formatCell(text: string): string {
  const visible = toVisible(text).replace(/\|/g, "\\|");
  const longest = Math.max(0, ...(visible.match(/`+/g) ?? []).map((run) => run.length));
  if (longest === 0) return `\`${visible}\``;
  const fence = "`".repeat(longest + 1);
  return `${fence} ${visible} ${fence}`;
}

/** As plain text: nothing in it is markup. */
export function formatText(text: string): string {
  return toVisible(text).replace(/[\\`*_{}[\]<>()#!|~@:]/g, "\\$&");
}

/** A commit of a repository on the server at `server`, with links to both. */
export function formatCommit(server: string, repository: string, commit: string): string {
  const address = `${server}/${repository}`;
  return `[${formatText(repository)}](${address}) at [${formatCell(commit)}](${address}/commit/${commit})`;
}
