import { describe, expect, test } from "vitest";

import { parseFilename } from "../../src/archive/parse-filename.ts";
import { checkIdentity, readWheelMetadata } from "../../src/archive/wheel.ts";
import { makeWheel, type WheelOptions } from "../support/make-wheel.ts";
import { refusalOf, sourceOf } from "./archive-source.ts";

const A = { name: "a", version: "1.0" };

function readMetadata(options: WheelOptions): Promise<Buffer> {
  const wheel = makeWheel(options);
  return readWheelMetadata(sourceOf(wheel.bytes), parseFilename(wheel.filename));
}

describe("METADATA is found, byte for byte", () => {
  test.each<[string, WheelOptions]>([
    ["in a plain wheel", A],
    ["in a deflated wheel", { ...A, method: "deflate", metadata: { description: "text\n".repeat(500) } }],
    ["in a wheel with an epoch", { name: "a", version: "43!2026.2.12" }],
    ["in a wheel with a local version", { name: "a", version: "1.0+cpu.1" }],
    ["in a wheel with a build tag", { ...A, build: "2" }],
    ["in a wheel of a name with dots", { name: "Zope.Interface", version: "5.0" }],
    [
      "with line endings of Windows",
      { ...A, metadata: "Metadata-Version: 2.1\r\nName: a\r\nVersion: 1.0\r\n" },
    ],
    [
      "with bytes that are no UTF-8",
      { ...A, metadata: Buffer.from("Name: a\nVersion: 1.0\nAuthor: \xe9\n", "latin1") },
    ],
    [
      "below a folder that spells the name otherwise",
      { name: "foo_bar", version: "1.0", distInfo: "Foo.Bar-1.0.dist-info" },
    ],
    ["below a folder that spells the version otherwise", { ...A, distInfo: "a-1.0.0.dist-info" }],
    [
      "below a folder with an escaped local version",
      { name: "a", version: "1.0+cpu.1", distInfo: "a-1.0+cpu_1.dist-info" },
    ],
    [
      "beside folders that are no dist-info",
      { ...A, files: { "a/x.dist-info/METADATA": "", "b.dist-infos/METADATA": "" } },
    ],
    ["beside METADATA deeper below", { ...A, files: { "a-1.0.dist-info/licenses/METADATA": "another" } }],
  ])("%s", async (_, options) => {
    expect(await readMetadata(options)).toEqual(makeWheel(options).metadata);
  });
});

describe("a wheel is refused", () => {
  test.each<[string, WheelOptions, RegExp]>([
    [
      "without a dist-info",
      { ...A, entries: (entries) => entries.slice(0, 1) },
      /^dist-info: has no \.dist-info folder/,
    ],
    [
      "with two",
      { ...A, files: { "b-2.0.dist-info/METADATA": "Name: b\n" } },
      /^dist-info: has 2 \.dist-info folders \(a-1\.0\.dist-info, b-2\.0\.dist-info\)/,
    ],
    [
      "with two spellings of one",
      { ...A, files: { "A-1.0.dist-info/METADATA": "Name: a\n" } },
      /^dist-info: has 2 \.dist-info folders/,
    ],
    [
      "with that of another project",
      { ...A, distInfo: "b-1.0.dist-info" },
      /^dist-info: its folder b-1\.0\.dist-info/,
    ],
    [
      "with that of another version",
      { ...A, distInfo: "a-1.1.dist-info" },
      /^dist-info: its folder a-1\.1\.dist-info/,
    ],
    ["with one without a version", { ...A, distInfo: "a.dist-info" }, /^dist-info: its folder a\.dist-info/],
    ["without METADATA", { ...A, metadata: false }, /^metadata: a-1\.0\.dist-info has no METADATA/],
    [
      "with METADATA twice",
      { ...A, entries: (entries) => [...entries, { name: "a-1.0.dist-info/METADATA", data: "Name: b\n" }] },
      /^metadata: a-1\.0\.dist-info has METADATA more than once/,
    ],
    [
      "with METADATA in another case",
      { ...A, metadata: false, files: { "a-1.0.dist-info/metadata": "Name: a\n" } },
      /^metadata: a-1\.0\.dist-info has no METADATA/,
    ],
    [
      "with METADATA that is a folder",
      { ...A, metadata: false, files: { "a-1.0.dist-info/METADATA/": "" } },
      /^metadata: a-1\.0\.dist-info has no METADATA/,
    ],
  ])("%s", async (_, options, refusal) => {
    expect(await refusalOf(() => readMetadata(options))).toMatch(refusal);
  });
});

describe("the identity in METADATA", () => {
  const expected = parseFilename("foo_bar-1.0-py3-none-any.whl");
  const check = (text: string) => checkIdentity(Buffer.from(text), expected, "METADATA");

  test.each([
    ["as in the file name", "Name: foo_bar\nVersion: 1.0\n", undefined],
    ["in another spelling", "Name: Foo.Bar\nVersion: 1.0.0\n", undefined],
    ["with a version prefix that PEP 440 allows", "Name: foo-bar\nVersion: v1.0\n", undefined],
    ["with Requires-Python", "Name: foo-bar\nVersion: 1.0\nRequires-Python: >=3.8\n", ">=3.8"],
    ["in keys of another case", "name: foo-bar\nVERSION: 1.0\nrequires-python: >=3.9\n", ">=3.9"],
  ])("fits %s", (_, text, requiresPython) => {
    expect(check(text)).toBe(requiresPython);
  });

  test.each([
    ["has no Name", "Version: 1.0\n", /^metadata-name: METADATA has no Name/],
    ["has an empty Name", "Name:\nVersion: 1.0\n", /^metadata-name: METADATA has no Name/],
    [
      "is of another project",
      "Name: foo\nVersion: 1.0\n",
      /^metadata-name: METADATA says Name: "foo", .*foo_bar/,
    ],
    ["has no Version", "Name: foo-bar\n", /^metadata-version: METADATA has no Version/],
    [
      "is of another version",
      "Name: foo-bar\nVersion: 1.1\n",
      /^metadata-version: .*"1\.1", the file name says 1\.0/,
    ],
    ["is of another local version", "Name: foo-bar\nVersion: 1.0+x\n", /^metadata-version: /],
    [
      "has a version that PEP 440 refuses",
      "Name: foo-bar\nVersion: one\n",
      /^metadata-version: .*no version of PEP 440/,
    ],
    [
      "stands in the body alone",
      "Metadata-Version: 2.1\n\nName: foo-bar\nVersion: 1.0\n",
      /^metadata-name: /,
    ],
  ])("is refused where it %s", async (_, text, refusal) => {
    expect(await refusalOf(() => check(text))).toMatch(refusal);
  });
});
