/** The files of a folder as a server needs them: never a step out of the folder, nothing but regular files. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  read,
  readFileSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { join, relative, sep } from "node:path";
import { statIfExists, systemErrorCode } from "./files.ts";

/** What can be said of a file without reading it. */
export interface FileFacts {
  readonly size: number;
  /** When it was last modified, in milliseconds. */
  readonly modifiedMs: number;
  /** Differs wherever the bytes may differ: made of size, times and place on the disk. */
  readonly version: string;
}

/** A file that is open: whoever has it closes it, or takes its stream, which closes it at its end. */
export interface ServedFile extends FileFacts {
  readonly readAll: () => Uint8Array;
  /** The bytes from `start` up to and without `end`; closes the file when they are read or nobody wants them any more. */
  readonly stream: (start: number, end: number) => ReadableStream<Uint8Array>;
  readonly close: () => void;
}

/** Files by their paths below a folder, parts joined by `/`. */
export interface FolderFiles {
  /** What is known of a file, or undefined where there is none. Follows links without a look at where they lead. */
  readonly look: (path: string) => FileFacts | undefined;
  /** Opens a file, or undefined where there is none, or where a link leads out of the folder or to hidden files. */
  readonly open: (path: string) => ServedFile | undefined;
}

const CHUNK = 256 * 1024;

/** The files of the folder `root`. Both functions throw the system's error where the system refuses. */
export function openFolderFiles(root: string): FolderFiles {
  const realRoot = realpathSync.native(root);
  return {
    look: (path) => {
      const stats = statIfExists(join(realRoot, path));
      return stats?.isFile() === true ? toFacts(stats) : undefined;
    },
    open: (path) => {
      const real = realPathIn(realRoot, path);
      return real === undefined ? undefined : openServedFile(real);
    },
  };
}

function realPathIn(realRoot: string, path: string): string | undefined {
  let real: string;
  try {
    real = realpathSync.native(join(realRoot, path));
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
  const inner = relative(realRoot, real);
  // A name that starts with a dot is hidden, and ".." is one of them.
  return inner.split(sep).some((name) => name === "" || name.startsWith(".")) ? undefined : real;
}

function openServedFile(path: string): ServedFile | undefined {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    close();
    return undefined;
  }
  return {
    ...toFacts(stats),
    readAll: () => readFileSync(descriptor),
    stream: (start, end) => streamRange(descriptor, start, end, close),
    close,
  };
}

/** Reads only when somebody takes: a slow client holds one chunk. */
function streamRange(
  descriptor: number,
  start: number,
  end: number,
  close: () => void,
): ReadableStream<Uint8Array> {
  let position = start;
  let isReading = false;
  let isCancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) =>
        new Promise((resolve) => {
          const length = Math.min(CHUNK, end - position);
          isReading = true;
          read(descriptor, Buffer.allocUnsafeSlow(length), 0, length, position, (error, count, buffer) => {
            isReading = false;
            if (isCancelled) close();
            else if (error !== null || count === 0) {
              close();
              // Whoever waits for the rest must not take the next answer for it: the connection has to end.
              controller.error(toBrokenOff(error?.message ?? "the file became shorter"));
            } else {
              position += count;
              controller.enqueue(count === length ? buffer : buffer.subarray(0, count));
              if (position === end) {
                close();
                controller.close();
              }
            }
            resolve();
          });
        }),
      cancel: () => {
        isCancelled = true;
        // A descriptor that is being read must stay: its number could be another file's before the reading begins.
        if (!isReading) close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The server's library prints such an error with its stack, which says nothing to a person. */
function toBrokenOff(reason: string): Error {
  const error = new Error(`a download was broken off: ${reason}`);
  error.stack = `error: ${error.message}`;
  return error;
}

function toFacts({ size, mtimeMs, ctimeMs, ino, dev }: Stats): FileFacts {
  return { size, modifiedMs: mtimeMs, version: [size, mtimeMs, ctimeMs, ino, dev].join("-") };
}

function isNothingThere(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENAMETOOLONG"].includes(systemErrorCode(error) ?? "");
}
