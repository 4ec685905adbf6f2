/** From the SPEC on the command line to the files on record that it means. */
import { parseFilename } from "../archive/parse-filename.ts";
import { listRecordedProjects, readRecordLines } from "../catalog/record-files.ts";
import type { RecordEvent, RecordLine } from "../catalog/record-events.ts";
import { formatRecordLine } from "../catalog/record-events.ts";
import { foldRecords, formatTime, type FileState, type ProjectState } from "../catalog/record-state.ts";
import { InvalidInput, PkgIndexError, type Problem } from "../errors.ts";
import { nearestNames } from "../packaging/nearest-names.ts";
import { normalizeProjectName, parseProjectName, type ProjectName } from "../packaging/project-name.ts";
import { matchesSpec, parseSpec } from "../packaging/spec.ts";
import { compareVersions, type Version } from "../packaging/version.ts";

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
export function readRecordedProject(root: string, name: ProjectName): RecordedProject {
  const problems: Problem[] = [];
  const lines = readRecordLines(root, name, problems);
  if (problems.length > 0) throw refusal(problems);
  const state = foldRecords(lines);
  const files = [...state.files]
    .filter(([, file]) => file.sha256 !== undefined && !file.removed)
    .map(([filename, file]): RecordedFile => ({
      filename,
      version: parseFilename(filename).version,
      state: file,
    }))
    .toSorted((a, b) => compareVersions(a.version, b.version) || (a.filename < b.filename ? -1 : 1));
  return { name, lines, state, files };
}

/** The project named on the command line. Throws a `PkgIndexError`: usage for no name, exit 1 for an unknown project. */
export function findProject(root: string, text: string): RecordedProject {
  return findByName(
    root,
    asUsage(text, () => parseProjectName(text)),
    text,
  );
}

/** The files that a SPEC means. Throws a `PkgIndexError`: usage where it does not parse, exit 1 where it matches nothing. */
export function selectFiles(
  root: string,
  text: string,
): { project: RecordedProject; files: readonly RecordedFile[] } {
  const spec = asUsage(text, () => parseSpec(text));
  const project = findByName(root, spec.project, text);
  const files = project.files.filter(({ filename, version }) =>
    matchesSpec(spec, { filename, version: version.text }),
  );
  if (files.length === 0) {
    const near =
      spec.kind === "file"
        ? nearestNames(
            spec.filename,
            project.files.map(({ filename }) => filename),
          )
        : [...new Set(project.files.map(({ version }) => version.text))].slice(-5);
    throw new PkgIndexError({
      code: "no-match",
      path: text,
      message: `matches no file of ${project.name}`,
      hint: `${spec.kind === "file" ? "near to it" : "its newest versions"}: ${near.join(", ") || "none"}`,
    });
  }
  return { project, files };
}

function findByName(root: string, name: ProjectName, text: string): RecordedProject {
  const project = readRecordedProject(root, name);
  if (project.lines.length > 0) return project;
  const near = nearestNames(name, listRecordedProjects(root));
  throw new PkgIndexError({
    code: "no-match",
    path: text,
    message: `there is no project ${name} in the index`,
    hint:
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : "pkgindex list shows the projects; run generate first if files are new",
  });
}

function asUsage<Value>(text: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new PkgIndexError({ code: "usage", path: text, message: error.message, hint: error.hint });
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
  if (/[\0-\x1f\x7f-\x9f\u2028\u2029]/.test(reason)) {
    throw refuse("has a line break or another control character", "say it in one line");
  }
  return reason.trim() === "" ? undefined : reason.trim();
}
