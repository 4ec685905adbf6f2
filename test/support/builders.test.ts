import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { describe, expect, test } from "vitest";
import { fromBufferPromise, type Entry } from "yauzl";

import { makeMetadata } from "./make-metadata.ts";
import { makeGzip, makeSdist } from "./make-sdist.ts";
import { makeTree, readTree, removeDirectory, temporaryDirectory } from "./make-tree.ts";
import { makeWheel, wheelEntries } from "./make-wheel.ts";
import { makeZip, writeZip, type ZipEntry } from "./make-zip.ts";

const THREE: readonly ZipEntry[] = [
  { name: "a.txt", data: "first" },
  { name: "b/", data: "" },
  { name: "b/ü.txt", data: "second ".repeat(100), method: "deflate" },
];

/** What yauzl, which checks sizes and checksums, finds in an archive. */
async function readZip(bytes: Buffer): Promise<{ entry: Entry; data: string }[]> {
  const zip = await fromBufferPromise(bytes);
  const found: { entry: Entry; data: string }[] = [];
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
    found.push({ entry, data: Buffer.concat(chunks).toString() });
  }
  return found;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

describe("makeZip", () => {
  test.each([
    ["plain", THREE, {}],
    ["with data descriptors", THREE.map((entry) => ({ ...entry, dataDescriptor: true })), {}],
    ["with zip64 entries and end", THREE.map((entry) => ({ ...entry, zip64: true })), { zip64: true }],
    ["with both", THREE.map((entry) => ({ ...entry, zip64: true, dataDescriptor: true })), { zip64: true }],
    ["with a prefix and a comment", THREE, { prefix: Buffer.from("#!/bin/sh\n"), comment: "made by hand" }],
  ])("an archive %s is read back as it was written", async (_, entries, options) => {
    const found = await readZip(makeZip(entries, options));
    expect(found.map(({ entry, data }) => [entry.fileName, data])).toEqual(
      THREE.map(({ name, data }) => [name, data]),
    );
  });

  test("an overruled field stands where it belongs, and only there", () => {
    const right = makeZip([{ name: "a", data: "x" }]);
    const central = makeZip([{ name: "a", data: "x", central: { crc32: 0x11223344 } }]);
    const local = makeZip([{ name: "a", data: "x", local: { crc32: 0x11223344 } }]);
    const centralOffset = right.indexOf("PK\u0001\u0002");
    expect(central.readUInt32LE(centralOffset + 16)).toBe(0x11223344);
    expect(central.subarray(0, centralOffset)).toEqual(right.subarray(0, centralOffset));
    expect(local.readUInt32LE(14)).toBe(0x11223344);
    expect(local.subarray(centralOffset)).toEqual(right.subarray(centralOffset));
  });

  test("an entry can be marked as encrypted", async () => {
    const zip = await fromBufferPromise(makeZip([{ name: "a", data: "x", encrypted: true }]));
    for await (const entry of zip.eachEntry()) expect(entry.isEncrypted()).toBe(true);
    expect(zip.entryCount).toBe(1);
  });

  test("two entries can share their data, and then overlap", async () => {
    const [one, two] = await readZip(makeZip([THREE[0]!, { name: "twin", sameDataAs: 0 }]));
    expect(two?.entry.fileName).toBe("twin");
    expect(two?.entry.relativeOffsetOfLocalHeader).toBe(one?.entry.relativeOffsetOfLocalHeader);
    expect(two?.data).toBe("first");
  });

  test("two entries can have one name, and a name can be no UTF-8", async () => {
    const bytes = Buffer.from([0x62, 0xff]);
    const found = await readZip(makeZip([{ name: "a" }, { name: "a" }, { name: bytes }]));
    expect(found.map(({ entry }) => entry.fileNameRaw.toString("hex"))).toEqual(["61", "61", "62ff"]);
  });

  test("an end record can lie", async () => {
    const zip = await fromBufferPromise(makeZip(THREE, { end: { entryCount: 1 } }));
    expect(zip.entryCount).toBe(1);
  });

  test("more entries than 16 bits can count have their own names and places", async () => {
    const zip = await fromBufferPromise(makeZip(THREE, { emptyEntries: 70_000 }));
    const names = new Set<string>();
    const offsets = new Set<number>();
    for await (const entry of zip.eachEntry()) {
      names.add(entry.fileName);
      offsets.add(entry.relativeOffsetOfLocalHeader);
    }
    expect(zip.entryCount).toBe(70_003);
    expect(names.size).toBe(70_003);
    expect(offsets.size).toBe(70_003);
    expect(names.has("00069999")).toBe(true);
  });

  test("a hole has the bytes of zeros, and takes no room on the disk", async () => {
    const path = join(temporaryDirectory(), "hole.zip");
    const size = 3_000_001;
    writeZip(path, [{ name: "hole", hole: size }, ...THREE]);
    const [hole, first] = await readZip(readFileSync(path));
    expect(hole?.data).toBe("\0".repeat(size));
    expect(first?.data).toBe("first");
    expect(readFileSync(path).equals(makeZip([{ name: "hole", hole: size }, ...THREE]))).toBe(true);
    expect(lstatSync(path).blocks * 512).toBeLessThan(size / 2);
  });
});

describe("makeWheel", () => {
  test("the same options give the same bytes, on every machine", () => {
    const wheel = makeWheel({ name: "Foo.Bar", version: "1.0" });
    expect(wheel.filename).toBe("foo_bar-1.0-py3-none-any.whl");
    expect(sha256(wheel.bytes)).toBe("f12f0140a9f3917c5db7a7b12f59dd7a6b257d7b821da05db578ae9e3bf74901");
  });

  test("METADATA is what the caller is given", async () => {
    const wheel = makeWheel({
      name: "foo",
      version: "1!2.0+local",
      tag: "py2.py3-none-any",
      build: "7",
      metadata: {
        summary: "a summary",
        requiresPython: ">=3.8",
        requiresDist: ["numpy", "six>1"],
        headers: { License: "MIT", Classifier: ["A", "B"] },
        description: "text\n",
      },
    });
    const found = new Map((await readZip(wheel.bytes)).map(({ entry, data }) => [entry.fileName, data]));
    expect(wheel.filename).toBe("foo-1!2.0+local-7-py2.py3-none-any.whl");
    expect([...found.keys()]).toEqual([
      "foo/__init__.py",
      "foo-1!2.0+local.dist-info/METADATA",
      "foo-1!2.0+local.dist-info/WHEEL",
      "foo-1!2.0+local.dist-info/RECORD",
    ]);
    expect(found.get("foo-1!2.0+local.dist-info/METADATA")).toBe(wheel.metadata.toString());
    expect(wheel.metadata.toString()).toBe(
      "Metadata-Version: 2.1\nName: foo\nVersion: 1!2.0+local\nSummary: a summary\nLicense: MIT\nClassifier: A\n" +
        "Classifier: B\nRequires-Python: >=3.8\nRequires-Dist: numpy\nRequires-Dist: six>1\n\ntext\n",
    );
    expect(found.get("foo-1!2.0+local.dist-info/WHEEL")).toBe(
      "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nBuild: 7\nTag: py2-none-any\nTag: py3-none-any\n",
    );
  });

  test("RECORD lists every file with its hash and size, and itself without", async () => {
    const wheel = makeWheel({ name: "foo", version: "1.0", files: { "foo/a,b.py": "x" } });
    const found = await readZip(wheel.bytes);
    const digest = createHash("sha256").update("x").digest("base64url");
    const lines = found.at(-1)?.data.split("\n");
    expect(lines?.[0]).toBe(`"foo/a,b.py",sha256=${digest},1`);
    expect(lines?.slice(-2)).toEqual(["foo-1.0.dist-info/RECORD,,", ""]);
    expect(lines?.length).toBe(found.length + 1);
  });

  test("a part can be left out, replaced or added", async () => {
    const wheel = makeWheel({
      name: "foo",
      version: "1.0",
      metadata: false,
      record: "nonsense",
      wheelFile: "Wheel-Version: 9.0\n",
      distInfo: "other-2.0.dist-info",
      filename: "Foo-1.0-py3-none.whl",
      entries: (entries) => [...entries, { name: "extra", data: "x" }],
    });
    expect(wheel.filename).toBe("Foo-1.0-py3-none.whl");
    expect(wheel.metadata.length).toBe(0);
    expect((await readZip(wheel.bytes)).map(({ entry, data }) => [entry.fileName, data]).slice(1)).toEqual([
      ["other-2.0.dist-info/WHEEL", "Wheel-Version: 9.0\n"],
      ["other-2.0.dist-info/RECORD", "nonsense"],
      ["extra", "x"],
    ]);
  });

  test("the dist-info folder follows the spelling of a given file name", () => {
    const names = wheelEntries({ name: "foo.bar", version: "1.0", filename: "Foo_Bar-1.0-py3-none-any.whl" });
    expect(names.at(-1)?.name).toBe("Foo_Bar-1.0.dist-info/RECORD");
  });
});

describe("makeSdist", () => {
  test("a tar.gz holds PKG-INFO below one folder", async () => {
    const sdist = makeSdist({
      name: "Foo.Bar",
      version: "1.0",
      files: { "big.bin": Buffer.alloc(200_000, 7) },
    });
    const found: [string, number | undefined][] = [];
    const reader = extract();
    reader.end(gunzipSync(sdist.bytes));
    for await (const entry of reader) {
      found.push([entry.header.name, entry.header.size]);
      entry.resume();
    }
    expect(sdist.filename).toBe("foo_bar-1.0.tar.gz");
    expect(found).toEqual([
      ["foo_bar-1.0/PKG-INFO", sdist.pkgInfo.length],
      ["foo_bar-1.0/pyproject.toml", 43],
      ["foo_bar-1.0/big.bin", 200_000],
    ]);
    expect(sdist.pkgInfo.toString()).toBe("Metadata-Version: 2.1\nName: Foo.Bar\nVersion: 1.0\n");
    expect(sha256(makeSdist({ name: "foo", version: "1.0" }).bytes)).toBe(
      "5457c9aa422052b39eeff42736d1fcb19c5caf30edd4afba103982e14b00c62f",
    );
  });

  test("a zip does too", async () => {
    const sdist = makeSdist({ name: "foo", version: "1.0", format: "zip", pkgInfo: "raw" });
    const found = await readZip(sdist.bytes);
    expect(sdist.filename).toBe("foo-1.0.zip");
    expect([found[0]?.entry.fileName, found[0]?.data]).toEqual(["foo-1.0/PKG-INFO", "raw"]);
  });

  test("gzip without data is still gzip", () => {
    expect(gunzipSync(makeGzip(Buffer.alloc(0))).length).toBe(0);
  });
});

test("metadata in bytes stays as it is", () => {
  const bytes = Buffer.from([0xff, 0xfe, 0x0a]);
  expect(makeMetadata("foo", "1.0", bytes)).toEqual(bytes);
});

test("a tree is written, read and removed; folders, links and odd files show", () => {
  const root = temporaryDirectory();
  makeTree(root, { "a/b.txt": "text", c: Buffer.from([1]) });
  mkdirSync(join(root, "empty"));
  symlinkSync("nowhere", join(root, "link"));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x62, 0xff])]), "");
  expect(readTree(root)).toEqual({
    a: "folder",
    "a/b.txt": `sha256:${sha256(Buffer.from("text"))}`,
    bÿ: `sha256:${sha256(Buffer.alloc(0))}`,
    c: `sha256:${sha256(Buffer.from([1]))}`,
    empty: "folder",
    link: "link to nowhere",
  });
  removeDirectory(join(root, "a"));
  expect(Object.keys(readTree(root))).not.toContain("a/b.txt");
});
