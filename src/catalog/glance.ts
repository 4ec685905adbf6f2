/**
 * A look at a project's page that keeps little: what is needed to see, once the folders are scanned, that the page can stay
 * as it is. It is taken of every project in every run, so it opens nothing but the page, and outside git not even the records.
 */
import { join } from "node:path";
import { statIfExists } from "../io/files.ts";
import type { TrackedFiles } from "../io/git.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { hrefFrom } from "../simple/href.ts";
import type { ProjectSummary } from "../simple/model.ts";
import type { KnownPage } from "../simple/project-page.ts";
import type { CatalogOptions } from "./catalog.ts";
import { readPageOnDisk } from "./known-page.ts";
import { summarize } from "./project-summary.ts";
import { readProjectState, recordPath } from "./record-files.ts";
import type { ProjectState } from "./record-state.ts";
import { isSidecarUntouched, proveByGit } from "./file-draft.ts";
import type { FoundFile } from "./scan.ts";

export interface Glance {
  readonly summary: ProjectSummary;
  /** When the run began that verified the page, in milliseconds. */
  readonly mtimeMs: number;
  /** Whether the page still has the time that pkgindex gave it. */
  readonly isUntouched: boolean;
  /** Addresses and sizes of all that the page lists, as one text. */
  readonly listing: string;
  /** The git object ids on record, by file name; undefined outside git. */
  readonly blobs: ReadonlyMap<string, string | undefined> | undefined;
}

/** Looks at a project's page. Undefined where it has to be made again whatever the files are. */
export function glanceAtProject(name: ProjectName, options: CatalogOptions): Glance | undefined {
  const { root, layout, fingerprint } = options;
  if (options.rebuild || options.compareAll) return undefined;
  const onDisk = readPageOnDisk(root, layout.projectDirectory(name), name, []);
  if (onDisk === undefined || !onDisk.hasTwins) return undefined;
  const { page, mtimeMs, isUntouched } = onDisk;
  if (page.envelope.fingerprint !== fingerprint) return undefined;
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
  return {
    summary: summarize(name, page.files, page.info),
    mtimeMs,
    isUntouched,
    listing: listPage(page),
    blobs,
  };
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

/** Whether the files found are provably those that the page lists, and their sidecars and provenance are there. */
export function isUnchanged(
  { mtimeMs, isUntouched, listing, blobs }: Glance,
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
  if (joinListing(lines) !== listing) return false;
  if (options.url === undefined && found.some(({ path }) => provenance.has(`${path}.provenance`)))
    return false;
  return found.every(({ filename, path, changedMs, sidecar }) => {
    const isProven = proveByGit(path, blobs?.get(filename), isUntouched, git) ?? changedMs < mtimeMs;
    return isProven && (sidecar === undefined || isSidecarUntouched(path, sidecar.mtimeMs, mtimeMs, git));
  });
}

function listPage(page: KnownPage): string {
  return joinListing(
    page.files.map(({ filename, url, size, coreMetadata, provenance }) =>
      listLine(filename, url, size, coreMetadata?.size, provenance !== undefined),
    ),
  );
}

function listLine(
  filename: string,
  url: string,
  size: number,
  sidecarSize: number | undefined,
  hasProvenance: boolean,
): string {
  return `${filename}\0${url}\0${size}\0${sidecarSize}\0${hasProvenance}`;
}

function joinListing(lines: readonly string[]): string {
  return lines.toSorted().join("\n");
}
