/** From the files in the root, the pages that stand there and the records to the catalog. */
import { pathOfUrl } from "../simple/href.ts";
import { findPlace } from "../simple/sorted-projects.ts";
import type { Catalog, CatalogOptions, ProjectSink } from "./catalog.ts";
import { readPageOnDisk } from "./known-page.ts";
import { listPagedProjects } from "./paged-projects.ts";
import { surveyChange, surveyRoot, type Survey } from "./survey.ts";
import type { MadeProjects } from "./make-projects.ts";
import type { Problem } from "../errors.ts";

/**
 * Loads the catalog, and hands every project that is not known to be unchanged to the sink, in the order of names. Faults of
 * single inputs are among the problems; nothing in the published tree is changed.
 */
export async function loadCatalog(
  options: CatalogOptions,
  openSink: () => Promise<ProjectSink>,
): Promise<Catalog> {
  const { root, layout, change } = options;
  const survey = (change && (await surveyChange(options, change))) ?? (await surveyRoot(options));
  const { problems } = survey;
  const made = await makeProjects(survey, options, openSink);
  const projects = [...survey.settled, ...made.projects].toSorted(byName);
  const candidates = survey.isPartial ? change?.projects : undefined;
  const isListed = (name: string): boolean => findPlace(projects, name) !== -1;
  const vanished = listPagedProjects(root, layout, isListed, candidates);
  const removed = [...made.removed];
  for (const name of vanished) {
    if (survey.changed.has(name)) continue;
    const directory = layout.projectDirectory(name);
    const page = readPageOnDisk(root, directory, name, problems);
    for (const { url } of page?.page.files ?? []) removed.push(pathOfUrl(url, directory));
  }
  return {
    ...made,
    removed,
    problems: problems.toSorted(byPath),
    projects,
    listed: survey.listed,
    unchangedProjects: survey.settled.length,
    isListSound: survey.isPartial,
    ignored: survey.ignored,
    orphans: [...survey.straySidecars, ...made.orphans].toSorted(),
    vanished,
    sizes: survey.sizes,
    fileCount: projects.reduce((sum, { fileCount }) => sum + fileCount, 0),
  };
}

/** What opens files and makes pages is loaded where something changed: most runs change nothing. */
async function makeProjects(
  survey: Survey,
  options: CatalogOptions,
  openSink: () => Promise<ProjectSink>,
): Promise<MadeProjects> {
  if (survey.changed.size > 0) {
    const { makeProjects: make } = await import("./make-projects.ts");
    return make(survey, options, openSink);
  }
  return {
    projects: [],
    added: [],
    removed: [],
    replaced: [],
    sidecars: [],
    orphans: [],
    newRecords: new Map([...survey.unsorted, ...(options.change?.records ?? [])]),
    filesRead: 0,
    bytesHashed: 0,
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** By path; lines of one file by their numbers. */
function byPath(a: Problem, b: Problem): number {
  const [first, second] = [a, b].map(({ path }) => path.replace(/:\d+$/, (line) => line.padStart(12)));
  return first === second || first === undefined || second === undefined ? 0 : first < second ? -1 : 1;
}
