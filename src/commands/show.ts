/** `pkgindex show`: all that is on record of a project, a release or a file. */
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import type { ExitCode } from "../errors.ts";
import { formatField } from "../io/table.ts";
import { formatBytes, toVisible } from "../io/terminal.ts";
import { addIndexOptions, loadIndexConfig, type IndexOptions } from "./common-options.ts";
import type { RecordedFile } from "./recorded-project.ts";
import { selectFiles } from "./select-files.ts";

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addIndexOptions(command, context.commander)
    .argument("<spec>", "a requirement such as dace or dace==1.0, or a file name")
    .description("Shows files, hashes, dates, source commits, yanks and the project's status.")
    .addHelpText(
      "after",
      `
--json prints {"project", "status", "reason"?, "files": [{"filename", "version", "path", "size", "sha256",
"uploadTime", "source"?, "yanked", "yankedSince"?}]}.

Examples:
  $ pkgindex show dace
  $ pkgindex show dace-1.0-py3-none-any.whl --json`,
    )
    .action(async (spec: string, options: IndexOptions) => done(await show(spec, options, context)));
}

async function show(spec: string, options: IndexOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal, host } = context;
  const config = await loadIndexConfig(options, context);
  const { project, files } = selectFiles(config, spec);
  const status = project.state.status ?? { status: "active" };
  if (options.json) {
    terminal.print(
      JSON.stringify({ project: project.name, ...status, files: files.map(toJson) }, undefined, 2),
    );
    return 0;
  }
  const width = host.stdout.isTTY === true ? host.stdout.columns || 80 : undefined;
  const field = (label: string, text: string, style = (line: string) => line): void => {
    for (const line of formatField(label, toVisible(text), width)) terminal.print(style(line));
  };
  const reason = "reason" in status ? ` (${status.reason})` : "";
  field("", `${project.name}  ${status.status}${reason}`, terminal.bold);
  for (const file of files.toReversed()) {
    field("  ", file.filename);
    for (const [label, text] of describe(file)) field(`    ${label.padEnd(9)} `, text);
  }
  return 0;
}

function toJson({ filename, version, state }: RecordedFile): object {
  const { path, sha256, size, uploadTime, source, yanked, yankedSince } = state;
  return { filename, version: version.text, path, size, sha256, uploadTime, source, yanked, yankedSince };
}

function describe({ version, state }: RecordedFile): [label: string, text: string][] {
  const fields: [string, string][] = [
    ["version", version.text],
    ["size", state.size < 1000 ? `${state.size} bytes` : `${formatBytes(state.size)} (${state.size} bytes)`],
    ["sha256", state.sha256 ?? ""],
    ["path", state.path ?? ""],
    ["uploaded", state.uploadTime ?? ""],
  ];
  if (state.source !== undefined)
    fields.push(["source", `${state.source.repository} at ${state.source.commit}`]);
  if (state.yanked !== false) {
    const reason = state.yanked === true ? "" : `: ${state.yanked}`;
    fields.push(["yanked", `${state.yankedSince ?? ""}${reason}`]);
  }
  return fields;
}
