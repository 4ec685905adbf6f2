/** From the catalog to the tree as it must be: every page that has to be made, compared with what stands there. */
import { join } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import { describeFault } from "../catalog/known-page.ts";
import { listPagedProjects } from "../catalog/paged-projects.ts";
import type { Change } from "../catalog/change.ts";
import type { RecordLine } from "../catalog/record-events.ts";
import { ATTRIBUTES_TEXT, mergeRecordFile, RECORDS_ATTRIBUTES, recordPath } from "../catalog/record-files.ts";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { readFileIfExists, statIfExists } from "../io/files.ts";
import { comparePage, comparePageOrKeep, findOurPages, type Stage } from "../publish/existing-pages.ts";
import type { Placement, WantedPage, WantedTree } from "../publish/plan.ts";
import { findStaleTwins, jsonRootPath, type WantedTwins } from "../publish/stale-twins.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { Renderer } from "../site/renderer.ts";
import { toListView, toProjectView } from "../simple/html-view.ts";
import {
  HTML_PAGE,
  joinPath,
  JSON_PAGE,
  JSON_ROOT,
  jsonRootDirectory,
  LAYOUTS,
  legacyPath,
  type Layout,
} from "../simple/layout.ts";
import { renderLegacyJson } from "../simple/legacy-json.ts";
import type { ProjectDetail } from "../simple/model.ts";
import { PAGE_FORMAT, toTwin, type PageEnvelope } from "../simple/page-envelope.ts";
import { readListJson, renderListJson } from "../simple/project-list.ts";
import { renderProjectJson } from "../simple/project-page.ts";

export interface RenderOptions {
  readonly config: Config;
  readonly renderer: Renderer;
  readonly fingerprint: string;
  readonly allowEmpty: boolean;
  readonly stage: Stage;
  /** What a command has decided, beside what the files say. */
  readonly change: Change | undefined;
}

/** Renders and stages what has to be, project by project. Nothing in the tree is changed. */
export class TreeRenderer {
  readonly #options: RenderOptions;
  readonly #layout: Layout;
  readonly #wantedTwins: WantedTwins;
  readonly #problems: Problem[] = [];
  readonly #records: Placement[] = [];
  readonly #projectPages: WantedPage[] = [];

  constructor(options: RenderOptions) {
    this.#options = options;
    const { layout, url, jsonRoot } = options.config;
    this.#layout = LAYOUTS[layout];
    this.#wantedTwins = { legacy: layout === "simple" && url !== undefined, jsonRoot };
  }

  /** Renders both pages of a project, and the records that they are made from. */
  addProject(project: ProjectDetail, newRecords: readonly RecordLine[]): void {
    const { root } = this.#options.config;
    const recordsSize =
      newRecords.length > 0
        ? this.#addRecords(project.name, newRecords)
        : statIfExists(join(root, recordPath(project.name)))?.size;
    const directory = this.#layout.projectDirectory(project.name);
    const html = this.#options.renderer.projectPage(toProjectView(project, directory));
    const base = this.#envelopeOf(html, recordsSize);
    this.#projectPages.push(this.#compare(joinPath(directory, HTML_PAGE), html));
    const twins = this.#addTwins(project, base);
    // The JSON page vouches for its twins, so it comes last.
    const json = renderProjectJson(project, directory, { ...base, ...twins });
    this.#projectPages.push(this.#compare(joinPath(directory, JSON_PAGE), json));
  }

  /** The pages of a project beside those of the simple API, where the configuration wants them. */
  #addTwins(project: ProjectDetail, base: PageEnvelope): Pick<PageEnvelope, "legacy" | "jsonRoot"> {
    const { url } = this.#options.config;
    const legacy =
      this.#wantedTwins.legacy && url !== undefined ? renderLegacyJson(project, url, base) : undefined;
    if (legacy !== undefined) this.#projectPages.push(this.#compare(legacyPath(project.name), legacy));
    if (this.#wantedTwins.jsonRoot && project.name === JSON_ROOT && this.#layout.name === "flat")
      this.#problems.push(reservedProject(project.name));
    const jsonRoot = this.#wantedTwins.jsonRoot
      ? renderProjectJson(project, jsonRootDirectory(project.name), base)
      : undefined;
    if (jsonRoot !== undefined) this.#projectPages.push(this.#compare(jsonRootPath(project.name), jsonRoot));
    return {
      ...(legacy === undefined ? {} : { legacy: toTwin(legacy) }),
      ...(jsonRoot === undefined ? {} : { jsonRoot: toTwin(jsonRoot) }),
    };
  }

  /**
   * Renders the lists and gathers what has to go. A stranger's file in the way, or an index that would become empty, is
   * a problem.
   */
  finish(catalog: Catalog): { wanted: WantedTree; problems: readonly Problem[] } {
    const { config, renderer, allowEmpty, stage, change } = this.#options;
    const { root } = config;
    const { listDirectory } = this.#layout;
    for (const [name, lines] of catalog.newRecords) this.#addRecords(name, lines);
    if (readFileIfExists(join(root, RECORDS_ATTRIBUTES)) === undefined) {
      this.#records.push({ path: RECORDS_ATTRIBUTES, staged: stage(Buffer.from(ATTRIBUTES_TEXT)) });
    }
    if (catalog.fileCount === 0 && !allowEmpty && !isAlreadyEmpty(root, this.#layout, catalog)) {
      this.#problems.push(wouldBeEmpty());
    }
    const listPath = joinPath(listDirectory, JSON_PAGE);
    if (!catalog.isListSound) this.#noteDamagedList(listPath);
    const html = renderer.listPage(toListView(catalog.projects, config));
    const json = renderListJson(catalog.projects, this.#envelopeOf(html));
    const { jsonRoot, legacy } = this.#wantedTwins;
    const isListed = namesOf(catalog);
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
      listPages: [
        this.#compare(joinPath(listDirectory, HTML_PAGE), html),
        ...(jsonRoot ? [this.#compare(joinPath(JSON_ROOT, HTML_PAGE), json)] : []),
        this.#compare(listPath, json),
        comparePageOrKeep(root, "404.html", renderer.notFoundPage(), stage),
        comparePageOrKeep(root, ".nojekyll", Buffer.alloc(0), stage),
      ],
      stalePages: [
        ...catalog.vanished.flatMap((name) => findOurPages(root, this.#layout.projectDirectory(name))),
        ...findStaleTwins(
          root,
          this.#wantedTwins,
          isListed,
          catalog.isListSound ? change?.projects : undefined,
        ),
        ...findPagesOfOtherLayout(root, this.#layout),
      ],
      orphanSidecars: catalog.orphans,
      knownPages: (2 + Number(legacy) + Number(jsonRoot)) * catalog.unchangedProjects,
    };
    return { wanted, problems: [...catalog.problems, ...this.#problems] };
  }

  #noteDamagedList(path: string): void {
    const bytes = readFileIfExists(join(this.#options.config.root, path));
    const list = bytes && readListJson(bytes);
    if (list === "damaged" || list === "newer-format") this.#problems.push(describeFault(path, list));
  }

  #addRecords(name: ProjectName, lines: readonly RecordLine[]): number {
    const bytes = mergeRecordFile(this.#options.config.root, name, lines);
    this.#records.push({ path: recordPath(name), staged: this.#options.stage(bytes) });
    return bytes.length;
  }

  #compare(path: string, bytes: Buffer): WantedPage {
    return comparePage(this.#options.config.root, path, bytes, this.#options.stage, this.#problems);
  }

  #envelopeOf(html: Buffer, recordsSize?: number): PageEnvelope {
    return {
      format: PAGE_FORMAT,
      fingerprint: this.#options.fingerprint,
      ...(recordsSize === undefined ? {} : { recordsSize }),
      html: toTwin(html),
    };
  }
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

/** Whether a project is in the catalog. The names are gathered when they are asked for: mostly they are not. */
function namesOf(catalog: Catalog): (name: ProjectName) => boolean {
  let names: ReadonlySet<ProjectName> | undefined;
  return (name) => (names ??= new Set(catalog.projects.map((project) => project.name))).has(name);
}

/** In the flat layout its page would stand where the list of the second root goes. */
function reservedProject(name: ProjectName): Problem {
  return {
    code: "reserved-project",
    severity: "error",
    path: name,
    message: "a project of this name and [index] json-root cannot stand together in the flat layout",
    hint: 'set json-root = false, or layout = "simple"',
  };
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
