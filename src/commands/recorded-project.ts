/** What the records say of one project, for commands that decide something about it. */
import { parseFilename } from "../archive/parse-filename.ts";
import { readRecordLines, recordPath } from "../catalog/record-files.ts";
import { formatRecordLine, type RecordEvent, type RecordLine } from "../catalog/record-events.ts";
import { foldRecords, formatTime, type FileState, type ProjectState } from "../catalog/record-state.ts";
import { InvalidInput, toProblemsError, type Problem } from "../errors.ts";
import { normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import { compareVersions, type Version } from "../packaging/version.ts";
import { displayBelow, type IndexRoot } from "./index-root.ts";

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
    throw toProblemsError(
      problems.map((problem) => ({ ...problem, path: displayBelow(index, problem.path) })),
    );
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
    throw toProblemsError([fault.toProblem(`${displayBelow(index, recordPath(project))}:${number}`)]);
  }
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
