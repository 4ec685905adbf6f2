/** The JSON project list (PEP 691): written from summaries, which it carries under private keys for the lists of the site. */
import { API_VERSION, type ProjectSummary, type SiteSeal } from "./model.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import {
  isRecord,
  isSize,
  openEnvelope,
  openPage,
  sealPage,
  type PageEnvelope,
  type PageFault,
  type UnknownRecord,
} from "./page-envelope.ts";

/**
 * The lines of summaries that were read: what is written again as it stood is not made again. The list is the one thing whose
 * cost grows with all projects, whatever is changed.
 */
const KNOWN_LINES = new WeakMap<ProjectSummary, string>();

/** Serializes the project list, one project a line. `projects` must be sorted by name. */
export function renderListJson(projects: readonly ProjectSummary[], envelope: PageEnvelope): Buffer {
  const lines = projects
    .map((project) => KNOWN_LINES.get(project) ?? JSON.stringify(toWire(project)))
    .join(",\n");
  const parts = [
    `"meta":{"api-version":"${API_VERSION}"}`,
    `"projects":${lines === "" ? "[]" : `[\n${lines}\n]`}`,
    `"_pkgindex":${JSON.stringify(envelope)}`,
  ];
  return sealPage(`{${parts.join(",\n")}`);
}

/** JSON leaves keys out that are undefined. */
function toWire(project: ProjectSummary): object {
  return {
    name: project.name,
    _version: project.newestVersion,
    _summary: project.summary,
    _keywords: project.keywords,
    "_upload-time": project.uploadTime,
    _files: project.fileCount,
    _status: project.status,
    _yanked: project.isYanked,
    _dependencies: project.dependencies,
    _seal: project.seal,
    _site: project.site && fromSiteSeal(project.site),
  };
}

function fromSiteSeal({ page, feed, neighbours }: SiteSeal): readonly number[] {
  return [page.size, page.crc32, feed.size, feed.crc32, neighbours];
}

function toSiteSeal(value: unknown): SiteSeal | undefined {
  if (!Array.isArray(value) || value.length !== 5 || !value.every(isSize)) return undefined;
  const [pageSize = 0, pageCrc = 0, feedSize = 0, feedCrc = 0, neighbours = 0] = value;
  return {
    page: { size: pageSize, crc32: pageCrc },
    feed: { size: feedSize, crc32: feedCrc },
    neighbours,
  };
}

/** A project list of ours, read back. */
export interface KnownList {
  readonly projects: readonly ProjectSummary[];
  readonly envelope: PageEnvelope;
}

/** Reads a project list of ours back, or says why it cannot be used. Never throws. */
export function readListJson(bytes: Buffer): KnownList | PageFault {
  const opened = openPage(bytes);
  if (typeof opened === "string") return opened;
  const { projects } = opened.page;
  if (!Array.isArray(projects)) return "damaged";
  const summaries: ProjectSummary[] = [];
  for (const project of projects as unknown[]) {
    const summary = isRecord(project) ? fromWire(project) : undefined;
    if (summary === undefined) return "damaged";
    summaries.push(summary);
  }
  rememberLines(opened.text, summaries);
  return { projects: summaries, envelope: opened.envelope };
}

/** Reads the envelope of a project list of ours alone; undefined where the list cannot be used. */
export function readListEnvelope(bytes: Buffer): PageEnvelope | undefined {
  return openEnvelope(bytes, END_OF_LIST);
}

const START_OF_LIST = `"projects":[\n`;
const END_OF_LIST = `\n],\n"_pkgindex":`;

/** The seal of the page says that its lines are as they were written. */
function rememberLines(text: string, summaries: readonly ProjectSummary[]): void {
  const start = text.indexOf(START_OF_LIST);
  const end = text.lastIndexOf(END_OF_LIST);
  if (start === -1 || end === -1) return;
  const lines = text.slice(start + START_OF_LIST.length, end).split(",\n");
  if (lines.length !== summaries.length) return;
  for (const [index, summary] of summaries.entries()) KNOWN_LINES.set(summary, lines[index] ?? "");
}

/** A name that normalization would leave as it is (PEP 503). */
const NORMALIZED_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function fromWire(project: UnknownRecord): ProjectSummary | undefined {
  const { name, _version, _summary, _keywords, _files, _status, _yanked, _dependencies, _seal, _site } =
    project;
  const uploadTime = project["_upload-time"];
  if (typeof name !== "string" || !NORMALIZED_NAME.test(name)) return undefined;
  if (!isSize(_files) || !isOptionalText(_version) || !isOptionalText(_summary)) return undefined;
  if (
    !isOptionalText(uploadTime) ||
    !isOptionalText(_status) ||
    !isOptionalText(_seal) ||
    !isOptionalTexts(_keywords) ||
    !isOptionalTexts(_dependencies)
  )
    return undefined;
  const site = _site === undefined ? undefined : toSiteSeal(_site);
  if (_site !== undefined && site === undefined) return undefined;
  const summary: Mutable<ProjectSummary> = { name: name as ProjectName, fileCount: _files };
  if (_version !== undefined) summary.newestVersion = _version;
  if (uploadTime !== undefined) summary.uploadTime = uploadTime;
  if (_summary !== undefined) summary.summary = _summary;
  if (_keywords !== undefined) summary.keywords = _keywords;
  if (_status !== undefined) summary.status = _status;
  if (_yanked === true) summary.isYanked = true;
  if (_dependencies !== undefined) summary.dependencies = _dependencies;
  if (_seal !== undefined) summary.seal = _seal;
  if (site !== undefined) summary.site = site;
  return summary;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isOptionalTexts(value: unknown): value is readonly string[] | undefined {
  return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"));
}
