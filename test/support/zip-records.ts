/**
 * The records of a zip archive, as bytes, with a say in every field.
 * Layout: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3
 */

/** What a header says about an entry, right or wrong. */
export interface HeaderClaims {
  readonly name?: string | Uint8Array;
  readonly versionNeeded?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly crc32?: number;
  readonly compressedSize?: number;
  readonly uncompressedSize?: number;
}

export interface ZipEntry {
  /** Bytes where the name is not UTF-8. A trailing slash makes a folder. */
  readonly name: string | Uint8Array;
  readonly data?: string | Uint8Array;
  /** This many zero bytes instead of `data`, always stored; `writeZip` leaves a hole in the file for them. */
  readonly hole?: number;
  /** `stored` by default, which gives the same bytes under every version of zlib. */
  readonly method?: "stored" | "deflate";
  /** What stands in the archive, instead of `data` as `method` would pack it. */
  readonly packed?: Uint8Array;
  /** Sets the encryption flag and puts the twelve bytes in front that belong to it (section 6.1.3); nothing is encrypted. */
  readonly encrypted?: boolean;
  /** Sizes and checksum follow the data, the local header has zeros (section 4.3.9). */
  readonly dataDescriptor?: boolean;
  /** Sizes and offset in the zip64 extra field (section 4.5.3), also where 32 bits would do. */
  readonly zip64?: boolean;
  readonly extra?: Uint8Array;
  readonly comment?: string;
  /** Unix mode, `0o100644` by default; `0o120777` makes a symbolic link. */
  readonly mode?: number;
  /** What the central directory says instead. */
  readonly central?: HeaderClaims & { readonly localHeaderOffset?: number };
  /** What the local header says instead. */
  readonly local?: HeaderClaims;
  /** Only a line in the central directory, which points at the data of the entry with this position. */
  readonly sameDataAs?: number;
}

export interface ZipOptions {
  /** Bytes before the first entry, as in a self-extracting archive. */
  readonly prefix?: Uint8Array;
  /** Whether the offsets count the prefix (default) or begin behind it. */
  readonly prefixCounted?: boolean;
  /** This many empty, valid entries `00000000`, `00000001` ... behind the others. */
  readonly emptyEntries?: number;
  /** Ends with the zip64 records (section 4.3.14), also where 16 and 32 bits would do. */
  readonly zip64?: boolean;
  readonly comment?: string | Uint8Array;
  /** Bytes behind the end record. */
  readonly suffix?: Uint8Array;
  /** What the end record (and the zip64 one, where there is one) says instead. */
  readonly end?: {
    readonly diskNumber?: number;
    readonly entryCount?: number;
    readonly centralDirectorySize?: number;
    readonly centralDirectoryOffset?: number;
    readonly commentLength?: number;
  };
}

/** Where an entry lies in the archive and what is true of it. */
export interface Packed {
  readonly offset: number;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
}

const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;
export const FLAG_ENCRYPTED = 1 << 0;
export const FLAG_DATA_DESCRIPTOR = 1 << 3;
export const FLAG_UTF8 = 1 << 11;
/** 1 January 1980, the first day that the format knows. */
const DOS_DATE = 0x0021;
const MADE_BY_UNIX = (3 << 8) | 45;
export function localHeader(entry: ZipEntry, packed: Packed): Buffer {
  const claims = entry.local ?? {};
  const deferred = entry.dataDescriptor === true;
  const compressedSize = claims.compressedSize ?? (deferred ? 0 : packed.compressedSize);
  const uncompressedSize = claims.uncompressedSize ?? (deferred ? 0 : packed.uncompressedSize);
  const wide = needsZip64(entry, compressedSize, uncompressedSize);
  const name = Buffer.from(claims.name ?? entry.name);
  const extra = Buffer.concat([
    wide ? zip64Extra([uncompressedSize, compressedSize]) : Buffer.alloc(0),
    entry.extra ?? Buffer.alloc(0),
  ]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(claims.versionNeeded ?? (wide ? 45 : 20), 4);
  header.writeUInt16LE(claims.flags ?? packed.flags, 6);
  header.writeUInt16LE(claims.method ?? packed.method, 8);
  header.writeUInt16LE(DOS_DATE, 12);
  header.writeUInt32LE(claims.crc32 ?? (deferred ? 0 : packed.crc32), 14);
  header.writeUInt32LE(wide ? MAX_32 : compressedSize, 18);
  header.writeUInt32LE(wide ? MAX_32 : uncompressedSize, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

export function dataDescriptor(entry: ZipEntry, packed: Packed): Buffer {
  const wide = needsZip64(entry, packed.compressedSize, packed.uncompressedSize);
  const descriptor = Buffer.alloc(wide ? 24 : 16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(packed.crc32, 4);
  if (wide) {
    descriptor.writeBigUInt64LE(BigInt(packed.compressedSize), 8);
    descriptor.writeBigUInt64LE(BigInt(packed.uncompressedSize), 16);
  } else {
    descriptor.writeUInt32LE(packed.compressedSize, 8);
    descriptor.writeUInt32LE(packed.uncompressedSize, 12);
  }
  return descriptor;
}

export function centralHeader(entry: ZipEntry, packed: Packed): Buffer {
  const claims = entry.central ?? {};
  const compressedSize = claims.compressedSize ?? packed.compressedSize;
  const uncompressedSize = claims.uncompressedSize ?? packed.uncompressedSize;
  const offset = claims.localHeaderOffset ?? packed.offset;
  const wide = needsZip64(entry, compressedSize, uncompressedSize, offset);
  const name = Buffer.from(claims.name ?? entry.name);
  const extra = Buffer.concat([
    wide ? zip64Extra([uncompressedSize, compressedSize, offset]) : Buffer.alloc(0),
    entry.extra ?? Buffer.alloc(0),
  ]);
  const comment = Buffer.from(entry.comment ?? "");
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(MADE_BY_UNIX, 4);
  header.writeUInt16LE(claims.versionNeeded ?? (wide ? 45 : 20), 6);
  header.writeUInt16LE(claims.flags ?? packed.flags, 8);
  header.writeUInt16LE(claims.method ?? packed.method, 10);
  header.writeUInt16LE(DOS_DATE, 14);
  header.writeUInt32LE(claims.crc32 ?? packed.crc32, 16);
  header.writeUInt32LE(wide ? MAX_32 : compressedSize, 20);
  header.writeUInt32LE(wide ? MAX_32 : uncompressedSize, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt16LE(comment.length, 32);
  header.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
  header.writeUInt32LE(wide ? MAX_32 : offset, 42);
  return Buffer.concat([header, name, extra, comment]);
}

function needsZip64(entry: ZipEntry, ...values: readonly number[]): boolean {
  return entry.zip64 === true || values.some((value) => value >= MAX_32);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

/** One buffer of all local headers: a million single ones would take a test's whole patience. */
export function emptyLocalHeaders(count: number): readonly Uint8Array[] {
  if (count === 0) return [];
  const record = localHeader({ name: "00000000" }, EMPTY);
  return [repeatNumbered(record, count, 30)];
}

export function emptyCentralHeaders(count: number, firstOffset: number): readonly Uint8Array[] {
  if (count === 0) return [];
  const record = centralHeader({ name: "00000000" }, EMPTY);
  const all = repeatNumbered(record, count, 46);
  for (let index = 0; index < count; index += 1) {
    all.writeUInt32LE(firstOffset + index * 38, index * record.length + 42);
  }
  return [all];
}

const EMPTY: Packed = { offset: 0, flags: 0, method: 0, crc32: 0, compressedSize: 0, uncompressedSize: 0 };

function repeatNumbered(record: Buffer, count: number, nameOffset: number): Buffer {
  const all = Buffer.alloc(record.length * count, record);
  for (let index = 0; index < count; index += 1) {
    let rest = index;
    for (let digit = 7; digit >= 0 && rest > 0; digit -= 1) {
      all[index * record.length + nameOffset + digit] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
  return all;
}

export function endRecords(
  options: ZipOptions,
  truth: {
    readonly entryCount: number;
    readonly centralDirectorySize: number;
    readonly centralDirectoryOffset: number;
    readonly zip64Offset: number;
  },
): readonly Buffer[] {
  const claims = options.end ?? {};
  const entryCount = claims.entryCount ?? truth.entryCount;
  const size = claims.centralDirectorySize ?? truth.centralDirectorySize;
  const offset = claims.centralDirectoryOffset ?? truth.centralDirectoryOffset;
  const disk = claims.diskNumber ?? 0;
  const wide = options.zip64 === true || entryCount >= MAX_16 || size >= MAX_32 || offset >= MAX_32;
  const comment = Buffer.from(options.comment ?? "");

  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(disk, 4);
  end.writeUInt16LE(disk, 6);
  end.writeUInt16LE(wide ? MAX_16 : entryCount, 8);
  end.writeUInt16LE(wide ? MAX_16 : entryCount, 10);
  end.writeUInt32LE(wide ? MAX_32 : size, 12);
  end.writeUInt32LE(wide ? MAX_32 : offset, 16);
  end.writeUInt16LE(claims.commentLength ?? comment.length, 20);
  if (!wide) return [end, comment];

  const zip64 = Buffer.alloc(56);
  zip64.writeUInt32LE(0x06064b50, 0);
  zip64.writeBigUInt64LE(44n, 4);
  zip64.writeUInt16LE(MADE_BY_UNIX, 12);
  zip64.writeUInt16LE(45, 14);
  zip64.writeUInt32LE(disk, 16);
  zip64.writeUInt32LE(disk, 20);
  zip64.writeBigUInt64LE(BigInt(entryCount), 24);
  zip64.writeBigUInt64LE(BigInt(entryCount), 32);
  zip64.writeBigUInt64LE(BigInt(size), 40);
  zip64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(truth.zip64Offset), 8);
  locator.writeUInt32LE(1, 16);
  return [zip64, locator, end, comment];
}
