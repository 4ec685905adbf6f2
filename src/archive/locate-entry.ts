/**
 * Finds one entry with yauzl. yauzl is shown the file as if its central directory held this entry alone: the walk over
 * all of them was done before, and a wheel can have a hundred thousand.
 */
import yauzl, { type Entry } from "yauzl";
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import type { CentralDirectory, EntryRecord } from "./central-directory.ts";

/** The two compression methods that wheels have (APPNOTE 4.4.5). */
export const STORED = 0;
export const DEFLATED = 8;

/** An entry that cannot be read, and why. */
export function unreadableEntry(label: string, what: string): InvalidInput {
  return new InvalidInput(
    "zip-damaged",
    `${label}: ${what}`,
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

/** An entry as yauzl read it, and where its data starts in the file. */
export interface LocatedEntry {
  readonly entry: Entry;
  readonly dataStart: number;
}

/** Finds the data of an entry. Throws `InvalidInput`, in which it is called `label`, where its headers are damaged. */
export function locateEntry(
  source: ByteSource,
  directory: CentralDirectory,
  record: EntryRecord,
  label = record.name,
): Promise<LocatedEntry> {
  const tail = Buffer.concat([record.bytes, endRecords(directory.offset, record.bytes.length)]);
  const reader = new OneEntryReader(source, directory.offset, tail);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(unreadableEntry(label, error.message));
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
