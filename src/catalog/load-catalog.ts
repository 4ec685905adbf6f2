/** From the files in the root, the pages that stand there and the records to the catalog. */
import { join } from "node:path";
import { inspectAll, type InspectionTask } from "../archive/inspect-all.ts";
import type { InspectionOutcome } from "../archive/inspect.ts";
import { parseFilename, type ParsedFilename } from "../archive/parse-filename.ts";
import { InvalidInput, type Problem } from "../errors.ts";
import { statIfExists } from "../io/files.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectDetail } from "../simple/model.ts";
import type { Catalog, CatalogOptions, CatalogProject, StagedSidecar } from "./catalog.ts";
import type { FileDraft } from "./file-draft.ts";
import { finishFiles, pathOfUrl, type FinishContext, type Ledger } from "./finish-project.ts";
import { readPageOnDisk } from "./known-page.ts";
import { listPagedProjects } from "./paged-projects.ts";
import { newestFile, summarize, toProjectInfo } from "./project-info.ts";
import { readNewestMetadata } from "./newest-metadata.ts";
import { draftProject, type ProjectDraft } from "./project-draft.ts";
import { listRecordedProjects, readProjectState } from "./record-files.ts";
import type { RecordLine } from "./record-events.ts";
import { scan, type FoundFile } from "./scan.ts";

/** Loads the catalog. Faults of single inputs are among its problems; nothing in the published tree is changed. */
export async function loadCatalog(options: CatalogOptions): Promise<Catalog> {
  const { root, layout } = options;
  // Git works on the other core while the folders are read here.
  const cleanFiles = options.git?.readCleanFiles(options.staging !== undefined).catch(() => undefined);
  const found = scan(options);
  const clean = await cleanFiles;
  const problems: Problem[] = [...found.problems];
  const parse = memoizeParse();
  const byProject = groupByProject(found.files, parse, problems);
  const recorded = new Set(listRecordedProjects(root));
  const orphans = new Set(found.sidecars);
  const context = { ...options, clean, sidecars: found.sidecars, provenance: found.provenance };
  const projects = new Map<ProjectName, CatalogProject>();
  const drafts: ProjectDraft[] = [];
  let knowsFiles = false;
  const stateOf = (name: ProjectName): ProjectDraft["state"] => {
    const state = readProjectState(root, name, problems);
    knowsFiles ||= state.files.size > 0;
    return state;
  };
  for (const name of [...byProject.keys()].toSorted()) {
    recorded.delete(name);
    const draft = draftProject(name, byProject.get(name) ?? [], stateOf(name), options, context, problems);
    if (!draft.isUnchanged || draft.page === undefined) drafts.push(draft);
    else {
      const { page } = draft.page;
      projects.set(name, { name, summary: summarize(name, page.files, page.info), detail: undefined });
      for (const { file, state } of draft.files) if (!state?.removed) orphans.delete(`${file.path}.metadata`);
    }
  }
  for (const name of recorded) stateOf(name);
  const ledger: Ledger = { problems, added: [], removed: [], replaced: [] };
  const reading = await readFiles(drafts, options);
  const finish: FinishContext = {
    options,
    provenance: found.provenance,
    clean,
    addedTimes: await readAddedTimes(drafts, options, clean),
    parse,
  };
  const newRecords = new Map<ProjectName, readonly RecordLine[]>();
  const sidecars: StagedSidecar[] = [];
  for (const draft of drafts) {
    const { files, newLines } = finishFiles(draft, finish, ledger);
    if (newLines.length > 0) newRecords.set(draft.name, newLines);
    if (files.length === 0) continue;
    const staged = new Map(draft.files.map((file) => [file.file.path, file]));
    for (const { file } of files) {
      orphans.delete(`${file.path}.metadata`);
      const fileDraft = staged.get(file.path);
      if (fileDraft?.outcome?.ok === true && fileDraft.outcome.inspection.sidecarDiffers) {
        sidecars.push({ path: `${file.path}.metadata`, staged: fileDraft.staged });
      }
    }
    const detail = await toDetail(draft, files, options);
    projects.set(draft.name, { name: draft.name, summary: summarize(draft.name, detail.files, detail.info), detail });
  }
  const vanished = listPagedProjects(root, layout, (name) => projects.has(name));
  for (const name of vanished) {
    if (byProject.has(name)) continue;
    const page = readPageOnDisk(root, layout.projectDirectory(name), problems);
    for (const url of page?.page.files ?? []) ledger.removed.push(pathOfUrl(url.url, layout.projectDirectory(name)));
  }
  const sorted = [...projects.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...ledger,
    problems,
    projects: sorted,
    ignored: found.ignored,
    newRecords,
    sidecars,
    orphans: [...orphans].toSorted(),
    vanished,
    fileCount: sorted.reduce((sum, project) => sum + project.summary.fileCount, 0),
    ...reading,
    knowsFiles,
  };
}

/** Parses each file name once a run. */
function memoizeParse(): (filename: string) => ParsedFilename {
  const parsed = new Map<string, ParsedFilename>();
  return (filename) => {
    const known = parsed.get(filename);
    if (known !== undefined) return known;
    const result = parseFilename(filename);
    parsed.set(filename, result);
    return result;
  };
}

/** Groups files by project. The project comes from the file name, never from the folder. */
function groupByProject(
  files: readonly FoundFile[],
  parse: (filename: string) => ParsedFilename,
  problems: Problem[],
): ReadonlyMap<ProjectName, readonly FoundFile[]> {
  const groups = new Map<ProjectName, FoundFile[]>();
  for (const file of files) {
    try {
      const { name } = parse(file.filename);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [file]);
      else group.push(file);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(error.toProblem(file.path));
    }
  }
  return groups;
}

/** Opens every file that must be opened, on all cores. */
async function readFiles(
  projects: readonly ProjectDraft[],
  options: CatalogOptions,
): Promise<{ filesRead: number; bytesHashed: number }> {
  const tasks: InspectionTask[] = [];
  let bytesHashed = 0;
  let bytesDone = 0;
  let bytesTotal = 0;
  const add = (file: FoundFile, hash: boolean, size: number, staging: string | undefined, done: (outcome: InspectionOutcome) => void): void => {
    bytesTotal += size;
    tasks.push({
      size,
      request: {
        file: join(options.root, file.path),
        filename: file.filename,
        hash,
        gitObjectFormat: options.git?.objectFormat,
        sidecar: join(options.root, `${file.path}.metadata`),
        staging,
        stagingTime: options.startedMs,
      },
      done: (outcome) => {
        bytesDone += size;
        if (outcome.ok && hash) bytesHashed += outcome.inspection.size;
        options.onProgress(bytesDone, bytesTotal);
        done(outcome);
      },
    });
  };
  for (const project of projects) {
    for (const draft of project.files) {
      if (!draft.mustRead) continue;
      draft.staged = options.staging === undefined ? undefined : join(options.staging, `${tasks.length}.metadata`);
      add(draft.file, !draft.proven, draft.size, draft.staged, (outcome) => {
        draft.outcome = outcome;
      });
    }
    for (const { draft, copy } of project.unprovenCopies) {
      const size = statIfExists(join(options.root, copy.path))?.size ?? 0;
      add(copy, true, size, undefined, (outcome) => draft.copyOutcomes.push(outcome));
    }
  }
  await inspectAll(tasks, options.jobs);
  return { filesRead: tasks.length, bytesHashed };
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
  return paths.length === 0 ? new Map() : options.git.readAddedTimes(paths).catch(() => new Map<string, Date>());
}

async function toDetail(
  draft: ProjectDraft,
  files: ReturnType<typeof finishFiles>["files"],
  options: CatalogOptions,
): Promise<ProjectDetail> {
  const newest = newestFile(files);
  const known = draft.page?.page.info;
  const source = newest && draft.files.find(({ file }) => file.filename === newest.file.filename);
  const isKnown = known !== undefined && known.filename === newest?.file.filename && source?.outcome === undefined;
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
