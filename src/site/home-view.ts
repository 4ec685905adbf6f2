/** The home: what was published last, and all projects, some on each page. */
import { hrefFrom } from "../simple/href.ts";
import { LAYOUTS } from "../simple/layout.ts";
import type { ProjectSummary } from "../simple/model.ts";
import { countHomePages, homePagePath, PROJECTS_ON_A_PAGE, SITE_PATHS } from "../simple/site-paths.ts";
import { quoteForShell, toIndexAddress } from "./install-view.ts";
import { framePage, type PageView } from "./page-frame.ts";
import { shortLine } from "./plain-text.ts";
import type { SiteAssets } from "./site-assets.ts";
import type { SiteSettings } from "./site-settings.ts";
import { countWords, fill, WORDS } from "./words.ts";

export interface ProjectLine {
  readonly name: string;
  readonly href: string;
  readonly version: string | undefined;
  readonly summary: string | undefined;
  readonly date: string | undefined;
  readonly files: string;
  /** What a visitor has to know before anything else. */
  readonly badges: readonly string[];
}

export interface HomeView extends PageView {
  readonly description: string | undefined;
  readonly counts: string | undefined;
  readonly installLine: string;
  readonly addressIsKnown: boolean;
  readonly isFirst: boolean;
  readonly recent: readonly ProjectLine[];
  readonly projects: readonly ProjectLine[];
  readonly pageOfPages: string | undefined;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly pages: readonly PageLink[];
}

/** `href` is undefined for the page itself; `gap` says that numbers are left out before it. */
export interface PageLink {
  readonly number: number;
  readonly href: string | undefined;
  readonly gap: boolean;
}

const RECENT = 8;
/** Where all projects fit on a screen or two, what is recent is seen anyway. */
const FEW = 12;

/** The projects that were uploaded to last, at most `most` of them, newest first; equal times by name. `projects` must be sorted by name. */
export function latestUploads(projects: readonly ProjectSummary[], most: number): readonly ProjectSummary[] {
  const latest: { project: ProjectSummary; time: string }[] = [];
  for (const project of projects) {
    const time = project.uploadTime;
    if (time === undefined) continue;
    let place = latest.length;
    while (place > 0 && (latest[place - 1]?.time ?? "") < time) place -= 1;
    if (place >= most) continue;
    latest.splice(place, 0, { project, time });
    if (latest.length > most) latest.pop();
  }
  return latest.map(({ project }) => project);
}

/** A page of the home, before it is made. */
export interface PlannedPage {
  /** Relative to the root. */
  readonly path: string;
  /** All that its view depends on, beside the settings. */
  readonly madeFrom: readonly unknown[];
  readonly view: () => HomeView;
}

/** All pages of the home. `projects` must be sorted by name; `latest` are some of the same, by {@link latestUploads}. */
export function planHome(
  projects: readonly ProjectSummary[],
  latest: readonly ProjectSummary[],
  settings: SiteSettings,
  assets: SiteAssets,
): readonly PlannedPage[] {
  const pages = countHomePages(projects.length);
  const fileCount = projects.reduce((sum, project) => sum + project.fileCount, 0);
  return Array.from({ length: pages }, (_, index) => {
    const page = index + 1;
    const path = homePagePath(SITE_PATHS[settings.layout], page);
    const shown = projects.slice(index * PROJECTS_ON_A_PAGE, page * PROJECTS_ON_A_PAGE);
    const first = { projectCount: projects.length, fileCount, latest };
    return {
      path,
      // What is recent is on the first page alone, so that an upload does not change all of them.
      madeFrom: [
        pages,
        ...shown,
        ...(page > 1 ? [] : [projects.length, fileCount, ...latest.slice(0, RECENT)]),
      ],
      view: () =>
        toHomeView({ path, page, pages, shown, first: page === 1 ? first : undefined }, settings, assets),
    };
  });
}

/** The status of a project, and whether its newest release is yanked, in words. */
export function badgesOf({ status, isYanked }: ProjectSummary): readonly string[] {
  return [...(status === undefined ? [] : [status]), ...(isYanked === true ? [WORDS.yanked] : [])];
}

/** A page of the home, and what of all projects the first one shows. */
interface HomeContent {
  readonly path: string;
  readonly page: number;
  readonly pages: number;
  readonly shown: readonly ProjectSummary[];
  readonly first:
    | {
        readonly projectCount: number;
        readonly fileCount: number;
        readonly latest: readonly ProjectSummary[];
      }
    | undefined;
}

function toHomeView(
  { path, page, pages, shown, first }: HomeContent,
  settings: SiteSettings,
  assets: SiteAssets,
): HomeView {
  const paths = SITE_PATHS[settings.layout];
  const address = toIndexAddress(settings.url, LAYOUTS[settings.layout].listDirectory, settings.title);
  const href = hrefFrom(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  const toLine = (project: ProjectSummary): ProjectLine => ({
    name: project.name,
    href: href(paths.project(project.name)),
    version: project.newestVersion,
    summary: project.summary === undefined ? undefined : shortLine(project.summary, 200) || undefined,
    date: project.uploadTime?.slice(0, 10),
    files: countWords(project.fileCount, "files"),
    badges: badgesOf(project),
  });
  const pageOfPages = pages === 1 ? undefined : fill(WORDS.page, { page, pages });
  const linkTo = (number: number): string => href(homePagePath(paths, number));
  const [newest] = first?.latest ?? latestUploads(shown, 1);
  return {
    ...framePage(
      {
        path,
        title: page === 1 ? undefined : pageOfPages,
        description: settings.description,
        newest: newest?.uploadTime,
        current: "home",
      },
      settings,
      assets,
    ),
    description: settings.description,
    counts:
      first === undefined || first.projectCount === 0
        ? undefined
        : `${countWords(first.projectCount, "projects")}, ${countWords(first.fileCount, "files")}`,
    installLine: `pip install --index-url ${quoteForShell(address.url)} `,
    addressIsKnown: settings.url !== undefined,
    isFirst: page === 1,
    recent: first === undefined || first.projectCount <= FEW ? [] : first.latest.slice(0, RECENT).map(toLine),
    projects: shown.map(toLine),
    pageOfPages,
    previous: page === 1 ? undefined : linkTo(page - 1),
    next: page === pages ? undefined : linkTo(page + 1),
    pages: pages === 1 ? [] : toPageLinks(page, pages, linkTo),
  };
}

/** The first, the last, and those around this one. */
function toPageLinks(page: number, pages: number, linkTo: (number: number) => string): readonly PageLink[] {
  const numbers = Array.from({ length: pages }, (_, index) => index + 1).filter(
    (number) => number === 1 || number === pages || Math.abs(number - page) <= 2,
  );
  return numbers.map((number, index) => ({
    number,
    href: number === page ? undefined : linkTo(number),
    gap: index > 0 && number - (numbers[index - 1] ?? 0) > 1,
  }));
}
