/** A folder that is gone when the work in it is done, or the process ends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { systemErrorCode } from "./files.ts";

/**
 * Runs `work` with a new folder, which only this user can read, and deletes that afterwards. Throws a `PkgIndexError` where none
 * can be made.
 */
export async function withTemporaryFolder<Result>(
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = makeTemporaryFolder();
  // A build can leave folders behind that even their owner may not write.
  const remove = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // What cannot be deleted is in the folder for temporary files, which is emptied by others.
    }
  };
  process.once("exit", remove);
  try {
    return await work(folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

function makeTemporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "pkgindex-"));
  } catch (error) {
    throw new PkgIndexError({
      code: "cannot-write",
      path: tmpdir(),
      message: `no temporary folder can be made in it (${systemErrorCode(error) ?? String(error)})`,
      hint: "make room there, or name another folder in TMPDIR",
      cause: error,
    });
  }
}
