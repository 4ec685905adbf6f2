/** Makes the projects that are not known to be unchanged: what must be opened is opened, and the rest is taken from their pages. */
import type { ProjectDetail, ProjectSummary } from "../simple/model.ts";
import type { Catalog, CatalogOptions, ProjectSink, StagedSidecar } from "./catalog.ts";
import type { Problem } from "../errors.ts";
import { keepHeapSmall } from "../io/frugal-heap.ts";
import type { FileDraft } from "./file-draft.ts";
import { finishFiles, type FinishContext, type Ledger } from "./finish-project.ts";
import { summarizePage } from "./glance.ts";
import { readPageOnDisk } from "./known-page.ts";
import { readNewestMetadata } from "./newest-metadata.ts";
import { draftProject, type ProjectDraft } from "./project-draft.ts";
import { newestFile, toProjectInfo } from "./project-info.ts";
import { summarize } from "./project-summary.ts";
import { readFiles, type FileReading } from "./read-files.ts";
import { readProjectState } from "./record-files.ts";
import { inputMissing } from "./stand-ins.ts";
import type { Survey } from "./survey.ts";

/** The part of a catalog that was made, and not known. */
export type MadeProjects = Pick<
  Catalog,
  | "projects"
  | "added"
  | "removed"
  | "replaced"
  | "sidecars"
  | "orphans"
  | "newRecords"
  | "filesRead"
  | "bytesHashed"
>;

/**
 * Makes the changed projects of a survey, in the order of names, and hands each to the sink, while threads read the files of those
 * that follow. Faults join the survey's problems.
 */
export async function makeProjects(
  survey: Survey,
  options: CatalogOptions,
  openSink: () => Promise<ProjectSink>,
): Promise<MadeProjects> {
  if (survey.changed.size > MANY) keepHeapSmall();
  const { drafts, kept } = draftProjects(survey, options);
  const stop = new AbortController();
  const reading = readFiles(drafts, options, stop.signal);
  try {
    const made = await finishProjects(drafts, reading, survey, options, openSink);
    return { ...made, projects: [...kept, ...made.projects], ...(await reading.end) };
  } finally {
    stop.abort();
  }
}

/** So many projects leave more garbage than one would like to keep. */
const MANY = 500;

/** The changed projects, in the order of names; those whose page lacks an input that is not here are kept as they stand. */
function draftProjects(
  { changed, problems, git }: Survey,
  options: CatalogOptions,
): { readonly drafts: ProjectDraft[]; readonly kept: readonly ProjectSummary[] } {
  const { root, layout, change } = options;
  const incoming = new Map(change?.incoming.map((file) => [file.path, file]));
  const kept: ProjectSummary[] = [];
  const drafts = [...changed].toSorted(byKey).flatMap(([name, files]) => {
    const before = problems.length;
    const state = readProjectState(root, name, problems, change?.records.get(name));
    if (problems.length > before) return [];
    const page = readPageOnDisk(root, layout.projectDirectory(name), name, problems);
    const draft = draftProject(name, files, state, page, { ...options, git, incoming }, problems);
    const missing = findMissing(draft);
    if (missing === undefined) return draft;
    const isKept = page !== undefined && change?.projects.has(name) !== true;
    problems.push(inputMissing(layout.projectDirectory(name), missing, isKept));
    if (isKept) kept.push(summarizePage(name, page));
    return [];
  });
  return { drafts, kept };
}

async function finishProjects(
  drafts: ProjectDraft[],
  reading: FileReading,
  { problems, git, provenance, unsorted }: Survey,
  options: CatalogOptions,
  openSink: () => Promise<ProjectSink>,
): Promise<Omit<MadeProjects, "filesRead" | "bytesHashed">> {
  const { change } = options;
  const ledger: Ledger = { problems, added: [], removed: [], replaced: [] };
  const finish: FinishContext = {
    options,
    provenance,
    clean: git?.clean,
    addedTimes: await readAddedTimes(drafts, options, git?.clean),
  };
  const sink = await openSink();
  const projects: ProjectSummary[] = [];
  const newRecords = new Map([...unsorted, ...(change?.records ?? [])]);
  const sidecars: StagedSidecar[] = [];
  const orphans: string[] = [];
  // Each draft is let go when it is finished: a first run over a large index makes as many as there are files.
  for (let draft = drafts.shift(); draft !== undefined; draft = drafts.shift()) {
    await reading.untilRead(draft);
    const { files, newLines } = finishFiles(draft, finish, ledger);
    newLines.unshift(...(draft.state.unsorted ?? []));
    const listed = new Set(files.map(({ file }) => file.path));
    for (const { file, outcome, staged, copies } of draft.files) {
      const path = `${file.path}.metadata`;
      if (!listed.has(file.path))
        orphans.push(...(file.sidecar === undefined || file.sidecar.mtimeMs === -Infinity ? [] : [path]));
      else if (outcome?.ok === true && outcome.inspection.sidecarDiffers)
        sidecars.push({ path, staged, replaces: file.sidecar !== undefined });
      for (const copy of copies) if (copy.sidecar !== undefined) orphans.push(`${copy.path}.metadata`);
    }
    if (files.length > 0) {
      const { detail, metadata } = await toDetail(draft, files, options, problems);
      newRecords.delete(draft.name);
      const seal = sink(detail, [...(change?.records.get(draft.name) ?? []), ...newLines], metadata);
      projects.push({ ...summarize(draft.name, detail.files, detail), seal });
    } else if (newLines.length > 0)
      newRecords.set(draft.name, [...(newRecords.get(draft.name) ?? []), ...newLines]);
  }
  return { ...ledger, projects, newRecords, sidecars, orphans };
}

/** A file that must be read to make the project's page, and is not here. */
function findMissing({ files, unprovenCopies }: ProjectDraft): string | undefined {
  const copy = unprovenCopies.find(({ copy: { standIn } }) => standIn !== undefined);
  return (files.find(({ isMissing }) => isMissing)?.file ?? copy?.copy)?.path;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
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
  problems: Problem[],
): Promise<{ readonly detail: ProjectDetail; readonly metadata?: Buffer | undefined }> {
  const newest = newestFile(files);
  const known = draft.page?.page.info;
  const source = newest && draft.files.find(({ file }) => file.filename === newest.file.filename);
  const isKnown =
    known !== undefined && known.filename === newest?.file.filename && source?.outcome === undefined;
  if (isKnown) return { detail: describe(draft, files, known) };
  const metadata = newest && source && (await readNewestMetadata(newest, source, options.root));
  // What speaks for the project now was not the newest before, and the list says what it says.
  if (newest !== undefined && metadata === undefined && source?.file.standIn !== undefined)
    problems.push(inputMissing(options.layout.projectDirectory(draft.name), newest.file.path, false));
  return { detail: describe(draft, files, newest && source && toProjectInfo(newest, metadata)), metadata };
}

function describe(
  draft: ProjectDraft,
  files: ReturnType<typeof finishFiles>["files"],
  info: ProjectDetail["info"],
): ProjectDetail {
  return {
    name: draft.name,
    ...(draft.state.status === undefined ? {} : { status: draft.state.status }),
    versions: [...new Set(files.map(({ file }) => file.version))],
    files: files.map(({ file }) => file),
    ...(info === undefined ? {} : { info }),
  };
}
