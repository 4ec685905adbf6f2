/**
 * The legacy JSON of a project, `pypi/<project>/json`, as PyPI gives it (https://docs.pypi.org/api/json/): what
 * Dependabot, Renovate and older micropip read. It is no part of the simple API. Addresses are absolute, and what is not
 * known is null, since its readers expect every key to be there.
 */
import { encodePath } from "./href.ts";
import type { DistributionFile, ProjectDetail } from "./model.ts";
import { sealPage, type PageEnvelope } from "./page-envelope.ts";
import { isQuarantined } from "./project-page.ts";

/** Serializes the legacy JSON, one file a line. `url` is the address of the root and ends in a slash. */
export function renderLegacyJson(
  project: ProjectDetail,
  url: string,
  envelope: Omit<PageEnvelope, "legacy" | "jsonRoot">,
): Buffer {
  const files = isQuarantined(project) ? [] : project.files;
  const newest = project.info?.version;
  const byVersion = new Map<string, DistributionFile[]>();
  for (const file of files) {
    const release = byVersion.get(file.version);
    if (release === undefined) byVersion.set(file.version, [file]);
    else release.push(file);
  }
  const releases = [...byVersion]
    .map(([version, released]) => `${JSON.stringify(version)}:${renderFiles(released, url)}`)
    .join(",\n");
  const parts = [
    `"info":${JSON.stringify(toInfo(project, url))}`,
    `"releases":${releases === "" ? "{}" : `{\n${releases}\n}`}`,
    `"urls":${renderFiles((newest === undefined ? undefined : byVersion.get(newest)) ?? [], url)}`,
    `"_pkgindex":${JSON.stringify(envelope)}`,
  ];
  return sealPage(`{${parts.join(",\n")}`);
}

function renderFiles(files: readonly DistributionFile[], url: string): string {
  return files.length === 0
    ? "[]"
    : `[\n${files.map((file) => JSON.stringify(toWire(file, url))).join(",\n")}\n]`;
}

function toInfo({ name, info, files }: ProjectDetail, url: string): object {
  const ofNewest = files.filter((file) => file.version === info?.version);
  const speaker = ofNewest.find((file) => file.filename === info?.filename);
  return {
    name,
    version: info?.version ?? null,
    summary: info?.summary ?? null,
    keywords: info?.keywords?.join(",") ?? null,
    author: info?.author ?? null,
    author_email: info?.authorEmail ?? null,
    maintainer: info?.maintainer ?? null,
    maintainer_email: info?.maintainerEmail ?? null,
    license: info?.license ?? null,
    license_expression: info?.licenseExpression ?? null,
    home_page: info?.homePage ?? null,
    project_urls: info?.projectUrls ?? null,
    project_url: `${url}simple/${name}/`,
    package_url: `${url}simple/${name}/`,
    requires_dist: info?.dependencies ?? null,
    requires_python: speaker?.requiresPython ?? null,
    ...toYank(ofNewest),
  };
}

/** A release is yanked where all of its files are (PEP 592 knows files only); the first reason that is given counts. */
function toYank(files: readonly DistributionFile[]): { yanked: boolean; yanked_reason: string | null } {
  const yanked = files.length > 0 && files.every((file) => file.yanked !== false);
  const reason = files.map((file) => file.yanked).find((value) => typeof value === "string");
  return { yanked, yanked_reason: yanked && typeof reason === "string" ? reason : null };
}

function toWire(file: DistributionFile, url: string): object {
  const isWheel = file.filename.endsWith(".whl");
  return {
    filename: file.filename,
    url: url + encodePath(file.path),
    digests: { sha256: file.sha256 },
    size: file.size,
    upload_time: file.uploadTime.replace(/(?:\.\d+)?Z$/, ""),
    upload_time_iso_8601: file.uploadTime,
    requires_python: file.requiresPython ?? null,
    packagetype: isWheel ? "bdist_wheel" : "sdist",
    python_version: isWheel ? pythonTag(file.filename) : "source",
    ...toYank([file]),
  };
}

/** `py3` of `demo-1.0-py3-none-any.whl`: before the ABI and the platform. */
function pythonTag(filename: string): string {
  return filename.slice(0, -".whl".length).split("-").at(-3) ?? "";
}
