/** The site for people: views and templates to bytes. */
import { hash } from "node:crypto";
import { PkgIndexError } from "../errors.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectSummary } from "../simple/model.ts";
import { SITE_FILES, SITE_PATHS } from "../simple/site-paths.ts";
import { compileTemplates, type RenderTemplate } from "./compiled-templates.ts";
import { MOST_ENTRIES, toIndexFeed, toProjectFeed, type FeedView } from "./feed-view.ts";
import { latestUploads, planHome } from "./home-view.ts";
import { canonicalPath } from "./page-frame.ts";
import { toProjectPageView, type ProjectFacts } from "./project-page-view.ts";
import { renderOurHtml } from "./renderer.ts";
import { findStyleFault } from "./check-style-sheet.ts";
import { renderSearchData } from "./search-data.ts";
import { makeSiteAssets, type SiteAssets } from "./site-assets.ts";
import type { SiteSettings } from "./site-settings.ts";
import {
  SITE_ASSET_NAMES,
  type SiteAssetName,
  type SiteTemplateName,
  type TemplateSource,
} from "./template-source.ts";
import { toUseView } from "./use-view.ts";
import { WORDS } from "./words.ts";

/** A file of the site, which is made when it is asked for. */
export interface SiteFile {
  /** Relative to the root. */
  readonly path: string;
  /** All that it is made from, beside settings and templates: summaries and plain values. Where none differs, its bytes do not. */
  readonly madeFrom: readonly unknown[];
  /** `findLast` finds the same file as it was written last, and what it was made from then. */
  readonly render: (findLast?: () => LastFile | undefined) => Buffer;
}

/** A file of the site as it stands. */
export interface LastFile {
  readonly bytes: Buffer;
  readonly madeFrom: SiteFile["madeFrom"];
}

/** Makes the pages of one site; its templates and files are looked at once. */
export class SiteRenderer {
  readonly #settings: SiteSettings;
  readonly #sources: readonly TemplateSource[];
  readonly #render: RenderTemplate;
  readonly #assets: SiteAssets;

  /** Throws a `PkgIndexError` (`template-broken`) that names file and line where a template or the style sheet is broken. */
  constructor(sources: readonly TemplateSource[], settings: SiteSettings) {
    const isAsset = ({ name }: TemplateSource): boolean => SITE_ASSET_NAMES.some((asset) => asset === name);
    const textOf = (name: SiteAssetName): string =>
      sources.find((source) => source.name === name)?.text ?? "";
    this.#settings = settings;
    this.#sources = sources;
    checkStyleSheet(sources);
    this.#render = compileTemplates(sources.filter((source) => !isAsset(source)));
    this.#assets = makeSiteAssets(
      {
        style: textOf("site/style.css"),
        siteScript: textOf("site/site.js"),
        searchScript: textOf("site/search.js"),
        favicon: textOf("site/favicon.svg"),
      },
      settings,
    );
  }

  /** A project's page and its feed. */
  renderProject(facts: ProjectFacts): { readonly page: Buffer; readonly feed: Buffer } {
    const view = toProjectPageView(facts, this.#settings, this.#assets);
    const feed = toProjectFeed(facts.detail.name, view, this.#settings);
    return { page: this.#html("site/project", view), feed: this.#feed(feed) };
  }

  /** What there is once, in the order of `listSiteFiles`. `projects` must be sorted by name. */
  planOnce(projects: readonly ProjectSummary[]): readonly SiteFile[] {
    const settings = this.#settings;
    const { style, siteScript, searchScript, icon, logo } = this.#assets;
    const latest = latestUploads(projects, MOST_ENTRIES);
    const [newest] = latest;
    const { url } = settings;
    return [
      ...[style, siteScript, searchScript, icon, ...(logo === undefined ? [] : [logo])].map(
        ({ path, bytes }) => ({ path, madeFrom: [], render: () => bytes }),
      ),
      {
        path: SITE_FILES.search,
        madeFrom: projects,
        render: (findLast) => renderSearchData(projects, findLast?.()),
      },
      {
        path: SITE_FILES.feed,
        madeFrom: latest,
        render: () => this.#feed(toIndexFeed(latest, settings)),
      },
      {
        path: SITE_FILES.use,
        madeFrom: [newest],
        render: () => this.#html("site/use", toUseView(settings, this.#assets, newest)),
      },
      ...(url === undefined
        ? []
        : [
            {
              path: SITE_FILES.sitemap,
              madeFrom: projects,
              render: () => this.#sitemap(projects, url),
            },
          ]),
      ...planHome(projects, latest, settings, this.#assets).map(({ view, ...page }) => ({
        ...page,
        render: () => this.#html("site/home", view()),
      })),
    ];
  }

  /** What the page for addresses that lead nowhere needs: it can be shown at any depth, so it brings its style with it. */
  notFoundView(): object {
    const { url, title } = this.#settings;
    const style = this.#assets.style.bytes.toString("utf8");
    const digest = hash("sha256", style, "base64");
    return {
      words: WORDS,
      site: {
        title,
        style,
        policy: `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
        home: url === undefined ? undefined : new URL(url).pathname,
      },
    };
  }

  #sitemap(projects: readonly ProjectSummary[], url: string): Buffer {
    const { home, project } = SITE_PATHS[this.#settings.layout];
    const pageOf = (name: ProjectName): string => url + canonicalPath(project(name));
    const pages = [
      { address: url + canonicalPath(home), changed: undefined },
      { address: url + canonicalPath(SITE_FILES.use), changed: undefined },
      ...projects.map(({ name, uploadTime }) => ({
        address: pageOf(name),
        changed: uploadTime?.slice(0, 10),
      })),
    ];
    // The protocol takes no more in one file: https://www.sitemaps.org/protocol.html
    return Buffer.from(this.#render("site/sitemap", { pages: pages.slice(0, 50_000) }));
  }

  #html(name: SiteTemplateName, view: object): Buffer {
    return Buffer.from(renderOurHtml(this.#render, this.#sources, name, view));
  }

  #feed(view: FeedView): Buffer {
    return Buffer.from(this.#render("site/feed", view));
  }
}

function checkStyleSheet(sources: readonly TemplateSource[]): void {
  const source = sources.find(({ name }) => name === "site/style.css");
  const fault = source && findStyleFault(source.text);
  if (fault === undefined || source === undefined) return;
  throw new PkgIndexError({
    code: "template-broken",
    path: `${source.file}:${fault.line}`,
    message: `the style sheet fails: ${fault.message}`,
    hint: "mend it, or delete the file to go back to the built-in one; the pages stay as they were",
  });
}
