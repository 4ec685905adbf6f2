/** The site's own files: style, scripts and pictures. */
import { hash } from "node:crypto";
import { logoPath, SITE_FILES } from "../simple/site-paths.ts";
import { readableAccents } from "./readable-accent.ts";
import type { SiteSettings } from "./site-settings.ts";

export interface SiteAsset {
  /** Relative to the root. */
  readonly path: string;
  readonly bytes: Buffer;
  /** Changes with the bytes, so that no browser keeps an old file beside a new page. */
  readonly version: string;
}

export interface SiteAssets {
  readonly style: SiteAsset;
  readonly siteScript: SiteAsset;
  readonly searchScript: SiteAsset;
  readonly icon: SiteAsset;
  readonly logo: SiteAsset | undefined;
}

/** The texts of the files that can be overridden. */
export interface AssetTexts {
  readonly style: string;
  readonly siteScript: string;
  readonly searchScript: string;
  readonly favicon: string;
}

/** The files as they are published: the style sheet ends with the owner's colours. */
export function makeSiteAssets(texts: AssetTexts, settings: SiteSettings): SiteAssets {
  const { logo } = settings;
  const colors = renderColors(settings);
  return {
    style: toAsset(SITE_FILES.style, `${texts.style}${colors}`),
    siteScript: toAsset(SITE_FILES.siteScript, texts.siteScript),
    searchScript: toAsset(SITE_FILES.searchScript, texts.searchScript),
    icon: toAsset(SITE_FILES.favicon, texts.favicon),
    logo: logo && toAsset(logoPath(logo.ending), logo.bytes),
  };
}

function toAsset(path: string, content: string | Buffer): SiteAsset {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { path, bytes, version: hash("sha256", bytes, "hex").slice(0, 8) };
}

function renderColors({ accent, accentDark }: SiteSettings): string {
  if (accent === undefined && accentDark === undefined) return "";
  const { light, dark } = readableAccents(accent, accentDark);
  const rules = [
    ...(light === undefined ? [] : [`:root{--accent:${light}}`]),
    ...(dark === undefined ? [] : [`@media(prefers-color-scheme:dark){:root{--accent:${dark}}}`]),
  ];
  return `${rules.join("\n")}\n`;
}
