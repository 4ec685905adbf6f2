/** Pages that were cut off, changed or written by somebody else: each is noticed, and none makes the reader throw. */
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { openPage, PAGE_FORMAT, sealPage, type PageFault } from "../../src/simple/page-envelope.ts";
import { readListJson, renderListJson } from "../../src/simple/project-list.ts";
import { readProjectJson, renderProjectJson, type KnownPage } from "../../src/simple/project-page.ts";
import { ENVELOPE, EVERYTHING, LIST_ENVELOPE, QUARANTINED, SUMMARIES } from "./sample-projects.ts";

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const PROJECT = renderProjectJson(EVERYTHING, "simple/demo-pkg", ENVELOPE);
const LIST = renderListJson(SUMMARIES, LIST_ENVELOPE);
const PAGES: readonly (readonly [string, Buffer, (bytes: Buffer) => unknown])[] = [
  ["project page", PROJECT, readProjectJson],
  ["quarantined project page", renderProjectJson(QUARANTINED, "simple/demo-pkg", ENVELOPE), readProjectJson],
  ["project list", LIST, readListJson],
];

/** The page with a byte changed by the bits of `mask`. */
function flip(page: Buffer, position: number, mask: number): Buffer {
  const copy = Buffer.from(page);
  copy.writeUInt8(copy.readUInt8(position) ^ mask, position);
  return copy;
}

/** A page with these keys, under a seal that fits. */
function seal(page: object): Buffer {
  return sealPage(JSON.stringify(page).slice(0, -1));
}

const META = { "api-version": "1.4" };
const MINIMAL = { meta: META, name: "a", versions: [], files: [], _pkgindex: ENVELOPE };
const FILE = {
  filename: "a-1.0.tar.gz",
  url: "../../a/a-1.0.tar.gz",
  hashes: { sha256: "a".repeat(64) },
  size: 1,
  "upload-time": "2026-01-01T00:00:00Z",
};

describe.each(PAGES)("a %s", (_, page, read) => {
  it("is read as it was written", () => {
    expect(read(page)).toBeTypeOf("object");
  });

  it("is noticed where any byte is another", () => {
    fc.assert(
      fc.property(fc.nat(page.length - 1), fc.integer({ min: 1, max: 255 }), (position, mask) => {
        expect(read(flip(page, position, mask))).toBeTypeOf("string");
      }),
      { numRuns: 1000 },
    );
  });

  it("is damaged wherever it is cut off", () => {
    for (let length = 0; length < page.length; length += 1) {
      expect(read(page.subarray(0, length)), `after ${length} bytes`).toBe("damaged");
    }
  });

  it("is damaged where it lost its beginning", () => {
    for (let start = 1; start < page.length; start += 1) expect(read(page.subarray(start))).toBe("damaged");
  });

  it("is noticed where bytes are doubled, lost or moved", () => {
    const nat = fc.nat(page.length);
    fc.assert(
      fc.property(nat, nat, nat, (one, two, three) => {
        const [a = 0, b = 0, c = 0] = [one, two, three].toSorted((left, right) => left - right);
        const parts = [page.subarray(0, a), page.subarray(a, b), page.subarray(b, c), page.subarray(c)];
        for (const order of [
          [0, 1, 1, 2, 3],
          [0, 2, 3],
          [0, 2, 1, 3],
        ]) {
          const changed = Buffer.concat(order.map((part) => parts[part] ?? Buffer.alloc(0)));
          if (!changed.equals(page)) expect(read(changed)).toBeTypeOf("string");
        }
      }),
    );
  });

  it("is noticed where a merge left its marks", () => {
    const [first = "", second = "", ...rest] = page.toString("utf8").split("\n");
    const merged = [first, "<<<<<<< HEAD", second, "=======", second, ">>>>>>> other", ...rest].join("\n");
    expect(read(Buffer.from(merged))).toBe("damaged");
  });

  it("is damaged where a power cut left zeros", () => {
    expect(read(Buffer.alloc(page.length))).toBe("damaged");
    expect(read(Buffer.concat([page.subarray(0, 100), Buffer.alloc(page.length - 100)]))).toBe("damaged");
  });

  it("is damaged where something stands behind its end", () => {
    for (const tail of ["\n", " ", "\0", "{}"]) {
      expect(read(Buffer.concat([page, Buffer.from(tail)]))).toBe("damaged");
    }
  });
});

const HOSTILE: readonly (readonly [string, Buffer, PageFault])[] = [
  ["nothing", Buffer.alloc(0), "damaged"],
  ["a newline", Buffer.from("\n"), "damaged"],
  ["NUL bytes", Buffer.alloc(4096), "damaged"],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), "damaged"],
  ["a byte order mark", Buffer.concat([Buffer.from("\ufeff"), PROJECT]), "damaged"],
  ["UTF-16", Buffer.from(PROJECT.toString("utf8"), "utf16le"), "damaged"],
  ["HTML", Buffer.from("<!DOCTYPE html>\n<html></html>\n"), "damaged"],
  ["null", Buffer.from("null"), "damaged"],
  ["a number", Buffer.from("1e999"), "damaged"],
  ["a string", Buffer.from('"_pkgindex"'), "damaged"],
  ["an array", Buffer.from("[{}]"), "damaged"],
  ["an empty object", Buffer.from("{}"), "damaged"],
  ["arrays nested deeply", Buffer.from("[".repeat(200_000) + "]".repeat(200_000)), "damaged"],
  ["arrays nested deeply and not closed", Buffer.from("[".repeat(200_000)), "damaged"],
  ["objects nested deeply", Buffer.from('{"a":'.repeat(200_000) + "1" + "}".repeat(200_000)), "damaged"],
  ["somebody's page", Buffer.from(JSON.stringify({ meta: META, name: "a", files: [] })), "stranger"],
  [
    "somebody's page with private keys",
    Buffer.from(JSON.stringify({ meta: META, name: "a", files: [], _last: 1 })),
    "stranger",
  ],
  [
    "somebody's page that says our key is a string",
    Buffer.from(JSON.stringify({ meta: META, name: "a", files: [], _pkgindex: "1" })),
    "stranger",
  ],
  [
    "our keys hidden in __proto__",
    Buffer.from(JSON.stringify({ meta: META, ["__proto__"]: { ...MINIMAL, _crc32: "00000000" } })),
    "stranger",
  ],
  ["our keys hidden in __proto__, under our seal", seal({ meta: META, ["__proto__"]: MINIMAL }), "damaged"],
  [
    "our page under no seal",
    Buffer.from(JSON.stringify({ ...MINIMAL, _crc32: "00000000" }) + "\n"),
    "damaged",
  ],
  [
    "a newer format",
    seal({ ...MINIMAL, _pkgindex: { ...ENVELOPE, format: PAGE_FORMAT + 1 } }),
    "newer-format",
  ],
  [
    "a newer format without a seal",
    Buffer.from(JSON.stringify({ meta: META, _pkgindex: { format: 1e300, other: "keys" } })),
    "newer-format",
  ],
];

describe.each([
  ["readProjectJson", readProjectJson],
  ["readListJson", readListJson],
] as const)("%s", (_, read) => {
  it.each(HOSTILE)("given %s, says what it is", (_name, bytes, fault) => {
    expect(read(bytes)).toBe(fault);
    expect(openPage(bytes)).toBe(fault);
  });

  it("does not throw, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(read(Buffer.from(bytes))).toBe("damaged");
      }),
    );
  });

  it("does not throw, whatever the JSON under the seal is", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (page) => {
        expect(read(sealPage(JSON.stringify({ ...page, _: 1 }).slice(0, -1)))).toBeTypeOf("string");
      }),
    );
  });
});

describe("an envelope", () => {
  it.each([
    { format: PAGE_FORMAT - 1 },
    { format: "1" },
    { format: null },
    { format: 0.5 },
    { fingerprint: 1 },
    { fingerprint: undefined },
    { recordsSize: "1" },
    { recordsSize: 1.5 },
    { recordsSize: 1e300 },
    { recordsSize: null },
    { html: undefined },
    { html: null },
    { html: [] },
    { html: { size: 1 } },
    { html: { size: "1", crc32: 1 } },
    { html: { size: 1, crc32: 0.5 } },
  ])("with %j is damaged", (change) => {
    expect(openPage(seal({ ...MINIMAL, _pkgindex: { ...ENVELOPE, ...change } }))).toBe("damaged");
  });
});

describe("a sealed project page", () => {
  it("with the fewest keys is read", () => {
    expect(readProjectJson(seal(MINIMAL))).toMatchObject({ name: "a", files: [] });
    expect(readProjectJson(seal({ ...MINIMAL, files: [FILE] }))).toMatchObject({ files: [{ size: 1 }] });
  });

  it.each([
    { name: undefined },
    { name: 1 },
    { versions: undefined },
    { versions: "1.0" },
    { versions: [1] },
    { versions: [["1.0"]] },
    { files: undefined },
    { files: {} },
    { files: [null] },
    { files: [[]] },
    { files: ["a-1.0.tar.gz"] },
    { files: { length: 1, 0: FILE } },
    { _files: {}, files: [FILE] },
    { "project-status": null },
    { "project-status": "active" },
    { "project-status": {} },
    { "project-status": { status: "gone" } },
    { "project-status": { status: "toString" } },
    { "project-status": { status: "active", reason: 1 } },
    { "project-status": ["active"] },
    { _info: null },
    { _info: [] },
    { _info: { filename: "a" } },
    { _info: { filename: "a", version: 1 } },
    { _info: { filename: "a", version: "1", summary: null } },
    { _info: { filename: "a", version: "1", keywords: "a" } },
    { _info: { filename: "a", version: "1", dependencies: [{}] } },
  ])("with %j is damaged", (change) => {
    expect(readProjectJson(seal({ ...MINIMAL, ...change }))).toBe("damaged");
  });

  it.each([
    { filename: undefined },
    { filename: {} },
    { url: undefined },
    { url: 7 },
    { hashes: undefined },
    { hashes: null },
    { hashes: {} },
    { hashes: { sha256: "a" } },
    { hashes: { sha256: "A".repeat(64) } },
    { hashes: { sha256: "a".repeat(65) } },
    { hashes: { sha256: `${"a".repeat(64)}\n` } },
    { hashes: [`${"a".repeat(64)}`] },
    { size: undefined },
    { size: null },
    { size: "1" },
    { size: -1 },
    { size: 0.5 },
    { size: 2 ** 53 },
    { "upload-time": undefined },
    { "upload-time": 1 },
    { yanked: null },
    { yanked: 1 },
    { yanked: {} },
    { "requires-python": null },
    { "requires-python": 3 },
    { provenance: null },
    { provenance: false },
    { "core-metadata": true, "_core-metadata-size": 1 },
    { "core-metadata": null, "_core-metadata-size": 1 },
    { "core-metadata": {}, "_core-metadata-size": 1 },
    { "core-metadata": { sha256: "a" }, "_core-metadata-size": 1 },
    { "core-metadata": { sha256: "a".repeat(64) } },
    { "core-metadata": { sha256: "a".repeat(64) }, "_core-metadata-size": -1 },
  ])("whose file has %j is damaged", (change) => {
    expect(readProjectJson(seal({ ...MINIMAL, files: [{ ...FILE, ...change }] }))).toBe("damaged");
  });

  it("with numbers that no number can hold is damaged", () => {
    const text = JSON.stringify({ ...MINIMAL, files: [FILE] });
    for (const number of ["1e400", "-1e400", "9".repeat(400)]) {
      const huge = text.replace('"size":1,', `"size":${number},`);
      expect(huge).not.toBe(text);
      expect(readProjectJson(sealPage(huge.slice(0, -1)))).toBe("damaged");
    }
  });

  it("with keys nested deeply is damaged, or they do not matter", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const sealWith = (key: string): Buffer =>
      sealPage(`{"meta":{},"${key}":${deep},${JSON.stringify(MINIMAL).slice(1, -1)}`);
    expect(readProjectJson(sealWith("_other"))).toMatchObject({ name: "a" });
    expect(readProjectJson(sealWith("_files"))).toBe("damaged");
    expect(readProjectJson(sealWith("_info"))).toBe("damaged");
    expect(readProjectJson(sealWith("project-status"))).toBe("damaged");
  });

  it("cannot reach the prototype of what is read from it", () => {
    const hostile = sealPage(
      `{"__proto__":{"polluted":1},${JSON.stringify({
        ...MINIMAL,
        files: [FILE],
      }).slice(1, -1)}`.replace('"hashes"', '"__proto__":{"polluted":1},"hashes"'),
    );
    const page = readProjectJson(hostile) as KnownPage;
    expect(page.files).toHaveLength(1);
    expect(page).not.toHaveProperty("polluted");
    expect(page.files[0]).not.toHaveProperty("polluted");
    expect({}).not.toHaveProperty("polluted");
  });

  it("with one value replaced by any other is damaged, or read into values of the right kind", () => {
    const fullPage = JSON.parse(PROJECT.toString("utf8")) as Record<string, unknown>;
    delete fullPage["_crc32"];
    const [file = {}] = (fullPage["files"] as Record<string, unknown>[]).slice(-1);
    const pageKey = fc.constantFrom(...Object.keys(fullPage).filter((key) => key !== "_pkgindex"), "_files");
    const fileKey = fc.constantFrom(...Object.keys(file));
    fc.assert(
      fc.property(pageKey, fileKey, fc.boolean(), fc.jsonValue(), (ofPage, ofFile, isFile, value) => {
        const change = isFile ? { files: [{ ...file, [ofFile]: value }] } : { [ofPage]: value };
        const page = readProjectJson(seal({ ...fullPage, ...change }));
        if (typeof page === "string") return;
        expect(page.name).toBeTypeOf("string");
        for (const version of page.versions) expect(version).toBeTypeOf("string");
        for (const known of page.files) {
          expect(known.sha256).toMatch(/^[0-9a-f]{64}$/);
          expect(Number.isSafeInteger(known.size) && known.size >= 0).toBe(true);
          for (const text of [known.filename, known.url, known.uploadTime]) expect(text).toBeTypeOf("string");
          expect(typeof known.yanked === "boolean" || typeof known.yanked === "string").toBe(true);
          expect(typeof (known.requiresPython ?? "") + typeof (known.provenance ?? "")).toBe("stringstring");
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("a sealed project list", () => {
  const list = (project: unknown): Buffer =>
    sealPage(
      `{"meta":${JSON.stringify(META)},\n"projects":[\n${JSON.stringify(project)}\n],\n"_pkgindex":${JSON.stringify(LIST_ENVELOPE)}`,
    );

  it("with the fewest keys is read", () => {
    expect(readListJson(list({ name: "a-b", _files: 0 }))).toMatchObject({
      projects: [{ name: "a-b", fileCount: 0 }],
    });
  });

  it.each([undefined, null, {}, "a", { length: 0 }])("whose projects are %j is damaged", (projects) => {
    expect(readListJson(seal({ meta: META, projects, _pkgindex: LIST_ENVELOPE }))).toBe("damaged");
  });

  it.each([
    null,
    "a",
    ["a"],
    {},
    { name: "a" },
    { _files: 1 },
    { name: 1, _files: 1 },
    { name: "A_b", _files: 1 },
    { ["__proto__"]: { name: "a", _files: 1 } },
    { name: "a", _files: "1" },
    { name: "a", _files: null },
    { name: "a", _files: 1, _version: 1 },
    { name: "a", _files: 1, _summary: null },
    { name: "a", _files: 1, _keywords: "a" },
    { name: "a", _files: 1, _keywords: [1] },
    { name: "a", _files: 1, _dependencies: {} },
    { name: "a", _files: 1, "_upload-time": 1 },
  ])("with the project %j is damaged", (project) => {
    expect(readListJson(list(project))).toBe("damaged");
  });

  it("whose count of files is no count is damaged", () => {
    const read = (count: string): unknown => {
      const text = list({ name: "a", _files: 7 }).toString("utf8").replace("7}", `${count}}`);
      return readListJson(sealPage(text.slice(0, text.lastIndexOf(',"_crc32"'))));
    };
    const counts = ["-1", "0.5", "1e300", "1e400"];
    expect(counts.filter((count) => read(count) !== "damaged")).toEqual([]);
  });

  it("with a project whose name is no name is damaged", () => {
    const names = ["", ".", "-", "a/b", "a b", "javascript:x", "a\u0000", "ä"];
    expect(names.filter((name) => readListJson(list({ name, _files: 1 })) !== "damaged")).toEqual([]);
  });
});
