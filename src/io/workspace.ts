/** The folder where a run keeps what is not published yet, and the lock that makes it the only one. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "./lock.ts";

export interface Workspace {
  /** When the run began, by the clock of the file system, in milliseconds. */
  readonly startedMs: number;
  /** An empty folder, on the file system of the index. */
  readonly staging: string;
  /** Deletes what is left there and lets the next run in. */
  readonly close: () => void;
}

/**
 * Opens the workspace of an index in `folder`. `recover` may use what a killed run left in the staging folder, then it is
 * deleted. An interrupt closes the workspace; `mustKeepStaging` says whether the next run needs what is in it.
 */
export async function openWorkspace(
  folder: string,
  lockTimeoutMs: number,
  onWait: (holder: string) => void,
  recover: (staging: string) => Promise<unknown>,
  mustKeepStaging: () => boolean,
): Promise<Workspace> {
  const lock = await takeLock(folder, lockTimeoutMs, onWait);
  const staging = join(folder, "tmp");
  const close = (): void => {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    // While something is left to recover, what it needs stays.
    if (!mustKeepStaging()) rmSync(staging, { recursive: true, force: true });
    lock.release();
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    close();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    await recover(staging);
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging);
  } catch (error) {
    close();
    throw error;
  }
  return { startedMs: lock.takenMs, staging, close };
}
