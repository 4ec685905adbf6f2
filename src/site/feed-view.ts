/** Atom feeds (RFC 4287, https://www.rfc-editor.org/rfc/rfc4287): of the whole index, and of each project. */
import { hash } from "node:crypto";
import { hrefFrom } from "../simple/href.ts";
import type { ProjectSummary } from "../simple/model.ts";
import { feedPath, SITE_FILES, SITE_PATHS } from "../simple/site-paths.ts";
import { canonicalPath } from "./page-frame.ts";
import { shortLine } from "./plain-text.ts";
import type { ProjectPageView } from "./project-page-view.ts";
import type { SiteSettings } from "./site-settings.ts";
import { countWords, fill, WORDS } from "./words.ts";

export interface FeedEntryView {
  readonly id: string;
  readonly title: string;
  readonly updated: string;
  readonly href: string;
  readonly summary: string;
}

export interface FeedView {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  /** Absolute where the address of the index is known, else relative to the feed. */
  readonly self: string;
  readonly home: string;
  readonly updated: string;
  readonly entries: readonly FeedEntryView[];
}

/** How many entries a feed has at most. */
export const MOST_ENTRIES = 50;
/** A feed must say when it changed, also where nothing was ever published. */
const NEVER = "1970-01-01T00:00:00Z";

/** The newest upload of each project. `latest` are the projects, the newest upload first. */
export function toIndexFeed(latest: readonly ProjectSummary[], settings: SiteSettings): FeedView {
  const { title } = settings;
  const link = linkFrom(SITE_FILES.feed, settings);
  const paths = SITE_PATHS[settings.layout];
  const entries = latest
    .slice(0, MOST_ENTRIES)
    .map(({ name, newestVersion = "", uploadTime = NEVER, summary = "" }) => ({
      id: idOf(settings, name, newestVersion, uploadTime),
      title: `${name} ${newestVersion}`.trim(),
      updated: uploadTime,
      href: link(paths.project(name)),
      summary: shortLine(summary, 200),
    }));
  return {
    id: idOf(settings),
    title: fill(WORDS.feedTitle, { title }),
    author: title,
    self: link(SITE_FILES.feed),
    home: link(paths.home),
    updated: entries[0]?.updated ?? NEVER,
    entries,
  };
}

/** The releases of a project, from the view of its page. */
export function toProjectFeed(
  name: ProjectSummary["name"],
  view: ProjectPageView,
  settings: SiteSettings,
): FeedView {
  const link = linkFrom(feedPath(name), settings);
  const page = link(SITE_PATHS[settings.layout].project(name));
  const entries = view.releases
    .toSorted((a, b) => (a.time === b.time ? 0 : a.time > b.time ? -1 : 1))
    .slice(0, MOST_ENTRIES)
    .map((release) => ({
      id: idOf(settings, name, release.version),
      title: `${view.name} ${release.version}${release.isYanked ? ` (${WORDS.yanked})` : ""}`,
      updated: release.time,
      href: page,
      summary: countWords(release.files.length, "files"),
    }));
  return {
    id: idOf(settings, name),
    title: fill(WORDS.projectFeedTitle, { name: view.name }),
    author: settings.title,
    self: link(feedPath(name)),
    home: page,
    updated: entries[0]?.updated ?? NEVER,
    entries,
  };
}

function linkFrom(feed: string, { url }: SiteSettings): (path: string) => string {
  if (url !== undefined) return (path) => `${url}${canonicalPath(path)}`;
  return hrefFrom(feed.slice(0, feed.lastIndexOf("/")));
}

/** An id must be an address and never change: a UUID that the parts decide (RFC 9562, version 8). */
function idOf({ url, title }: SiteSettings, ...parts: readonly string[]): string {
  const digits = hash("sha256", JSON.stringify([url ?? title, ...parts]), "hex");
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ];
  return `urn:uuid:${groups.join("-")}`;
}
