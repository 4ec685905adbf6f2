/** Makes the pages for people: of the projects that changed, of those that name a project that came or went, and the rest. */
import { extname, join } from "node:path";
import { crc32 } from "node:zlib";
import type { Catalog } from "../catalog/catalog.ts";
import { readPageOnDisk } from "../catalog/known-page.ts";
import type { RecordLine, Source } from "../catalog/record-events.ts";
import { readProjectState } from "../catalog/record-files.ts";
import type { Change } from "../catalog/change.ts";
import { readListedMetadata } from "../catalog/listed-metadata.ts";
import { toDetail } from "../catalog/page-detail.ts";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { readFileIfExists } from "../io/files.ts";
import { parseCoreMetadata } from "../packaging/core-metadata.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { comparePage, comparePageOrKeep, type Stage } from "../publish/existing-pages.ts";
import type { WantedPage } from "../publish/plan.ts";
import { joinPath, JSON_PAGE, LAYOUTS } from "../simple/layout.ts";
import type { ProjectDetail, ProjectSummary, SiteSeal } from "../simple/model.ts";
import { toTwin, type Twin } from "../simple/page-envelope.ts";
import { readListJson } from "../simple/project-list.ts";
import { readProjectJson } from "../simple/project-page.ts";
import { feedPath, SITE_FILES, SITE_PATHS } from "../simple/site-paths.ts";
import type { ProjectFacts } from "../site/project-page-view.ts";
import { findReadme, markReadme } from "../site/readme-marks.ts";
import type { Readme } from "../site/readme.ts";
import { SiteRenderer } from "../site/site-renderer.ts";
import { toOwnerLink, type SiteSettings } from "../site/site-settings.ts";
import type { TemplateSource } from "../site/template-source.ts";
import { WORDS } from "../site/words.ts";
import { findNeighbours, type Neighbours } from "./neighbours.ts";
import { ReadmePool } from "./readme-pool.ts";

/**
 * A project whose pages for installers were made in this run. A first run makes as many as there are: what is on disk already is
 * not kept in memory.
 */
export interface MadeProject {
  /** Where its JSON page waits or stands, absolute; or what it was made from, in a run that writes nothing. */
  readonly from: string | ProjectDetail;
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

/** How many descriptions are read before their turn comes: enough that no thread waits. */
const AHEAD = 32;
const NOTHING = Promise.resolve(undefined);
const NO_PAGES = { pages: [], seal: undefined };

export interface MadeSite {
  /** The projects of the catalog, each with what was made for it. */
  readonly projects: readonly ProjectSummary[];
  /** Pages and feeds of changed projects. */
  readonly projectPages: readonly WantedPage[];
  /** Those of others that name a project that came or went. */
  readonly neighbourPages: readonly WantedPage[];
  /** What there is once. */
  readonly restPages: readonly WantedPage[];
  /** What there is once, one after the other. */
  readonly rest: Twin;
}

export class SiteMaker {
  readonly #options: SiteOptions;
  readonly #problems: Problem[];
  readonly #settings: SiteSettings;
  readonly #renderer: SiteRenderer;
  #listed: ReadonlyMap<string, ProjectSummary> | undefined;

  /** Throws a `PkgIndexError` where a template is broken. Strangers in the way join `problems`. */
  constructor(options: SiteOptions, problems: Problem[]) {
    this.#options = options;
    this.#problems = problems;
    this.#settings = toSettings(options.config);
    this.#renderer = new SiteRenderer(options.sources, this.#settings);
  }

  /** What the page for addresses that lead nowhere needs. */
  notFoundView(): object {
    return this.#renderer.notFoundView();
  }

  /** Makes all that has to be made, and compares it with what stands there. */
  async make(catalog: Catalog, made: ReadonlyMap<ProjectName, MadeProject>): Promise<MadeSite> {
    this.#listed = catalog.listed;
    const neighboursOf = findNeighbours(catalog.projects);
    const incoming = this.#options.change?.incoming ?? [];
    const waiting = new Map([...catalog.sidecars, ...incoming].map(({ path, staged }) => [path, staged]));
    const wanted = catalog.projects.map((summary) => ({ summary, neighbours: neighboursOf(summary.name) }));
    const isStale = ({ summary: { name, site }, neighbours }: (typeof wanted)[number]): boolean =>
      made.has(name) || site?.neighbours !== neighbours.checksum;
    const stale = wanted.filter(isStale);
    const seals = new Map<ProjectName, SiteSeal | undefined>();
    const projectPages: WantedPage[] = [];
    const neighbourPages: WantedPage[] = [];
    const pool = new ReadmePool(stale.length, this.#options.jobs);
    try {
      const drafts: Promise<SiteDraft | undefined>[] = [];
      for (const [index, { summary, neighbours }] of stale.entries()) {
        while (drafts.length < stale.length && drafts.length <= index + AHEAD) {
          const next = stale[drafts.length]?.summary.name ?? summary.name;
          const draft = this.#draft(next, made.get(next), waiting, pool);
          // Its turn may come after that of one that fails first.
          draft.catch(() => undefined);
          drafts.push(draft);
        }
        const draft = await drafts[index];
        drafts[index] = NOTHING;
        // Its page went while this run was at work: the next one makes all of it again.
        const { pages, seal } = draft === undefined ? NO_PAGES : this.#finish(draft, neighbours);
        seals.set(summary.name, seal);
        (made.has(summary.name) ? projectPages : neighbourPages).push(...pages);
      }
    } finally {
      await pool.close();
    }
    const projects = catalog.projects.map((summary): ProjectSummary => {
      if (!seals.has(summary.name)) return summary;
      const { site: _, ...rest } = summary;
      const site = seals.get(summary.name);
      return site === undefined ? rest : { ...rest, site };
    });
    const rest = this.#renderer.renderRest(projects);
    const restPages = rest.map(({ path, bytes }) => this.#compareOnce(path, bytes));
    const twin = toTwin(Buffer.concat(rest.map(({ bytes }) => bytes)));
    return { projects, projectPages, neighbourPages, restPages, rest: twin };
  }

  /** Reads what a project's pages are made from, and has its description rendered. */
  async #draft(
    name: ProjectName,
    made: MadeProject | undefined,
    waiting: StagedPaths,
    pool: ReadmePool,
  ): Promise<SiteDraft | undefined> {
    const known = made === undefined ? this.#readKnown(name) : undefined;
    const detail = made === undefined ? known?.detail : this.#readMade(name, made);
    if (detail === undefined) return undefined;
    const { readme, isWhole } = await this.#readReadme(detail, waiting, pool);
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

  /** The description, and whether it is as it must be. */
  async #readReadme(
    detail: ProjectDetail,
    waiting: StagedPaths,
    pool: ReadmePool,
  ): Promise<{ readonly readme: ProjectFacts["readme"]; readonly isWhole: boolean }> {
    const { compareAll, config } = this.#options;
    const speaker = detail.files.find(({ filename }) => filename === detail.info?.filename);
    if (speaker === undefined) return { readme: undefined, isWhole: true };
    const { remoteImages } = this.#settings;
    const key = `${(speaker.coreMetadata ?? speaker).sha256}${remoteImages ? "r" : ""}`;
    const known = compareAll ? undefined : this.#findReadme(detail.name, key);
    if (known !== undefined) return { readme: mark(known, key), isWhole: true };
    const bytes = await readListedMetadata(config.root, speaker, waiting);
    if (bytes === undefined) {
      const kept = this.#findReadme(detail.name, key);
      const isWhole = kept !== undefined || speaker.coreMetadata === undefined;
      // A sidecar that this run would write is read by the run that does.
      const isComing = waiting.has(`${speaker.path}.metadata`);
      if (!isWhole && !isComing)
        this.#problems.push(inputMissing(SITE_PATHS[config.layout].project(detail.name)));
      return { readme: kept && mark(kept, key), isWhole };
    }
    const { description, descriptionContentType } = parseCoreMetadata(bytes);
    const options = { remoteImages, imageWord: WORDS.image };
    const request = { description: description ?? "", contentType: descriptionContentType, options };
    const readme = await pool.render(request);
    return { readme: mark(readme, key), isWhole: true };
  }

  /** The description on the page as it stands, if the page is as it was made. */
  #findReadme(name: ProjectName, key: string): Readme | undefined {
    const { root, layout } = this.#options.config;
    this.#listed ??= this.#readListed();
    const seal = this.#listed.get(name)?.site;
    const page = seal && readFileIfExists(join(root, SITE_PATHS[layout].project(name)));
    if (page?.length !== seal?.page.size || page === undefined || crc32(page) !== seal?.page.crc32)
      return undefined;
    return findReadme(page.toString("utf8"), key);
  }

  #readListed(): ReadonlyMap<string, ProjectSummary> {
    const { config, fingerprint } = this.#options;
    const path = joinPath(LAYOUTS[config.layout].listDirectory, JSON_PAGE);
    const bytes = readFileIfExists(join(config.root, path));
    const list = bytes && readListJson(bytes);
    if (typeof list !== "object" || list.envelope.fingerprint !== fingerprint) return new Map();
    return new Map(list.projects.map((summary) => [summary.name, summary]));
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

  /** At the root there may be a home of the owner's own: it stays. */
  #compareOnce(path: string, bytes: Buffer): WantedPage {
    const { config, stage } = this.#options;
    const isAtRoot = !path.includes("/");
    if (!isAtRoot) return this.#compare(path, bytes, stage);
    const page = comparePageOrKeep(config.root, path, bytes, stage);
    if (page.onDisk === "kept" && path !== SITE_FILES.sitemap) this.#problems.push(homeKept(path));
    return page;
  }
}

function mark(readme: Readme, key: string): Readme {
  return { html: markReadme(readme, key), isCut: readme.isCut };
}

/** Where the files and sidecars of this run wait, by path. */
type StagedPaths = ReadonlyMap<string, string | undefined>;

/** Stands where a checksum would, so that the next run makes the page again. */
const TRY_AGAIN = 0;

function inputMissing(path: string): Problem {
  return {
    code: "input-missing",
    severity: "note",
    path,
    message: "has no description: the metadata that it is made from is not here",
    hint: "fetch the newest release's .metadata file and run again: git sparse-checkout add, or git lfs pull",
  };
}

function homeKept(path: string): Problem {
  return {
    code: "home-kept",
    severity: "note",
    path,
    message: "was not made by pkgindex and stays, so the site for people has no home of its own",
    hint: "move it away, or set [site] enabled = false",
  };
}

/** What the site takes from the configuration, with the owner's picture. */
function toSettings({ title, description, url, layout, site }: Config): SiteSettings {
  const bytes = site.logo === undefined ? undefined : readFileIfExists(site.logo);
  return {
    title,
    description,
    url,
    layout,
    links: site.links.map(toOwnerLink),
    footer: site.footer,
    accent: site.accent,
    accentDark: site.accentDark,
    remoteImages: site.remoteImages,
    logo:
      site.logo === undefined || bytes === undefined
        ? undefined
        : { ending: extname(site.logo).toLowerCase(), bytes },
  };
}
