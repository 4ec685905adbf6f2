/** `pkgindex show`: all that is on record of a project, a release or a file. */
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import type { ExitCode } from "../errors.ts";
import { formatBytes, toVisible } from "../io/terminal.ts";
import { addIndexOptions, loadIndexConfig, type IndexOptions } from "./common-options.ts";
import { selectFiles, type RecordedFile } from "./select-files.ts";

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addIndexOptions(command, context.commander)
    .argument("<spec>", "a requirement such as dace or dace==1.0, or a file name")
    .description("Shows files, hashes, dates, source commits, yanks and the project's status.")
    .addHelpText(
      "after",
      "\nExamples:\n  $ pkgindex show dace\n  $ pkgindex show dace-1.0-py3-none-any.whl --json",
    )
    .action(async (spec: string, options: IndexOptions) => done(await show(spec, options, context)));
}

async function show(spec: string, options: IndexOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const config = await loadIndexConfig(options, context);
  const { project, files } = selectFiles(config.root, spec);
  const status = project.state.status ?? { status: "active" };
  if (options.json) {
    terminal.print(
      JSON.stringify({ project: project.name, ...status, files: files.map(toJson) }, undefined, 2),
    );
    return 0;
  }
  const reason = "reason" in status ? ` (${status.reason})` : "";
  terminal.print(`${terminal.bold(project.name)}  ${toVisible(status.status + reason)}`);
  for (const file of files.toReversed()) for (const line of describe(file)) terminal.print(toVisible(line));
  return 0;
}

function toJson({ filename, version, state }: RecordedFile): object {
  const { path, sha256, size, uploadTime, source, yanked, yankedSince } = state;
  return { filename, version: version.text, path, size, sha256, uploadTime, source, yanked, yankedSince };
}

function describe({ filename, version, state }: RecordedFile): string[] {
  const row = (label: string, text: string): string => `    ${label.padEnd(9)} ${text}`;
  const lines = [
    `  ${filename}`,
    row("version", version.text),
    row("size", `${formatBytes(state.size)} (${state.size} bytes)`),
    row("sha256", state.sha256 ?? ""),
    row("path", state.path ?? ""),
    row("uploaded", state.uploadTime ?? ""),
  ];
  if (state.source !== undefined)
    lines.push(row("source", `${state.source.repository} at ${state.source.commit}`));
  if (state.yanked !== false) {
    const reason = state.yanked === true ? "" : `: ${state.yanked}`;
    lines.push(row("yanked", `${state.yankedSince ?? ""}${reason}`));
  }
  return lines;
}
