/** A valid wheel of several gigabytes that takes no room on disk: zeros, stored, in a file with a hole (zip64). */
import { createHash } from "node:crypto";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { recordText, wheelText } from "./synthetic-wheels.ts";
import { centralDirectory, localHeader, packBytes, type CentralRecord } from "./zip-bytes.ts";

const NAME = "sparse_wheel";
const VERSION = "1.0";
const TAG = "py3-none-any";
const CHUNK = 1 << 20;

/**
 * Writes the wheel with `size` zeros (a whole number of MiB) into a folder; returns its file name. Its CRC and its
 * RECORD are true, so that every zero is hashed once: some seconds for 6 GB.
 */
export function writeSparseWheel(folder: string, size: number): string {
  const fileName = `${NAME}-${VERSION}-${TAG}.whl`;
  const info = `${NAME}-${VERSION}.dist-info`;
  const zeros = describeZeros(size);
  const metadata = Buffer.from(`Metadata-Version: 2.1\nName: sparse-wheel\nVersion: ${VERSION}\n`);
  const wheel = Buffer.from(wheelText(TAG));
  const record = recordText(info, [
    [`${NAME}/zeros.bin`, { size, digest: zeros.digest }],
    [`${info}/METADATA`, { size: metadata.length, digest: digestOf(metadata) }],
    [`${info}/WHEEL`, { size: wheel.length, digest: digestOf(wheel) }],
  ]);

  const file = openSync(join(folder, fileName), "w");
  const zerosRecord: CentralRecord = {
    name: `${NAME}/zeros.bin`,
    method: 0,
    size,
    packedSize: size,
    crc: zeros.crc,
    offset: 0,
  };
  const records = [zerosRecord];
  const header = localHeader(zerosRecord);
  writeSync(file, header, 0, header.length, 0);
  let offset = header.length + size;
  const small: [string, Buffer][] = [
    [`${info}/METADATA`, metadata],
    [`${info}/WHEEL`, wheel],
    [`${info}/RECORD`, Buffer.from(record)],
  ];
  for (const [name, bytes] of small) {
    const content = packBytes(bytes);
    const entry: CentralRecord = { ...content, name, offset };
    const block = Buffer.concat([localHeader(entry), ...content.pieces]);
    writeSync(file, block, 0, block.length, offset);
    records.push(entry);
    offset += block.length;
  }
  const end = centralDirectory(records, offset);
  writeSync(file, end, 0, end.length, offset);
  ftruncateSync(file, offset + end.length);
  closeSync(file);
  return fileName;
}

function describeZeros(size: number): { crc: number; digest: string } {
  const zeros = Buffer.alloc(CHUNK);
  const hash = createHash("sha256");
  let crc = 0;
  for (let done = 0; done < size; done += CHUNK) {
    hash.update(zeros);
    crc = crc32(zeros, crc);
  }
  return { crc, digest: hash.digest("base64url") };
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64url");
}
