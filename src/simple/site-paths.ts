/** Where the pages for people stand: what belongs to no single project below `-/`, which can be no project's name. */
import type { ProjectName } from "../packaging/project-name.ts";
import type { LayoutName } from "./layout.ts";

/** The folder of the site's own files. */
export const SITE_FOLDER = "-";
/** The folder of the feeds of single projects. */
export const FEED_FOLDER = "-/feeds";
/** The folder of the second page of the home's list and those after it. */
export const HOME_PAGES_FOLDER = "-/page";

/** Paths relative to the root. */
export interface SitePaths {
  readonly home: string;
  /** The folder that holds a folder for each project. */
  readonly projectsFolder: string;
  /** A project's page. */
  readonly project: (name: ProjectName) => string;
}

/** In the flat layout the root and the projects' folders belong to the simple API. */
export const SITE_PATHS: Readonly<Record<LayoutName, SitePaths>> = {
  simple: {
    home: "index.html",
    projectsFolder: "project",
    project: (name) => `project/${name}/index.html`,
  },
  flat: {
    home: "-/index.html",
    projectsFolder: "-/project",
    project: (name) => `-/project/${name}/index.html`,
  },
};

/** The Atom feed of a project. */
export function feedPath(name: ProjectName): string {
  return `${FEED_FOLDER}/${name}.xml`;
}

/** A page of the home's list, counted from 1. */
export function homePagePath({ home }: SitePaths, page: number): string {
  return page === 1 ? home : `${HOME_PAGES_FOLDER}/${page}/index.html`;
}

/** How many projects one page of the home's list has. */
export const PROJECTS_ON_A_PAGE = 100;

/** How many pages the home has. */
export function countHomePages(projects: number): number {
  return Math.max(1, Math.ceil(projects / PROJECTS_ON_A_PAGE));
}

/** What there is once. */
export const SITE_FILES = {
  use: "-/use/index.html",
  feed: "-/feed.xml",
  search: "-/search.json",
  style: "-/style.css",
  siteScript: "-/site.js",
  searchScript: "-/search.js",
  favicon: "-/favicon.svg",
  sitemap: "sitemap.xml",
} as const;

/** All that belongs to no single project, in the order in which it is made. `logo` is the ending of the owner's picture. */
export function listSiteFiles(
  layout: LayoutName,
  projects: number,
  { hasUrl, logo }: { readonly hasUrl: boolean; readonly logo: string | undefined },
): readonly string[] {
  const { style, siteScript, searchScript, favicon, search, feed, use, sitemap } = SITE_FILES;
  return [
    style,
    siteScript,
    searchScript,
    favicon,
    ...(logo === undefined ? [] : [logoPath(logo)]),
    search,
    feed,
    use,
    ...(hasUrl ? [sitemap] : []),
    ...Array.from({ length: countHomePages(projects) }, (_, index) =>
      homePagePath(SITE_PATHS[layout], index + 1),
    ),
  ];
}

/** The owner's picture. */
export function logoPath(ending: string): string {
  return `${SITE_FOLDER}/logo${ending}`;
}
