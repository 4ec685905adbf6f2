/**
 * The central directory of a zip file (APPNOTE 6.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12
 * to 4.3.16), read in one piece and walked once: it answers what must be known of all entries (how many, do they overlap,
 * is one encrypted, which are in a `.dist-info`) without an object for each of them.
 */
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import { LIMITS } from "./limits.ts";

const END_SIGNATURE = 0x06054b50;
const END_SIZE = 22;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_SIZE = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_SIZE = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_SIZE = 46;
const LOCAL_HEADER_SIZE = 30;
const ZIP64_EXTRA = 0x0001;
const UINT32_MAX = 0xffffffff;

const REBUILD = "build the file again, or copy it again from where it came";

function damaged(message: string): InvalidInput {
  return new InvalidInput("zip-damaged", message, REBUILD);
}

export interface CentralDirectory {
  readonly bytes: Buffer;
  /** Where it starts in the file. */
  readonly offset: number;
  readonly entryCount: number;
}

/** Finds and reads the central directory. Throws `InvalidInput` for what is no zip file, is cut off or is over a limit. */
export function readCentralDirectory(source: ByteSource): CentralDirectory {
  if (source.size === 0) throw new InvalidInput("zip-damaged", "the file is empty", REBUILD);
  const tailSize = Math.min(source.size, END_SIZE + 0xffff + ZIP64_LOCATOR_SIZE);
  const tailStart = source.size - tailSize;
  const tail = Buffer.from(source.read(tailStart, tailSize));
  const end = findEnd(tail);
  if (end === undefined) {
    throw damaged("is no zip file, or its end is cut off: it has no end of central directory record");
  }
  let entryCount = tail.readUInt16LE(end + 10);
  let size = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  let directoryEnd = tailStart + end;
  const locator = end - ZIP64_LOCATOR_SIZE;
  if (locator >= 0 && tail.readUInt32LE(locator) === ZIP64_LOCATOR_SIGNATURE) {
    const recordOffset = Number(tail.readBigUInt64LE(locator + 8));
    const record = recordOffset < source.size ? source.read(recordOffset, ZIP64_END_SIZE) : Buffer.alloc(0);
    if (record.length < ZIP64_END_SIZE || record.readUInt32LE(0) !== ZIP64_END_SIGNATURE) {
      throw damaged("its zip64 end of central directory record is not where its locator points");
    }
    entryCount = Number(record.readBigUInt64LE(32));
    size = Number(record.readBigUInt64LE(40));
    offset = Number(record.readBigUInt64LE(48));
    directoryEnd = recordOffset;
  }
  if (entryCount > LIMITS.entries) {
    throw new InvalidInput(
      "zip-too-many-entries",
      `has ${entryCount} entries, more than the limit of ${LIMITS.entries}`,
      "publish a wheel with fewer files",
    );
  }
  if (size > LIMITS.centralDirectory) {
    throw new InvalidInput(
      "zip-too-many-entries",
      `its central directory has ${size} bytes, more than the limit of ${LIMITS.centralDirectory}`,
      "publish a wheel with fewer files",
    );
  }
  if (offset + size !== directoryEnd) {
    throw damaged(
      "its central directory is not where its end record says: the file is cut off, or has bytes in front",
    );
  }
  // The tail was read already; most wheels have their whole directory in it.
  const bytes =
    offset >= tailStart ? tail.subarray(offset - tailStart, end) : Buffer.from(source.read(offset, size));
  if (bytes.length < size) throw damaged("its central directory is cut off");
  return { bytes: bytes.subarray(0, size), offset, entryCount };
}

function findEnd(tail: Buffer): number | undefined {
  for (let at = tail.length - END_SIZE; at >= 0; at -= 1) {
    if (tail[at] === 0x50 && tail.readUInt32LE(at) === END_SIGNATURE) {
      if (at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length) return at;
    }
  }
  return undefined;
}

/** One entry that the walk was asked to keep. */
export interface EntryRecord {
  /** Its name, byte by byte (ISO 8859-1): the names that matter here are ASCII. */
  readonly name: string;
  /** Its record in the central directory. */
  readonly bytes: Buffer;
}

/**
 * Walks the whole directory and returns the entries whose name `keep` takes. Throws `InvalidInput` where the directory
 * contradicts itself, where entries overlap or where one is encrypted.
 */
export function walkCentralDirectory(
  directory: CentralDirectory,
  keep: (name: string) => boolean,
): EntryRecord[] {
  const { bytes } = directory;
  const kept: EntryRecord[] = [];
  const starts = new Float64Array(directory.entryCount);
  const ends = new Float64Array(directory.entryCount);
  let ascending = true;
  let at = 0;
  for (let index = 0; index < directory.entryCount; index += 1) {
    if (at + ENTRY_SIZE > bytes.length || bytes.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      throw damaged(
        `its central directory has fewer than the ${directory.entryCount} entries that it counts`,
      );
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const next = at + ENTRY_SIZE + nameLength + extraLength + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw damaged("an entry reaches beyond its central directory");
    const name = bytes.toString("latin1", at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength);
    if ((bytes.readUInt16LE(at + 8) & 1) === 1) {
      throw new InvalidInput(
        "zip-encrypted",
        `its entry ${JSON.stringify(name)} is encrypted`,
        "build it without a password",
      );
    }
    let compressedSize = bytes.readUInt32LE(at + 20);
    let start = bytes.readUInt32LE(at + 42);
    if (compressedSize === UINT32_MAX || start === UINT32_MAX) {
      const extra = bytes.subarray(at + ENTRY_SIZE + nameLength, at + ENTRY_SIZE + nameLength + extraLength);
      [compressedSize, start] = readZip64Extra(extra, bytes.readUInt32LE(at + 24), compressedSize, start);
    }
    starts[index] = start;
    ends[index] = start + LOCAL_HEADER_SIZE + nameLength + compressedSize;
    if (index > 0 && start < (starts[index - 1] ?? 0)) ascending = false;
    if (keep(name)) kept.push({ name, bytes: bytes.subarray(at, next) });
    at = next;
  }
  if (at !== bytes.length) throw damaged("its central directory has more entries than it counts");
  refuseOverlap(starts, ends, ascending, directory.offset);
  return kept;
}

/** The 64-bit sizes stand in this order, each only where its 32-bit field is full (4.5.3). */
function readZip64Extra(
  extra: Buffer,
  uncompressed: number,
  compressed: number,
  start: number,
): [number, number] {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_EXTRA) {
      let field = at + 4 + (uncompressed === UINT32_MAX ? 8 : 0);
      const read = (value: number): number => {
        if (value !== UINT32_MAX) return value;
        if (field + 8 > Math.min(at + 4 + length, extra.length))
          throw damaged("a zip64 entry lacks its sizes");
        const wide = Number(extra.readBigUInt64LE(field));
        field += 8;
        return wide;
      };
      return [read(compressed), read(start)];
    }
    at += 4 + length;
  }
  throw damaged("a zip64 entry lacks its sizes");
}

function refuseOverlap(starts: Float64Array, ends: Float64Array, ascending: boolean, limit: number): void {
  const order = ascending
    ? undefined
    : [...starts.keys()].toSorted((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  let previousEnd = 0;
  for (let index = 0; index < starts.length; index += 1) {
    const entry = order?.[index] ?? index;
    if ((starts[entry] ?? 0) < previousEnd) {
      throw new InvalidInput("zip-overlap", "two of its entries overlap, as in a zip bomb", REBUILD);
    }
    previousEnd = ends[entry] ?? 0;
  }
  if (previousEnd > limit) throw damaged("an entry's data reaches into the central directory");
}
