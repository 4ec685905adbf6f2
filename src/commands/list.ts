/** `pkgindex list`: the projects, or the releases of one. */
import { join } from "node:path";
import type { Command } from "commander";
import { listRecordedProjects } from "../catalog/record-files.ts";
import type { CommandContext } from "./context.ts";
import type { ExitCode } from "../errors.ts";
import { readFileIfExists } from "../io/files.ts";
import { formatTable } from "../io/table.ts";
import { toVisible } from "../io/terminal.ts";
import { joinPath, JSON_PAGE, LAYOUTS, type Layout } from "../simple/layout.ts";
import type { ProjectSummary } from "../simple/model.ts";
import { readListJson } from "../simple/project-list.ts";
import { addIndexOptions, loadIndexConfig, type IndexOptions } from "./common-options.ts";
import { readRecordedProject, selectFiles, type RecordedFile } from "./select-files.ts";

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addIndexOptions(command, context.commander)
    .argument("[spec]", "a requirement such as dace or 'dace<2': lists its releases")
    .description("Lists the projects of the index, or the releases of one.")
    .addHelpText("after", "\nExamples:\n  $ pkgindex list\n  $ pkgindex list 'dace>=1'")
    .action(async (spec: string | undefined, options: IndexOptions) =>
      done(await list(spec, options, context)),
    );
}

async function list(
  spec: string | undefined,
  options: IndexOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal, host } = context;
  const config = await loadIndexConfig(options, context);
  const width = host.stdout.isTTY === true ? host.stdout.columns : undefined;
  const print = (
    rows: readonly object[],
    head: readonly string[],
    cells: readonly (readonly string[])[],
  ): void => {
    if (options.json) terminal.print(JSON.stringify(rows, undefined, 2));
    else for (const line of formatTable(head, cells, width)) terminal.print(toVisible(line));
  };
  if (spec === undefined) {
    const projects = readProjects(config.root, LAYOUTS[config.layout]);
    const cells = projects.map(({ name, newestVersion = "", fileCount, uploadTime = "", summary = "" }) => {
      return [name, newestVersion, String(fileCount), uploadTime.slice(0, 10), summary];
    });
    print(projects, ["project", "newest", "files", "uploaded", "summary"], cells);
    return 0;
  }
  const releases = toReleases(selectFiles(config.root, spec).files);
  const cells = releases.map(({ version, files, uploaded, yanked }) => {
    return [
      version,
      String(files),
      uploaded.slice(0, 10),
      yanked === false ? "" : yanked === true ? "yanked" : `yanked: ${yanked}`,
    ];
  });
  print(releases, ["version", "files", "uploaded", ""], cells);
  return 0;
}

/** The project list of the tree; where there is none yet, what the records say. */
function readProjects(root: string, layout: Layout): readonly ProjectSummary[] {
  const bytes = readFileIfExists(join(root, joinPath(layout.listDirectory, JSON_PAGE)));
  const known = bytes && readListJson(bytes);
  if (typeof known === "object") return known.projects;
  return listRecordedProjects(root)
    .toSorted()
    .map((name) => readRecordedProject(root, name))
    .filter(({ files }) => files.length > 0)
    .map(({ name, files }) => ({
      name,
      fileCount: files.length,
      newestVersion: files.at(-1)?.version.text ?? "",
    }));
}

interface Release {
  readonly version: string;
  readonly files: number;
  /** When its first file came. */
  readonly uploaded: string;
  /** `true` or the reason where every file is yanked. */
  readonly yanked: boolean | string;
}

function toReleases(files: readonly RecordedFile[]): Release[] {
  const versions = [...new Set(files.map(({ version }) => version.text))];
  return versions.toReversed().map((version) => {
    const members = files.filter((file) => file.version.text === version);
    return {
      version,
      files: members.length,
      uploaded: members.map(({ state }) => state.uploadTime ?? "").toSorted()[0] ?? "",
      yanked: members.every(({ state }) => state.yanked !== false) && (members[0]?.state.yanked ?? false),
    };
  });
}
