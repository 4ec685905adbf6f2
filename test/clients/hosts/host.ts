/** What a host is to this suite: something that serves a published root, until it is told to stop. */
import type { Formats } from "../check.ts";
import type { LayoutName, PublishedTree } from "../published-tree.ts";

/** A host that runs. `url` is the address of the root without a trailing slash; `file://` has no server behind it. */
export interface RunningHost {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A row of the matrix. */
export interface Host {
  /** As it stands in the table: the server, and where it differs from the plain case. */
  readonly name: string;
  /** The server alone, for `--host`. */
  readonly server: string;
  readonly layout: LayoutName;
  /** Empty, or `/a/b`. */
  readonly basePath: string;
  readonly formats: Formats;
  /** Where the project list lies below the root, where the layout does not say it. */
  readonly simplePath?: string;
  /** Clients that cannot read what this host gives. */
  readonly without?: readonly string[];
  /** Why it cannot run here, or undefined. */
  readonly missing: () => Promise<string | undefined>;
  readonly start: (tree: PublishedTree, basePath: string) => Promise<RunningHost>;
}
