/**
 * Which releases `prune` yanks and deletes. A rule keeps, it does not delete: a release falls only if rules are set for its
 * kind and none of them keeps it. So `keep = 5` and `days = 30` together are "the newest five, and all of the last 30 days", as
 * scientific-python's nightly channel says it, as restic's `forget` joins its keep rules, and as the keep policies of
 * artifact registries win over their age. A slow project loses nothing to its age alone, and a busy one no release that
 * is still young; who wants a hard bound on the number (PyTorch's 60 nightlies) sets the count and no days.
 *
 * - A release is a public version: `1.0+cpu` and `1.0+cu121` are variants of one release, and count once.
 * - Final, pre- and development releases are counted apart, newest version first. Without a count, days alone decide.
 * - A release whose files are all yanked takes no place in the count. It falls like others, by where it stands.
 * - One release of each project always stays: the newest final one that is not yanked; else the newest that is not
 *   yanked; else the newest final one; else the newest. So no rules empty a project or the index.
 * - What a `never` SPEC matches stays; of a release that it matches in part, the matched files.
 * - What falls is yanked first, and deleted when it has been yanked for the grace time, whoever yanked it.
 */
import type { ProjectName } from "../packaging/project-name.ts";
import { matchesSpec, type Spec } from "../packaging/spec.ts";
import { compareVersions, tryParseVersion, type Version, type VersionKey } from "../packaging/version.ts";

/** A distribution file in the index. */
export interface RetainedFile {
  readonly filename: string;
  readonly version: string;
  /** RFC 3339, as `since`. */
  readonly uploadTime: string;
  readonly yanked: false | { readonly since: string };
}

export interface RetainedProject {
  readonly name: ProjectName;
  readonly files: readonly RetainedFile[];
}

/** An undefined bound is none. */
export interface RetentionRules {
  /** How many of the newest final releases each project keeps. */
  readonly keep?: number | undefined;
  readonly keepPrereleases?: number | undefined;
  readonly keepDevelopment?: number | undefined;
  /** A release is kept until its newest file is older than this. */
  readonly days?: number | undefined;
  readonly never: readonly Spec[];
  /** How long a file stays yanked before it is deleted; 0 deletes at once. */
  readonly graceDays: number;
}

/** A file that falls. */
export interface FallingFile {
  readonly project: ProjectName;
  readonly filename: string;
  readonly version: string;
  /** Which rules do not keep it: `retention: not among the newest 5 final releases`. */
  readonly reason: string;
}

/** Each list by project name, version, file name. */
export interface RetentionPlan {
  /** To be yanked now. */
  readonly yank: readonly FallingFile[];
  /** To be deleted now; `since` is when it was yanked, undefined for one that never was (no grace time). */
  readonly remove: readonly (FallingFile & { readonly since: string | undefined })[];
  /** Yanked already; `until` is when it may be deleted (RFC 3339). */
  readonly waiting: readonly (FallingFile & { readonly since: string; readonly until: string })[];
}

/** Plans what the rules ask for at the time `now`. Pure; the order of the input does not matter. */
export function planRetention(
  projects: readonly RetainedProject[],
  rules: RetentionRules,
  now: Date,
): RetentionPlan {
  const falling = projects
    .toSorted((a, b) => compareText(a.name, b.name))
    .flatMap((project) => findFalling(project, rules, now));
  const yank: FallingFile[] = [];
  const remove: (FallingFile & { since: string | undefined })[] = [];
  const waiting: (FallingFile & { since: string; until: string })[] = [];
  for (const { file, ...item } of falling) {
    if (file.yanked === false) {
      if (rules.graceDays === 0) remove.push({ ...item, since: undefined });
      else yank.push(item);
      continue;
    }
    const { since } = file.yanked;
    const until = parseTime(since, now) + rules.graceDays * DAY;
    if (until <= now.getTime()) remove.push({ ...item, since });
    else waiting.push({ ...item, since, until: new Date(until).toISOString().replace(".000Z", "Z") });
  }
  return { yank, remove, waiting };
}

const DAY = 24 * 60 * 60 * 1000;

const NOUNS = {
  final: "final release",
  "pre-release": "pre-release",
  development: "development release",
} as const;
type Kind = keyof typeof NOUNS;

/** One public version of a project, with its files. */
interface Release {
  readonly version: Version;
  readonly kind: Kind;
  readonly files: readonly RetainedFile[];
  readonly isYanked: boolean;
}

type Falling = FallingFile & { readonly file: RetainedFile };

function findFalling(project: RetainedProject, rules: RetentionRules, now: Date): Falling[] {
  const releases = toReleases(project.files);
  const last = findLast(releases);
  const counted: Record<Kind, number> = { final: 0, "pre-release": 0, development: 0 };
  const falling: Falling[] = [];
  // The newest first, so that what was counted is what is newer.
  for (const release of releases.toReversed()) {
    const reason = explainFall(release, counted[release.kind], rules, now);
    if (!release.isYanked) counted[release.kind] += 1;
    if (reason === undefined || release === last) continue;
    for (const file of release.files) {
      if (rules.never.some((spec) => spec.project === project.name && matchesSpec(spec, file))) continue;
      const { filename, version } = file;
      falling.push({ project: project.name, filename, version, reason: `retention: ${reason}`, file });
    }
  }
  return falling.toSorted((a, b) => compareFiles(a.file, b.file));
}

/** The releases, oldest first. A file whose version is none belongs to no release: nothing is said of it. */
function toReleases(files: readonly RetainedFile[]): Release[] {
  const groups = new Map<VersionKey, { version: Version; files: RetainedFile[] }>();
  for (const file of files) {
    const version = tryParseVersion(file.version.replace(/\+.*$/s, ""));
    if (version === undefined) continue;
    const group = groups.get(version.key);
    if (group === undefined) groups.set(version.key, { version, files: [file] });
    else group.files.push(file);
  }
  return [...groups.values()]
    .map((group) => ({
      ...group,
      kind: kindOf(group.version),
      isYanked: group.files.every(({ yanked }) => yanked !== false),
    }))
    .toSorted((a, b) => compareVersions(a.version, b.version));
}

function kindOf(version: Version): Kind {
  if (version.isDevelopment) return "development";
  return version.isPrerelease ? "pre-release" : "final";
}

/** The release that stays whatever the rules say. */
function findLast(releases: readonly Release[]): Release | undefined {
  const usable = releases.filter(({ isYanked }) => !isYanked);
  const candidates = usable.length > 0 ? usable : releases;
  return candidates.findLast(({ kind }) => kind === "final") ?? candidates.at(-1);
}

/** Why no rule keeps a release, or `undefined` where one does or none is set. `newer` releases of its kind were counted. */
function explainFall(release: Release, newer: number, rules: RetentionRules, now: Date): string | undefined {
  const count = {
    final: rules.keep,
    "pre-release": rules.keepPrereleases,
    development: rules.keepDevelopment,
  }[release.kind];
  const reasons: string[] = [];
  if (count !== undefined) {
    if (newer < count) return undefined;
    const noun = NOUNS[release.kind];
    reasons.push(count === 1 ? `not the newest ${noun}` : `not among the newest ${count} ${noun}s`);
  }
  if (rules.days !== undefined) {
    const newest = Math.max(...release.files.map(({ uploadTime }) => parseTime(uploadTime, now)));
    if (now.getTime() - newest <= rules.days * DAY) return undefined;
    reasons.push(`older than ${rules.days} day${rules.days === 1 ? "" : "s"}`);
  }
  return reasons.length === 0 ? undefined : reasons.join(" and ");
}

/** A time that cannot be read is taken for now: then nothing is deleted for its sake. */
function parseTime(text: string, now: Date): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? now.getTime() : time;
}

function compareFiles(a: RetainedFile, b: RetainedFile): number {
  const [first, second] = [tryParseVersion(a.version), tryParseVersion(b.version)];
  const byVersion = first && second ? compareVersions(first, second) : 0;
  return byVersion || compareText(a.filename, b.filename);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is wrong with one rule. */
export interface RetentionFault {
  readonly rule: keyof RetentionRules;
  readonly code: "retention-rule";
  readonly message: string;
  readonly hint: string;
}

const MOST = 1_000_000;

/** The faults of rules that no plan must be made from; empty for good ones. */
export function checkRetentionRules(rules: RetentionRules): RetentionFault[] {
  const counts = ["keep", "keepPrereleases", "keepDevelopment", "days"] as const;
  const faults = counts.map((rule) =>
    checkNumber(rule, rules[rule], 1, "write a larger number, or leave it out to set no bound"),
  );
  faults.push(checkNumber("graceDays", rules.graceDays, 0, "write a number of days, 0 to delete at once"));
  return faults.filter((fault) => fault !== undefined);
}

function checkNumber(
  rule: keyof RetentionRules,
  value: number | undefined,
  least: number,
  hint: string,
): RetentionFault | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= MOST)) return undefined;
  const message = `${value} is no whole number from ${least} to ${MOST}`;
  return { rule, code: "retention-rule", message, hint };
}
