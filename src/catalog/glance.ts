/**
 * A look at a project's pages that keeps little: what is needed to see, once the folders are scanned, that they can stay as
 * they are. It is taken of every project in every run, so it opens as little as it can: mostly nothing.
 */
import { join } from "node:path";
import { isWholeMs, statIfExists } from "../io/files.ts";
import type { TrackedFiles } from "../io/git.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { hrefFrom } from "../simple/href.ts";
import { HTML_PAGE, joinPath, JSON_PAGE, jsonRootDirectory, legacyPath } from "../simple/layout.ts";
import type { ProjectSummary, SiteSeal } from "../simple/model.ts";
import type { Twin } from "../simple/page-envelope.ts";
import type { KnownPage } from "../simple/project-page.ts";
import { feedPath, SITE_PATHS } from "../simple/site-paths.ts";
import type { CatalogOptions } from "./catalog.ts";
import { lookAtTwin, readPageOnDisk, type PageOnDisk } from "./known-page.ts";
import { joinListing, listFiles, listLine } from "./page-listing.ts";
import { sealPages } from "./page-seal.ts";
import { summarize } from "./project-summary.ts";
import { readProjectState, recordPath } from "./record-files.ts";
import type { ProjectState } from "./record-state.ts";
import { isSidecarUntouched, proveByGit } from "./file-draft.ts";
import type { FoundFile, GroupDigest } from "./found-files.ts";
import { mayStandIn } from "./stand-ins.ts";

export interface Glance {
  readonly summary: ProjectSummary;
  /** When the run began that verified the page, in milliseconds. */
  readonly mtimeMs: number;
  /** Whether the page still has the time that pkgindex gave it. */
  readonly isUntouched: boolean;
  /** Whether the page lists these names, addresses and sizes. */
  readonly lists: (listing: string) => boolean;
  /** The git object ids on record, by file name; undefined outside git. */
  readonly blobs: ReadonlyMap<string, string | undefined> | undefined;
}

/**
 * Looks at a project's page. Undefined where it has to be made again whatever the files are. `listed` is what the project list
 * says of it: it alone knows of the pages for people.
 */
export function glanceAtProject(
  name: ProjectName,
  options: CatalogOptions,
  listed: ProjectSummary | undefined,
): Glance | undefined {
  const { root, layout, fingerprint } = options;
  if (options.rebuild || options.compareAll) return undefined;
  const onDisk = readPageOnDisk(root, layout.projectDirectory(name), name, []);
  if (onDisk === undefined || !onDisk.hasTwins) return undefined;
  const { page, mtimeMs, isUntouched } = onDisk;
  if (page.envelope.fingerprint !== fingerprint) return undefined;
  const site = options.hasSite ? listed?.site : undefined;
  if (options.hasSite && (site === undefined || !hasSitePages(name, site, options, mtimeMs)))
    return undefined;
  const records = statIfExists(join(root, recordPath(name)));
  // Lines are only ever added: records of another size are not those that the page was made from.
  if (records?.size !== page.envelope.recordsSize) return undefined;
  let blobs: Glance["blobs"];
  const mayHaveChanged = !isUntouched || records === undefined || records.mtimeMs > mtimeMs;
  if (options.git !== undefined || mayHaveChanged) {
    const problems: [] = [];
    const state = readProjectState(root, name, problems);
    if (problems.length > 0 || !agrees(page, state, layout.projectDirectory(name))) return undefined;
    if (options.git !== undefined)
      blobs = new Map([...state.files].map(([filename, { blob }]) => [filename, blob]));
  }
  const listing = listFiles(page.files);
  const summary = { ...summarizePage(name, onDisk, listing), ...(site && { site }) };
  // A run that was killed before the list was written has left pages for people that say less than the others do.
  if (site !== undefined && listed?.seal !== summary.seal) return undefined;
  return { summary, mtimeMs, isUntouched, lists: (found) => found === listing, blobs };
}

/** The line of the project list for a page as it stands. */
export function summarizePage(
  name: ProjectName,
  { page, size }: PageOnDisk,
  listing: string = listFiles(page.files),
): ProjectSummary {
  const { html, legacy, jsonRoot, recordsSize } = page.envelope;
  const sizes = {
    json: size,
    html: html.size,
    legacy: legacy?.size,
    jsonRoot: jsonRoot?.size,
    records: recordsSize,
  };
  return { ...summarize(name, page.files, page), seal: sealPages(sizes, listing) };
}

/**
 * The same without a look into the page, where the project list has a seal for it and no time speaks against it: the list says
 * what the page would. Undefined where the page has to be opened.
 */
export function trustList(summary: ProjectSummary, options: CatalogOptions): Glance | undefined {
  const { root, layout, url } = options;
  const { name, seal } = summary;
  const directory = layout.projectDirectory(name);
  const json = statIfExists(`${root}/${joinPath(directory, JSON_PAGE)}`);
  if (seal === undefined || json === undefined || !isWholeMs(json.mtimeMs)) return undefined;
  const { mtimeMs } = json;
  let isUntouched = true;
  const sizeOf = (path: string): number | undefined => {
    const stats = statIfExists(`${root}/${path}`);
    isUntouched &&= stats?.mtimeMs === mtimeMs;
    return stats?.size;
  };
  const html = sizeOf(joinPath(directory, HTML_PAGE));
  const legacy = layout.name === "simple" && url !== undefined ? sizeOf(legacyPath(name)) : undefined;
  const jsonRoot = options.jsonRoot ? sizeOf(joinPath(jsonRootDirectory(name), HTML_PAGE)) : undefined;
  const records = statIfExists(`${root}/${recordPath(name)}`);
  if (options.hasSite) {
    const { site } = summary;
    const path = SITE_PATHS[layout.name].project(name);
    if (site === undefined || sizeOf(path) !== site.page.size || sizeOf(feedPath(name)) !== site.feed.size)
      return undefined;
  }
  if (html === undefined || !isUntouched || records === undefined || records.mtimeMs > mtimeMs)
    return undefined;
  const sizes = { json: json.size, html, legacy, jsonRoot, records: records.size };
  const lists = (listing: string): boolean => sealPages(sizes, listing) === seal;
  return { summary, mtimeMs, isUntouched, lists, blobs: undefined };
}

/** Whether the project's pages for people stand as they were made. */
function hasSitePages(
  name: ProjectName,
  site: SiteSeal,
  { root, layout }: CatalogOptions,
  mtimeMs: number,
): boolean {
  const isThere = (path: string, twin: Twin): boolean => lookAtTwin(join(root, path), mtimeMs, twin).isThere;
  return isThere(SITE_PATHS[layout.name].project(name), site.page) && isThere(feedPath(name), site.feed);
}

/** Whether the page says of every file what the records say of it. */
function agrees(page: KnownPage, state: ProjectState, pageDirectory: string): boolean {
  if (page.status?.status !== state.status?.status || page.status?.reason !== state.status?.reason)
    return false;
  const href = hrefFrom(pageDirectory);
  return page.files.every((known) => {
    const file = state.files.get(known.filename);
    if (file === undefined || file.removed) return false;
    if (file.sha256 !== known.sha256 || file.size !== known.size) return false;
    if (file.uploadTime !== known.uploadTime || file.yanked !== known.yanked) return false;
    return file.path === undefined || href(file.path) === known.url;
  });
}

/**
 * Whether a project's files, all in one group, are provably those that the page lists: the same as {@link isUnchanged} says of each,
 * where git has no say.
 */
export function fits(
  { mtimeMs, lists }: Glance,
  { changedMs, sidecarMs, leastSize, listing }: GroupDigest,
): boolean {
  return !mayStandIn({ size: leastSize }) && changedMs < mtimeMs && sidecarMs <= mtimeMs && lists(listing);
}

/** Whether the files found are provably those that the page lists, and their sidecars and provenance are there. */
export function isUnchanged(
  { mtimeMs, isUntouched, lists, blobs }: Glance,
  name: ProjectName,
  found: readonly FoundFile[],
  options: CatalogOptions,
  git: TrackedFiles | undefined,
  provenance: ReadonlySet<string>,
): boolean {
  const href = hrefFrom(options.layout.projectDirectory(name));
  const lines = found.map(({ filename, path, size, sidecar }) => {
    const hasProvenance = options.url !== undefined && provenance.has(`${path}.provenance`);
    return listLine(filename, href(path), size, sidecar?.size, hasProvenance);
  });
  if (!lists(joinListing(lines))) return false;
  if (options.url === undefined && found.some(({ path }) => provenance.has(`${path}.provenance`)))
    return false;
  return found.every(({ filename, path, changedMs, sidecar, standIn }) => {
    const isProven =
      standIn?.isProven ?? proveByGit(path, blobs?.get(filename), isUntouched, git) ?? changedMs < mtimeMs;
    return isProven && (sidecar === undefined || isSidecarUntouched(path, sidecar.mtimeMs, mtimeMs, git));
  });
}
