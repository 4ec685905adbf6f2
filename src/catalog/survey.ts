/** The first look: which files there are, and which projects' pages can stay as they are. */
import { InvalidInput, type Problem } from "../errors.ts";
import { statIfExists } from "../io/files.ts";
import type { TrackedFiles } from "../io/git.ts";
import { isValidProjectName, normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import type { ProjectSummary } from "../simple/model.ts";
import type { KnownList } from "../simple/project-list.ts";
import type { CatalogOptions } from "./catalog.ts";
import type { Change } from "./change.ts";
import { glanceAtProject, isUnchanged, trustList, type Glance } from "./glance.ts";
import { readKnownList } from "./known-list.ts";
import { listRecordedProjects, readProjectState } from "./record-files.ts";
import type { FoundFile } from "./scan.ts";
import { fillIn, findLeftOut, toLeftOutFile } from "./stand-ins.ts";
import { measureTree, type TreeSizes } from "./tree-sizes.ts";
import type { RecordLine } from "./record-events.ts";

export interface Survey {
  readonly problems: Problem[];
  /** The files of each project that has to be drafted. */
  readonly changed: ReadonlyMap<ProjectName, readonly FoundFile[]>;
  /** The other projects that have files. */
  readonly settled: ProjectSummary[];
  /** What the project list on disk says; undefined where it was not read, or is of no use. */
  readonly listed: KnownList | undefined;
  /** Whether `settled` was taken from the project list, unseen. */
  readonly isPartial: boolean;
  /** The records of projects without files that a merge has left out of order. */
  readonly unsorted: readonly (readonly [ProjectName, readonly RecordLine[]])[];
  readonly provenance: ReadonlySet<string>;
  readonly straySidecars: readonly string[];
  readonly ignored: readonly string[];
  readonly git: TrackedFiles | undefined;
  readonly sizes: TreeSizes;
}

/** Surveys the whole root. */
export async function surveyRoot(options: CatalogOptions): Promise<Survey> {
  const { root } = options;
  // Git and the scan work on the other core while pages are looked at here.
  const trackedFiles = options.git?.readTrackedFiles(options.staging !== undefined).catch(() => undefined);
  const recorded = new Set(listRecordedProjects(root));
  // Loaded here: a command that looks at one project never needs it.
  const { scanAside } = await import("./scan-aside.ts");
  const scanning = scanAside(options, recorded.size);
  const listed = readUsefulList(options);
  const summaries = new Map(listed?.projects.map((summary) => [summary.name, summary]));
  const lookAt = (name: ProjectName): Glance | undefined => {
    const summary = summaries.get(name);
    return (summary && trustList(summary, options)) ?? glanceAtProject(name, options, summary);
  };
  const glances = new Map([...recorded].map((name) => [name, lookAt(name)]));
  // Times prove more than git where they prove anything; what was checked out again is known by its id on record.
  const glanceByGit = (name: ProjectName): Glance | undefined =>
    options.git === undefined ? undefined : glanceAtProject(name, options, summaries.get(name));
  const found = await scanning;
  const git = await trackedFiles;
  const problems = [...found.problems];
  const changed = new Map<ProjectName, readonly FoundFile[]>();
  const settled: ProjectSummary[] = [];
  const all = [...found.files, ...(await findLeftOut(options, git))];
  const provenance = withLeftOut(found.provenance, git);
  const filled: FoundFile[] = [];
  for (const [name, present] of await groupByProject(applyChange(all, options.change), problems)) {
    recorded.delete(name);
    const files = fillIn(name, present, options, git);
    for (const file of files) filled.push(file);
    const staysAs = (glance: Glance | undefined): ProjectSummary | undefined =>
      glance !== undefined && isUnchanged(glance, name, files, options, git, provenance)
        ? glance.summary
        : undefined;
    const isDecided = options.change?.projects.has(name) === true;
    const settledAs = isDecided ? undefined : (staysAs(glances.get(name)) ?? staysAs(glanceByGit(name)));
    if (settledAs !== undefined) settled.push(settledAs);
    else changed.set(name, files);
  }
  // The records of projects without files: a fault in them must not wait until the files are back.
  const unsorted: [ProjectName, readonly RecordLine[]][] = [];
  for (const name of recorded) {
    const state = readProjectState(root, name, problems);
    if (state.unsorted !== undefined) unsorted.push([name, state.unsorted]);
  }
  const { straySidecars, ignored } = found;
  const sizes = measureTree(filled, true);
  return {
    problems,
    changed,
    settled,
    listed,
    isPartial: false,
    unsorted,
    provenance,
    straySidecars,
    ignored,
    git,
    sizes,
  };
}

/** What the project list says, where it is sound and anything that it says can be of use. */
function readUsefulList(options: CatalogOptions): KnownList | undefined {
  const { root, layout, fingerprint, rebuild, compareAll } = options;
  if (rebuild || compareAll) return undefined;
  return readKnownList(root, layout, fingerprint);
}

/**
 * Looks at the projects of a change alone; what the project list says of the others stands. Its cost does not grow with
 * the number of files. Undefined where the list cannot be used: then the whole root has to be surveyed.
 */
export async function surveyChange(options: CatalogOptions, change: Change): Promise<Survey | undefined> {
  const { root, layout, fingerprint } = options;
  const list = readKnownList(root, layout, fingerprint);
  if (list === undefined) return undefined;
  const problems: Problem[] = [];
  const recorded: string[] = [];
  for (const name of change.projects) {
    for (const { path, removed } of readProjectState(root, name, problems).files.values())
      if (path !== undefined && !removed) recorded.push(path);
  }
  const incoming = change.incoming.map(({ path }) => path);
  const git = await options.git
    ?.readTrackedFiles(options.staging !== undefined, [...recorded, ...incoming])
    .catch(() => undefined);
  const files = recorded.flatMap((path): FoundFile | [] => {
    return measureFile(root, path) ?? (git?.leftOut.has(path) === true ? toLeftOutFile(path) : []);
  });
  const provenance = new Set(
    files.map(({ path }) => `${path}.provenance`).filter((path) => statIfExists(`${root}/${path}`)),
  );
  const all: FoundFile[] = [];
  const changed = new Map<ProjectName, readonly FoundFile[]>();
  for (const [name, present] of await groupByProject(applyChange(files, change), problems)) {
    const filled = fillIn(name, present, options, git);
    changed.set(name, filled);
    all.push(...filled);
  }
  return {
    problems,
    changed,
    settled: list.projects.filter(({ name }) => !change.projects.has(name)),
    listed: list,
    isPartial: true,
    unsorted: [],
    provenance: withLeftOut(provenance, git),
    straySidecars: [],
    ignored: [],
    git,
    sizes: measureTree(all, false),
  };
}

/** Provenance files, those that a sparse checkout leaves out included. */
function withLeftOut(provenance: ReadonlySet<string>, git: TrackedFiles | undefined): ReadonlySet<string> {
  const leftOut = [...(git?.leftOut.keys() ?? [])].filter((path) => path.endsWith(".provenance"));
  return leftOut.length === 0 ? provenance : new Set([...provenance, ...leftOut]);
}

function measureFile(root: string, path: string): FoundFile | undefined {
  const stats = statIfExists(`${root}/${path}`);
  if (stats?.isFile() !== true) return undefined;
  return {
    path,
    filename: path.slice(path.lastIndexOf("/") + 1),
    size: stats.size,
    changedMs: Math.max(stats.mtimeMs, stats.ctimeMs),
    sidecar: statIfExists(`${root}/${path}.metadata`),
  };
}

/** The files as they will be. */
function applyChange(files: readonly FoundFile[], change: Change | undefined): readonly FoundFile[] {
  if (change === undefined) return files;
  const incoming = new Set(change.incoming.map(({ path }) => path));
  const stay = files.filter(({ path }) => !incoming.has(path) && !change.outgoing.has(path));
  const come = change.incoming.map(({ path, filename, inspection: { size } }): FoundFile => {
    return { path, filename, size, changedMs: Infinity, sidecar: undefined };
  });
  return [...stay, ...come];
}

/**
 * Groups files by project. The project comes from the file name, never from the folder; for a wheel, what stands before
 * the first hyphen is enough here, and the rest of the name is parsed when the file is new.
 */
async function groupByProject(
  files: readonly FoundFile[],
  problems: Problem[],
): Promise<ReadonlyMap<ProjectName, readonly FoundFile[]>> {
  const groups = new Map<ProjectName, FoundFile[]>();
  const wheelGroups = new Map<string, FoundFile[]>();
  for (const file of files) {
    const { filename } = file;
    const rawName = filename.endsWith(".whl") ? filename.slice(0, Math.max(0, filename.indexOf("-"))) : "";
    const wheelGroup = rawName === "" ? undefined : wheelGroups.get(rawName);
    if (wheelGroup !== undefined) wheelGroup.push(file);
    else {
      try {
        const name = isValidProjectName(rawName)
          ? normalizeProjectName(rawName)
          : (await import("../archive/parse-filename.ts")).parseFilename(filename).name;
        const group = groups.get(name) ?? [];
        group.push(file);
        groups.set(name, group);
        if (rawName !== "") wheelGroups.set(rawName, group);
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        problems.push(error.toProblem(file.path));
      }
    }
  }
  return groups;
}
