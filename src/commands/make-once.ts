/** What the site has once: home, search, feed and the like. What would come out as it stands is not made again. */
import type { Problem } from "../errors.ts";
import { comparePage, comparePageOrKeep, readWrittenPage, type Stage } from "../publish/existing-pages.ts";
import type { WantedPage } from "../publish/plan.ts";
import type { ProjectSummary } from "../simple/model.ts";
import { toTwin, type Twin } from "../simple/page-envelope.ts";
import type { KnownList } from "../simple/project-list.ts";
import { SITE_FILES } from "../simple/site-paths.ts";
import type { LastFile, SiteFile, SiteRenderer } from "../site/site-renderer.ts";

export interface OnceOptions {
  /** Absolute path. */
  readonly root: string;
  readonly stage: Stage;
  /** The project list that the files on disk were made from, with the same settings; undefined where all have to be made. */
  readonly before: KnownList | undefined;
  /** Whether what would come out as it was made is taken to stand there, unseen: a command looks at what it changes alone. */
  readonly isTrusted: boolean;
}

/** The files, and what the project list has to say of each. */
export interface MadeOnce {
  readonly pages: readonly WantedPage[];
  readonly twins: readonly Twin[];
}

/** Makes what there is once. `projects` must be sorted by name. Strangers in the way join `problems`. */
export function makeOnce(
  renderer: SiteRenderer,
  projects: readonly ProjectSummary[],
  { root, stage, before, isTrusted }: OnceOptions,
  problems: Problem[],
): MadeOnce {
  const twinsBefore = before?.envelope.site ?? [];
  const filesBefore = before === undefined ? [] : renderer.planOnce(before.projects);
  const known = new Map(filesBefore.map((file, index) => [file.path, { file, twin: twinsBefore[index] }]));
  const made = renderer.planOnce(projects).map((file): { page: WantedPage; twin: Twin } => {
    const { path } = file;
    const last = known.get(path);
    const twin = last !== undefined && isMadeAlike(last.file, file) ? last.twin : undefined;
    const findLast = (): LastFile | undefined => {
      const bytes = last && readWrittenPage(root, path, last.twin);
      return bytes && { bytes, madeFrom: last.file.madeFrom };
    };
    if (twin !== undefined && (isTrusted || findLast() !== undefined))
      return { page: { path, staged: undefined, onDisk: "same" }, twin };
    const bytes = file.render(findLast);
    return { page: compareOnce(root, path, bytes, stage, problems), twin: toTwin(bytes) };
  });
  return { pages: made.map(({ page }) => page), twins: made.map(({ twin }) => twin) };
}

function isMadeAlike({ madeFrom: left }: SiteFile, { madeFrom: right }: SiteFile): boolean {
  return left.length === right.length && left.every((value, index) => Object.is(value, right[index]));
}

/** At the root there may be a home of the owner's own: it stays. */
function compareOnce(
  root: string,
  path: string,
  bytes: Buffer,
  stage: Stage,
  problems: Problem[],
): WantedPage {
  const isAtRoot = !path.includes("/");
  if (!isAtRoot) return comparePage(root, path, bytes, stage, problems);
  const page = comparePageOrKeep(root, path, bytes, stage);
  if (page.onDisk === "kept" && path !== SITE_FILES.sitemap) problems.push(homeKept(path));
  return page;
}

function homeKept(path: string): Problem {
  return {
    code: "home-kept",
    severity: "note",
    path,
    message: "was not made by pkgindex and stays, so the site for people has no home of its own",
    hint: "move it away, or set [site] enabled = false",
  };
}
