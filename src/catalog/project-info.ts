/** What the newest release says of its project. */
import { parseCoreMetadata } from "../packaging/core-metadata.ts";
import { isValidProjectName, normalizeProjectName } from "../packaging/project-name.ts";
import { compareVersions, type Version } from "../packaging/version.ts";
import type { DistributionFile, ProjectInfo } from "../simple/model.ts";

/** A listed file with its parsed version. */
export interface VersionedFile {
  readonly file: DistributionFile;
  readonly version: Version;
  readonly kind: "wheel" | "sdist";
}

/** Bounds for text that stands in lists; the project's own page can say more. */
const SUMMARY_LENGTH = 512;
const KEYWORD_COUNT = 100;
const DEPENDENCY_COUNT = 2000;
const PROJECT_URL_COUNT = 50;
const CLASSIFIER_COUNT = 200;
const CLASSIFIER_LENGTH = 200;
const ADDRESS_LENGTH = 2048;

/**
 * The file that speaks for the project: of the newest final release that is not yanked, else of the newest
 * pre-release that is not yanked, else of the newest; a wheel before an sdist, then by name.
 */
export function newestFile(files: readonly VersionedFile[]): VersionedFile | undefined {
  const rank = ({ file, version }: VersionedFile): number =>
    file.yanked !== false ? 0 : version.isPrerelease ? 1 : 2;
  let best: VersionedFile | undefined;
  for (const candidate of files) {
    if (best === undefined) best = candidate;
    else {
      const order =
        rank(candidate) - rank(best) ||
        compareVersions(candidate.version, best.version) ||
        Number(candidate.kind === "wheel") - Number(best.kind === "wheel") ||
        (candidate.file.filename < best.file.filename ? 1 : -1);
      if (order > 0) best = candidate;
    }
  }
  return best;
}

/** Picks from core metadata what lists need. `metadata` is undefined for an sdist without PKG-INFO. */
export function toProjectInfo(newest: VersionedFile, metadata: Uint8Array | undefined): ProjectInfo {
  const { filename, version } = newest.file;
  if (metadata === undefined) return { filename, version };
  const said = parseCoreMetadata(metadata);
  const { requiresDist, name = "" } = said;
  const isSpelled = isValidProjectName(name) && name !== normalizeProjectName(name);
  const keywords = said.keywords.filter(({ length }) => length <= SUMMARY_LENGTH);
  const classifiers = said.classifiers.filter(({ length }) => length <= CLASSIFIER_LENGTH);
  const urls = said.projectUrls.filter(({ label, url }) => label !== "" && isShortAddress(url));
  const homePage = said.homePage !== undefined && isShortAddress(said.homePage) ? said.homePage : undefined;
  return {
    filename,
    version,
    ...(isSpelled ? { displayName: name } : {}),
    ...shortText("summary", said.summary),
    ...(keywords.length === 0 ? {} : { keywords: keywords.slice(0, KEYWORD_COUNT) }),
    ...(requiresDist.length === 0 ? {} : { dependencies: requiresDist.slice(0, DEPENDENCY_COUNT) }),
    ...shortText("author", said.author),
    ...shortText("authorEmail", said.authorEmail),
    ...shortText("maintainer", said.maintainer),
    ...shortText("maintainerEmail", said.maintainerEmail),
    ...shortText("license", said.license),
    ...shortText("licenseExpression", said.licenseExpression),
    ...(homePage === undefined ? {} : { homePage }),
    ...(urls.length === 0
      ? {}
      : { projectUrls: toRecord(urls.slice(0, PROJECT_URL_COUNT).map(({ label, url }) => [label, url])) }),
    ...(said.downloadUrl !== undefined && isShortAddress(said.downloadUrl)
      ? { downloadUrl: said.downloadUrl }
      : {}),
    ...(classifiers.length === 0 ? {} : { classifiers: classifiers.slice(0, CLASSIFIER_COUNT) }),
  };
}

/** One line of bounded length under its key, or nothing. */
function shortText<Key extends keyof ProjectInfo>(
  key: Key,
  text: string | undefined,
): Partial<Record<Key, string>> {
  const short = [...(text ?? "").replace(/\s+/g, " ").trim()].slice(0, SUMMARY_LENGTH).join("");
  // TypeScript does not see that a computed key is one of the record's.
  return (short === "" ? {} : { [key]: short }) as Partial<Record<Key, string>>;
}

function isShortAddress(text: string): boolean {
  return text !== "" && text.length <= ADDRESS_LENGTH;
}

/** By entries, so that a label like `__proto__` is a key as any other. A label that is there twice keeps its last address. */
function toRecord(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(entries);
}
