/** The catalog: every project that the root holds, with all facts and records of its files. */
import type { Problem } from "../errors.ts";
import type { GitFolder } from "../io/git.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { Layout } from "../simple/layout.ts";
import type { KnownList } from "../simple/project-list.ts";
import type { ProjectDetail, ProjectSummary } from "../simple/model.ts";
import type { Change } from "./change.ts";
import type { RecordLine } from "./record-events.ts";
import type { TreeSizes } from "./tree-sizes.ts";

/** What a run of the catalog is given. */
export interface CatalogOptions {
  /** Absolute path of the published root. */
  readonly root: string;
  readonly layout: Layout;
  readonly packages: readonly string[];
  readonly ignore: readonly string[];
  /** The absolute address of the root, ending in a slash, where it is known. */
  readonly url: string | undefined;
  /** Whether there is a second root of JSON pages. */
  readonly jsonRoot: boolean;
  /** Whether there are pages for people. */
  readonly hasSite: boolean;
  /** What the pages depend on besides the catalog; a page with another one is made again. */
  readonly fingerprint: string;
  /** Read every file again. */
  readonly rebuild: boolean;
  /** Read the core metadata of every file again, and make every page, to compare them byte by byte. */
  readonly compareAll: boolean;
  readonly allowReplace: boolean;
  readonly allowMove: boolean;
  readonly skipInvalid: boolean;
  /** How many threads read files. */
  readonly jobs: number;
  /** The upload time of what is new, unless git knows better. */
  readonly now: Date;
  /** When the run began by the clock of the file system, in milliseconds. */
  readonly startedMs: number;
  /** A folder on the root's file system for new sidecars; undefined: nothing is written. */
  readonly staging: string | undefined;
  readonly git: GitFolder | undefined;
  /** What a command has decided; undefined where the tree is only brought up to date. */
  readonly change: Change | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Is handed each project whose page has to be made or compared, with what goes on record; the others stay as they are. `metadata`
 * is that of the file which speaks for the project, where it was read. Returns the seal of the pages that it made.
 */
export type ProjectSink = (
  project: ProjectDetail,
  newRecords: readonly RecordLine[],
  metadata: Buffer | undefined,
) => string;

/** A sidecar that waits in the staging folder, or is missing where nothing may be written. */
export interface StagedSidecar {
  /** Relative to the root. */
  readonly path: string;
  /** Absolute path; undefined in a run that writes nothing. */
  readonly staged: string | undefined;
  /** Whether another file stands in its place. */
  readonly replaces: boolean;
}

export interface Catalog {
  /** All projects that have files, sorted by name. */
  readonly projects: readonly ProjectSummary[];
  /** The project list on disk; undefined where it was not read, or is of no use. */
  readonly listed: KnownList | undefined;
  /** How many of them have pages that are known to say all that they have to. */
  readonly unchangedProjects: number;
  /** Whether the project list on disk was read, and is sound. */
  readonly isListSound: boolean;
  readonly problems: readonly Problem[];
  /** Paths, relative to the root, of what is new, gone, and of other bytes than before. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly replaced: readonly string[];
  readonly ignored: readonly string[];
  /** What goes on record for projects of which no file is listed. */
  readonly newRecords: ReadonlyMap<ProjectName, readonly RecordLine[]>;
  readonly sidecars: readonly StagedSidecar[];
  /** Sidecars of files that are not listed any more. */
  readonly orphans: readonly string[];
  /** Projects that have pages and no files any more. */
  readonly vanished: readonly ProjectName[];
  readonly fileCount: number;
  /** What was found to publish, in numbers. */
  readonly sizes: TreeSizes;
  /** How many files were opened, and how many of their bytes were hashed. */
  readonly filesRead: number;
  readonly bytesHashed: number;
}
