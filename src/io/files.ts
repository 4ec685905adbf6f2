/** Reading small files: the one place where `node:fs` meets the error table. */
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  createReadStream,
  existsSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  writeSync,
  type Dirent,
  type ReadStream,
  type Stats,
} from "node:fs";
import { dirname, join } from "node:path";

/** The system error code (`ENOENT`, `EACCES` ...) of a thrown value, or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error says that there is no file at a path: nothing at all, or a folder. */
function isNoFile(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "EISDIR"].includes(systemErrorCode(error) ?? "");
}

/** The bytes of a file, or undefined where there is none. Throws the system's error for every other failure. */
export function readFileIfExists(path: string): Buffer | undefined {
  // The system's error would take ten times as long, and where an index is new, most is not there.
  if (statIfExists(path) === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
}

/** A file's bytes as a stream. */
export function streamFile(path: string): ReadStream {
  return createReadStream(path);
}

/**
 * Whole milliseconds as the seconds that Node takes for a file's time. Node 20 and 22 cut what lies below a microsecond
 * off, and most thousandths are no binary fractions: without the half microsecond, .123 would become .122999. Node 24
 * keeps nanoseconds, and so the half microsecond: see {@link isWholeMs}.
 */
export function toSeconds(wholeMs: number): number {
  return (wholeMs + 0.0005) / 1000;
}

/** Whether a file's time can be one that {@link toSeconds} made: nearly no time that a file system gives can. */
export function isWholeMs(mtimeMs: number): boolean {
  return mtimeMs - Math.floor(mtimeMs) < 0.001;
}

/** Writes a file that must not exist yet, with a modification time in milliseconds. */
export function writeNewFile(path: string, bytes: Uint8Array, mtimeMs: number): void {
  const descriptor = openSync(path, "wx");
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    futimesSync(descriptor, toSeconds(mtimeMs), toSeconds(mtimeMs));
  } finally {
    closeSync(descriptor);
  }
}

/** Size in bytes and times in milliseconds. */
export interface FileTimes {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What `stat` says of a file, or undefined where there is none. */
export function statIfExists(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A small file's bytes and times, from one opening, or undefined where there is none. */
export function readFileWithTimes(path: string): (FileTimes & { readonly bytes: Buffer }) | undefined {
  if (statIfExists(path) === undefined) return undefined;
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  }
  try {
    const { size, mtimeMs, ctimeMs } = fstatSync(descriptor);
    return { bytes: readFileSync(descriptor), size, mtimeMs, ctimeMs };
  } catch (error) {
    if (isNoFile(error)) return undefined;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** A name in a folder, and what it is. */
export type FolderEntry = Pick<Dirent, "name" | "isFile" | "isDirectory" | "isSymbolicLink">;

/** The entries of a folder, or none where there is no folder. */
export function listFolder(path: string): FolderEntry[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/** The real path of a file behind its symbolic links; undefined where they lead nowhere or in a circle. */
export function realPathIfExists(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** What is at a path below `root`, without following links: neither the last part nor any folder on the way may be one. */
export function kindOfPlace(root: string, path: string): "absent" | "file" | "link" | "other" {
  let at = root;
  const parts = path.split("/");
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined) return "absent";
    if (stats.isSymbolicLink()) return "link";
    if (index === parts.length - 1) return stats.isFile() ? "file" : "other";
    if (!stats.isDirectory()) return "other";
  }
  return "other";
}

/** Copies a file to a new path, sharing its blocks where the file system can, and returns that path. */
export function copyIntoStaging(from: string, to: string): string {
  copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  return to;
}

/** Makes a folder and those above it, where they are missing. Node's own way, `recursive`, never ends below /proc. */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it just now.
    if (systemErrorCode(error) !== "EEXIST" || !isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Throws what the system says where this user may not write into a folder, or into the nearest above it that is there. */
export function checkWritable(folder: string): void {
  if (!hasEntry(folder) && dirname(folder) !== folder) checkWritable(dirname(folder));
  // The dot: of a file, that it is none.
  else accessSync(`${folder}/.`, constants.W_OK);
}

/** Whether anything is at a path: a file, a folder, a link, even one that leads nowhere. */
export function hasEntry(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isNoFile(error)) return false;
    throw error;
  }
}

/** At most `limit` bytes and one more of a regular file, whatever size it claims to have; `no file` for anything else. */
export function readLimited(path: string, limit: number): Buffer | "no file" {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(descriptor).isFile()) return "no file";
    const buffer = Buffer.alloc(limit + 1);
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      length += count;
      if (count === 0 || length === buffer.length) return buffer.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a folder or one above it has a `.git`: where not, git need not be asked. */
export function isBelowGit(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return true;
    if (dirname(at) === at) return false;
  }
}
