import { describe, expect, test } from "vitest";

import { compareRecordLines, formatRecordLine, parseRecordLine } from "../../src/catalog/record-events.ts";
import { InvalidInput } from "../../src/errors.ts";
import { normalizeProjectName } from "../../src/packaging/project-name.ts";

const PROJECT = normalizeProjectName("foo-bar");
const TIME = "2026-01-31T12:00:00Z";
const FILE = "foo_bar-1.0-py3-none-any.whl";
const SHA256 = "ab".repeat(32);
const UPLOADED = { event: "uploaded", file: FILE, sha256: SHA256, size: 12, path: `foo/${FILE}`, time: TIME };

function refusalOf(line: string): string {
  try {
    parseRecordLine(line, PROJECT);
  } catch (error) {
    if (error instanceof InvalidInput) return `${error.code}: ${error.message} (${error.hint})`;
    throw error;
  }
  return "accepted";
}

describe("a line is understood", () => {
  test.each<[string, Record<string, unknown>]>([
    ["uploaded", UPLOADED],
    ["uploaded to another host", { ...UPLOADED, path: undefined, url: "https://files.example.org/a.whl" }],
    ["uploaded with its source", { ...UPLOADED, source: { repository: "o/r", commit: "c0ffee" } }],
    ["uploaded with a git id of sha1", { ...UPLOADED, blob: "0f".repeat(20) }],
    ["uploaded with a git id of sha256", { ...UPLOADED, blob: "0f".repeat(32) }],
    ["replaced", { ...UPLOADED, event: "replaced" }],
    ["moved", { event: "moved", file: FILE, path: "other/x.whl", time: TIME }],
    ["removed", { event: "removed", file: FILE, time: TIME }],
    ["yanked", { event: "yanked", file: FILE, time: TIME }],
    ["yanked with a reason", { event: "yanked", file: FILE, reason: "broken", time: TIME }],
    ["unyanked", { event: "unyanked", file: FILE, time: TIME }],
    ["status", { event: "status", status: "quarantined", time: TIME }],
    ["status with a reason", { event: "status", status: "archived", reason: "moved on", time: TIME }],
    ["of an sdist", { ...UPLOADED, file: "foo-bar-1.0.tar.gz" }],
    ["of an sdist with another spelling", { ...UPLOADED, file: "Foo.Bar-1.0.tar.gz" }],
    ["with a key that nobody knows yet", { ...UPLOADED, later: { deep: [1] } }],
    ["with a fraction of a second", { ...UPLOADED, time: "2026-01-31T12:00:00.123456Z" }],
    ["with another time zone", { ...UPLOADED, time: "2026-01-31T14:00:00+02:00" }],
  ])("%s", (_, value) => {
    const text = JSON.stringify(value);
    const line = parseRecordLine(text, PROJECT);
    expect(line.text).toBe(text);
    expect(line.event).toEqual(JSON.parse(text));
    expect(line.milliseconds).toBe(Date.parse(String(value["time"])));
  });
});

describe("a line is refused", () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["without a time", { ...UPLOADED, time: undefined }, /"time"/],
    ["with a local time", { ...UPLOADED, time: "2026-01-31T12:00:00" }, /"time"/],
    ["with a date alone", { ...UPLOADED, time: "2026-01-31" }, /"time"/],
    ["with a 13th month", { ...UPLOADED, time: "2026-13-01T12:00:00Z" }, /"time"/],
    ["with the 30th of February", { ...UPLOADED, time: "2026-02-30T12:00:00Z" }, /"time"/],
    ["with the 24th hour", { ...UPLOADED, time: "2026-01-31T24:00:00Z" }, /"time"/],
    ["with the 60th second", { ...UPLOADED, time: "2026-01-31T12:00:60Z" }, /"time"/],
    ["with a number for a time", { ...UPLOADED, time: 1_767_225_600 }, /"time"/],
    ["without a file", { ...UPLOADED, file: undefined }, /"file"/],
    ["of another project", { ...UPLOADED, file: "foo-1.0-py3-none-any.whl" }, /"file".*foo-bar/],
    ["of a longer name", { ...UPLOADED, file: "foo_barista-1.0-py3-none-any.whl" }, /"file"/],
    ["of a file that is no distribution", { ...UPLOADED, file: "foo_bar-1.0.txt" }, /"file"/],
    ["with a folder in the file name", { ...UPLOADED, file: `foo-bar-1/${FILE}` }, /"file"/],
    ["with half a hash", { ...UPLOADED, sha256: "ab".repeat(16) }, /"sha256"/],
    ["with a hash in upper case", { ...UPLOADED, sha256: SHA256.toUpperCase() }, /"sha256"/],
    ["without a size", { ...UPLOADED, size: undefined }, /"size"/],
    ["with half a byte", { ...UPLOADED, size: 1.5 }, /"size"/],
    ["without path and url", { ...UPLOADED, path: undefined }, /"path"/],
    ["with an absolute path", { ...UPLOADED, path: `/srv/${FILE}` }, /"path"/],
    ["with a path that climbs", { ...UPLOADED, path: `foo/../../${FILE}` }, /"path"/],
    ["with an empty part in its path", { ...UPLOADED, path: `foo//${FILE}` }, /"path"/],
    ["with a git id of the wrong length", { ...UPLOADED, blob: "0f".repeat(19) }, /"blob"/],
    ["with half a source", { ...UPLOADED, source: { repository: "o/r" } }, /"source"/],
    ["with a reason that is no text", { event: "yanked", file: FILE, time: TIME, reason: 7 }, /"reason"/],
    ["moved to nowhere", { event: "moved", file: FILE, time: TIME }, /"path"/],
    ["with an unknown status", { event: "status", status: "sold", time: TIME }, /"status" is none of active/],
    ["with an unknown event", { ...UPLOADED, event: "mirrored" }, /"mirrored" is unknown.*update pkgindex/],
    ["without an event", { ...UPLOADED, event: undefined }, /unknown/],
    ["with the event toString", { ...UPLOADED, event: "toString" }, /unknown/],
  ])("%s", (_, value, words) => {
    const refusal = refusalOf(JSON.stringify(value));
    expect(refusal).toMatch(/^record-invalid: /);
    expect(refusal).toMatch(words);
  });

  test.each([
    ["that is cut off", JSON.stringify(UPLOADED).slice(0, -20)],
    ["that is a merge mark", "<<<<<<< HEAD"],
    ["that is a list", "[]"],
    ["that is a number", "7"],
    ["that is null", "null"],
    ["that is a text", '"uploaded"'],
    ["with something behind it", `${JSON.stringify(UPLOADED)} {}`],
  ])("%s", (_, line) => {
    expect(refusalOf(line)).toMatch(/^record-invalid: the line is no JSON object/);
  });
});

describe("lines have an order", () => {
  const line = (text: string, time: string) => ({
    ...formatRecordLine({ event: "removed", file: FILE, time }),
    text,
  });

  test.each([
    ["by time", line("b", "2026-01-01T00:00:00Z"), line("a", "2026-01-01T00:00:01Z")],
    ["by time across time zones", line("b", "2026-01-01T12:00:00+02:00"), line("a", "2026-01-01T11:00:00Z")],
    ["by text where times are equal", line("a", TIME), line("b", TIME)],
    ["by code units, not by language", line("Z", TIME), line("a", TIME)],
  ])("%s", (_, before, after) => {
    expect(Math.sign(compareRecordLines(before, after))).toBe(-1);
    expect(Math.sign(compareRecordLines(after, before))).toBe(1);
    expect(compareRecordLines(before, before)).toBe(0);
  });
});

test("what is written is what is read", () => {
  const event = parseRecordLine(JSON.stringify(UPLOADED), PROJECT).event;
  const line = formatRecordLine(event);
  expect(parseRecordLine(line.text, PROJECT)).toEqual(line);
  expect(Object.keys(JSON.parse(line.text) as object)).toEqual([
    "event",
    "file",
    "sha256",
    "size",
    "path",
    "time",
  ]);
});
