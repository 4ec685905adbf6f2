/** `pkgindex list`: the projects, or the releases of one. */
import { join } from "node:path";
import type { Command } from "commander";
import { listRecordedProjects, readProjectState, recordPath } from "../catalog/record-files.ts";
import type { CommandContext } from "./context.ts";
import type { ExitCode } from "../errors.ts";
import { readFileIfExists } from "../io/files.ts";
import { formatTable } from "../io/table.ts";
import { toVisible } from "../io/terminal.ts";
import { normalizeProjectName } from "../packaging/project-name.ts";
import { joinPath, JSON_PAGE, LAYOUTS, type Layout } from "../simple/layout.ts";
import type { ProjectStatus, ProjectSummary } from "../simple/model.ts";
import { readListJson } from "../simple/project-list.ts";
import { addIndexOptions, loadIndexConfig, type IndexOptions } from "./common-options.ts";
import { requireRoot, type IndexRoot } from "./index-root.ts";
import { readRecordedProject, type RecordedFile } from "./recorded-project.ts";
import { selectFiles } from "./select-files.ts";

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addIndexOptions(command, context.commander)
    .argument("[spec]", "a requirement such as dace or 'dace<2', or a file name: lists releases")
    .description("Lists the projects of the index, or the releases of one.")
    .addHelpText(
      "after",
      `
--json prints {"projects": [{"name", "status", "newestVersion", "fileCount", "uploadTime", "summary" ...}]},
or with a SPEC {"project", "status", "releases": [{"version", "files", "uploaded", "yanked"}]}.

Examples:
  $ pkgindex list
  $ pkgindex list 'dace>=1'`,
    )
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
  requireRoot(config);
  const { head, rows, json } = spec === undefined ? listProjects(config) : listReleases(config, spec);
  const width = host.stdout.isTTY === true ? host.stdout.columns || 80 : undefined;
  if (options.json) terminal.print(JSON.stringify(json, undefined, 2));
  else if (rows.length === 0) terminal.talk(`${config.rootDisplay} has no projects`);
  else
    for (const line of formatTable(
      head,
      rows.map((row) => row.map(toVisible)),
      width,
    ))
      terminal.print(line);
  return 0;
}

interface Listing {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly json: object;
}

function listProjects(index: IndexRoot & { readonly layout: Layout["name"] }): Listing {
  // How the pages vouch for each other is nobody's business here.
  const projects = readProjects(index, LAYOUTS[index.layout]).map(
    ({ name, fileCount, newestVersion, uploadTime, summary, keywords, isYanked, dependencies }) => {
      const { status, ...rest } = readStatus(index, name);
      return {
        name,
        fileCount,
        newestVersion,
        uploadTime,
        summary,
        keywords,
        status,
        isYanked,
        dependencies,
        ...rest,
      };
    },
  );
  const rows = projects.map(
    ({ name, status, newestVersion = "", fileCount, uploadTime = "", summary = "" }) => {
      const shownStatus = status === "active" ? "" : status;
      return [name, newestVersion, String(fileCount), uploadTime.slice(0, 10), shownStatus, summary];
    },
  );
  const head = ["project", "newest", "files", "uploaded", "status", "summary"];
  // What is empty in every row is no column.
  const shown = head.map((_, column) => column < 4 || rows.some((row) => row[column] !== ""));
  const pick = (row: readonly string[]): string[] => row.filter((_, column) => shown[column]);
  return { head: pick(head), rows: rows.map(pick), json: { projects } };
}

/** The project list of the tree; where there is none yet, what the records say. */
function readProjects(index: IndexRoot, layout: Layout): readonly ProjectSummary[] {
  const bytes = readFileIfExists(join(index.root, joinPath(layout.listDirectory, JSON_PAGE)));
  const known = bytes && readListJson(bytes);
  if (typeof known === "object") return known.projects;
  return listRecordedProjects(index.root)
    .toSorted()
    .map((name) => readRecordedProject(index, name))
    .filter(({ files }) => files.length > 0)
    .map(({ name, files }) => ({
      name,
      fileCount: files.length,
      newestVersion: files.at(-1)?.version.text ?? "",
    }));
}

/** Few projects have another status than active: the others' records are not parsed. */
function readStatus({ root }: IndexRoot, name: string): ProjectStatus {
  const project = normalizeProjectName(name);
  const mayHave = readFileIfExists(join(root, recordPath(project)))?.includes('"status"') === true;
  return (mayHave ? readProjectState(root, project, []).status : undefined) ?? { status: "active" };
}

function listReleases(index: IndexRoot, spec: string): Listing {
  const { project, files } = selectFiles(index, spec);
  const versions = [...new Set(files.map(({ version }) => version.text))].toReversed();
  const releases = versions.map((text) => toRelease(text, files));
  const rows = releases.map(({ version, files: members, uploaded, yanked }) => {
    const count = `${members.filter((member) => member.yanked !== false).length} of ${members.length} `;
    const isPart = yanked === false && members.some((member) => member.yanked !== false);
    const text = yanked === false ? "" : yanked === true ? "yanked" : `yanked: ${yanked}`;
    return [version, String(members.length), uploaded.slice(0, 10), isPart ? `${count}yanked` : text];
  });
  const status = project.state.status ?? { status: "active" };
  return {
    head: ["version", "files", "uploaded", ""],
    rows,
    json: { project: project.name, ...status, releases },
  };
}

interface Release {
  readonly version: string;
  readonly files: readonly { readonly filename: string; readonly yanked: boolean | string }[];
  /** When its first file came. */
  readonly uploaded: string;
  /** `true` or the reason where every file is yanked. */
  readonly yanked: boolean | string;
}

function toRelease(version: string, files: readonly RecordedFile[]): Release {
  const members = files.filter((file) => file.version.text === version);
  return {
    version,
    files: members.map(({ filename, state }) => ({ filename, yanked: state.yanked })),
    uploaded: members.map(({ state }) => state.uploadTime ?? "").toSorted()[0] ?? "",
    yanked: members.every(({ state }) => state.yanked !== false) && (members[0]?.state.yanked ?? false),
  };
}
