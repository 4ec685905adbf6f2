/** Releases and their files, newest first. */
import { tryParseVersion } from "../packaging/version.ts";
import type { DistributionFile, ProjectDetail } from "../simple/model.ts";
import { formatSize, shortLine } from "./plain-text.ts";
import { platformNames, wheelTags } from "./tag-names.ts";

/** Where a file was built from. */
export interface FileSource {
  readonly repository: string;
  readonly commit: string;
}

export interface SourceView {
  readonly repository: string;
  readonly commit: string;
  /** The first digits. */
  readonly short: string;
  readonly href: string | undefined;
}

export interface SiteFileView {
  readonly filename: string;
  /** The name where it may be broken: between the tags of two platforms, which have no hyphen. */
  readonly nameParts: readonly string[];
  /** With the hash as its fragment. */
  readonly href: string;
  readonly size: string;
  readonly date: string;
  readonly python: string;
  readonly abi: string;
  readonly platform: string;
  readonly sha256: string;
  readonly metadataHref: string | undefined;
  readonly requiresPython: string | undefined;
  /** As on the page for installers: the reason, or the empty string. */
  readonly yanked: string | undefined;
}

export interface ReleaseView {
  readonly version: string;
  /** Of the newest file. */
  readonly date: string;
  readonly time: string;
  readonly isNewest: boolean;
  readonly isPrerelease: boolean;
  readonly isYanked: boolean;
  readonly reason: string | undefined;
  readonly sources: readonly SourceView[];
  readonly files: readonly SiteFileView[];
}

/** The releases of a project; the one that its `info` is about is the newest, since a pre-release or a yanked one may have a higher number. */
export function toReleaseViews(
  detail: ProjectDetail,
  sources: ReadonlyMap<string, FileSource>,
  href: (path: string) => string,
): readonly ReleaseView[] {
  const byVersion = new Map<string, DistributionFile[]>();
  for (const file of detail.files) {
    const files = byVersion.get(file.version);
    if (files === undefined) byVersion.set(file.version, [file]);
    else files.push(file);
  }
  return [...byVersion].toReversed().map(([version, files]) => {
    const isYanked = files.every(({ yanked }) => yanked !== false);
    const reason = files.map(({ yanked }) => yanked).find((value) => typeof value === "string");
    const time =
      files
        .map(({ uploadTime }) => uploadTime)
        .toSorted()
        .at(-1) ?? "";
    return {
      version,
      time,
      date: time.slice(0, 10),
      isNewest: version === detail.info?.version,
      isPrerelease: tryParseVersion(version)?.isPrerelease === true,
      isYanked,
      reason: isYanked && typeof reason === "string" ? shortLine(reason, 500) : undefined,
      sources: toSourceViews(files, sources),
      files: files.map((file) => toFileView(file, href)),
    };
  });
}

const BREAK = /(?<=\.)(?=[a-z]+\d*_)/;

function toFileView(file: DistributionFile, href: (path: string) => string): SiteFileView {
  const tags = wheelTags(file.filename);
  const address = href(file.path);
  return {
    filename: file.filename,
    nameParts: file.filename.split(BREAK),
    href: `${address}#sha256=${file.sha256}`,
    size: formatSize(file.size),
    date: file.uploadTime.slice(0, 10),
    python: tags?.python.replaceAll(".", " ") ?? "",
    abi: tags === undefined || tags.abi === "none" ? "" : tags.abi.replaceAll(".", " "),
    platform: tags === undefined ? "" : platformNames(tags.platform).join(", "),
    sha256: file.sha256,
    metadataHref: file.coreMetadata && `${address}.metadata`,
    requiresPython: file.requiresPython,
    yanked: file.yanked === false ? undefined : file.yanked === true ? "" : file.yanked,
  };
}

function toSourceViews(
  files: readonly DistributionFile[],
  sources: ReadonlyMap<string, FileSource>,
): readonly SourceView[] {
  const views = new Map<string, SourceView>();
  for (const { filename } of files) {
    const source = sources.get(filename);
    if (source === undefined) continue;
    const repository = shortLine(source.repository, 200);
    const commit = shortLine(source.commit, 80);
    views.set(`${repository} ${commit}`, {
      repository,
      commit,
      short: commit.slice(0, 10),
      href: hrefOfCommit(repository, commit),
    });
  }
  return [...views.values()];
}

/** `owner/name` is a repository on GitHub; an address is one of any host. */
function hrefOfCommit(repository: string, commit: string): string | undefined {
  if (!/^[0-9a-f]{7,64}$/i.test(commit)) return undefined;
  if (/^[\w.-]+\/[\w.-]+$/.test(repository)) return `https://github.com/${repository}/commit/${commit}`;
  const [, github] = /^(https:\/\/github\.com\/[\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(repository) ?? [];
  return github === undefined ? undefined : `${github}/commit/${commit}`;
}
