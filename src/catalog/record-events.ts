/**
 * Records: what cannot be read from the files. JSON Lines, one small file per project; lines are only ever added, so
 * that two branches merge by union, and the reader takes them in any order.
 */
import { InvalidInput } from "../errors.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import { normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import { PROJECT_STATUSES, type ProjectStatus } from "../simple/model.ts";

/** Where a file was built from. */
export interface Source {
  readonly repository: string;
  readonly commit: string;
}

interface FileEvent {
  readonly file: string;
  /** RFC 3339. */
  readonly time: string;
}

/** `uploaded`: these bytes came. `replaced`: they took the place of others, which somebody allowed. */
export interface ArrivalEvent extends FileEvent {
  readonly event: "uploaded" | "replaced";
  readonly sha256: string;
  readonly size: number;
  /** Relative to the root. */
  readonly path?: string;
  readonly url?: string;
  readonly source?: Source;
  /** The git object id of the bytes. */
  readonly blob?: string;
}

export type RecordEvent =
  | ArrivalEvent
  | (FileEvent & { readonly event: "moved"; readonly path: string })
  | (FileEvent & { readonly event: "removed" | "unyanked" })
  | (FileEvent & { readonly event: "yanked"; readonly reason?: string })
  | {
      readonly event: "status";
      readonly status: ProjectStatus["status"];
      readonly reason?: string;
      readonly time: string;
    };

/** One line of a record file: its text, and what it says. */
export interface RecordLine {
  readonly text: string;
  readonly milliseconds: number;
  readonly event: RecordEvent;
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const SHA256 = /^[0-9a-f]{64}$/;
const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const MEND = "mend or delete this line; pkgindex does not overwrite records";

function invalid(message: string, hint = MEND): InvalidInput {
  return new InvalidInput("record-invalid", message, hint);
}

/** Parses one line of the record file of `project`. Throws `InvalidInput`. */
export function parseRecordLine(text: string, project: ProjectName): RecordLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("the line is no JSON object: it is cut off, or a merge left its marks");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("the line is no JSON object");
  const line = value as Record<string, unknown>;
  const { event, time, file } = line;
  const milliseconds = typeof time === "string" && isCalendarTime(time) ? Date.parse(time) : NaN;
  if (Number.isNaN(milliseconds)) throw invalid('"time" is no time like "2026-01-31T12:00:00Z"');
  if (line["reason"] !== undefined && typeof line["reason"] !== "string")
    throw invalid('"reason" is no text');
  if (event === "status") {
    if (!PROJECT_STATUSES.some((status) => status === line["status"])) {
      throw invalid(`"status" is none of ${PROJECT_STATUSES.join(", ")}`);
    }
  } else {
    if (typeof file !== "string" || !belongsTo(file, project)) {
      throw invalid(`"file" is no distribution file of the project ${project}`);
    }
    checkFileEvent(event, line);
  }
  return { text, milliseconds, event: value as RecordEvent };
}

/** Whether a time of RFC 3339 is on the calendar: `Date` would take the 30th of February for the 2nd of March. */
function isCalendarTime(time: string): boolean {
  if (!RFC3339.test(time)) return false;
  const clock = time.slice(0, 19);
  const date = new Date(`${clock}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(clock);
}

function checkFileEvent(event: unknown, line: Record<string, unknown>): void {
  const { sha256, size, path, url, blob, source } = line;
  switch (event) {
    case "uploaded":
    case "replaced":
      if (typeof sha256 !== "string" || !SHA256.test(sha256))
        throw invalid('"sha256" is not 64 hexadecimal digits');
      if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
        throw invalid('"size" is no size in bytes');
      if (path === undefined ? typeof url !== "string" : !isTreePath(path))
        throw invalid('"path" is no path below the root');
      if (blob !== undefined && !(typeof blob === "string" && OBJECT_ID.test(blob))) {
        throw invalid('"blob" is no git object id');
      }
      if (source !== undefined && !isSource(source))
        throw invalid('"source" has not the keys repository and commit');
      return;
    case "moved":
      if (!isTreePath(path)) throw invalid('"path" is no path below the root');
      return;
    case "removed":
    case "yanked":
    case "unyanked":
      return;
    default:
      throw invalid(
        `the event ${JSON.stringify(event)} is unknown to this version`,
        "a newer pkgindex wrote it: update pkgindex",
      );
  }
}

function isTreePath(path: unknown): path is string {
  return (
    typeof path === "string" &&
    path !== "" &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

function isSource(source: unknown): source is Source {
  if (typeof source !== "object" || source === null) return false;
  const { repository, commit } = source as Record<string, unknown>;
  return typeof repository === "string" && typeof commit === "string";
}

/** Whether a file name is meant as a distribution's, and starts with a spelling of the project's name. */
function belongsTo(filename: string, project: ProjectName): boolean {
  if (filename.includes("/") || !looksLikeDistribution(filename)) return false;
  return filename.startsWith(`${project}-`) || normalizeProjectName(filename).startsWith(`${project}-`);
}

/** Serializes an event; keys in the order of the design. */
export function formatRecordLine(event: RecordEvent): RecordLine {
  return { text: JSON.stringify(event), milliseconds: Date.parse(event.time), event };
}

/** The order of lines: by time, ties by text. It decides which of two decisions is the newer. */
export function compareRecordLines(a: RecordLine, b: RecordLine): number {
  return a.milliseconds - b.milliseconds || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
}
