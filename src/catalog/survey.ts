/** The first look: which files there are, and which projects' pages can stay as they are. */
import { InvalidInput, type Problem } from "../errors.ts";
import { statIfExists } from "../io/files.ts";
import { nearPath } from "../io/near-path.ts";
import type { TrackedFiles } from "../io/git.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectSummary } from "../simple/model.ts";
import type { KnownList } from "../simple/project-list.ts";
import type { CatalogOptions } from "./catalog.ts";
import type { Change } from "./change.ts";
import { fits, glanceAtProject, isUnchanged, trustList, type Glance } from "./glance.ts";
import { readKnownList } from "./known-list.ts";
import { listRecordedProjects, readProjectState } from "./record-files.ts";
import { groupFiles, type FoundFile, type FoundGroup } from "./found-files.ts";
import { fillIn, findLeftOut, toLeftOutFile } from "./stand-ins.ts";
import { measureTree, sizesOfFile, type FolderSizes, type TreeSizes } from "./tree-sizes.ts";
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
export async function surveyRoot(given: CatalogOptions): Promise<Survey> {
  const root = nearPath(given.root);
  const options = { ...given, root };
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
  const leftOut = await findLeftOut(options, git);
  const present = applyChange([...found.groups, ...groupFiles(leftOut)], options.change);
  const provenance = withLeftOut(found.provenance, git);
  // What git and provenance say takes a look at each file.
  const mayBeDigested = options.git === undefined && provenance.size === 0;
  const sizes: FolderSizes[] = [];
  for (const [name, groups] of await gatherByProject(present, problems)) {
    recorded.delete(name);
    const glance = glances.get(name);
    const digest = groups.length === 1 && mayBeDigested ? groups[0]?.digest() : undefined;
    if (glance !== undefined && digest !== undefined && fits(glance, digest)) {
      settled.push(glance.summary);
      sizes.push(digest.sizes);
      continue;
    }
    const files = fillIn(name, filesOf(groups), options, git);
    for (const file of files) sizes.push(sizesOfFile(file));
    const staysAs = (seen: Glance | undefined): ProjectSummary | undefined =>
      seen !== undefined && isUnchanged(seen, name, files, options, git, provenance)
        ? seen.summary
        : undefined;
    const isDecided = options.change?.projects.has(name) === true;
    const settledAs = isDecided ? undefined : (staysAs(glance) ?? staysAs(glanceByGit(name)));
    if (settledAs !== undefined) settled.push(settledAs);
    else changed.set(name, files);
  }
  // The records of projects without files: a fault in them must not wait until the files are back.
  const unsorted: [ProjectName, readonly RecordLine[]][] = [];
  for (const name of recorded) {
    const state = readProjectState(root, name, problems);
    if (state.unsorted !== undefined) unsorted.push([name, state.unsorted]);
  }
  const { ignored } = found;
  // A sparse checkout can leave out wheels and not their sidecars.
  const straySidecars = found.straySidecars.filter((path) => git?.leftOut.has(wheelOf(path)) !== true);
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
    sizes: measureTree(sizes, true),
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
  for (const [name, groups] of await gatherByProject(applyChange(groupFiles(files), change), problems)) {
    const filled = fillIn(name, filesOf(groups), options, git);
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
    sizes: measureTree(all.map(sizesOfFile), false),
  };
}

/** The wheel that a sidecar is of. */
function wheelOf(sidecar: string): string {
  return sidecar.slice(0, -".metadata".length);
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

function filesOf(groups: readonly FoundGroup[]): readonly FoundFile[] {
  return groups.flatMap((group) => group.files());
}

/** The files as they will be. */
function applyChange(groups: readonly FoundGroup[], change: Change | undefined): readonly FoundGroup[] {
  if (change === undefined) return groups;
  const incoming = new Set(change.incoming.map(({ path }) => path));
  const stay = filesOf(groups).filter(({ path }) => !incoming.has(path) && !change.outgoing.has(path));
  const come = change.incoming.map(({ path, filename, inspection: { size } }): FoundFile => {
    return { path, filename, size, changedMs: Infinity, sidecar: undefined };
  });
  return groupFiles([...stay, ...come]);
}

/**
 * Gathers groups of files by project. The project comes from the file name, never from the folder. A name that is none becomes a
 * problem.
 */
async function gatherByProject(
  found: readonly FoundGroup[],
  problems: Problem[],
): Promise<ReadonlyMap<ProjectName, readonly FoundGroup[]>> {
  const projects = new Map<ProjectName, FoundGroup[]>();
  for (const group of found) {
    const name = group.project ?? (await parseProject(group.files()[0], problems));
    if (name === undefined) continue;
    const groups = projects.get(name);
    if (groups === undefined) projects.set(name, [group]);
    else groups.push(group);
  }
  return projects;
}

async function parseProject(
  file: FoundFile | undefined,
  problems: Problem[],
): Promise<ProjectName | undefined> {
  if (file === undefined) return undefined;
  const { parseFilename } = await import("../archive/parse-filename.ts");
  try {
    return parseFilename(file.filename).name;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    problems.push(error.toProblem(file.path));
    return undefined;
  }
}
