/**
 * Zip archives as bytes, from entries that are already compressed: ten thousand wheels share most of theirs, so
 * nothing is compressed or hashed twice. (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT)
 */
import { constants, crc32, deflateRawSync } from "node:zlib";

/** The bytes of one entry, ready to be put into any archive under any name. */
export interface PackedBytes {
  /** 0 stored, 8 deflated. */
  readonly method: 0 | 8;
  /** The bytes as the archive holds them, in pieces that are written one after the other. */
  readonly pieces: readonly Buffer[];
  readonly packedSize: number;
  readonly size: number;
  readonly crc: number;
}

/** One entry of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: PackedBytes;
}

/** What the central directory says of an entry beside its name; sizes and the offset may pass 4 GiB. */
export interface CentralRecord {
  readonly name: string;
  readonly method: 0 | 8;
  readonly packedSize: number;
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
}

const LIMIT_32 = 0xffff_ffff;
/** 1980-01-01, the earliest date that a zip can hold. */
const DOS_DATE = 0x0021;
const MODE_REGULAR_FILE = (0o100644 << 16) >>> 0;

/** Compresses bytes once, for use in many archives. */
export function packBytes(bytes: Buffer): PackedBytes {
  const packed = deflateRawSync(bytes);
  return { method: 8, pieces: [packed], packedSize: packed.length, size: bytes.length, crc: crc32(bytes) };
}

/** The middle of an entry, deflated once for many archives: {@link packAround} puts the rest around it. */
export interface PackedMiddle {
  readonly plain: Buffer;
  readonly packed: Buffer;
}

/** Compresses bytes that others follow in the same stream. */
export function packMiddle(plain: Buffer): PackedMiddle {
  return { plain, packed: deflateRawSync(plain, { finishFlush: constants.Z_SYNC_FLUSH }) };
}

/**
 * Puts a short start and a short end of their own around bytes that are already packed: both become stored blocks, which a
 * deflate stream may hold beside any others (RFC 1951, 3.2.4).
 */
export function packAround(start: Buffer, { plain, packed }: PackedMiddle, end: Buffer): PackedBytes {
  const pieces = [storedBlock(start.length, false), start, packed, storedBlock(end.length, true), end];
  return {
    method: 8,
    pieces,
    packedSize: pieces.reduce((sum, { length }) => sum + length, 0),
    size: start.length + plain.length + end.length,
    crc: crc32(end, crc32(plain, crc32(start))),
  };
}

function storedBlock(length: number, isLast: boolean): Buffer {
  const block = Buffer.allocUnsafe(5);
  block.writeUInt8(isLast ? 1 : 0, 0);
  block.writeUInt16LE(length, 1);
  block.writeUInt16LE(length ^ 0xffff, 3);
  return block;
}

/** The whole archive as one buffer. */
export function zipBytes(entries: readonly ZipEntry[]): Buffer {
  const pieces: Buffer[] = [];
  const records: CentralRecord[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const record = { ...content, name, offset };
    const header = localHeader(record);
    records.push(record);
    pieces.push(header, ...content.pieces);
    offset += header.length + content.packedSize;
  }
  pieces.push(centralDirectory(records, offset));
  return Buffer.concat(pieces);
}

/** The header before an entry's bytes, with a zip64 field where a size needs one. */
export function localHeader(record: CentralRecord): Buffer {
  const name = Buffer.from(record.name);
  const large = record.size >= LIMIT_32 || record.packedSize >= LIMIT_32;
  const extra = large ? zip64Field([record.size, record.packedSize]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x0403_4b50, 0);
  header.writeUInt16LE(large ? 45 : 20, 4);
  header.writeUInt16LE(record.method, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt32LE(record.crc, 14);
  header.writeUInt32LE(large ? LIMIT_32 : record.packedSize, 18);
  header.writeUInt32LE(large ? LIMIT_32 : record.size, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

/** The central directory and the end records that follow it, when it starts at `offset`. */
export function centralDirectory(records: readonly CentralRecord[], offset: number): Buffer {
  const pieces = records.map(centralHeader);
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const zip64 = offset >= LIMIT_32;
  if (zip64) pieces.push(zip64End(records.length, size, offset));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(records.length, 8);
  end.writeUInt16LE(records.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(zip64 ? LIMIT_32 : offset, 16);
  pieces.push(end);
  return Buffer.concat(pieces);
}

function centralHeader(record: CentralRecord): Buffer {
  const name = Buffer.from(record.name);
  const long = [record.size, record.packedSize, record.offset].filter((value) => value >= LIMIT_32);
  const extra = long.length > 0 ? zip64Field(long) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x0201_4b50, 0);
  header.writeUInt16LE((3 << 8) | 45, 4);
  header.writeUInt16LE(long.length > 0 ? 45 : 20, 6);
  header.writeUInt16LE(record.method, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(record.crc, 16);
  header.writeUInt32LE(Math.min(record.packedSize, LIMIT_32), 20);
  header.writeUInt32LE(Math.min(record.size, LIMIT_32), 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(MODE_REGULAR_FILE, 38);
  header.writeUInt32LE(Math.min(record.offset, LIMIT_32), 42);
  return Buffer.concat([header, name, extra]);
}

function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(values.length * 8, 2);
  for (const [place, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + place * 8);
  return field;
}

function zip64End(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x0606_4b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(0x0706_4b50, 56);
  end.writeBigUInt64LE(BigInt(offset + size), 64);
  end.writeUInt32LE(1, 72);
  return end;
}
