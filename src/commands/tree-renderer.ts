/** From the catalog to the tree as it must be: every page that has to be made, compared with what stands there. */
import { extname, join } from "node:path";
import type { Catalog, ProjectSink } from "../catalog/catalog.ts";
import { describeFault } from "../catalog/known-page.ts";
import { listPagedProjects } from "../catalog/paged-projects.ts";
import type { Change } from "../catalog/change.ts";
import type { RecordLine } from "../catalog/record-events.ts";
import { ATTRIBUTES_TEXT, mergeRecordFile, RECORDS_ATTRIBUTES, recordPath } from "../catalog/record-files.ts";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { readFileIfExists, statIfExists } from "../io/files.ts";
import { findOurPages, type Stage } from "../publish/existing-pages.ts";
import { findKnownLists } from "../publish/known-lists.ts";
import { NOTHING_WANTED, type Placement, type WantedPage, type WantedTree } from "../publish/plan.ts";
import { findStaleSite } from "../publish/stale-site.ts";
import { findStaleTwins, type WantedTwins } from "../publish/stale-twins.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectDetail } from "../simple/model.ts";
import { joinPath, JSON_PAGE, LAYOUTS, type Layout } from "../simple/layout.ts";
import { readListEnvelope, readListJson, renderListJson } from "../simple/project-list.ts";
import type { TemplateSource } from "../site/template-source.ts";
import { listSiteFiles } from "../simple/site-paths.ts";
import { findPlace } from "../simple/sorted-projects.ts";
import type { PageMaker } from "./page-maker.ts";
import type { MadeProject } from "./site-maker.ts";

export interface RenderOptions {
  readonly config: Config;
  readonly sources: readonly TemplateSource[];
  readonly fingerprint: string;
  /** Compare every byte, also where a page is known. */
  readonly compareAll: boolean;
  readonly allowEmpty: boolean;
  /** How many threads render descriptions. */
  readonly jobs: number;
  readonly stage: Stage;
  /** Whether a page that is not ours may be replaced. */
  readonly mayReplace: ((path: string, existing: Buffer) => boolean) | undefined;
  /** What a command has decided, beside what the files say. */
  readonly change: Change | undefined;
}

/** So much of what was made stays in memory until the pages for people are made of it; the rest is read back. In bytes. */
const MOST_KEPT = 20_000_000;
/** About what is known of one file, in bytes. */
const FILE_IN_MEMORY = 1000;

/** Gathers what has to be, and stages it, project by project. Nothing in the tree is changed. */
export class TreeRenderer {
  readonly #options: RenderOptions;
  readonly #layout: Layout;
  readonly #wantedTwins: WantedTwins;
  readonly #problems: Problem[] = [];
  readonly #records: Placement[] = [];
  readonly #projectPages: WantedPage[] = [];
  /** What the pages for people are made from, once all projects are known. */
  readonly #made = new Map<ProjectName, MadeProject>();
  /** What is kept of the first projects, in bytes or thereabouts. */
  #kept = 0;
  /** How many pages of projects that did not change were made, since a project that they name came or went. */
  #remadePages = 0;
  #maker: PageMaker | undefined;

  constructor(options: RenderOptions) {
    this.#options = options;
    const { layout, url, jsonRoot } = options.config;
    this.#layout = LAYOUTS[layout];
    this.#wantedTwins = { legacy: layout === "simple" && url !== undefined, jsonRoot };
  }

  /** Loads what makes pages, and returns what is handed the projects whose pages have to be made or compared. */
  async openSink(): Promise<ProjectSink> {
    const { root } = this.#options.config;
    const maker = await this.#openMaker();
    return (project, newRecords, metadata) => {
      const recordsSize =
        newRecords.length > 0
          ? this.#addRecords(project.name, newRecords)
          : statIfExists(join(root, recordPath(project.name)))?.size;
      const { pages, seal } = maker.makeProject(project, recordsSize);
      this.#projectPages.push(...pages);
      if (this.#options.config.site.enabled) {
        const kept = this.#mayKeep(project, metadata) ? { project, metadata } : undefined;
        this.#made.set(project.name, toMade(project, newRecords, pages, root, kept));
      }
      return seal;
    };
  }

  #mayKeep({ files }: ProjectDetail, metadata: Buffer | undefined): boolean {
    this.#kept += files.length * FILE_IN_MEMORY + (metadata?.length ?? 0);
    return this.#kept <= MOST_KEPT;
  }

  async #openMaker(): Promise<PageMaker> {
    const { PageMaker } = await import("./page-maker.ts");
    return (this.#maker ??= new PageMaker(this.#options, this.#wantedTwins, this.#problems));
  }

  /**
   * Makes the lists and gathers what has to go. A stranger's file in the way, or an index that would become empty, is
   * a problem.
   */
  async finish(catalog: Catalog): Promise<{ wanted: WantedTree; problems: readonly Problem[] }> {
    const { config, allowEmpty, change } = this.#options;
    const { root } = config;
    for (const [name, lines] of catalog.newRecords) this.#addRecords(name, lines);
    this.#addAttributes();
    if (catalog.fileCount === 0 && !allowEmpty && !isAlreadyEmpty(root, this.#layout, catalog)) {
      this.#problems.push(wouldBeEmpty());
    }
    const listPages = this.#findKnownLists(catalog) ?? (await this.#makeLists(catalog));
    const { jsonRoot, legacy } = this.#wantedTwins;
    const isListed = (name: ProjectName): boolean => findPlace(catalog.projects, name) !== -1;
    const wanted: WantedTree = {
      isWhole: change !== undefined,
      records: this.#records,
      files: change?.incoming.map(({ path, staged }) => ({ path, staged })) ?? [],
      fileDeletions: [...(change?.outgoing ?? [])].flatMap((path) =>
        path.endsWith(".whl") ? [path, `${path}.metadata`] : [path],
      ),
      replacedSidecars: catalog.sidecars.filter(({ replaces }) => replaces),
      sidecars: catalog.sidecars.filter(({ replaces }) => !replaces),
      projectPages: this.#projectPages,
      listPages,
      stalePages: [
        ...catalog.vanished.flatMap((name) => findOurPages(root, this.#layout.projectDirectory(name))),
        ...findStaleTwins(
          root,
          this.#wantedTwins,
          isListed,
          catalog.isListSound ? change?.projects : undefined,
        ),
        ...findStaleSite(
          root,
          {
            layout: config.layout,
            enabled: config.site.enabled,
            files: wantedSiteFiles(config, catalog.projects.length),
          },
          isListed,
          catalog.isListSound ? change?.projects : undefined,
        ),
        ...findPagesOfOtherLayout(root, this.#layout),
      ],
      orphanSidecars: catalog.orphans,
      knownPages:
        (2 + Number(legacy) + Number(jsonRoot) + 2 * Number(config.site.enabled)) *
          catalog.unchangedProjects -
        this.#remadePages,
    };
    return { wanted, problems: [...catalog.problems, ...this.#problems] };
  }

  /** What has to be where the pages are made elsewhere: the files of a change, and their records. */
  finishRecords(change: Change): WantedTree {
    for (const [name, lines] of change.records) this.#addRecords(name, lines);
    this.#addAttributes();
    return {
      ...NOTHING_WANTED,
      isWhole: true,
      records: this.#records,
      files: change.incoming.map(({ path, staged }) => ({ path, staged })),
      fileDeletions: [...change.outgoing],
    };
  }

  #addAttributes(): void {
    const { config, stage } = this.#options;
    if (readFileIfExists(join(config.root, RECORDS_ATTRIBUTES)) !== undefined) return;
    this.#records.push({ path: RECORDS_ATTRIBUTES, staged: stage(Buffer.from(ATTRIBUTES_TEXT)) });
  }

  /** Makes the pages for people, and then the lists, which vouch for them. */
  async #makeLists(catalog: Catalog): Promise<readonly WantedPage[]> {
    const maker = await this.#openMaker();
    const { config, compareAll } = this.#options;
    const before = compareAll ? undefined : catalog.listed;
    if (!config.site.enabled) return maker.makeLists(catalog.projects, undefined, before);
    const { SiteMaker } = await import("./site-maker.ts");
    const siteMaker = new SiteMaker(this.#options, this.#problems);
    const site = await siteMaker.make(catalog, this.#made);
    this.#projectPages.push(...site.projectPages);
    this.#remadePages = site.neighbourPages.length;
    const { pages, twins } = site.once;
    const lists = maker.makeLists(site.projects, { twins, notFoundView: siteMaker.notFoundView() }, before);
    return [...site.neighbourPages, ...pages, ...lists];
  }

  /** The list pages, where those that stand there are what would be made. A list that is damaged is a problem. */
  #findKnownLists({ projects, listed, isListSound }: Catalog): readonly WantedPage[] | undefined {
    const { config, fingerprint, compareAll } = this.#options;
    // The list was read already, and what a command decides shows in it: it is made again.
    if (isListSound) return undefined;
    const { listDirectory } = this.#layout;
    const path = joinPath(listDirectory, JSON_PAGE);
    const isAsRead =
      listed?.projects.length === projects.length &&
      projects.every((project, index) => project === listed.projects[index]);
    const bytes = isAsRead ? listed.bytes : readFileIfExists(join(config.root, path));
    if (bytes === undefined) return undefined;
    const envelope = readListEnvelope(bytes);
    if (envelope === undefined) this.#noteDamagedList(path, bytes);
    if (compareAll || envelope === undefined) return undefined;
    // The JSON page holds all that the others are made from, but for what the fingerprint covers.
    if (envelope.fingerprint !== fingerprint) return undefined;
    if (!isAsRead && !renderListJson(projects, envelope).equals(bytes)) return undefined;
    const siteFiles = wantedSiteFiles(config, projects.length);
    return findKnownLists(config.root, listDirectory, this.#wantedTwins.jsonRoot, siteFiles, bytes, envelope);
  }

  #noteDamagedList(path: string, bytes: Buffer): void {
    const list = readListJson(bytes);
    if (list === "damaged" || list === "newer-format") this.#problems.push(describeFault(path, list, bytes));
  }

  #addRecords(name: ProjectName, lines: readonly RecordLine[]): number {
    const bytes = mergeRecordFile(this.#options.config.root, name, lines);
    this.#records.push({ path: recordPath(name), staged: this.#options.stage(bytes) });
    return bytes.length;
  }
}

/** What of the site belongs to no single project; nothing where there is no site. */
function wantedSiteFiles({ layout, url, site }: Config, projects: number): readonly string[] {
  if (!site.enabled) return [];
  const logo = site.logo === undefined ? undefined : extname(site.logo).toLowerCase();
  return listSiteFiles(layout, projects, { hasUrl: url !== undefined, logo });
}

/** What the site is made from later. The JSON page is the last of a project's pages. */
function toMade(
  project: ProjectDetail,
  newRecords: readonly RecordLine[],
  pages: readonly WantedPage[],
  root: string,
  kept: { readonly project: ProjectDetail; readonly metadata: Buffer | undefined } | undefined,
): MadeProject {
  const json = pages.at(-1);
  const place =
    kept !== undefined ? undefined : json?.onDisk === "same" ? join(root, json.path) : json?.staged;
  const saysNoSource = newRecords.every(
    ({ event }) => event.event === "uploaded" && event.source === undefined,
  );
  return { from: place ?? project, metadata: kept?.metadata, newRecords: saysNoSource ? [] : newRecords };
}

/** After a change of layout, the pages of the other one: project pages first, its list last, so that a killed run goes on. */
function findPagesOfOtherLayout(root: string, layout: Layout): string[] {
  const other = layout.name === "simple" ? LAYOUTS.flat : LAYOUTS.simple;
  const bytes = readFileIfExists(join(root, joinPath(other.listDirectory, JSON_PAGE)));
  const list = bytes && readListJson(bytes);
  if (list === undefined || list === "stranger") return [];
  const projects = listPagedProjects(root, other, () => false);
  return [
    ...projects.flatMap((name) => findOurPages(root, other.projectDirectory(name))),
    ...findOurPages(root, other.listDirectory),
  ];
}

function isAlreadyEmpty(root: string, layout: Layout, catalog: Catalog): boolean {
  const bytes = readFileIfExists(join(root, joinPath(layout.listDirectory, JSON_PAGE)));
  const list = bytes && readListJson(bytes);
  return typeof list === "object" && list.projects.length === 0 && catalog.vanished.length === 0;
}

function wouldBeEmpty(): Problem {
  return {
    code: "would-be-empty",
    severity: "error",
    path: "",
    message: "no distribution file is left to list, and the index would become empty",
    hint: "put wheels into package subfolders of the root, or allow it with --allow-empty",
  };
}
