/** What the site takes from the configuration. */
import { extname } from "node:path";
import type { Config } from "../config/config.ts";
import { readFileIfExists } from "../io/files.ts";
import { toOwnerLink, type SiteSettings } from "../site/site-settings.ts";

/** The settings of the site, with the owner's picture. */
export function readSiteSettings({ title, description, url, layout, site }: Config): SiteSettings {
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
