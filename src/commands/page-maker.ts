/** Makes pages: renders them, and compares each with what stands in its place. Loaded where a page has to be made. */
import { listFiles } from "../catalog/page-listing.ts";
import { sealPages, type PageSizes } from "../catalog/page-seal.ts";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { comparePage, comparePageOrKeep, readWrittenPage, type Stage } from "../publish/existing-pages.ts";
import { NO_JEKYLL, NOT_FOUND_PAGE } from "../publish/known-lists.ts";
import type { WantedPage } from "../publish/plan.ts";
import { jsonRootPath, type WantedTwins } from "../publish/stale-twins.ts";
import { createRenderer, type Renderer } from "../site/renderer.ts";
import { TEMPLATE_NAMES, type TemplateSource } from "../site/template-source.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { hrefFrom } from "../simple/href.ts";
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
import type { ProjectDetail, ProjectSummary } from "../simple/model.ts";
import { PAGE_FORMAT, toTwin, type PageEnvelope, type Twin } from "../simple/page-envelope.ts";
import { renderListJson, type KnownList } from "../simple/project-list.ts";
import { renderProjectJson } from "../simple/project-page.ts";

export interface PageOptions {
  readonly config: Config;
  readonly sources: readonly TemplateSource[];
  readonly fingerprint: string;
  readonly stage: Stage;
  /** Whether a page that is not ours may be replaced. */
  readonly mayReplace: ((path: string, existing: Buffer) => boolean) | undefined;
}

export class PageMaker {
  readonly #options: PageOptions;
  readonly #wantedTwins: WantedTwins;
  readonly #problems: Problem[];
  readonly #renderer: Renderer;
  readonly #layout: Layout;

  /** Compiles the templates; throws a `PkgIndexError` where one is broken. Strangers in the way join `problems`. */
  constructor(options: PageOptions, wantedTwins: WantedTwins, problems: Problem[]) {
    this.#options = options;
    this.#wantedTwins = wantedTwins;
    this.#problems = problems;
    this.#renderer = createRenderer(
      options.sources.filter(({ name }) => TEMPLATE_NAMES.some((own) => own === name)),
    );
    this.#layout = LAYOUTS[options.config.layout];
  }

  /** The pages of a project, and their seal. `recordsSize`: of the records that they are made from, in bytes. */
  makeProject(
    project: ProjectDetail,
    recordsSize: number | undefined,
  ): { readonly pages: readonly WantedPage[]; readonly seal: string } {
    const directory = this.#layout.projectDirectory(project.name);
    const html = this.#renderer.projectPage(toProjectView(project, directory));
    const base: PageEnvelope = {
      ...this.#envelopeOf(toTwin(html)),
      ...(recordsSize === undefined ? {} : { recordsSize }),
    };
    const { legacy, jsonRoot } = this.#renderTwins(project, base);
    const envelope: PageEnvelope = {
      ...base,
      ...(legacy === undefined ? {} : { legacy: toTwin(legacy) }),
      ...(jsonRoot === undefined ? {} : { jsonRoot: toTwin(jsonRoot) }),
    };
    const json = renderProjectJson(project, directory, envelope);
    const pages = [
      this.#compare(joinPath(directory, HTML_PAGE), html),
      ...(legacy === undefined ? [] : [this.#compare(legacyPath(project.name), legacy)]),
      ...(jsonRoot === undefined ? [] : [this.#compare(jsonRootPath(project.name), jsonRoot)]),
      // The JSON page vouches for its twins, so it comes last.
      this.#compare(joinPath(directory, JSON_PAGE), json),
    ];
    const sizes: PageSizes = {
      json: json.length,
      html: html.length,
      legacy: legacy?.length,
      jsonRoot: jsonRoot?.length,
      records: recordsSize,
    };
    const href = hrefFrom(directory);
    const files = project.files.map((file) => ({ ...file, url: href(file.path) }));
    return { pages, seal: sealPages(sizes, listFiles(files)) };
  }

  /**
   * The list in both formats, and what belongs to no project. `projects` must be sorted by name; `site` is what was made for people,
   * and `before` the list that was written last with the same settings, where it may stand for what it lists.
   */
  makeLists(
    projects: readonly ProjectSummary[],
    site: { readonly twins: readonly Twin[]; readonly notFoundView: object } | undefined,
    before: KnownList | undefined,
  ): WantedPage[] {
    const { config, stage } = this.#options;
    const { listDirectory } = this.#layout;
    const { page, twin } = this.#keepHtmlList(projects, before) ?? this.#makeHtmlList(projects);
    const notFound = this.#renderer.notFoundPage(site?.notFoundView);
    const json = renderListJson(projects, {
      ...this.#envelopeOf(twin),
      notFound: toTwin(notFound),
      ...(site && { site: site.twins }),
    });
    return [
      page,
      ...(this.#wantedTwins.jsonRoot ? [this.#compare(joinPath(JSON_ROOT, HTML_PAGE), json)] : []),
      this.#compare(joinPath(listDirectory, JSON_PAGE), json, before?.bytes),
      comparePageOrKeep(config.root, NOT_FOUND_PAGE, notFound, stage),
      comparePageOrKeep(config.root, NO_JEKYLL, Buffer.alloc(0), stage),
    ];
  }

  #makeHtmlList(projects: readonly ProjectSummary[]): { page: WantedPage; twin: Twin } {
    const html = this.#renderer.listPage(toListView(projects, this.#options.config));
    return { page: this.#compare(joinPath(this.#layout.listDirectory, HTML_PAGE), html), twin: toTwin(html) };
  }

  /** The list in HTML says nothing of projects but their names. */
  #keepHtmlList(
    projects: readonly ProjectSummary[],
    before: KnownList | undefined,
  ): { page: WantedPage; twin: Twin } | undefined {
    if (before?.projects.length !== projects.length) return undefined;
    if (!projects.every(({ name }, index) => before.projects[index]?.name === name)) return undefined;
    const twin = before.envelope.html;
    const path = joinPath(this.#layout.listDirectory, HTML_PAGE);
    if (readWrittenPage(this.#options.config.root, path, twin) === undefined) return undefined;
    return { page: { path, staged: undefined, onDisk: "same" }, twin };
  }

  /** The pages of a project beside those of the simple API, where the configuration wants them. */
  #renderTwins(project: ProjectDetail, base: PageEnvelope): { legacy?: Buffer; jsonRoot?: Buffer } {
    const { url } = this.#options.config;
    const { legacy, jsonRoot } = this.#wantedTwins;
    if (jsonRoot && project.name === JSON_ROOT && this.#layout.name === "flat")
      this.#problems.push(reservedProject(project.name));
    return {
      ...(legacy && url !== undefined ? { legacy: renderLegacyJson(project, url, base) } : {}),
      ...(jsonRoot ? { jsonRoot: renderProjectJson(project, jsonRootDirectory(project.name), base) } : {}),
    };
  }

  #compare(path: string, bytes: Buffer, known?: Buffer): WantedPage {
    const { config, stage, mayReplace } = this.#options;
    return comparePage(config.root, path, bytes, stage, this.#problems, mayReplace, known);
  }

  #envelopeOf(html: Twin): PageEnvelope {
    return { format: PAGE_FORMAT, fingerprint: this.#options.fingerprint, html };
  }
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
