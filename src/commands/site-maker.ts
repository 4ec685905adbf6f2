/** Makes the pages for people: of the projects that changed, of those that name a project that came or went, and the rest. */
import { extname, join } from "node:path";
import { crc32 } from "node:zlib";
import type { Catalog, StagedSidecar } from "../catalog/catalog.ts";
import { readPageOnDisk } from "../catalog/known-page.ts";
import type { RecordLine, Source } from "../catalog/record-events.ts";
import { readProjectState } from "../catalog/record-files.ts";
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
import { feedPath, SITE_FILES, SITE_PATHS } from "../simple/site-paths.ts";
import type { ProjectFacts } from "../site/project-page-view.ts";
import { findReadme, markReadme } from "../site/readme-marks.ts";
import { renderReadme, type Readme } from "../site/readme.ts";
import { SiteRenderer } from "../site/site-renderer.ts";
import { toOwnerLink, type SiteSettings } from "../site/site-settings.ts";
import type { TemplateSource } from "../site/template-source.ts";
import { WORDS } from "../site/words.ts";
import { findNeighbours } from "./neighbours.ts";

/** A project whose pages for installers were made in this run. */
export interface MadeProject {
  readonly detail: ProjectDetail;
  /** What goes on record for it. */
  readonly newRecords: readonly RecordLine[];
}

export interface SiteOptions {
  readonly config: Config;
  readonly sources: readonly TemplateSource[];
  readonly fingerprint: string;
  /** Render every description again. */
  readonly compareAll: boolean;
  readonly stage: Stage;
}

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
  #listed: ReadonlyMap<string, SiteSeal> | undefined;

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
    const neighboursOf = findNeighbours(catalog.projects);
    const projects: ProjectSummary[] = [];
    const projectPages: WantedPage[] = [];
    const neighbourPages: WantedPage[] = [];
    for (const summary of catalog.projects) {
      const { name } = summary;
      const changed = made.get(name);
      const neighbours = neighboursOf(name);
      if (changed === undefined && summary.site?.neighbours === neighbours.checksum) {
        projects.push(summary);
        continue;
      }
      const known = changed === undefined ? this.#readKnown(name) : undefined;
      const detail = changed?.detail ?? known?.detail;
      // Its page went while this run was at work: the next one makes all of it again.
      if (detail === undefined) {
        const { site: _, ...rest } = summary;
        projects.push(rest);
        continue;
      }
      const { readme, isWhole } = await this.#readReadme(detail, catalog.sidecars);
      const sources = this.#readSources(name, changed?.newRecords ?? []);
      const facts = { detail, readme, sources, ...neighbours };
      const { page, feed } = this.#renderer.renderProject(facts);
      // All pages of a project have one time, so that a later run can see that nobody touched them.
      const stage: Stage = (bytes) => this.#options.stage(bytes, known?.mtimeMs);
      const target = changed === undefined ? neighbourPages : projectPages;
      target.push(
        this.#compare(SITE_PATHS[this.#options.config.layout].project(name), page, stage),
        this.#compare(feedPath(name), feed, stage),
      );
      const checksum = isWhole ? neighbours.checksum : TRY_AGAIN;
      const site = { page: toTwin(page), feed: toTwin(feed), neighbours: checksum };
      projects.push({ ...summary, site });
    }
    const rest = this.#renderer.renderRest(projects);
    const restPages = rest.map(({ path, bytes }) => this.#compareOnce(path, bytes));
    const twin = toTwin(Buffer.concat(rest.map(({ bytes }) => bytes)));
    return { projects, projectPages, neighbourPages, restPages, rest: twin };
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
    sidecars: readonly StagedSidecar[],
  ): Promise<{ readonly readme: ProjectFacts["readme"]; readonly isWhole: boolean }> {
    const { compareAll, config } = this.#options;
    const speaker = detail.files.find(({ filename }) => filename === detail.info?.filename);
    if (speaker === undefined) return { readme: undefined, isWhole: true };
    const { remoteImages } = this.#settings;
    const key = `${(speaker.coreMetadata ?? speaker).sha256}${remoteImages ? "r" : ""}`;
    const known = compareAll ? undefined : this.#findReadme(detail.name, key);
    if (known !== undefined) return { readme: mark(known, key), isWhole: true };
    const bytes = await readListedMetadata(config.root, speaker, sidecars);
    if (bytes === undefined) {
      const kept = this.#findReadme(detail.name, key);
      const isWhole = kept !== undefined || speaker.coreMetadata === undefined;
      if (!isWhole) this.#problems.push(inputMissing(SITE_PATHS[config.layout].project(detail.name)));
      return { readme: kept && mark(kept, key), isWhole };
    }
    const { description, descriptionContentType } = parseCoreMetadata(bytes);
    const options = { remoteImages, imageWord: WORDS.image };
    const readme = await renderReadme(description ?? "", descriptionContentType, options);
    return { readme: mark(readme, key), isWhole: true };
  }

  /** The description on the page as it stands, if the page is as it was made. */
  #findReadme(name: ProjectName, key: string): Readme | undefined {
    const { root, layout } = this.#options.config;
    this.#listed ??= this.#readListedSeals();
    const seal = this.#listed.get(name);
    const page = seal && readFileIfExists(join(root, SITE_PATHS[layout].project(name)));
    if (page?.length !== seal?.page.size || page === undefined || crc32(page) !== seal?.page.crc32)
      return undefined;
    return findReadme(page.toString("utf8"), key);
  }

  #readListedSeals(): ReadonlyMap<string, SiteSeal> {
    const { config, fingerprint } = this.#options;
    const path = joinPath(LAYOUTS[config.layout].listDirectory, JSON_PAGE);
    const bytes = readFileIfExists(join(config.root, path));
    const list = bytes && readListJson(bytes);
    if (typeof list !== "object" || list.envelope.fingerprint !== fingerprint) return new Map();
    return new Map(list.projects.flatMap(({ name, site }) => (site === undefined ? [] : [[name, site]])));
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
