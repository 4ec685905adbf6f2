/** Pages for people that nothing wants any more. */
import { join } from "node:path";
import { listFolder } from "../io/files.ts";
import { isNormalizedName, type ProjectName } from "../packaging/project-name.ts";
import type { LayoutName } from "../simple/layout.ts";
import {
  FEED_FOLDER,
  feedPath,
  HOME_PAGES_FOLDER,
  listSiteFiles,
  SITE_FOLDER,
  SITE_PATHS,
} from "../simple/site-paths.ts";
import { keepOurs } from "./existing-pages.ts";

/** What of the site is wanted. */
export interface WantedSite {
  readonly layout: LayoutName;
  readonly enabled: boolean;
  /** What belongs to no single project; nothing where the site is not enabled. */
  readonly files: readonly string[];
}

/**
 * The files of ours to remove: of projects that `isListed` does not know, of `candidates` or of all, and what there was once and
 * is not wanted now.
 */
export function findStaleSite(
  root: string,
  { layout, enabled, files }: WantedSite,
  isListed: (name: ProjectName) => boolean,
  candidates?: Iterable<ProjectName>,
): string[] {
  const list = (folder: string, ending: string): ProjectName[] =>
    listFolder(join(root, folder))
      .map(({ name }) => name)
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, name.length - ending.length))
      .filter(isNormalizedName);
  const isGone = (name: ProjectName): boolean => !enabled || !isListed(name);
  const other = SITE_PATHS[layout === "simple" ? "flat" : "simple"];
  const { project, projectsFolder } = SITE_PATHS[layout];
  const known = [...(candidates ?? [])];
  const pages = (candidates === undefined ? list(projectsFolder, "") : known).filter(isGone).map(project);
  const feeds = (candidates === undefined ? list(FEED_FOLDER, ".xml") : known).filter(isGone).map(feedPath);
  const elsewhere = candidates === undefined ? list(other.projectsFolder, "").map(other.project) : [];
  const wanted = new Set(files);
  const once = candidates === undefined ? listOnce(root).filter((path) => !wanted.has(path)) : [];
  return keepOurs(root, [...pages, ...feeds, ...elsewhere, ...once]);
}

/** All places of what belongs to no single project, in either layout, where something may stand. */
function listOnce(root: string): string[] {
  const own = listFolder(join(root, SITE_FOLDER)).map(({ name }) => `${SITE_FOLDER}/${name}`);
  const homes = listFolder(join(root, HOME_PAGES_FOLDER)).map(
    ({ name }) => `${HOME_PAGES_FOLDER}/${name}/index.html`,
  );
  const everywhere = (["simple", "flat"] as const).flatMap((layout) =>
    listSiteFiles(layout, 0, { hasUrl: true, logo: undefined }),
  );
  const known = new Set([...everywhere, ...homes]);
  for (const path of own) if (/^-\/logo\.\w+$/.test(path)) known.add(path);
  return [...known];
}
