import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { readCentralDirectory, walkCentralDirectory } from "../../src/archive/central-directory.ts";
import { LIMITS } from "../../src/archive/limits.ts";
import { readMetadataEntry } from "../../src/archive/zip-entry.ts";
import { makeZip, type ZipEntry, type ZipOptions } from "../support/make-zip.ts";
import { refusalOf, sourceOf } from "./archive-source.ts";

const DATA = Buffer.from("Metadata-Version: 2.1\nName: a\nVersion: 1.0\n".repeat(20));

async function readEntry(entry: Partial<ZipEntry>, options: ZipOptions = {}): Promise<Buffer> {
  const source = sourceOf(
    makeZip(
      [
        { name: "first.py", data: "x = 1\n" },
        { name: "a/METADATA", data: DATA, ...entry },
        { name: "last.py", data: "y = 2\n" },
      ],
      options,
    ),
  );
  const directory = readCentralDirectory(source);
  const [record] = walkCentralDirectory(directory, (name) => name === "a/METADATA");
  if (record === undefined) throw new Error("the entry is missing");
  return readMetadataEntry(source, directory, record);
}

describe("the bytes of an entry are read", () => {
  test.each<[string, Partial<ZipEntry>, ZipOptions]>([
    ["stored", { method: "stored" }, {}],
    ["deflated", { method: "deflate" }, {}],
    ["deflated with a data descriptor", { method: "deflate", dataDescriptor: true }, {}],
    ["stored with a data descriptor", { dataDescriptor: true }, {}],
    ["with zip64 sizes", { zip64: true, method: "deflate" }, {}],
    [
      "with zip64 sizes, a data descriptor and zip64 end records",
      { zip64: true, dataDescriptor: true },
      { zip64: true },
    ],
    ["with an extra field in both headers", { extra: Buffer.from([0xfe, 0xca, 3, 0, 1, 2, 3]) }, {}],
    ["in an archive with a comment", {}, { comment: "the end" }],
    ["in an archive with counted bytes in front", {}, { prefix: Buffer.alloc(77, 1) }],
  ])("%s", async (_, entry, options) => {
    expect(await readEntry(entry, options)).toEqual(DATA);
  });

  test("of an empty one", async () => {
    expect(await readEntry({ data: "" })).toEqual(Buffer.alloc(0));
  });

  test("of an empty one that is deflated", async () => {
    expect(await readEntry({ data: "", method: "deflate" })).toEqual(Buffer.alloc(0));
  });

  test("up to the ratio that text of one letter has below the free size", async () => {
    const data = Buffer.alloc(LIMITS.freeMetadata, 0x20);
    expect(await readEntry({ data, method: "deflate" })).toEqual(data);
  });
});

describe("an entry is refused", () => {
  const right = { uncompressedSize: DATA.length, crc32: crc32(DATA) };

  test.each<[string, Partial<ZipEntry>, RegExp]>([
    ["with another CRC-32", { central: { crc32: 7 } }, /^zip-damaged: a\/METADATA: .*CRC-32/],
    ["deflated, with another CRC-32", { method: "deflate", central: { crc32: 7 } }, /^zip-damaged: .*CRC-32/],
    [
      "whose stored size is not its size",
      { central: { uncompressedSize: DATA.length + 1 } },
      /^zip-damaged: a\/METADATA: /,
    ],
    [
      "that inflates to less than it says",
      { method: "deflate", central: { uncompressedSize: DATA.length + 1 } },
      /^zip-damaged: a\/METADATA: /,
    ],
    [
      "that inflates to more than it says",
      { method: "deflate", central: { uncompressedSize: DATA.length - 1 } },
      /^metadata-too-large: a\/METADATA inflates to more than/,
    ],
    [
      "whose compressed data is cut off",
      { packed: deflateRawSync(DATA).subarray(0, 30), method: "deflate", central: right },
      /^zip-damaged: a\/METADATA: its compressed data is damaged/,
    ],
    [
      "whose compressed data is nonsense",
      { packed: Buffer.alloc(30, 0xff), method: "deflate", central: right },
      /^zip-damaged: a\/METADATA: its compressed data is damaged/,
    ],
    [
      "of a compression that wheels do not have",
      { central: { method: 12 }, local: { method: 12 } },
      /^zip-damaged: a\/METADATA: its compression method 12 is neither/,
    ],
    [
      "that is said to be larger than the limit",
      { method: "deflate", central: { uncompressedSize: LIMITS.metadata + 1 } },
      /^metadata-too-large: a\/METADATA has 16777217 bytes, more than the limit/,
    ],
    [
      "that inflates two thousandfold",
      { data: Buffer.alloc(1 << 20, 0x20), method: "deflate" },
      /^metadata-too-large: a\/METADATA inflates \d{3,4} times, more than the limit of 200/,
    ],
    [
      "whose local header is no local header",
      { central: { localHeaderOffset: 38 + 3 } },
      /^(?:zip-damaged: a\/METADATA: |zip-overlap)/,
    ],
  ])("%s", async (_, entry, refusal) => {
    expect(await refusalOf(() => readEntry(entry))).toMatch(refusal);
  });
});
