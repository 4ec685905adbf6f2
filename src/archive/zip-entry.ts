/**
 * Reads one entry with yauzl. yauzl is shown the file as if its central directory held this entry alone: the walk over
 * all of them was done before, and a wheel can have a hundred thousand.
 */
import { crc32, inflateRawSync } from "node:zlib";
import yauzl, { type Entry } from "yauzl";
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import type { CentralDirectory, EntryRecord } from "./central-directory.ts";
import { LIMITS } from "./limits.ts";

const STORED = 0;
const DEFLATED = 8;

/**
 * The inflated bytes of a metadata entry, checked against its size and CRC-32. Throws `InvalidInput` where it is over
 * a limit, inflates too much, or cannot be read.
 */
export async function readMetadataEntry(
  source: ByteSource,
  directory: CentralDirectory,
  record: EntryRecord,
): Promise<Buffer> {
  const { entry, dataStart } = await locateEntry(source, directory, record);
  const { compressedSize, uncompressedSize } = entry;
  if (uncompressedSize > LIMITS.metadata || compressedSize > LIMITS.metadata) {
    throw tooLarge(record.name, `${uncompressedSize} bytes, more than the limit of ${LIMITS.metadata}`);
  }
  const raw = source.read(dataStart, compressedSize);
  if (raw.length < compressedSize) throw unreadable(record.name, "its data is cut off");
  const bytes = decompress(entry, raw, record.name);
  if (bytes.length > LIMITS.freeMetadata && bytes.length > LIMITS.metadataRatio * compressedSize) {
    const ratio = Math.round(bytes.length / compressedSize);
    throw tooLarge(record.name, `inflates ${ratio} times, more than the limit of ${LIMITS.metadataRatio}`);
  }
  if (bytes.length !== uncompressedSize || crc32(bytes) !== entry.crc32) {
    throw unreadable(record.name, "its bytes do not match their CRC-32");
  }
  return bytes;
}

function decompress(entry: Entry, raw: Buffer, name: string): Buffer {
  if (entry.compressionMethod === STORED) return Buffer.from(raw);
  if (entry.compressionMethod !== DEFLATED) {
    throw unreadable(
      name,
      `its compression method ${entry.compressionMethod} is neither stored nor deflated`,
    );
  }
  try {
    return inflateRawSync(raw, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    const tooLong = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw tooLong
      ? tooLarge(name, `inflates to more than the ${entry.uncompressedSize} bytes that it declares`)
      : unreadable(name, "its compressed data is damaged");
  }
}

function tooLarge(name: string, what: string): InvalidInput {
  return new InvalidInput("metadata-too-large", `${name} ${what}`, "build it with a shorter description");
}

function unreadable(name: string, what: string): InvalidInput {
  return new InvalidInput(
    "zip-damaged",
    `${name}: ${what}`,
    "build the file again, or copy it again from where it came",
  );
}

class OneEntryReader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource;
  readonly #offset: number;
  readonly #tail: Buffer;

  constructor(source: ByteSource, offset: number, tail: Buffer) {
    super();
    this.#source = source;
    this.#offset = offset;
    this.#tail = tail;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (position >= this.#offset) {
      this.#tail.copy(buffer, offset, position - this.#offset, position - this.#offset + length);
    } else if (position + length > this.#offset) {
      // yauzl looks for the end record in the last 64 KiB; what stands before the directory is of no use to it.
      buffer.fill(0, offset, offset + this.#offset - position);
      this.#tail.copy(buffer, offset + this.#offset - position);
    } else {
      this.#source.read(position, length).copy(buffer, offset);
    }
    callback(null);
  }
}

function locateEntry(
  source: ByteSource,
  directory: CentralDirectory,
  record: EntryRecord,
): Promise<{ entry: Entry; dataStart: number }> {
  const tail = Buffer.concat([record.bytes, endRecords(directory.offset, record.bytes.length)]);
  const reader = new OneEntryReader(source, directory.offset, tail);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(unreadable(record.name, error.message));
    const options = { lazyEntries: true, autoClose: false };
    yauzl.fromRandomAccessReader(reader, directory.offset + tail.length, options, (error, zip) => {
      if (error) return fail(error);
      zip.on("error", fail);
      zip.on("entry", (entry: Entry) => {
        zip.readLocalFileHeader(entry, { minimal: true }, (headerError, header) => {
          if (headerError) fail(headerError);
          else resolve({ entry, dataStart: header.fileDataStart });
        });
      });
      return zip.readEntry();
    });
  });
}

/** The end records of a directory with one entry: zip64 where it starts beyond 4 GiB. */
function endRecords(offset: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(Math.min(offset, 0xffffffff), 16);
  if (offset < 0xffffffff) return end;
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(1n, 24);
  record.writeBigUInt64LE(1n, 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}
