/** Makes the pages for people: of the projects that changed, of those that name a project that came or went, and the rest. */
import type { Catalog } from "../catalog/catalog.ts";
import type { Change } from "../catalog/change.ts";
import { readKnownList } from "../catalog/known-list.ts";
import { readPageOnDisk } from "../catalog/known-page.ts";
import { toDetail } from "../catalog/page-detail.ts";
import type { RecordLine, Source } from "../catalog/record-events.ts";
import { readProjectState } from "../catalog/record-files.ts";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { readFileIfExists } from "../io/files.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { comparePage, type Stage } from "../publish/existing-pages.ts";
import type { WantedPage } from "../publish/plan.ts";
import { LAYOUTS } from "../simple/layout.ts";
import { withSite } from "../simple/listed-project.ts";
import type { ProjectDetail, ProjectSummary, SiteSeal } from "../simple/model.ts";
import { toTwin } from "../simple/page-envelope.ts";
import { findPlace } from "../simple/sorted-projects.ts";
import { readProjectJson } from "../simple/project-page.ts";
import { feedPath, SITE_PATHS } from "../simple/site-paths.ts";
import type { ProjectFacts } from "../site/project-page-view.ts";
import { SiteRenderer } from "../site/site-renderer.ts";
import type { TemplateSource } from "../site/template-source.ts";
import { makeOnce, type MadeOnce } from "./make-once.ts";
import { findNeighbours, keepNeighbours, type Neighbours } from "./neighbours.ts";
import { readSiteSettings } from "./read-site-settings.ts";
import { AT_ONCE, ReadmePool } from "./readme-pool.ts";
import { ReadmeReader } from "./readme-reader.ts";

/** A project whose pages for installers were made in this run. A first run makes as many as there are: few of them stay in memory. */
export interface MadeProject {
  /** What it was made from, or where its JSON page waits or stands, absolute. */
  readonly from: string | ProjectDetail;
  /** The core metadata of the file that speaks for it, where it is at hand. */
  readonly metadata: Buffer | undefined;
  /** What goes on record for it, where that can say where a file was built from. */
  readonly newRecords: readonly RecordLine[];
}

export interface SiteOptions {
  readonly config: Config;
  readonly sources: readonly TemplateSource[];
  readonly fingerprint: string;
  /** Render every description again. */
  readonly compareAll: boolean;
  /** How many threads render descriptions. */
  readonly jobs: number;
  readonly stage: Stage;
  /** What comes in with this run lies elsewhere until it is done. */
  readonly change: Change | undefined;
}

/** A project whose pages can be rendered. */
type SiteDraft = Omit<ProjectFacts, "usedBy" | "needs"> & {
  /** Whether all that it is made from is here. */
  readonly isWhole: boolean;
  /** The time of its other pages, where those stay. */
  readonly mtimeMs: number | undefined;
};

const NOTHING = Promise.resolve(undefined);
const NO_PAGES = { pages: [], seal: undefined };

export interface MadeSite {
  /** The projects of the catalog, each with what was made for it. */
  readonly projects: readonly ProjectSummary[];
  /** Pages and feeds of changed projects. */
  readonly projectPages: readonly WantedPage[];
  /** Those of others that name a project that came or went. */
  readonly neighbourPages: readonly WantedPage[];
  readonly once: MadeOnce;
}

export class SiteMaker {
  readonly #options: SiteOptions;
  readonly #problems: Problem[];
  readonly #renderer: SiteRenderer;

  /** Throws a `PkgIndexError` where a template is broken. Strangers in the way join `problems`. */
  constructor(options: SiteOptions, problems: Problem[]) {
    this.#options = options;
    this.#problems = problems;
    this.#renderer = new SiteRenderer(options.sources, readSiteSettings(options.config));
  }

  /** What the page for addresses that lead nowhere needs. */
  notFoundView(): object {
    return this.#renderer.notFoundView();
  }

  /** Makes all that has to be made, and compares it with what stands there. */
  async make(catalog: Catalog, made: ReadonlyMap<ProjectName, MadeProject>): Promise<MadeSite> {
    const { config, fingerprint, compareAll, jobs, stage } = this.#options;
    const { root } = config;
    const listed = catalog.listed ?? readKnownList(root, LAYOUTS[config.layout], fingerprint);
    const before = listed?.projects ?? [];
    const neighboursOf = findNeighbours(catalog.projects);
    const incoming = this.#options.change?.incoming ?? [];
    const waiting = new Map([...catalog.sidecars, ...incoming].map(({ path, staged }) => [path, staged]));
    const isStale = ({ name, site }: ProjectSummary): boolean =>
      made.has(name) || site?.neighbours !== neighboursOf(name).checksum;
    // A command that looks at what it changes alone leaves the others' pages as they are, unless they name what changed.
    const areOthersKept = catalog.isListSound && keepNeighbours(before, catalog.projects);
    const stale = catalog.projects.filter(areOthersKept ? ({ name }) => made.has(name) : isStale);
    const newSeals = new Map<ProjectName, SiteSeal | undefined>();
    const projectPages: WantedPage[] = [];
    const neighbourPages: WantedPage[] = [];
    const pool = new ReadmePool(stale.length, jobs);
    const readmes = new ReadmeReader(
      { config, compareAll, waiting, sealOf: (name) => before[findPlace(before, name)]?.site },
      pool,
      this.#problems,
    );
    try {
      const drafts: Promise<SiteDraft | undefined>[] = [];
      for (const [index, { name }] of stale.entries()) {
        while (drafts.length < stale.length && drafts.length <= index + AT_ONCE) {
          const next = stale[drafts.length]?.name ?? name;
          const draft = this.#draft(next, made.get(next), readmes);
          // Its turn may come after that of one that fails first.
          draft.catch(() => undefined);
          drafts.push(draft);
        }
        const draft = await drafts[index];
        drafts[index] = NOTHING;
        // Its page went while this run was at work: the next one makes all of it again.
        const { pages, seal } = draft === undefined ? NO_PAGES : this.#finish(draft, neighboursOf(name));
        newSeals.set(name, seal);
        (made.has(name) ? projectPages : neighbourPages).push(...pages);
      }
    } finally {
      await pool.close();
    }
    const projects = catalog.projects.map((summary) =>
      newSeals.has(summary.name) ? withSite(summary, newSeals.get(summary.name)) : summary,
    );
    const options = {
      root,
      stage,
      before: compareAll ? undefined : listed,
      isTrusted: catalog.isListSound,
    };
    const once = makeOnce(this.#renderer, projects, options, this.#problems);
    return { projects, projectPages, neighbourPages, once };
  }

  /** Reads what a project's pages are made from, and has its description rendered. */
  async #draft(
    name: ProjectName,
    made: MadeProject | undefined,
    readmes: ReadmeReader,
  ): Promise<SiteDraft | undefined> {
    const known = made === undefined ? this.#readKnown(name) : undefined;
    const detail = made === undefined ? known?.detail : this.#readMade(name, made);
    if (detail === undefined) return undefined;
    const { readme, isWhole } = await readmes.read(detail, made?.metadata);
    const sources = this.#readSources(name, made?.newRecords ?? []);
    return { detail, readme, sources, isWhole, mtimeMs: known?.mtimeMs };
  }

  #finish(
    { isWhole, mtimeMs, ...facts }: SiteDraft,
    { checksum, ...neighbours }: Neighbours,
  ): { readonly pages: readonly WantedPage[]; readonly seal: SiteSeal } {
    const { name } = facts.detail;
    const { page, feed } = this.#renderer.renderProject({ ...facts, ...neighbours });
    // All pages of a project have one time, so that a later run can see that nobody touched them.
    const stage: Stage = (bytes) => this.#options.stage(bytes, mtimeMs);
    return {
      pages: [
        this.#compare(SITE_PATHS[this.#options.config.layout].project(name), page, stage),
        this.#compare(feedPath(name), feed, stage),
      ],
      seal: { page: toTwin(page), feed: toTwin(feed), neighbours: isWhole ? checksum : TRY_AGAIN },
    };
  }

  #readMade(name: ProjectName, { from }: MadeProject): ProjectDetail | undefined {
    if (typeof from !== "string") return from;
    const bytes = readFileIfExists(from);
    const page = bytes && readProjectJson(bytes);
    if (typeof page !== "object") return undefined;
    return toDetail(page, name, LAYOUTS[this.#options.config.layout].projectDirectory(name));
  }

  /** A project as its page for installers has it. */
  #readKnown(name: ProjectName): { readonly detail: ProjectDetail; readonly mtimeMs: number } | undefined {
    const { root, layout } = this.#options.config;
    const directory = LAYOUTS[layout].projectDirectory(name);
    const onDisk = readPageOnDisk(root, directory, name, []);
    return onDisk && { detail: toDetail(onDisk.page, name, directory), mtimeMs: onDisk.mtimeMs };
  }

  /** Where files were built from, by file name. */
  #readSources(name: ProjectName, newRecords: readonly RecordLine[]): ReadonlyMap<string, Source> {
    const state = readProjectState(this.#options.config.root, name, [], newRecords);
    return new Map(
      [...state.files].flatMap(([filename, { source }]) => (source ? [[filename, source] as const] : [])),
    );
  }

  #compare(path: string, bytes: Buffer, stage: Stage): WantedPage {
    return comparePage(this.#options.config.root, path, bytes, stage, this.#problems);
  }
}

/** Stands where a checksum would, so that the next run makes the page again. */
const TRY_AGAIN = 0;
