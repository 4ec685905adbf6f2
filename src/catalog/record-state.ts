/** Folds record lines into what holds now: which bytes a file name stands for, since when, and what was decided of it. */
import type { ProjectStatus, Yanked } from "../simple/model.ts";
import { compareRecordLines, type RecordLine, type Source } from "./record-events.ts";

/** What the records say of one file name. */
export interface FileState {
  /** The bytes that the name stands for; undefined where only decisions about the name are on record. */
  sha256: string | undefined;
  size: number;
  path: string | undefined;
  /** When these bytes first came: `yyyy-mm-ddThh:mm:ss[.ffffff]Z`. */
  uploadTime: string | undefined;
  blob: string | undefined;
  /** Where these bytes were built from. */
  source: Source | undefined;
  removed: boolean;
  /** When the newest line about it was written, in milliseconds. */
  newestMs: number;
  yanked: Yanked;
  /** When it was yanked, as the record says. */
  yankedSince: string | undefined;
}

/** What the records say of one project. */
export interface ProjectState {
  readonly status: ProjectStatus | undefined;
  readonly files: ReadonlyMap<string, FileState>;
  /** The lines of a record file that a merge has left out of order: it is written anew. */
  readonly unsorted?: readonly RecordLine[];
}

export const NO_RECORDS: ProjectState = { status: undefined, files: new Map() };

/** Folds lines in any order. Two branches that were merged give the same state whichever came first. */
export function foldRecords(lines: readonly RecordLine[]): ProjectState {
  const sorted = isSorted(lines) ? lines : lines.toSorted(compareRecordLines);
  const files = new Map<string, FileState>();
  const arrivals = new Map<string, Arrival>();
  let status: ProjectStatus | undefined;
  for (const { event, milliseconds } of sorted) {
    if (event.event === "status") {
      const reason = event.reason === undefined ? undefined : toOneLine(event.reason);
      status =
        event.status === "active" && !reason
          ? undefined
          : { status: event.status, ...(reason ? { reason } : {}) };
      continue;
    }
    const state = files.get(event.file) ?? newState();
    files.set(event.file, state);
    state.newestMs = milliseconds;
    switch (event.event) {
      case "uploaded":
      case "replaced": {
        const key = `${event.file}\0${event.sha256}`;
        const arrival = arrivals.get(key) ?? {
          uploadTime: toUploadTime(event.time),
          blob: undefined,
          source: undefined,
        };
        arrivals.set(key, arrival);
        arrival.blob = event.blob ?? arrival.blob;
        arrival.source = event.source ?? arrival.source;
        Object.assign(state, arrival);
        state.sha256 = event.sha256;
        state.size = event.size;
        state.path = event.path;
        state.removed = false;
        break;
      }
      case "moved":
        state.path = event.path;
        break;
      case "removed":
        state.removed = true;
        break;
      case "yanked":
        state.yanked = toOneLine(event.reason ?? "") || true;
        state.yankedSince = event.time;
        break;
      case "unyanked":
        state.yanked = false;
        state.yankedSince = undefined;
    }
  }
  return { status, files };
}

/** What is known of some bytes under a name, however often they went and came again. */
interface Arrival {
  readonly uploadTime: string;
  blob: string | undefined;
  source: Source | undefined;
}

function newState(): FileState {
  return {
    sha256: undefined,
    size: 0,
    path: undefined,
    uploadTime: undefined,
    blob: undefined,
    source: undefined,
    removed: false,
    newestMs: -Infinity,
    yanked: false,
    yankedSince: undefined,
  };
}

function isSorted(lines: readonly RecordLine[]): boolean {
  for (let index = 1; index < lines.length; index += 1) {
    const [before, line] = [lines[index - 1], lines[index]];
    if (before !== undefined && line !== undefined && compareRecordLines(before, line) > 0) return false;
  }
  return true;
}

/** A reason stands in an attribute and in a one-line list: control characters and runs of white space become one space. */
export function toOneLine(text: string): string {
  return text.replace(/[\0-\x20\x7f-\x9f\u2028\u2029]+/g, " ").trim();
}

/** PEP 700 wants UTC and at most six digits of a second (https://peps.python.org/pep-0700/#specification). */
function toUploadTime(time: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(time)) return time;
  return formatTime(new Date(time));
}

/** A time in the form of PEP 700, without a fraction where it is zero. */
export function formatTime(time: Date): string {
  return time.toISOString().replace(".000Z", "Z");
}
