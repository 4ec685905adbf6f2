/** What a build says at its end: to a person, to the next job, and on the summary page of the run. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ExitCode } from "../errors.ts";
import { readGithubAddresses } from "../github/addresses.ts";
import { writeActionsOutput, writeActionsSummary } from "../io/actions-files.ts";
import { formatBytes, formatProblem, toVisible } from "../io/terminal.ts";
import { formatCell, formatCommit, formatText } from "./actions-report.ts";
import type { BuiltProject } from "./build-project.ts";
import type { CommandContext } from "./context.ts";

/** Prints the outcome; in Actions also the output `digest`, which is the SHA-256 of build.json, and the summary. */
export function reportBuild(
  { report, text, problems }: BuiltProject,
  { out, json }: { readonly out: string; readonly json?: true },
  { host, terminal }: CommandContext,
): ExitCode {
  const digest = createHash("sha256").update(text).digest("hex");
  const { repository, commit, ref, files, tools } = report;
  for (const problem of problems) terminal.talk(formatProblem(problem));
  if (json === true) terminal.print(text.trimEnd());
  else {
    for (const { file, size } of files)
      terminal.print(toVisible(`built          ${join(out, file)} (${formatBytes(size)})`));
    terminal.print(`from           ${repository} at ${commit}`);
    terminal.print(`build.json     sha256 ${digest}`);
  }
  writeActionsOutput(host.env, "digest", digest);
  const { server } = readGithubAddresses(host.env);
  const rows = files.map(
    ({ file, sha256, size }) => `| ${formatCell(file)} | ${formatBytes(size)} | ${formatCell(sha256)} |`,
  );
  const lines = [
    `## Built ${formatCell(repository)}`,
    "",
    `From ${formatCommit(server, repository, commit)}${ref === commit ? "" : ` (${formatCell(ref)})`}`,
    "",
    "| File | Size | SHA-256 |",
    "| --- | --- | --- |",
    ...rows,
    "",
    ...Object.entries(tools).map(([name, version]) => `- ${name}: ${formatCell(version)}`),
    ...problems.map(({ path, message }) => `- ${formatCell(path)} ${formatText(message)}`),
  ];
  writeActionsSummary(host.env, `${lines.join("\n")}\n`);
  return 0;
}
