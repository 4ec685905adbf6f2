/** Reads one small entry whole, for METADATA and its like. */
import { crc32, inflateRawSync } from "node:zlib";
import type { Entry } from "yauzl";
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import type { CentralDirectory, EntryRecord } from "./central-directory.ts";
import { LIMITS } from "./limits.ts";
import { DEFLATED, locateEntry, STORED, unreadableEntry as unreadable } from "./locate-entry.ts";

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
    throw tooLarge(record.name, `has ${uncompressedSize} bytes, more than the limit of ${LIMITS.metadata}`);
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
    return inflateRawSync(raw, {
      maxOutputLength: Math.max(1, entry.uncompressedSize),
      // All of it in one piece: Node would take 16 KiB for each.
      chunkSize: Math.max(64, entry.uncompressedSize),
    });
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
