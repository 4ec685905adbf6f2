/** Reads what is in an entry of any size, piece by piece. */
import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import { DEFLATED, STORED, unreadableEntry, type LocatedEntry } from "./locate-entry.ts";

/** No piece is larger, neither packed nor inflated. */
export const PIECE = 256 * 1024;

/**
 * Hands the inflated bytes of an entry to `consume`, in pieces that are its own only until it returns. Throws
 * `InvalidInput`, in which the entry is called `label`, where they are damaged or have not the size and CRC-32 that the central
 * directory says; it stops as soon as there are more of them.
 */
export async function readEntryContent(
  source: ByteSource,
  { entry, dataStart }: LocatedEntry,
  label: string,
  consume: (piece: Buffer) => void,
): Promise<void> {
  const { compressionMethod, compressedSize, uncompressedSize } = entry;
  let size = 0;
  let checksum = 0;
  const take = (piece: Buffer): void => {
    size += piece.length;
    if (size > uncompressedSize) {
      throw unreadableEntry(label, `inflates to more than the ${uncompressedSize} bytes that it declares`);
    }
    checksum = crc32(piece, checksum);
    consume(piece);
  };
  const pieces = readPieces(source, dataStart, compressedSize, label);
  if (compressionMethod === STORED) {
    for (const piece of pieces) take(piece);
  } else if (compressionMethod !== DEFLATED) {
    throw unreadableEntry(
      label,
      `its compression method ${compressionMethod} is neither stored nor deflated`,
    );
  } else if (compressedSize <= PIECE && uncompressedSize <= PIECE) {
    for (const piece of pieces) take(inflateSmall(piece, uncompressedSize, label));
  } else {
    await inflateLarge(pieces, take, label);
  }
  if (size !== uncompressedSize || checksum !== entry.crc32) {
    throw unreadableEntry(label, "its bytes do not match their size and CRC-32");
  }
}

function* readPieces(source: ByteSource, start: number, length: number, label: string): Generator<Buffer> {
  for (let done = 0; done < length;) {
    const piece = source.read(start + done, Math.min(PIECE, length - done));
    if (piece.length === 0) throw unreadableEntry(label, "its data is cut off");
    done += piece.length;
    yield piece;
  }
}

/** Most entries are small, and a stream costs more than all of their bytes. */
function inflateSmall(packed: Buffer, size: number, label: string): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    const isTooLong = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw unreadableEntry(
      label,
      isTooLong
        ? `inflates to more than the ${size} bytes that it declares`
        : "its compressed data is damaged",
    );
  }
}

async function inflateLarge(
  pieces: Iterable<Buffer>,
  take: (piece: Buffer) => void,
  label: string,
): Promise<void> {
  const copies = function* (): Generator<Buffer> {
    // The stream may hold on to a piece while the source reads the next one into the same memory.
    for (const piece of pieces) yield Buffer.from(piece);
  };
  try {
    await pipeline(copies, createInflateRaw({ chunkSize: PIECE / 4 }), async (inflated) => {
      for await (const piece of inflated as AsyncIterable<Buffer>) take(piece);
    });
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) {
      throw unreadableEntry(label, "its compressed data is damaged");
    }
    throw error;
  }
}
