import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatRecordLine, parseRecordLine, type RecordEvent } from "../../src/catalog/record-events.ts";
import {
  ATTRIBUTES_TEXT,
  listRecordedProjects,
  mergeRecordFile,
  readProjectState,
  recordPath,
  RECORDS_DIRECTORY,
} from "../../src/catalog/record-files.ts";
import { foldRecords, formatTime, NO_RECORDS, type FileState } from "../../src/catalog/record-state.ts";
import type { Problem } from "../../src/errors.ts";
import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import { temporaryDirectory } from "../support/make-tree.ts";

const FILE = "a-1.0-py3-none-any.whl";
const PROJECT = normalizeProjectName("a");
const A = "aa".repeat(32);
const B = "bb".repeat(32);

/** The time of this many hours into the year. */
function at(hour: number): string {
  return formatTime(new Date(Date.UTC(2026, 0, 1, hour)));
}

function arrival(
  event: "uploaded" | "replaced",
  sha256: string,
  hour: number,
  more: object = {},
): RecordEvent {
  return { event, file: FILE, sha256, size: 10, path: `a/${FILE}`, time: at(hour), ...more };
}

const uploaded = (sha256: string, hour: number, more?: object) => arrival("uploaded", sha256, hour, more);
const replaced = (sha256: string, hour: number, more?: object) => arrival("replaced", sha256, hour, more);
const decided = (event: "removed" | "yanked" | "unyanked", hour: number, more: object = {}): RecordEvent => ({
  event,
  file: FILE,
  time: at(hour),
  ...more,
});
const status = (
  value: "active" | "archived" | "quarantined" | "deprecated",
  hour: number,
  reason?: string,
): RecordEvent => ({
  event: "status",
  status: value,
  ...(reason === undefined ? {} : { reason }),
  time: at(hour),
});

function fold(events: readonly RecordEvent[]) {
  return foldRecords(events.map(formatRecordLine));
}

function stateOf(events: readonly RecordEvent[]): FileState | undefined {
  return fold(events).files.get(FILE);
}

const KNOWN = { sha256: A, size: 10, path: `a/${FILE}`, uploadTime: at(1), removed: false, yanked: false };
const REASON = "runs of\tspace\n and \u0000 controls \u2028 become one";

describe("what holds of a file", () => {
  test.each<[string, readonly RecordEvent[], Partial<FileState>]>([
    ["once uploaded", [uploaded(A, 1)], KNOWN],
    ["uploaded twice: the earlier time", [uploaded(A, 5), uploaded(A, 1)], KNOWN],
    ["removed", [uploaded(A, 1), decided("removed", 2)], { ...KNOWN, removed: true }],
    [
      "removed and uploaded again: the earliest time",
      [uploaded(A, 1), decided("removed", 2), uploaded(A, 3)],
      { ...KNOWN, removed: false },
    ],
    ["replaced", [uploaded(A, 1), replaced(B, 2)], { ...KNOWN, sha256: B, uploadTime: at(2) }],
    [
      "replaced and back: the time when those bytes first came",
      [uploaded(A, 1), replaced(B, 2), replaced(A, 3)],
      KNOWN,
    ],
    [
      "moved",
      [uploaded(A, 1), { event: "moved", file: FILE, path: `b/${FILE}`, time: at(2) }],
      { ...KNOWN, path: `b/${FILE}` },
    ],
    [
      "moved and moved back",
      [
        uploaded(A, 1),
        { event: "moved", file: FILE, path: `b/${FILE}`, time: at(2) },
        { event: "moved", file: FILE, path: `a/${FILE}`, time: at(3) },
      ],
      KNOWN,
    ],
    ["yanked without a reason", [uploaded(A, 1), decided("yanked", 2)], { ...KNOWN, yanked: true }],
    [
      "yanked with an empty reason",
      [uploaded(A, 1), decided("yanked", 2, { reason: " \n" })],
      { ...KNOWN, yanked: true },
    ],
    [
      "yanked with a reason",
      [uploaded(A, 1), decided("yanked", 2, { reason: "broken" })],
      { ...KNOWN, yanked: "broken" },
    ],
    [
      "yanked with a reason of many lines",
      [uploaded(A, 1), decided("yanked", 2, { reason: REASON })],
      { ...KNOWN, yanked: "runs of space and controls become one" },
    ],
    ["yanked and unyanked", [uploaded(A, 1), decided("yanked", 2), decided("unyanked", 3)], KNOWN],
    [
      "yanked for another reason: the newest",
      [uploaded(A, 1), decided("yanked", 2, { reason: "one" }), decided("yanked", 3, { reason: "two" })],
      { ...KNOWN, yanked: "two" },
    ],
    [
      "yanked and uploaded again: still yanked",
      [uploaded(A, 1), decided("yanked", 2), uploaded(A, 3)],
      { ...KNOWN, yanked: true },
    ],
    ["yanked before anybody saw it", [decided("yanked", 2)], { sha256: undefined, yanked: true }],
    ["removed before anybody saw it", [decided("removed", 2)], { sha256: undefined, removed: true }],
    [
      "with a git id learned later",
      [uploaded(A, 1), uploaded(A, 1, { blob: "0f".repeat(20) })],
      { ...KNOWN, blob: "0f".repeat(20) },
    ],
    [
      "with a git id that belongs to other bytes",
      [uploaded(A, 1, { blob: "0f".repeat(20) }), replaced(B, 2)],
      { sha256: B, blob: undefined },
    ],
    [
      "replaced and back, with the git id of those bytes",
      [uploaded(A, 1, { blob: "0f".repeat(20) }), replaced(B, 2), replaced(A, 3)],
      { sha256: A, blob: "0f".repeat(20) },
    ],
  ])("%s", (_, events, expected) => {
    expect(stateOf(events)).toMatchObject(expected);
    expect(stateOf(events.toReversed())).toEqual(stateOf(events));
  });

  test.each([
    ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"],
    ["2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00.123456Z"],
    ["2026-01-31T14:00:00+02:00", "2026-01-31T12:00:00Z"],
    ["2026-01-31T14:00:00.500+02:00", "2026-01-31T12:00:00.500Z"],
    ["2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123Z"],
  ])("uploaded at %s is on the page as %s", (time, expected) => {
    expect(stateOf([{ ...uploaded(A, 1), time } as RecordEvent])?.uploadTime).toBe(expected);
  });
});

describe("what holds of a project", () => {
  test.each<[string, readonly RecordEvent[], object | undefined]>([
    ["without a word about it", [uploaded(A, 1)], undefined],
    ["quarantined", [status("quarantined", 1)], { status: "quarantined" }],
    [
      "archived with a reason",
      [status("archived", 1, "moved on")],
      { status: "archived", reason: "moved on" },
    ],
    ["with a reason of many lines", [status("archived", 1, "a\nb")], { status: "archived", reason: "a b" }],
    ["with an empty reason", [status("deprecated", 1, " ")], { status: "deprecated" }],
    ["active again", [status("quarantined", 1), status("active", 2)], undefined],
    [
      "active again before it was quarantined",
      [status("active", 1), status("quarantined", 2)],
      { status: "quarantined" },
    ],
    ["active, with a reason", [status("active", 1, "back")], { status: "active", reason: "back" }],
  ])("%s", (_, events, expected) => {
    expect(fold(events).status).toEqual(expected);
  });

  test("no records say nothing", () => {
    expect(fold([])).toEqual(NO_RECORDS);
  });
});

/** Any event, at one of few times, so that there are many ties. */
const anyEvent: fc.Arbitrary<RecordEvent> = fc
  .record({
    hour: fc.integer({ min: 0, max: 5 }),
    file: fc.constantFrom(FILE, "a-2.0-py3-none-any.whl"),
    sha256: fc.constantFrom(A, B),
    path: fc.constantFrom("a", "b"),
    blob: fc.constantFrom(undefined, "0f".repeat(20), "f0".repeat(20)),
    reason: fc.constantFrom(undefined, "one", "two"),
    project: fc.constantFrom("active" as const, "archived" as const, "quarantined" as const),
    event: fc.constantFrom(
      ...(["uploaded", "replaced", "moved", "removed", "yanked", "unyanked", "status"] as const),
    ),
  })
  .map(({ hour, file, sha256, path, blob, reason, project, event }): RecordEvent => {
    const time = at(hour);
    const why = reason === undefined ? {} : { reason };
    if (event === "status") return { event, status: project, ...why, time };
    if (event === "moved") return { event, file, path: `${path}/${file}`, time };
    if (event === "yanked") return { event, file, ...why, time };
    if (event === "removed" || event === "unyanked") return { event, file, time };
    const id = blob === undefined ? {} : { blob };
    return { event, file, sha256, size: 10, path: `${path}/${file}`, time, ...id };
  });
const anyHistory = fc.array(anyEvent, { maxLength: 12 });

describe("the order of lines does not matter", () => {
  test("however they are shuffled", () => {
    const shuffled = anyHistory.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([events, others]) => {
        expect(fold(others)).toEqual(fold(events));
      }),
      { numRuns: 500 },
    );
  });

  test("however often they stand there", () => {
    fc.assert(
      fc.property(anyHistory, (events) => {
        expect(fold([...events, ...events])).toEqual(fold(events));
      }),
      { numRuns: 200 },
    );
  });

  test("two branches merged either way say the same", () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, anyHistory, (base, ours, theirs) => {
        const one = union([...base, ...ours], [...base, ...theirs]);
        const other = union([...base, ...theirs], [...base, ...ours]);
        expect(foldRecords(one.map((text) => parseRecordLine(text, PROJECT)))).toEqual(
          foldRecords(other.map((text) => parseRecordLine(text, PROJECT))),
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** As git's union driver leaves it: all lines of one side, then those that only the other has. */
function union(ours: readonly RecordEvent[], theirs: readonly RecordEvent[]): string[] {
  const [mine, others] = [ours, theirs].map((events) => events.map((event) => formatRecordLine(event).text));
  return [...(mine ?? []), ...(others ?? []).filter((text) => mine?.includes(text) !== true)];
}

describe("record files", () => {
  const write = (text: string | Uint8Array) => {
    const root = temporaryDirectory();
    mkdirSync(join(root, RECORDS_DIRECTORY), { recursive: true });
    writeFileSync(join(root, recordPath(PROJECT)), text);
    return root;
  };
  const line = formatRecordLine(uploaded(A, 1));

  test.each<[string, string]>([
    ["line by line", `${line.text}\n`],
    ["without a last line ending", line.text],
    ["with empty lines", `\n\n${line.text}\n\n`],
    ["with line endings of Windows", `${line.text}\r\n`],
    ["with spaces around", `  ${line.text}  \n`],
  ])("are read %s", (_, text) => {
    const problems: Problem[] = [];
    const state = readProjectState(write(text), PROJECT, problems);
    expect(problems).toEqual([]);
    expect(state.files.get(FILE)).toMatchObject(KNOWN);
  });

  test("that are missing say nothing", () => {
    const problems: Problem[] = [];
    expect(readProjectState(temporaryDirectory(), PROJECT, problems)).toEqual(NO_RECORDS);
    expect(problems).toEqual([]);
  });

  test("report each bad line by its number", () => {
    const problems: Problem[] = [];
    readProjectState(write(`nonsense\n${line.text}\n\n{"event":"mirrored"}\n`), PROJECT, problems);
    expect(problems.map(({ path, severity }) => `${severity} ${path}`)).toEqual([
      "error .pkgindex/records/a.jsonl:1",
      "error .pkgindex/records/a.jsonl:4",
    ]);
  });

  test("gain lines in their order, each once, and keep what stands there to the letter", () => {
    const odd = '{ "time": "2026-01-01T05:00:00Z", "event": "yanked",  "file": "a-1.0-py3-none-any.whl" }';
    const root = write(`${odd}\n${line.text}\n${line.text}`);
    const added = [formatRecordLine(replaced(B, 3)), line, formatRecordLine(decided("removed", 9))];
    const lines = mergeRecordFile(root, PROJECT, added).toString().split("\n");
    expect(lines).toEqual([line.text, added[0]?.text, odd, added[2]?.text, ""]);
  });

  test("are never overwritten where a line is bad", () => {
    expect(() => mergeRecordFile(write("nonsense\n"), PROJECT, [line])).toThrow(/a\.jsonl:1/);
  });

  test("name the projects that have them", () => {
    const root = write(line.text);
    writeFileSync(join(root, RECORDS_DIRECTORY, "b-c.jsonl"), "");
    writeFileSync(join(root, RECORDS_DIRECTORY, "notes.txt"), "");
    mkdirSync(join(root, RECORDS_DIRECTORY, "d.jsonl"));
    expect(listRecordedProjects(root).toSorted()).toEqual(["a", "b-c"]);
    expect(listRecordedProjects(temporaryDirectory())).toEqual([]);
  });

  test("are merged by union in git, and nobody changes their line endings", () => {
    expect(ATTRIBUTES_TEXT).toBe("records/*.jsonl -text merge=union\n");
  });
});
