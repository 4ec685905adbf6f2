import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";

import { parseFilename } from "../../src/archive/parse-filename.ts";
import { MOST_FAULTS, verifyWheel, type WheelFault } from "../../src/archive/verify-wheel.ts";
import { CONTENT_LIMITS, type ContentLimits } from "../../src/archive/wheel-contents.ts";
import { openFile } from "../../src/io/open-file.ts";
import { makeWheel, wheelEntries, type WheelOptions } from "../support/make-wheel.ts";
import { writeZip, type ZipEntry } from "../support/make-zip.ts";
import { sourceOf } from "./archive-source.ts";

const INFO = "demo-1.0.dist-info";
const MODULE = "demo/__init__.py";

function sha(data: string | Uint8Array, algorithm = "sha256", name = algorithm): string {
  return `${name}=${createHash(algorithm).update(data).digest("base64url")}`;
}

async function verify(
  options: Partial<WheelOptions> = {},
  limits?: ContentLimits,
): Promise<readonly WheelFault[]> {
  const { bytes, filename } = makeWheel({ name: "demo", version: "1.0", ...options });
  return verifyWheel(sourceOf(bytes), parseFilename(filename), limits);
}

/** `code: message` of each fault. */
async function faultsOf(options: Partial<WheelOptions> = {}, limits?: ContentLimits): Promise<string[]> {
  return (await verify(options, limits)).map(({ code, message }) => `${code}: ${message}`);
}

/** Changes one entry behind the back of RECORD. */
function changed(name: string, change: Partial<ZipEntry>): Partial<WheelOptions> {
  return { entries: (all) => all.map((entry) => (entry.name === name ? { ...entry, ...change } : entry)) };
}

function added(...more: readonly ZipEntry[]): Partial<WheelOptions> {
  return { entries: (all) => [...all, ...more] };
}

/** The RECORD of the plain wheel, with this line for its module; further lines behind it. */
function recordWith(line: string, ...more: readonly string[]): Partial<WheelOptions> {
  const entries = wheelEntries({ name: "demo", version: "1.0" });
  const lines = entries
    .filter(({ name }) => name !== MODULE && !String(name).endsWith("/RECORD"))
    .map(({ name, data }) => `${String(name)},${sha(data ?? "")},${Buffer.from(data ?? "").length}`);
  return { record: [line, ...lines, `${INFO}/RECORD,,`, ...more].filter((each) => each !== "").join("\n") };
}

const SOURCE = '__version__ = "1.0"\n';
const GOOD = `${MODULE},${sha(SOURCE)},${SOURCE.length}`;

describe("a wheel without faults", () => {
  const big = Buffer.alloc(700_000, "all work and no play makes a long file; ");
  it.each<[what: string, options: Partial<WheelOptions>]>([
    ["stored", {}],
    ["deflated", { method: "deflate" }],
    ["with large entries", { files: { "demo/big.txt": big }, method: "deflate" }],
    ["with large stored entries", { files: { "demo/big.txt": big } }],
    ["with empty entries", { files: { "demo/py.typed": "", [MODULE]: "" }, method: "deflate" }],
    ["with names that RECORD quotes", { files: { 'demo/a,b "c".txt': "x", "demo/größe.txt": "y" } }],
    ["with entries for folders", added({ name: "demo/" }, { name: "demo/" }, { name: `${INFO}/` })],
    [
      "with signatures",
      added({ name: `${INFO}/RECORD.jws`, data: "{}" }, { name: `${INFO}/RECORD.p7s`, data: "x" }),
    ],
    ["with sizes behind the data", changed(MODULE, { dataDescriptor: true })],
    ["with zip64 fields", { ...changed(MODULE, { zip64: true }), zip: { zip64: true } }],
    ["with compressed tag sets", { tag: "py2.py3-none-any" }],
    ["with a build tag", { build: "1", tag: "cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64" }],
    [
      "with tag sets in WHEEL",
      { tag: "py2.py3-none-any", wheelFile: "Wheel-Version: 1.0\nTag: py2.py3-none-any\n" },
    ],
    ["of version 1.9", { wheelFile: "Wheel-Version: 1.9\nTag: py3-none-any\n" }],
    ["without sizes in RECORD", recordWith(`${MODULE},${sha(SOURCE)},`)],
    ["with padding in RECORD", recordWith(`${MODULE},${sha(SOURCE)}=,${SOURCE.length}`)],
    ["with one line twice", recordWith(GOOD, GOOD)],
    ["with sha512", recordWith(`${MODULE},${sha(SOURCE, "sha512")},`)],
    ["with sha3", recordWith(`${MODULE},${sha(SOURCE, "sha3-256", "sha3_256")},`)],
  ])("is taken: %s", async (_what, options) => {
    expect(await faultsOf(options)).toEqual([]);
  });
});

it("says once that an entry leads out of the wheel, also where RECORD lists it", async () => {
  expect(await faultsOf({ files: { "../evil.py": "x" } })).toEqual([
    'wheel-entry-name: the name of its entry "../evil.py" leads out of its folder by ".."',
  ]);
});

describe("a wheel that is refused", () => {
  it.each<[what: string, options: Partial<WheelOptions>, fault: string | RegExp]>([
    [
      "other bytes of the same size",
      changed(MODULE, { data: SOURCE.replace("1.0", "6.6") }),
      /^record-hash: its entry "demo\/__init__\.py" has the sha256 \S+, RECORD has \S+$/,
    ],
    [
      "a wrong size",
      recordWith(`${MODULE},${sha(SOURCE)},99`),
      `record-size: its entry "${MODULE}" has 20 bytes, RECORD has 99`,
    ],
    [
      "an entry that RECORD lacks",
      added({ name: "demo/evil.py", data: "x" }),
      'record-unlisted: its entry "demo/evil.py" is not in RECORD',
    ],
    [
      "a .pth file that RECORD lacks",
      added({ name: "evil.pth", data: "import os" }),
      'record-unlisted: its entry "evil.pth" is not in RECORD',
    ],
    [
      "a signature elsewhere",
      added({ name: "demo/RECORD.jws", data: "x" }),
      'record-unlisted: its entry "demo/RECORD.jws" is not in RECORD',
    ],
    [
      "a line without an entry",
      recordWith(GOOD, `demo/gone.py,${sha("x")},1`),
      'record-without-entry: RECORD lists "demo/gone.py", which is not in the wheel',
    ],
    [
      "a line that leads out",
      recordWith(GOOD, `../../bin/x,${sha("x")},1`),
      'record-without-entry: RECORD lists "../../bin/x", which is not in the wheel',
    ],
    [
      "two different lines",
      recordWith(GOOD, `${MODULE},${sha("x")},1`),
      /^record-duplicate: RECORD has two different lines for "demo\/__init__\.py"$/,
    ],
    ["no RECORD", { record: false }, `wheel-file-missing: ${INFO} has no RECORD`],
    ["a RECORD that is no CSV", { record: '"demo' }, /^record-file: line 1 of RECORD/],
    ["an empty RECORD", { record: "" }, `record-unlisted: its entry "${MODULE}" is not in RECORD`],
    [
      "no hash",
      recordWith(`${MODULE},,${SOURCE.length}`),
      `record-no-hash: RECORD has no hash for "${MODULE}"`,
    ],
    [
      "md5",
      recordWith(`${MODULE},${sha(SOURCE, "md5")},20`),
      `record-weak-hash: RECORD has the hash "md5" for "${MODULE}", sha256 or better is the rule`,
    ],
    ["sha1", recordWith(`${MODULE},${sha(SOURCE, "sha1")},20`), /^record-weak-hash: /],
    [
      "a hash that nobody knows",
      recordWith(`${MODULE},sha257=AAAA,20`),
      /^record-weak-hash: RECORD has the hash "sha257"/,
    ],
    [
      "no WHEEL",
      { entries: (all) => all.filter(({ name }) => name !== `${INFO}/WHEEL`) },
      `wheel-file-missing: ${INFO} has no WHEEL`,
    ],
    [
      "other tags",
      { wheelFile: "Wheel-Version: 1.0\nTag: cp312-cp312-linux_x86_64\n" },
      "wheel-tags: its WHEEL has the tags cp312-cp312-linux_x86_64, its file name has py3-none-any",
    ],
    [
      "one tag more",
      { wheelFile: "Wheel-Version: 1.0\nTag: py3-none-any\nTag: py2-none-any\n" },
      "wheel-tags: its WHEEL has the tags py2-none-any, py3-none-any, its file name has py3-none-any",
    ],
    [
      "no tags",
      { wheelFile: "Wheel-Version: 1.0\n" },
      "wheel-tags: its WHEEL has the tags (none), its file name has py3-none-any",
    ],
    [
      "nonsense as a tag",
      { wheelFile: "Wheel-Version: 1.0\nTag: \u001b[31m\n" },
      'wheel-tags: its WHEEL has the tags "\\u{1b}[31m", its file name has py3-none-any',
    ],
    [
      "version 2",
      { wheelFile: "Wheel-Version: 2.0\nTag: py3-none-any\n" },
      'wheel-version: its WHEEL says Wheel-Version: "2.0", installers know 1.x',
    ],
    ["no version", { wheelFile: "Tag: py3-none-any\n" }, "wheel-version: its WHEEL has no Wheel-Version"],
    [
      "a name twice",
      added({ name: MODULE, data: SOURCE }),
      `wheel-duplicate-entry: has more than one entry "${MODULE}"`,
    ],
    [
      "..",
      added({ name: "../evil.py", data: "x" }),
      'wheel-entry-name: the name of its entry "../evil.py" leads out of its folder by ".."',
    ],
    [".. inside", added({ name: "demo/../../evil.py", data: "x" }), /^wheel-entry-name: .* by "\.\."$/],
    ["a folder ..", added({ name: "../" }), /^wheel-entry-name: .* by "\.\."$/],
    [
      "an absolute path",
      added({ name: "/etc/passwd", data: "x" }),
      /^wheel-entry-name: .* is an absolute path$/,
    ],
    [
      "a drive letter",
      added({ name: "C:/evil.py", data: "x" }),
      /^wheel-entry-name: .* starts with a drive letter$/,
    ],
    [
      "a drive letter without folder",
      added({ name: "c:evil.py", data: "x" }),
      /^wheel-entry-name: .* drive letter$/,
    ],
    ["a backslash", added({ name: "demo\\evil.py", data: "x" }), /^wheel-entry-name: .* has a backslash/],
    ["a NUL", added({ name: "demo/a.py\0.txt", data: "x" }), /^wheel-entry-name: .* has a NUL byte$/],
    ["an empty name", added({ name: "", data: "x" }), 'wheel-entry-name: the name of its entry "" is empty'],
    ["a dot", added({ name: "demo/./evil.py", data: "x" }), /^wheel-entry-name: .* is no plain path/],
    ["an empty part", added({ name: "demo//evil.py", data: "x" }), /^wheel-entry-name: .* is no plain path/],
    [
      "bytes that are no UTF-8",
      added({ name: Buffer.from([0x61, 0xff]), data: "x" }),
      /^wheel-entry-name: .* not ASCII, and not marked as UTF-8$/,
    ],
    [
      "another name in the local header",
      changed(MODULE, { local: { name: "demo/__evil__.py" } }),
      `wheel-entry-name: its entry "${MODULE}" has another name in its local header or an extra field`,
    ],
    [
      "another name in an extra field",
      changed(MODULE, { extra: unicodePath(MODULE, "demo/evil____.py") }),
      /^wheel-entry-name: .* or an extra field$/,
    ],
    [
      "a wrong CRC-32",
      changed(MODULE, { central: { crc32: 7 } }),
      `zip-damaged: its entry "${MODULE}": its bytes do not match their size and CRC-32`,
    ],
    [
      "damaged deflated data",
      changed(MODULE, { method: "deflate", packed: Buffer.alloc(30, 0xff) }),
      `zip-damaged: its entry "${MODULE}": its compressed data is damaged`,
    ],
    [
      "an unknown compression",
      changed(MODULE, { central: { method: 14 }, local: { method: 14 } }),
      /^zip-damaged: .* compression method 14 is neither stored nor deflated$/,
    ],
    [
      "more bytes than declared",
      { method: "deflate", ...changed(MODULE, { method: "deflate", central: { uncompressedSize: 5 } }) },
      /^zip-damaged: .* inflates to more than the 5 bytes/,
    ],
    [
      "fewer bytes than declared",
      changed(MODULE, { method: "deflate", central: { uncompressedSize: 50 } }),
      /^zip-damaged: .* do not match their size/,
    ],
  ])("for %s", async (_what, options, fault) => {
    const faults = await faultsOf(options);
    expect(faults).toContainEqual(typeof fault === "string" ? fault : expect.stringMatching(fault));
    for (const each of await verify(options)) expect(`${each.message}${each.hint}`).toMatch(/^[ -~…]*$/);
  });

  it("names each fault once, and nothing that is right", async () => {
    expect(await faultsOf(changed(MODULE, { data: "x" }))).toEqual([
      expect.stringMatching(/^record-hash: /),
      `record-size: its entry "${MODULE}" has 1 bytes, RECORD has 20`,
    ]);
    expect(await faultsOf(added({ name: "../evil.py", data: "x" }))).toHaveLength(1);
    expect(await faultsOf({ record: false })).toHaveLength(1);
  });

  it("says first what every reader of wheels says", async () => {
    expect(await faultsOf({ metadata: false })).toEqual([`metadata: ${INFO} has no METADATA`]);
    expect(
      await verifyWheel(sourceOf(Buffer.from("no zip")), parseFilename("demo-1.0-py3-none-any.whl")),
    ).toEqual([expect.objectContaining({ code: "zip-damaged" })]);
  });

  it("lists several faults at once, and no more than the most", async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`demo/${index}.py`, "x"]));
    const faults = await verify({ files, record: "" });
    expect(faults).toHaveLength(MOST_FAULTS);
    const two = await faultsOf({ wheelFile: "Tag: py2-none-any\n", ...added({ name: "/x" }, { name: "y" }) });
    expect(two.map((fault) => fault.replace(/:.*/, ""))).toEqual([
      "wheel-entry-name",
      "wheel-version",
      "wheel-tags",
      "record-unlisted",
    ]);
  });

  it("finds large entries that were changed", async () => {
    const files = { "demo/big.txt": Buffer.alloc(900_000, "some text to deflate, ") };
    for (const method of ["stored", "deflate"] as const) {
      const other = { data: Buffer.from(files["demo/big.txt"]).fill("X", 600_000, 600_001), method };
      expect(await faultsOf({ files, method, ...changed("demo/big.txt", other) })).toEqual([
        expect.stringMatching(/^record-hash: its entry "demo\/big\.txt"/),
      ]);
    }
    const short = { method: "deflate", central: { uncompressedSize: 300_000 } } as const;
    expect(await faultsOf({ files, ...changed("demo/big.txt", short) })).toEqual([
      'zip-damaged: its entry "demo/big.txt": inflates to more than the 300000 bytes that it declares',
    ]);
  });
});

describe("the limits", () => {
  const files = { "demo/a.bin": Buffer.alloc(10_000, 1), "demo/b.bin": Buffer.alloc(10_000, 2) };
  it.each<[Partial<ContentLimits>, fault: RegExp, count: number]>([
    [
      { entry: 9999 },
      /^wheel-too-large: its entry "demo\/a\.bin" inflates to 10000 bytes, more than the limit of 9999$/,
      2,
    ],
    [
      { total: 15_000 },
      /^wheel-too-large: its entry "demo\/b\.bin" inflates to 10000 bytes, with which the wheel has more/,
      1,
    ],
    [{ free: 5000, ratio: 20 }, /^wheel-too-large: .* more than 20 times its compressed size$/, 2],
  ])("%j are held before an entry is read", async (limits, fault, count) => {
    const faults = await faultsOf({ files, method: "deflate" }, { ...CONTENT_LIMITS, ...limits });
    expect(faults).toContainEqual(expect.stringMatching(fault));
    expect(faults).toHaveLength(count);
    expect(await faultsOf({ files, method: "deflate" })).toEqual([]);
  });
});

describe("memory", () => {
  it("is asked for in small pieces, whatever the size of an entry", async () => {
    const folder = mkdtempSync(join(tmpdir(), "verify-wheel-"));
    try {
      const size = 64 * 1024 * 1024;
      const line = `demo/zeros.bin,${sha(Buffer.alloc(size))},${size}`;
      const entries = wheelEntries({ name: "demo", version: "1.0", ...recordWith(GOOD, line) });
      const path = join(folder, "demo-1.0-py3-none-any.whl");
      writeZip(path, [...entries, { name: "demo/zeros.bin", hole: size }]);
      const file = openFile(path);
      let largest = 0;
      const source = {
        size: file.size,
        read: (position: number, length: number) => {
          largest = Math.max(largest, length);
          return file.read(position, length);
        },
      };
      expect(await verifyWheel(source, parseFilename("demo-1.0-py3-none-any.whl"))).toEqual([]);
      expect(largest).toBeLessThanOrEqual(256 * 1024);
      file.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("may be used again by the source for the next piece", async () => {
    const made = makeWheel({
      name: "demo",
      version: "1.0",
      method: "deflate",
      files: { "demo/noise.bin": noise(900_000) },
    });
    const shared = Buffer.alloc(made.bytes.length);
    const source = {
      size: made.bytes.length,
      read: (position: number, length: number) => {
        shared.fill(0xee);
        const count = made.bytes.copy(shared, 0, position, position + length);
        return shared.subarray(0, count);
      },
    };
    expect(await verifyWheel(source, parseFilename(made.filename))).toEqual([]);
  });
});

/** Bytes that do not deflate: each is a hash of the one before. */
function noise(length: number): Buffer {
  const parts: Buffer[] = [];
  let last = Buffer.from("seed");
  for (let size = 0; size < length; size += last.length) {
    last = createHash("sha512").update(last).digest();
    parts.push(last);
  }
  return Buffer.concat(parts);
}

/** The Info-ZIP Unicode path field (APPNOTE 4.6.9), which overrules the name for readers that know it. */
function unicodePath(name: string, other: string): Buffer {
  const field = Buffer.alloc(9);
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(5 + other.length, 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(name), 5);
  return Buffer.concat([field, Buffer.from(other)]);
}
