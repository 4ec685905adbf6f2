/** What stands around the content of every page for people. */
import { hrefFrom } from "../simple/href.ts";
import { LAYOUTS } from "../simple/layout.ts";
import { SITE_FILES, SITE_PATHS } from "../simple/site-paths.ts";
import { toIndexAddress } from "./install-view.ts";
import type { SiteAssets } from "./site-assets.ts";
import type { OwnerLink, SiteSettings } from "./site-settings.ts";
import { WORDS, type Words } from "./words.ts";

/** The frame that the templates find as `it.frame`. Addresses are relative to the page. */
export interface PageFrame {
  readonly pageTitle: string;
  readonly description: string | undefined;
  readonly siteTitle: string;
  readonly policy: string;
  /** From the page to the root: `../../`, or the empty string. */
  readonly root: string;
  readonly home: string;
  readonly use: string;
  readonly feed: string;
  /** Of the list for installers, relative to the root. */
  readonly simple: string;
  /** The text in commands that stands for the address; undefined where the address is known. */
  readonly placeholder: string | undefined;
  readonly style: string;
  readonly script: string;
  readonly searchScript: string;
  readonly searchData: string;
  /** Where a project's page is, with `NAME` for its name. */
  readonly projectPattern: string;
  readonly icon: string;
  readonly logo: string | undefined;
  readonly links: readonly OwnerLink[];
  readonly footer: string | undefined;
  /** `2026-02-03`, of the newest upload that the page knows of. */
  readonly newest: string | undefined;
  /** The absolute address of the page, and of the picture for previews; where the address of the index is known. */
  readonly canonical: string | undefined;
  readonly current: "home" | "project" | "use";
}

export interface PageView {
  readonly words: Words;
  readonly frame: PageFrame;
}

/** What differs from page to page. */
export interface FrameOptions {
  /** The page, relative to the root. */
  readonly path: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly newest: string | undefined;
  readonly current: PageFrame["current"];
}

/** No script and no style but the site's own files, and no request to anywhere else. */
export function contentPolicy(remoteImages: boolean): string {
  const images = `img-src 'self' data:${remoteImages ? " https:" : ""}`;
  return `default-src 'none'; style-src 'self'; ${images}; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'`;
}

/** Frames a page. */
export function framePage(
  { path, title, description, newest, current }: FrameOptions,
  settings: SiteSettings,
  assets: SiteAssets,
): PageView {
  const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const href = hrefFrom(directory);
  const root = directory === "" ? "" : "../".repeat(directory.split("/").length);
  const { listDirectory } = LAYOUTS[settings.layout];
  const paths = SITE_PATHS[settings.layout];
  const frame: PageFrame = {
    pageTitle: title === undefined ? settings.title : `${title} · ${settings.title}`,
    description,
    siteTitle: settings.title,
    policy: contentPolicy(settings.remoteImages),
    root,
    home: href(paths.home),
    use: href(SITE_FILES.use),
    feed: href(SITE_FILES.feed),
    simple: listDirectory === "" ? "" : `${listDirectory}/`,
    placeholder: settings.url === undefined ? toIndexAddress(undefined, listDirectory, "").url : undefined,
    style: `${href(SITE_FILES.style)}?${assets.style.version}`,
    script: `${href(SITE_FILES.siteScript)}?${assets.siteScript.version}`,
    searchScript: `${href(SITE_FILES.searchScript)}?${assets.searchScript.version}`,
    searchData: href(SITE_FILES.search),
    projectPattern: `${root}${paths.projectsFolder}/NAME/index.html`,
    icon: href(assets.icon.path),
    logo: assets.logo && href(assets.logo.path),
    links: settings.links,
    footer: settings.footer,
    newest: newest?.slice(0, 10),
    canonical: settings.url === undefined ? undefined : `${settings.url}${canonicalPath(path)}`,
    current,
  };
  return { words: WORDS, frame };
}

/** A folder's page is known by the folder. */
export function canonicalPath(path: string): string {
  return path.replace(/(^|\/)index\.html$/, "$1");
}
