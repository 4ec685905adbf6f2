/** The templates that the pages are made from. */

/** The pages that are made from a template; each is `<name>.eta` in the folder of templates. */
export const TEMPLATE_NAMES = ["simple/project", "simple/list", "404"] as const;

/** Raised whenever the built-in code makes other views or descriptions: the pages for people are then made again. */
export const SITE_FORMAT = 3;

/** The templates of the pages for people, with what several of them share. */
export const SITE_TEMPLATE_NAMES = [
  "site/layout",
  "site/home",
  "site/project",
  "site/use",
  "site/feed",
  "site/sitemap",
] as const;

/** What is published as it stands; these names have their own endings. */
export const SITE_ASSET_NAMES = [
  "site/style.css",
  "site/site.js",
  "site/search.js",
  "site/favicon.svg",
] as const;

export type SiteTemplateName = (typeof SITE_TEMPLATE_NAMES)[number];
export type SiteAssetName = (typeof SITE_ASSET_NAMES)[number];
export type TemplateName = (typeof TEMPLATE_NAMES)[number] | SiteTemplateName | SiteAssetName;

export interface TemplateSource {
  readonly name: TemplateName;
  readonly text: string;
  /** The file that it came from, as the user would type it. */
  readonly file: string;
}
