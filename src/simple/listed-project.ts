/**
 * A project as the project list has it. Most commands need one project whole, and of thousands of others a name and a number:
 * what is asked for is read from the line then.
 */
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectSummary, SiteSeal } from "./model.ts";

/** The line of a project. JSON leaves keys out that are undefined. */
export function formatListLine(project: ProjectSummary): string {
  if (project instanceof ListedProject) return project.line;
  return JSON.stringify({
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
  });
}

/** Reads a line back; undefined where it is not as `formatListLine` writes it. */
export function readListLine(line: string): ProjectSummary | undefined {
  return LINE.test(line) ? new ListedProject(line) : undefined;
}

/** The same project with another seal of its pages for people, or without one. */
export function withSite(project: ProjectSummary, site: SiteSeal | undefined): ProjectSummary {
  const { name, fileCount, newestVersion, uploadTime, summary, keywords, status } = project;
  const { isYanked, dependencies, seal } = project;
  return {
    name,
    fileCount,
    newestVersion,
    uploadTime,
    summary,
    keywords,
    status,
    isYanked,
    dependencies,
    seal,
    site,
  };
}

/**
 * Tells of a project whether its newest release needs the one of that name. Most lines need not be taken apart to see that it does
 * not.
 */
export function needsProject(name: ProjectName): (project: ProjectSummary) => boolean {
  const quoted = `"${name}"`;
  return (project) =>
    !(project instanceof ListedProject && !project.line.includes(quoted)) &&
    project.dependencies?.includes(name) === true;
}

const START = `{"name":"`;
/** A name that normalization would leave as it is (PEP 503). */
const NAME = "[a-z0-9]+(?:-[a-z0-9]+)*";
const TEXT = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"`;
const TEXTS = String.raw`\[(?:${TEXT}(?:,${TEXT})*)?\]`;
const COUNT = String.raw`(?:0|[1-9]\d{0,15})`;
const LINE = new RegExp(
  [
    `^${START.replace("{", String.raw`\{`)}${NAME}"`,
    `(?:,"_version":${TEXT})?`,
    `(?:,"_summary":${TEXT})?`,
    `(?:,"_keywords":${TEXTS})?`,
    `(?:,"_upload-time":${TEXT})?`,
    `,"_files":${COUNT}`,
    `(?:,"_status":${TEXT})?`,
    `(?:,"_yanked":true)?`,
    `(?:,"_dependencies":${TEXTS})?`,
    `(?:,"_seal":${TEXT})?`,
    String.raw`(?:,"_site":\[${COUNT}(?:,${COUNT}){4}\])?\}$`,
  ].join(""),
);

/** What stands before the values. */
const MARKS = {
  version: ',"_version":',
  summary: ',"_summary":',
  keywords: ',"_keywords":',
  uploadTime: ',"_upload-time":',
  files: ',"_files":',
  status: ',"_status":',
  yanked: ',"_yanked":',
  dependencies: ',"_dependencies":',
  seal: ',"_seal":',
  site: ',"_site":',
} as const;
/** Where a value ends. */
const NEXT_KEY = /,"_[a-z-]+":|\}$/g;

/**
 * A line that was found to be sound. No text in it holds a key: a quotation mark within a text has a backslash before it, and one at
 * its end has no colon behind it.
 */
class ListedProject implements ProjectSummary {
  readonly line: string;
  readonly name: ProjectName;
  /** What is asked of every project, and more than once. */
  #uploadTime: string | undefined;
  #fileCount: number | undefined;

  constructor(line: string) {
    this.line = line;
    this.name = line.slice(START.length, line.indexOf('"', START.length)) as ProjectName;
  }

  get newestVersion(): string | undefined {
    return this.#text(MARKS.version);
  }

  get summary(): string | undefined {
    return this.#text(MARKS.summary);
  }

  get keywords(): readonly string[] | undefined {
    return this.#texts(MARKS.keywords);
  }

  get uploadTime(): string | undefined {
    return (this.#uploadTime ??= this.#text(MARKS.uploadTime));
  }

  get fileCount(): number {
    return (this.#fileCount ??= Number.parseInt(this.line.slice(this.#start(MARKS.files)), 10));
  }

  get status(): string | undefined {
    return this.#text(MARKS.status);
  }

  get isYanked(): true | undefined {
    return this.#start(MARKS.yanked) === -1 ? undefined : true;
  }

  get dependencies(): readonly string[] | undefined {
    return this.#texts(MARKS.dependencies);
  }

  get seal(): string | undefined {
    return this.#text(MARKS.seal);
  }

  get site(): SiteSeal | undefined {
    const start = this.#start(MARKS.site);
    return start === -1 ? undefined : toSiteSeal(this.#parse(start) as number[]);
  }

  /** Where the value behind a mark starts; -1 where there is none. */
  #start(mark: string): number {
    const at = this.line.indexOf(mark);
    return at === -1 ? -1 : at + mark.length;
  }

  #text(mark: string): string | undefined {
    const start = this.#start(mark);
    if (start === -1) return undefined;
    const text = this.line.slice(start + 1, this.line.indexOf('"', start + 1));
    return text.includes("\\") ? (this.#parse(start) as string) : text;
  }

  #texts(mark: string): readonly string[] | undefined {
    const start = this.#start(mark);
    return start === -1 ? undefined : (this.#parse(start) as string[]);
  }

  #parse(start: number): unknown {
    NEXT_KEY.lastIndex = start;
    return JSON.parse(this.line.slice(start, NEXT_KEY.exec(this.line)?.index));
  }
}

function fromSiteSeal({ page, feed, neighbours }: SiteSeal): readonly number[] {
  return [page.size, page.crc32, feed.size, feed.crc32, neighbours];
}

function toSiteSeal(numbers: readonly number[]): SiteSeal {
  const [pageSize = 0, pageCrc = 0, feedSize = 0, feedCrc = 0, neighbours = 0] = numbers;
  return {
    page: { size: pageSize, crc32: pageCrc },
    feed: { size: feedSize, crc32: feedCrc },
    neighbours,
  };
}
