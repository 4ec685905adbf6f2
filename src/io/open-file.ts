/** A regular file, open for reading at any position. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { InvalidInput } from "../errors.ts";

/** Bytes that can be read at any position; what the archive readers ask for. */
export interface ByteSource {
  readonly size: number;
  /** `length` bytes from `position`; fewer where the source ends. The result may be overwritten by the next call. */
  readonly read: (position: number, length: number) => Buffer;
}

export interface OpenFile extends ByteSource {
  readonly readInto: (buffer: Buffer, position: number) => number;
  /** Whether size and times are still what they were when the file was opened. */
  readonly isUnchanged: () => boolean;
  readonly close: () => void;
}

/**
 * Opens a regular file without ever waiting for it (a FIFO would). Throws `InvalidInput` for what is no regular file,
 * else the system's error.
 */
export function openFile(path: string): OpenFile {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  let stats: Stats;
  try {
    stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      throw new InvalidInput("not-a-file", "is no regular file", "put the file itself here");
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    size: stats.size,
    readInto: (buffer, position) => readSync(descriptor, buffer, 0, buffer.length, position),
    read: (position, length) => {
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, stats.size - position)));
      return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, position));
    },
    isUnchanged: () => {
      const now = fstatSync(descriptor);
      return now.size === stats.size && now.mtimeMs === stats.mtimeMs;
    },
    close: () => closeSync(descriptor),
  };
}
