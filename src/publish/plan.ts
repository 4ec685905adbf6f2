/** What has to be done to a published tree: decided from values, printed by `--dry-run`, done by `apply`. */

/** Where a decision of several steps is written down, relative to the root. Where it stands, the command has happened. */
export const JOURNAL = ".pkgindex/journal.json";

/** A file that waits in the staging folder for its place. `staged` is undefined in a run that writes nothing. */
export interface Placement {
  /** Relative to the root. */
  readonly path: string;
  /** Absolute path. */
  readonly staged: string | undefined;
}

/** A page as it must be, and what stands in its place now. */
export interface WantedPage extends Placement {
  /** `same`: these bytes. `other`: a page of ours with other bytes. `kept`: somebody else's. */
  readonly onDisk: "absent" | "same" | "other" | "kept";
}

/** In the order in which it is done: nothing is advertised before it is there. */
export interface Plan {
  /** Whether records and files belong together: all of them come and go, or none. */
  readonly isWhole: boolean;
  readonly records: readonly Placement[];
  /** Distribution files that come in. */
  readonly files: readonly Placement[];
  /** Sidecars that take the place of others. */
  readonly replacedSidecars: readonly Placement[];
  readonly sidecars: readonly Placement[];
  /** Project pages first, then the list. */
  readonly pages: readonly Placement[];
  /** Pages that were verified and stay as they are: only their time is set. */
  readonly touches: readonly string[];
  readonly deletions: readonly string[];
  /** Distribution files that go, and their sidecars: last of all. */
  readonly fileDeletions: readonly string[];
  /** How many pages stay as they are, verified or known. */
  readonly unchangedPages: number;
  readonly deletedPages: number;
}

export interface WantedTree {
  readonly isWhole: boolean;
  readonly records: readonly Placement[];
  readonly files: readonly Placement[];
  readonly fileDeletions: readonly string[];
  readonly replacedSidecars: readonly Placement[];
  readonly sidecars: readonly Placement[];
  readonly projectPages: readonly WantedPage[];
  readonly listPages: readonly WantedPage[];
  readonly stalePages: readonly string[];
  readonly orphanSidecars: readonly string[];
  /** Pages that are known to stand as they must. */
  readonly knownPages: number;
}

/** A tree in which nothing is wanted and nothing goes: what others begin with. */
export const NOTHING_WANTED: WantedTree = {
  isWhole: false,
  records: [],
  files: [],
  fileDeletions: [],
  replacedSidecars: [],
  sidecars: [],
  projectPages: [],
  listPages: [],
  stalePages: [],
  orphanSidecars: [],
  knownPages: 0,
};

/** Plans the way from the tree as it is to the tree as it must be. */
export function planPublication(wanted: WantedTree): Plan {
  const pages = [...wanted.projectPages, ...wanted.listPages];
  // After a change of layout, an old page can stand where a new one goes.
  const places = new Set(pages.map(({ path }) => path));
  const stalePages = wanted.stalePages.filter((path) => !places.has(path));
  const stays = pages.filter((page) => page.onDisk === "same");
  return {
    isWhole: wanted.isWhole,
    records: wanted.records,
    files: wanted.files,
    fileDeletions: wanted.fileDeletions,
    replacedSidecars: wanted.replacedSidecars,
    sidecars: wanted.sidecars,
    pages: pages
      .filter((page) => page.onDisk === "absent" || page.onDisk === "other")
      .map(({ path, staged }) => ({ path, staged })),
    touches: wanted.projectPages.filter((page) => page.onDisk === "same").map(({ path }) => path),
    deletions: [...stalePages, ...wanted.orphanSidecars],
    unchangedPages: wanted.knownPages + stays.length,
    deletedPages: stalePages.length,
  };
}

/** Whether the tree is already what the plan would make of it; times aside. */
export function isEmptyPlan(plan: Plan): boolean {
  const { records, files, replacedSidecars, sidecars, pages, deletions, fileDeletions } = plan;
  return [records, files, replacedSidecars, sidecars, pages, deletions, fileDeletions].every(
    (part) => part.length === 0,
  );
}

/** The plan as lines for a person: `record`, `file`, `sidecar`, `write` or `delete`, and the path. */
export function formatPlan(plan: Plan): string[] {
  return [
    ...plan.records.map(({ path }) => `record   ${path}`),
    ...plan.files.map(({ path }) => `file     ${path}`),
    ...[...plan.replacedSidecars, ...plan.sidecars].map(({ path }) => `sidecar  ${path}`),
    ...plan.pages.map(({ path }) => `write    ${path}`),
    ...[...plan.deletions, ...plan.fileDeletions].map((path) => `delete   ${path}`),
  ];
}
