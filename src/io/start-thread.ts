import { join } from "node:path";
import type { Worker, WorkerOptions } from "node:worker_threads";
import { packageRoot } from "./package-root.ts";

/** Starts a thread with one of the build's files, by its name. */
export function startThread(
  file: string,
  options: Pick<WorkerOptions, "workerData" | "resourceLimits">,
): Worker {
  // Loaded where a thread is wanted: it takes some milliseconds, and most runs want none.
  const { Worker: Thread } = process.getBuiltinModule("node:worker_threads");
  return new Thread(join(packageRoot(), "dist/thread.cjs"), { ...options, argv: [file] });
}
