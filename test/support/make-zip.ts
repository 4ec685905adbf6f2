/**
 * A zip writer for tests with a say in every field, so that archives can be made that no tool would write.
 *
 * What an entry or the end record is left to say by itself is right; `central`, `local` and `end` overrule
 * single fields. Layout: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3
 */
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";

import {
  centralHeader,
  dataDescriptor,
  emptyCentralHeaders,
  emptyLocalHeaders,
  endRecords,
  FLAG_DATA_DESCRIPTOR,
  FLAG_ENCRYPTED,
  FLAG_UTF8,
  localHeader,
  type Packed,
  type ZipEntry,
  type ZipOptions,
} from "./zip-records.ts";

export type { ZipEntry, ZipOptions } from "./zip-records.ts";

interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const ZEROS = Buffer.alloc(1 << 20);

/** The bytes of an archive with these entries, in this order. */
export function makeZip(entries: readonly ZipEntry[], options: ZipOptions = {}): Buffer {
  const { chunks, length } = layOut(entries, options);
  const bytes = Buffer.alloc(length);
  for (const chunk of chunks) bytes.set(chunk.bytes, chunk.offset);
  return bytes;
}

/** Writes the same archive to `path`, with holes (no blocks on the disk) for the zeros of `hole` entries. */
export function writeZip(path: string, entries: readonly ZipEntry[], options: ZipOptions = {}): void {
  const { chunks, length } = layOut(entries, options);
  const file = openSync(path, "w");
  try {
    ftruncateSync(file, length);
    for (const chunk of chunks) writeSync(file, chunk.bytes, 0, chunk.bytes.length, chunk.offset);
  } finally {
    closeSync(file);
  }
}

function layOut(
  entries: readonly ZipEntry[],
  options: ZipOptions,
): { readonly chunks: readonly Chunk[]; readonly length: number } {
  const chunks: Chunk[] = [];
  let length = 0;
  const append = (...parts: readonly Uint8Array[]): void => {
    for (const bytes of parts) {
      chunks.push({ offset: length, bytes });
      length += bytes.length;
    }
  };

  append(options.prefix ?? Buffer.alloc(0));
  const base = options.prefixCounted === false ? length : 0;

  const packedEntries: Packed[] = [];
  for (const entry of entries) {
    const shared = entry.sameDataAs === undefined ? undefined : packedEntries[entry.sameDataAs];
    const data = packData(entry);
    const packed = shared ?? { ...data.packed, offset: length - base };
    packedEntries.push(packed);
    if (shared !== undefined) continue;
    append(localHeader(entry, packed), data.bytes);
    length += entry.hole ?? 0;
    if (entry.dataDescriptor) append(dataDescriptor(entry, packed));
  }
  const emptyCount = options.emptyEntries ?? 0;
  const emptyOffset = length - base;
  append(...emptyLocalHeaders(emptyCount));

  const centralOffset = length;
  for (const [index, entry] of entries.entries()) {
    const packed = packedEntries[index];
    if (packed !== undefined) append(centralHeader(entry, packed));
  }
  append(...emptyCentralHeaders(emptyCount, emptyOffset));
  append(
    ...endRecords(options, {
      entryCount: entries.length + emptyCount,
      centralDirectorySize: length - centralOffset,
      centralDirectoryOffset: centralOffset - base,
      zip64Offset: length - base,
    }),
  );
  append(options.suffix ?? Buffer.alloc(0));
  return { chunks, length };
}

function packData(entry: ZipEntry): { readonly packed: Omit<Packed, "offset">; readonly bytes: Uint8Array } {
  const data = typeof entry.data === "string" ? Buffer.from(entry.data) : (entry.data ?? Buffer.alloc(0));
  const deflated = entry.method === "deflate" && entry.hole === undefined;
  const plain = deflated ? deflateRawSync(data, { level: 9 }) : data;
  const bytes = entry.packed ?? (entry.encrypted ? Buffer.concat([Buffer.alloc(12), plain]) : plain);
  const isAscii = typeof entry.name !== "string" || Buffer.byteLength(entry.name) === entry.name.length;
  const packed = {
    flags:
      (entry.encrypted ? FLAG_ENCRYPTED : 0) |
      (entry.dataDescriptor ? FLAG_DATA_DESCRIPTOR : 0) |
      (isAscii ? 0 : FLAG_UTF8),
    method: deflated ? 8 : 0,
    crc32: entry.hole === undefined ? crc32(data) : crc32OfZeros(entry.hole),
    compressedSize: entry.hole ?? bytes.length,
    uncompressedSize: entry.hole ?? data.length,
  };
  return { packed, bytes: entry.hole === undefined ? bytes : Buffer.alloc(0) };
}

function crc32OfZeros(count: number): number {
  let value = 0;
  for (let left = count; left > 0; left -= ZEROS.length) {
    value = crc32(left >= ZEROS.length ? ZEROS : ZEROS.subarray(0, left), value);
  }
  return value;
}
