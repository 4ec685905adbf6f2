import { describe, expect, test } from "vitest";

import { readCentralDirectory, walkCentralDirectory } from "../../src/archive/central-directory.ts";
import { LIMITS } from "../../src/archive/limits.ts";
import { makeZip, type ZipEntry, type ZipOptions } from "../support/make-zip.ts";
import { refusalOf, sourceOf } from "./archive-source.ts";

const ENTRIES: readonly ZipEntry[] = [
  { name: "a/__init__.py", data: "x = 1\n" },
  { name: "a/data.bin", data: Buffer.alloc(300, 7), method: "deflate" },
  { name: "a-1.0.dist-info/METADATA", data: "Name: a\n" },
];

/** The names of all entries, in their order. */
function namesIn(bytes: Buffer): string[] {
  const names: string[] = [];
  walkCentralDirectory(readCentralDirectory(sourceOf(bytes)), (name) => {
    names.push(name);
    return false;
  });
  return names;
}

function namesOf(entries: readonly ZipEntry[], options: ZipOptions = {}): string[] {
  return namesIn(makeZip(entries, options));
}

describe("a valid archive", () => {
  const all = ["a/__init__.py", "a/data.bin", "a-1.0.dist-info/METADATA"];

  test.each<[string, ZipOptions]>([
    ["plain", {}],
    ["with a comment", { comment: "built by hand" }],
    ["with the longest comment", { comment: Buffer.alloc(0xffff, 0x20) }],
    ["with a comment that holds an end signature", { comment: "PK\u0005\u0006 and so on, a lot more of it" }],
    ["with zip64 end records", { zip64: true }],
    ["with zip64 end records and a comment", { zip64: true, comment: "64" }],
    ["with counted bytes in front, as in a self-extracting archive", { prefix: Buffer.alloc(100, 0x23) }],
  ])("%s is walked", (_, options) => {
    expect(namesOf(ENTRIES, options)).toEqual(all);
  });

  test.each<[string, Partial<ZipEntry>]>([
    ["stored", { method: "stored" }],
    ["deflated", { method: "deflate" }],
    ["with data descriptors", { dataDescriptor: true }],
    ["with zip64 sizes", { zip64: true }],
    ["with zip64 sizes and data descriptors", { zip64: true, dataDescriptor: true }],
    ["with extra fields", { extra: Buffer.from([0xfe, 0xca, 2, 0, 1, 2]) }],
    ["with another extra field before zip64", { zip64: true, extra: Buffer.from([0xfe, 0xca, 0, 0]) }],
    ["with comments", { comment: "a comment" }],
  ])("with entries %s is walked", (_, change) => {
    expect(namesOf(ENTRIES.map((entry) => ({ ...entry, ...change })))).toEqual(all);
  });

  test("without entries has no names", () => {
    expect(namesOf([])).toEqual([]);
  });

  test("gives the record of an entry that is asked for", () => {
    const directory = readCentralDirectory(sourceOf(makeZip(ENTRIES)));
    const kept = walkCentralDirectory(directory, (name) => name.endsWith("/METADATA"));
    expect(kept.map(({ name }) => name)).toEqual(["a-1.0.dist-info/METADATA"]);
    expect(kept[0]?.bytes.readUInt32LE(0)).toBe(0x02014b50);
    expect(kept[0]?.bytes.length).toBe(46 + "a-1.0.dist-info/METADATA".length);
  });

  test("may list its entries in another order than they lie in the file", () => {
    const bytes = makeZip(ENTRIES);
    const { offset } = readCentralDirectory(sourceOf(bytes));
    const first = 46 + "a/__init__.py".length;
    const second = first + 46 + "a/data.bin".length;
    const swapped = Buffer.concat([
      bytes.subarray(0, offset),
      bytes.subarray(offset + first, offset + second),
      bytes.subarray(offset, offset + first),
      bytes.subarray(offset + second),
    ]);
    expect(namesIn(swapped)).toEqual(["a/data.bin", "a/__init__.py", "a-1.0.dist-info/METADATA"]);
  });

  test("is not read but for its end, however large it is", () => {
    const source = sourceOf(makeZip([{ name: "big.bin", data: Buffer.alloc(4 << 20) }, ...ENTRIES]));
    walkCentralDirectory(readCentralDirectory(source), () => true);
    expect(source.bytesRead()).toBeLessThan(70_000);
  });

  test("may have a central directory that is longer than the tail that is read first", () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      name: `some/folder/of/a/package/${index}.py`,
    }));
    expect(namesOf(many)).toHaveLength(2000);
  });
});

describe("an archive is refused", () => {
  test.each<[string, Buffer, RegExp]>([
    ["that is empty", Buffer.alloc(0), /^zip-damaged: the file is empty/],
    ["of one byte", Buffer.from("P"), /^zip-damaged: is no zip file/],
    ["that is text", Buffer.from("<html>".repeat(100)), /^zip-damaged: is no zip file/],
    ["that lost its last byte", makeZip(ENTRIES).subarray(0, -1), /^zip-damaged: is no zip file/],
    ["that lost its first byte", makeZip(ENTRIES).subarray(1), /^zip-damaged: .*bytes in front/],
    [
      "with bytes in front that its offsets do not count",
      makeZip(ENTRIES, { prefix: Buffer.alloc(100), prefixCounted: false }),
      /^zip-damaged: .*bytes in front/,
    ],
    [
      "with bytes behind its end",
      makeZip(ENTRIES, { suffix: Buffer.from("more") }),
      /^zip-damaged: is no zip file, or its end is cut off/,
    ],
    [
      "with a comment that is cut off",
      makeZip(ENTRIES, { comment: "a comment", end: { commentLength: 400 } }),
      /^zip-damaged: is no zip file, or its end is cut off/,
    ],
    [
      "whose directory is said to start later",
      makeZip(ENTRIES, { end: { centralDirectoryOffset: 1 } }),
      /^zip-damaged: its central directory is not where/,
    ],
    [
      "whose zip64 record is not where its locator points",
      makeZip(ENTRIES, { zip64: true, prefix: Buffer.alloc(9), prefixCounted: false }),
      /^zip-damaged: its zip64 end of central directory record/,
    ],
    [
      "that counts an entry too many",
      makeZip(ENTRIES, { end: { entryCount: 4 } }),
      /^zip-damaged: .*fewer than the 4/,
    ],
    [
      "that counts an entry too few",
      makeZip(ENTRIES, { end: { entryCount: 2 } }),
      /^zip-damaged: .*more entries/,
    ],
    [
      "that counts more entries than the limit",
      makeZip(ENTRIES, { end: { entryCount: LIMITS.entries + 1 }, zip64: true }),
      /^zip-too-many-entries: has 250001 entries/,
    ],
    [
      "that counts more entries than numbers can hold",
      makeZip(ENTRIES, { end: { entryCount: Number.MAX_SAFE_INTEGER }, zip64: true }),
      /^zip-too-many-entries: /,
    ],
    [
      "that says its directory is larger than the limit",
      makeZip(ENTRIES, { end: { centralDirectorySize: LIMITS.centralDirectory + 1 }, zip64: true }),
      /^zip-too-many-entries: its central directory has/,
    ],
    [
      "with an entry that is encrypted",
      makeZip([...ENTRIES, { name: "secret.py", data: "x", encrypted: true }]),
      /^zip-encrypted: its entry "secret.py" is encrypted/,
    ],
    [
      "with entries that share their bytes",
      makeZip([...ENTRIES, { name: "twin.py", sameDataAs: 0 }]),
      /^zip-overlap: /,
    ],
    [
      "with an entry that reaches into the next",
      makeZip([
        { name: "a", data: "x".repeat(100), central: { compressedSize: 140 } },
        { name: "b", data: "y".repeat(100) },
      ]),
      /^zip-overlap: /,
    ],
    [
      "with an entry that lies inside another, listed first",
      makeZip([
        { name: "a", data: "x".repeat(200), central: { localHeaderOffset: 60 } },
        { name: "b", data: "y".repeat(200), central: { localHeaderOffset: 0 } },
      ]),
      /^zip-overlap: /,
    ],
    [
      "with an entry that reaches into the central directory",
      makeZip([{ name: "a", data: "x".repeat(100), central: { compressedSize: 120 } }]),
      /^zip-damaged: .*into the central directory/,
    ],
    [
      "with an entry that starts behind its end",
      makeZip([{ name: "a", data: "x", central: { localHeaderOffset: 0x7fffffff } }]),
      /^zip-damaged: .*into the central directory/,
    ],
    [
      "with a zip64 size beyond every disk",
      makeZip([{ name: "a", data: "x", zip64: true, central: { compressedSize: Number.MAX_SAFE_INTEGER } }]),
      /^zip-damaged: .*into the central directory/,
    ],
    [
      "with a full size field and no zip64 field",
      withoutZip64Field(makeZip([{ name: "a", data: "x", zip64: true }])),
      /^zip-damaged: a zip64 entry lacks its sizes/,
    ],
  ])("%s", async (_, bytes, refusal) => {
    expect(await refusalOf(() => namesIn(bytes))).toMatch(refusal);
  });

  test("at every length to which it is cut", async () => {
    const whole = makeZip(ENTRIES, { comment: "the end" });
    for (let length = 0; length < whole.length; length += 1) {
      const refusal = await refusalOf(() => namesIn(whole.subarray(0, length)));
      expect(refusal, `cut to ${length}`).toMatch(/^zip-damaged: /);
    }
  });

  test("with a million entries, without a look at each", async () => {
    const bytes = makeZip([], { emptyEntries: 300_000 });
    const source = sourceOf(bytes);
    expect(await refusalOf(() => readCentralDirectory(source))).toMatch(/^zip-too-many-entries: has 300000/);
    expect(source.bytesRead()).toBeLessThan(70_000);
  });
});

/** Gives the zip64 extra field of the one central record another number. */
function withoutZip64Field(bytes: Buffer): Buffer {
  const { offset } = readCentralDirectory(sourceOf(bytes));
  bytes.writeUInt16LE(0xcafe, offset + 46 + 1);
  return bytes;
}
