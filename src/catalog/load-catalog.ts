/** From the files in the root, the pages that stand there and the records to the catalog. */
import type { Problem } from "../errors.ts";
import type { ProjectDetail } from "../simple/model.ts";
import type { Catalog, CatalogOptions, ProjectSink, StagedSidecar } from "./catalog.ts";
import type { FileDraft } from "./file-draft.ts";
import { finishFiles, pathOfUrl, type FinishContext, type Ledger } from "./finish-project.ts";
import { readPageOnDisk } from "./known-page.ts";
import { readNewestMetadata } from "./newest-metadata.ts";
import { listPagedProjects } from "./paged-projects.ts";
import { draftProject, type ProjectDraft } from "./project-draft.ts";
import { newestFile, summarize, toProjectInfo } from "./project-info.ts";
import { readFiles } from "./read-files.ts";
import { readProjectState } from "./record-files.ts";
import { surveyChange, surveyRoot } from "./survey.ts";

/**
 * Loads the catalog, and hands every project that is not known to be unchanged to `sink`, in the order of names. Faults of
 * single inputs are among the problems; nothing in the published tree is changed.
 */
export async function loadCatalog(options: CatalogOptions, sink: ProjectSink): Promise<Catalog> {
  const { root, layout, change } = options;
  const survey = (change && (await surveyChange(options, change))) ?? (await surveyRoot(options));
  const { problems, settled: projects, git } = survey;
  const unchangedProjects = projects.length;
  const incoming = new Map(change?.incoming.map((file) => [file.path, file]));
  const drafts = [...survey.changed].toSorted(byKey).flatMap(([name, files]) => {
    const before = problems.length;
    const state = readProjectState(root, name, problems, change?.records.get(name));
    if (problems.length > before) return [];
    const page = readPageOnDisk(root, layout.projectDirectory(name), name, problems);
    return draftProject(name, files, state, page, { ...options, git, incoming }, problems);
  });
  const reading = await readFiles(drafts, options);
  const ledger: Ledger = { problems, added: [], removed: [], replaced: [] };
  const finish: FinishContext = {
    options,
    provenance: survey.provenance,
    clean: git?.clean,
    addedTimes: await readAddedTimes(drafts, options, git?.clean),
  };
  const newRecords = new Map(change?.records);
  const sidecars: StagedSidecar[] = [];
  const orphans = [...survey.straySidecars];
  // Each draft is let go when it is finished: a first run over a large index makes as many as there are files.
  for (let draft = drafts.shift(); draft !== undefined; draft = drafts.shift()) {
    const { files, newLines } = finishFiles(draft, finish, ledger);
    const listed = new Set(files.map(({ file }) => file.path));
    for (const { file, outcome, staged, copies } of draft.files) {
      const path = `${file.path}.metadata`;
      if (!listed.has(file.path)) orphans.push(...(file.sidecar === undefined ? [] : [path]));
      else if (outcome?.ok === true && outcome.inspection.sidecarDiffers)
        sidecars.push({ path, staged, replaces: file.sidecar !== undefined });
      for (const copy of copies) if (copy.sidecar !== undefined) orphans.push(`${copy.path}.metadata`);
    }
    if (files.length > 0) {
      const detail = await toDetail(draft, files, options);
      projects.push(summarize(draft.name, detail.files, detail.info));
      newRecords.delete(draft.name);
      sink(detail, [...(change?.records.get(draft.name) ?? []), ...newLines]);
    } else if (newLines.length > 0)
      newRecords.set(draft.name, [...(newRecords.get(draft.name) ?? []), ...newLines]);
  }
  projects.sort(byName);
  const names = new Set(projects.map(({ name }) => name));
  const candidates = survey.isPartial ? change?.projects : undefined;
  const vanished = listPagedProjects(root, layout, (name) => names.has(name), candidates);
  for (const name of vanished) {
    if (survey.changed.has(name)) continue;
    const page = readPageOnDisk(root, layout.projectDirectory(name), name, problems);
    for (const { url } of page?.page.files ?? [])
      ledger.removed.push(pathOfUrl(url, layout.projectDirectory(name)));
  }
  return {
    ...ledger,
    problems: problems.toSorted(byPath),
    projects,
    unchangedProjects,
    isListSound: survey.isPartial,
    ignored: survey.ignored,
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

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byPath(a: Problem, b: Problem): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
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
