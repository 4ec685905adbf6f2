/** A project's page for people, as its template needs it. */
import { normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import { encodePath, hrefFrom } from "../simple/href.ts";
import { HTML_PAGE, joinPath, LAYOUTS } from "../simple/layout.ts";
import type { ProjectDetail } from "../simple/model.ts";
import { isQuarantined } from "../simple/project-page.ts";
import { feedPath, SITE_PATHS } from "../simple/site-paths.ts";
import { toAboutView, type AboutView } from "./about-view.ts";
import { toCompatibility, type CompatibilityView } from "./compatibility.ts";
import { toDependencyViews, type DependencyViews } from "./dependency-view.ts";
import { toIndexAddress, toInstallViews, type InstallView } from "./install-view.ts";
import { framePage, type PageView } from "./page-frame.ts";
import { shortLine } from "./plain-text.ts";
import { isEmptyReadme } from "./readme-marks.ts";
import { toReleaseViews, type FileSource, type ReleaseView } from "./release-view.ts";
import type { SiteAssets } from "./site-assets.ts";
import type { SiteSettings } from "./site-settings.ts";
import { WORDS } from "./words.ts";

/** All that a project's page is made from. */
export interface ProjectFacts {
  readonly detail: ProjectDetail;
  /** The description as sanitized HTML with its marks, and whether it was cut; undefined where nothing is known of it. */
  readonly readme: { readonly html: string; readonly isCut: boolean } | undefined;
  /** Where files were built from, by file name. */
  readonly sources: ReadonlyMap<string, FileSource>;
  /** The projects of this index that need it, and those that it needs. */
  readonly usedBy: readonly ProjectName[];
  readonly needs: ReadonlySet<string>;
}

export interface ProjectPageView extends PageView {
  readonly name: string;
  readonly version: string | undefined;
  readonly summary: string | undefined;
  readonly status:
    { readonly name: string; readonly text: string; readonly reason: string | undefined } | undefined;
  readonly isYanked: boolean;
  readonly date: string | undefined;
  readonly install: readonly InstallView[];
  readonly addressIsKnown: boolean;
  /** With its marks. */
  readonly readme: string;
  readonly hasReadme: boolean;
  readonly isCut: boolean;
  readonly releases: readonly ReleaseView[];
  readonly newest: ReleaseView | undefined;
  readonly older: readonly ReleaseView[];
  readonly compatibility: CompatibilityView | undefined;
  readonly hasSource: boolean;
  readonly dependencies: DependencyViews;
  readonly usedBy: readonly { readonly name: string; readonly href: string }[];
  readonly hiddenUsers: number;
  readonly about: AboutView;
  readonly feed: string;
  readonly simplePage: string;
}

const STATUS_TEXTS = {
  archived: WORDS.archivedText,
  deprecated: WORDS.deprecatedText,
  quarantined: WORDS.quarantinedText,
  active: "",
} as const;

const MOST_USERS = 200;

/** The view of a project's page. */
export function toProjectPageView(
  facts: ProjectFacts,
  settings: SiteSettings,
  assets: SiteAssets,
): ProjectPageView {
  const { detail, readme, usedBy, needs } = facts;
  const { status, info } = detail;
  const path = SITE_PATHS[settings.layout].project(detail.name);
  const directory = path.slice(0, path.lastIndexOf("/"));
  const href = hrefFrom(directory);
  const layout = LAYOUTS[settings.layout];
  const hrefOfProject = (name: string): string => `../${encodePath(name)}/${HTML_PAGE}`;
  const quarantined = isQuarantined(detail);
  const releases = quarantined ? [] : toReleaseViews(detail, facts.sources, href);
  const newest = releases.find(({ isNewest }) => isNewest);
  const filesOfNewest = detail.files.filter(({ version }) => version === newest?.version);
  const summary = shortLine(info?.summary ?? "", 512) || undefined;
  const name = displayName(detail.name, info?.displayName);
  const newestUpload = detail.files
    .map(({ uploadTime }) => uploadTime)
    .toSorted()
    .at(-1);
  const requirements = info?.dependencies ?? [];
  const dependencies = toDependencyViews(requirements, (needed) =>
    needs.has(needed) && needed !== detail.name ? hrefOfProject(needed) : undefined,
  );
  const always = dependencies.groups.find(({ extra }) => extra === undefined)?.dependencies ?? [];
  const isSelfContained = dependencies.hidden === 0 && always.every((needed) => needed.href !== undefined);
  const address = toIndexAddress(settings.url, layout.listDirectory, settings.title);
  const installFacts = { name: detail.name, version: newest?.version, files: filesOfNewest, isSelfContained };
  return {
    ...framePage(
      { path, title: name, description: summary, newest: newestUpload, current: "project" },
      settings,
      assets,
    ),
    name,
    version: info?.version ?? newest?.version,
    summary,
    status:
      status === undefined || status.status === "active"
        ? undefined
        : { name: status.status, text: STATUS_TEXTS[status.status], reason: status.reason },
    isYanked: newest?.isYanked === true,
    date: newest?.date,
    install: quarantined ? [] : toInstallViews(installFacts, address, WORDS),
    addressIsKnown: settings.url !== undefined,
    readme: readme?.html ?? "",
    hasReadme: readme !== undefined && !isEmptyReadme(readme.html),
    isCut: readme?.isCut === true,
    releases,
    newest,
    older: releases.filter((release) => release !== newest),
    compatibility: toCompatibility(newest?.files.map(({ filename }) => filename) ?? []),
    hasSource: newest?.files.some(({ filename }) => !filename.endsWith(".whl")) === true,
    dependencies,
    usedBy: usedBy.slice(0, MOST_USERS).map((user) => ({ name: user, href: hrefOfProject(user) })),
    hiddenUsers: Math.max(0, usedBy.length - MOST_USERS),
    about: toAboutView(info, filesOfNewest),
    feed: href(feedPath(detail.name)),
    simplePage: href(joinPath(layout.projectDirectory(detail.name), HTML_PAGE)),
  };
}

/** The name as its author spells it, where it is the same project. */
export function displayName(name: ProjectName, written: string | undefined): string {
  return written !== undefined && normalizeProjectName(written) === name ? written : name;
}
