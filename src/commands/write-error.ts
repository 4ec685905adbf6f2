/** What the system says where something cannot be written, in words. */
import { PkgIndexError } from "../errors.ts";
import { systemErrorCode } from "../io/files.ts";

const WRITE_ERRORS: Readonly<Record<string, [message: string, hint: string]>> = {
  EROFS: [
    "cannot be written: the file system is read-only",
    "mount it for writing, or copy the index elsewhere",
  ],
  EACCES: ["cannot be written: permission denied", "run as the user that owns it, or change its rights"],
  EPERM: ["cannot be written: permission denied", "run as the user that owns it, or change its rights"],
  ENOSPC: ["cannot be written: the disk is full", "make room and run again; the index is valid as it stands"],
  EDQUOT: [
    "cannot be written: the disk quota is used up",
    "make room and run again; the index is valid as it stands",
  ],
  ENOTDIR: ["cannot be written: a file is where a folder has to be", "move it away, or name another folder"],
  EEXIST: ["cannot be written: a file is where a folder has to be", "move it away, or name another folder"],
  ENOENT: [
    "cannot be written: the folder takes nothing new, or is gone",
    "name a folder of a file system that holds files",
  ],
  EIO: ["cannot be read or written: the disk reports an error", "check the disk, then run again"],
};

/** What the system refused while something at `display` was written, as an error for people; undefined for all else. */
export function toWriteError(error: unknown, display: string): PkgIndexError | undefined {
  const code = systemErrorCode(error);
  const [message, hint] = (code === undefined ? undefined : WRITE_ERRORS[code]) ?? [];
  if (message === undefined || hint === undefined) return undefined;
  return new PkgIndexError({ code: "cannot-write", path: display, message, hint, cause: error });
}
