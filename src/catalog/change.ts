/** What a command has decided before the catalog is loaded: the catalog is loaded as if it had happened. */
import type { Inspection } from "../archive/inspect.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { RecordLine } from "./record-events.ts";

/** A distribution file on its way into the tree. */
export interface IncomingFile {
  readonly filename: string;
  /** Where it will lie, relative to the root. */
  readonly path: string;
  /** Absolute path where it waits. */
  readonly staged: string;
  readonly inspection: Inspection;
  /** Absolute path where its sidecar waits; undefined for an sdist, or in a run that writes nothing. */
  readonly stagedSidecar: string | undefined;
}

export interface Change {
  /** The projects concerned: only their pages and the lists are looked at. */
  readonly projects: ReadonlySet<ProjectName>;
  /** What goes on record, by project. */
  readonly records: ReadonlyMap<ProjectName, readonly RecordLine[]>;
  readonly incoming: readonly IncomingFile[];
  /** Paths, relative to the root, of distribution files that are deleted. */
  readonly outgoing: ReadonlySet<string>;
}
