/** From the SPEC on the command line to the files on record that it means. */
import { parseFilename } from "../archive/parse-filename.ts";
import { listRecordedProjects, readRecordLines, recordPath } from "../catalog/record-files.ts";
import type { RecordEvent, RecordLine } from "../catalog/record-events.ts";
import { formatRecordLine } from "../catalog/record-events.ts";
import { foldRecords, formatTime, type FileState, type ProjectState } from "../catalog/record-state.ts";
import { InvalidInput, PkgIndexError, type Problem } from "../errors.ts";
import { nearestNames } from "../packaging/nearest-names.ts";
import { normalizeProjectName, parseProjectName, type ProjectName } from "../packaging/project-name.ts";
import { matchesSpec, parseSpec, type Spec } from "../packaging/spec.ts";
import { compareVersions, type Version } from "../packaging/version.ts";
import { displayBelow, requireRoot, type IndexRoot } from "./index-root.ts";

/** A distribution file that is on record and was not removed. */
export interface RecordedFile {
  readonly filename: string;
  readonly version: Version;
  readonly state: FileState;
}

/** A project as its records have it. */
export interface RecordedProject {
  readonly name: ProjectName;
  readonly lines: readonly RecordLine[];
  readonly state: ProjectState;
  /** Versions ascending, then file names by code units. */
  readonly files: readonly RecordedFile[];
}

/** Reads the records of a project. Throws a `PkgIndexError` where a line is nonsense. */
export function readRecordedProject(index: IndexRoot, name: ProjectName): RecordedProject {
  const problems: Problem[] = [];
  const lines = readRecordLines(index.root, name, problems);
  if (problems.length > 0)
    throw refusal(problems.map((problem) => ({ ...problem, path: displayBelow(index, problem.path) })));
  const state = foldRecords(lines);
  const files = [...state.files]
    .filter(([, file]) => file.sha256 !== undefined && !file.removed)
    .map(([filename, file]): RecordedFile => ({
      filename,
      version: versionOf(filename, index, name, lines),
      state: file,
    }))
    .toSorted((a, b) => compareVersions(a.version, b.version) || (a.filename < b.filename ? -1 : 1));
  return { name, lines, state, files };
}

/** The version in a file name that is on record. Only a line that was written by hand can have none. */
function versionOf(
  filename: string,
  index: IndexRoot,
  project: ProjectName,
  lines: readonly RecordLine[],
): Version {
  try {
    return parseFilename(filename).version;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const number = 1 + lines.findIndex(({ event }) => event.event !== "status" && event.file === filename);
    const hint = "mend or delete this line; pkgindex does not overwrite records";
    const fault = new InvalidInput("record-invalid", `"file" is wrong: ${error.message}`, hint);
    throw refusal([fault.toProblem(`${displayBelow(index, recordPath(project))}:${number}`)]);
  }
}

/** The project named on the command line. Throws a `PkgIndexError`: usage for no name, exit 1 for an unknown project. */
export function findProject(index: IndexRoot, text: string): RecordedProject {
  return findByName(
    index,
    asUsage(text, () => parseProjectName(text)),
    text,
  );
}

/** The files that a SPEC means. Throws a `PkgIndexError`: usage where it does not parse, exit 1 where it matches nothing. */
export function selectFiles(
  index: IndexRoot,
  text: string,
): { project: RecordedProject; files: readonly RecordedFile[] } {
  const spec = asUsage(text, () => parseSpec(text));
  const project = findByName(index, spec.project, text);
  const files = project.files.filter(({ filename, version }) =>
    matchesSpec(spec, { filename, version: version.text }),
  );
  if (files.length === 0) throw noMatch(text, spec, project);
  return { project, files };
}

/** Says what is nearest to a SPEC that matches no file, or that what it matches was removed. */
function noMatch(text: string, spec: Spec, project: RecordedProject): PkgIndexError {
  const isMeant = ([filename, { removed, sha256 }]: [string, FileState]): boolean =>
    removed &&
    sha256 !== undefined &&
    matchesSpec(spec, { filename, version: parseFilename(filename).version.text });
  const [gone, state] = [...project.state.files].find(isMeant) ?? [];
  const since = state === undefined ? "" : `; ${gone} was removed at ${formatTime(new Date(state.newestMs))}`;
  return new PkgIndexError({
    code: "no-match",
    path: text,
    message: `matches no file of ${project.name}${since}`,
    hint: gone === undefined ? nearestTo(spec, project) : "pkgindex add of the same bytes brings it back",
  });
}

function nearestTo(spec: Spec, { files }: RecordedProject): string {
  if (files.length === 0) return "all of its files were removed";
  if (spec.kind === "requirement") {
    const versions = [...new Set(files.map(({ version }) => version.text))];
    return `its newest versions: ${versions.slice(-5).join(", ")}`;
  }
  const filenames = files.map(({ filename }) => filename);
  const near = nearestNames(spec.filename, filenames);
  return `near to it: ${(near.length > 0 ? near : filenames.slice(-3)).join(", ")}`;
}

function findByName(index: IndexRoot, name: ProjectName, text: string): RecordedProject {
  const project = readRecordedProject(index, name);
  if (project.lines.length > 0) return project;
  requireRoot(index);
  const near = nearestNames(name, listRecordedProjects(index.root));
  throw new PkgIndexError({
    code: "no-match",
    path: text,
    message: `there is no project ${name} in ${index.rootDisplay}`,
    hint:
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : "pkgindex list shows the projects; run pkgindex generate first if files are new",
  });
}

function asUsage<Value>(text: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const filename = /[/\\]([^/\\]+\.(?:whl|tar\.gz|zip))$/i.exec(text)?.[1];
    throw new PkgIndexError({
      code: "usage",
      path: text.trim() === "" ? JSON.stringify(text) : text,
      message: error.message,
      hint: filename === undefined ? error.hint : `give its name in the index alone: ${filename}`,
    });
  }
}

/** An error that stands for all problems that were found. */
export function refusal(problems: readonly Problem[]): PkgIndexError {
  const count = problems.length;
  return new PkgIndexError({
    code: "problems",
    message: `${count} problem${count === 1 ? "" : "s"} found`,
    hint: "nothing was changed",
    problems,
  });
}

/** When a decision is made: now, but always after all that is on record, so that the newest decision wins. */
export function decisionTime(lines: readonly RecordLine[], now: Date): string {
  const newest = lines.reduce((latest, { milliseconds }) => Math.max(latest, milliseconds), -Infinity);
  return formatTime(new Date(Math.max(now.getTime(), Math.floor(newest) + 1)));
}

/** Lines for one project, as a change. */
export function toRecords(
  project: ProjectName,
  events: readonly RecordEvent[],
): Map<ProjectName, readonly RecordLine[]> {
  return events.length === 0
    ? new Map()
    : new Map([[normalizeProjectName(project), events.map(formatRecordLine)]]);
}

const REASON_LIMIT = 500;
/** Also what would turn the direction of the text around it. */
const UNPRINTABLE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
/** What a browser would take for a tag, a comment or a character: not the `<` of `numpy<2`. */
const MARKUP = /<[a-z/!?][^>]{0,40}>?|&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});/i;

/** A reason given on the command line. Throws a `PkgIndexError` (usage) for one that is no line of text. */
export function checkReason(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  const refuse = (message: string, hint: string): PkgIndexError =>
    new PkgIndexError({ code: "usage", path: "--reason", message, hint });
  if (reason.length > REASON_LIMIT) {
    throw refuse(
      `has ${reason.length} characters, more than the limit of ${REASON_LIMIT}`,
      "say it in a sentence",
    );
  }
  if (UNPRINTABLE.test(reason)) {
    throw refuse("has a line break or another control character", "say it in one line of plain text");
  }
  const markup = MARKUP.exec(reason)?.[0];
  if (markup !== undefined) {
    throw refuse(
      `has markup (${JSON.stringify(markup)}), and a reason is plain text: clients print it as it stands`,
      "leave tags and entities out; a < or & between blanks or before a number is fine",
    );
  }
  return reason.trim() === "" ? undefined : reason.trim();
}
