/** From the files in the root, the pages that stand there and the records to the catalog. */
import { parseFilename } from "../archive/parse-filename.ts";
import { InvalidInput, type Problem } from "../errors.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectDetail, ProjectSummary } from "../simple/model.ts";
import type { Catalog, CatalogOptions, ProjectSink, StagedSidecar } from "./catalog.ts";
import type { FileDraft } from "./file-draft.ts";
import { finishFiles, pathOfUrl, type FinishContext, type Ledger } from "./finish-project.ts";
import { glanceAtProject, isUnchanged } from "./glance.ts";
import { readPageOnDisk } from "./known-page.ts";
import { readNewestMetadata } from "./newest-metadata.ts";
import { listPagedProjects } from "./paged-projects.ts";
import { draftProject, type ProjectDraft } from "./project-draft.ts";
import { newestFile, summarize, toProjectInfo } from "./project-info.ts";
import { readFiles } from "./read-files.ts";
import type { RecordLine } from "./record-events.ts";
import { listRecordedProjects, readProjectState } from "./record-files.ts";
import { scanAside } from "./scan-aside.ts";
import type { FoundFile } from "./scan.ts";

/**
 * Loads the catalog, and hands every project that is not known to be unchanged to `sink`, in the order of names. Faults of
 * single inputs are among the problems; nothing in the published tree is changed.
 */
export async function loadCatalog(options: CatalogOptions, sink: ProjectSink): Promise<Catalog> {
  const { root, layout } = options;
  // Git and the scan work on the other core while pages are looked at here.
  const trackedFiles = options.git?.readTrackedFiles(options.staging !== undefined).catch(() => undefined);
  const recorded = new Set(listRecordedProjects(root));
  const scanning = scanAside(options, recorded.size);
  const glances = new Map([...recorded].map((name) => [name, glanceAtProject(name, options)]));
  const found = await scanning;
  const git = await trackedFiles;
  const problems = [...found.problems];
  const byProject = groupByProject(found.files, problems);
  const projects: ProjectSummary[] = [];
  const changed: ProjectName[] = [];
  for (const [name, files] of byProject) {
    recorded.delete(name);
    const glance = glances.get(name);
    if (glance === undefined || !isUnchanged(glance, name, files, options, git, found.provenance))
      changed.push(name);
    else projects.push(glance.summary);
  }
  const unchangedProjects = projects.length;
  const drafts = changed.toSorted().flatMap((name) => {
    const before = problems.length;
    const state = readProjectState(root, name, problems);
    if (problems.length > before) return [];
    const page = readPageOnDisk(root, layout.projectDirectory(name), problems);
    return draftProject(name, byProject.get(name) ?? [], state, page, { ...options, git });
  });
  // The records of projects without files: a fault in them must not wait until the files are back.
  for (const name of recorded) readProjectState(root, name, problems);
  const reading = await readFiles(drafts, options);
  const ledger: Ledger = { problems, added: [], removed: [], replaced: [] };
  const finish: FinishContext = {
    options,
    provenance: found.provenance,
    clean: git?.clean,
    addedTimes: await readAddedTimes(drafts, options, git?.clean),
  };
  const newRecords = new Map<ProjectName, readonly RecordLine[]>();
  const sidecars: StagedSidecar[] = [];
  const orphans = [...found.straySidecars];
  // Each draft is let go when it is finished: a first run over a large index makes as many as there are files.
  for (let draft = drafts.shift(); draft !== undefined; draft = drafts.shift()) {
    const { files, newLines } = finishFiles(draft, finish, ledger);
    const listed = new Set(files.map(({ file }) => file.path));
    for (const { file, outcome, staged, copies } of draft.files) {
      const path = `${file.path}.metadata`;
      if (!listed.has(file.path)) orphans.push(...(file.sidecar === undefined ? [] : [path]));
      else if (outcome?.ok === true && outcome.inspection.sidecarDiffers) sidecars.push({ path, staged });
      for (const copy of copies) if (copy.sidecar !== undefined) orphans.push(`${copy.path}.metadata`);
    }
    if (files.length > 0) {
      const detail = await toDetail(draft, files, options);
      projects.push(summarize(draft.name, detail.files, detail.info));
      sink(detail, newLines);
    } else if (newLines.length > 0) newRecords.set(draft.name, newLines);
  }
  projects.sort(byName);
  const names = new Set(projects.map(({ name }) => name));
  const vanished = listPagedProjects(root, layout, (name) => names.has(name));
  for (const name of vanished) {
    if (byProject.has(name)) continue;
    const page = readPageOnDisk(root, layout.projectDirectory(name), problems);
    for (const { url } of page?.page.files ?? [])
      ledger.removed.push(pathOfUrl(url, layout.projectDirectory(name)));
  }
  return {
    ...ledger,
    problems: problems.toSorted(byPath),
    projects,
    unchangedProjects,
    ignored: found.ignored,
    newRecords,
    sidecars,
    orphans: orphans.toSorted(),
    vanished,
    fileCount: projects.reduce((sum, { fileCount }) => sum + fileCount, 0),
    ...reading,
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function byPath(a: Problem, b: Problem): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/**
 * Groups files by project. The project comes from the file name, never from the folder; for a wheel, what stands before
 * the first hyphen is enough here, and the rest of the name is parsed when the file is new.
 */
function groupByProject(
  files: readonly FoundFile[],
  problems: Problem[],
): ReadonlyMap<ProjectName, readonly FoundFile[]> {
  const groups = new Map<ProjectName, FoundFile[]>();
  const wheelGroups = new Map<string, FoundFile[]>();
  for (const file of files) {
    const { filename } = file;
    const rawName = filename.endsWith(".whl") ? filename.slice(0, Math.max(0, filename.indexOf("-"))) : "";
    const wheelGroup = rawName === "" ? undefined : wheelGroups.get(rawName);
    if (wheelGroup !== undefined) wheelGroup.push(file);
    else {
      try {
        const { name } = parseFilename(filename);
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

/** Asks git when it first saw the files that are new to the records. A shallow history does not know. */
async function readAddedTimes(
  projects: readonly ProjectDraft[],
  options: CatalogOptions,
  clean: ReadonlyMap<string, string> | undefined,
): Promise<ReadonlyMap<string, Date>> {
  if (options.git === undefined || options.git.isShallow || clean === undefined) return new Map();
  const isNew = ({ state, file }: FileDraft): boolean => state?.sha256 === undefined && clean.has(file.path);
  const paths = projects.flatMap((project) => project.files.filter(isNew).map(({ file }) => file.path));
  return paths.length === 0
    ? new Map()
    : options.git.readAddedTimes(paths).catch(() => new Map<string, Date>());
}

async function toDetail(
  draft: ProjectDraft,
  files: ReturnType<typeof finishFiles>["files"],
  options: CatalogOptions,
): Promise<ProjectDetail> {
  const newest = newestFile(files);
  const known = draft.page?.page.info;
  const source = newest && draft.files.find(({ file }) => file.filename === newest.file.filename);
  const isKnown =
    known !== undefined && known.filename === newest?.file.filename && source?.outcome === undefined;
  const info = isKnown
    ? known
    : newest && source && toProjectInfo(newest, await readNewestMetadata(newest, source, options.root));
  return {
    name: draft.name,
    ...(draft.state.status === undefined ? {} : { status: draft.state.status }),
    versions: [...new Set(files.map(({ file }) => file.version))],
    files: files.map(({ file }) => file),
    ...(info === undefined ? {} : { info }),
  };
}
