/** Inspects many files on all cores. */
import { Worker } from "node:worker_threads";
import type { InspectionOutcome, InspectionRequest } from "./inspect.ts";

/** A request, made when its turn comes, the bytes that it has to hash, and what to do with the outcome. */
export interface InspectionTask {
  readonly request: () => InspectionRequest;
  readonly bytes: number;
  readonly done: (outcome: InspectionOutcome) => void;
}

/** Work below these bounds is done sooner here than a thread starts. */
const SMALL_BYTES = 8 * 1024 * 1024;
const SMALL_COUNT = 24;

/** A batch has about this many bytes, and at most this many files; a thread has two batches, so that it never waits. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_COUNT = 64;
const BATCHES_IN_FLIGHT = 2;

/** Runs every task, the largest files first, with `jobs` threads. Rejects with the first failure that is no fault of a file. */
export async function inspectAll(tasks: readonly InspectionTask[], jobs: number): Promise<void> {
  const bytes = tasks.reduce((sum, task) => sum + task.bytes, 0);
  if (jobs <= 1 || tasks.length === 1 || (tasks.length <= SMALL_COUNT && bytes <= SMALL_BYTES)) {
    if (tasks.length === 0) return;
    const { inspect } = await import("./inspect.ts");
    for (const task of tasks) task.done(await inspect(task.request()));
    return;
  }
  const queue = tasks.toSorted((a, b) => b.bytes - a.bytes);
  let next = 0;
  const takeBatch = (): InspectionTask[] => {
    const batch: InspectionTask[] = [];
    let size = 0;
    while (batch.length < BATCH_COUNT && size < BATCH_BYTES) {
      const task = queue[next];
      if (task === undefined) break;
      next += 1;
      size += task.bytes;
      batch.push(task);
    }
    return batch;
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, () => runThread(takeBatch)));
}

function runThread(takeBatch: () => InspectionTask[]): Promise<void> {
  const worker = new Worker(new URL("./inspect-worker.js", import.meta.url), {
    // A thread holds one wheel's metadata at a time; a small young generation keeps its memory flat.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const inFlight: InspectionTask[][] = [];
  return new Promise<void>((resolve, reject) => {
    const feed = (): void => {
      while (inFlight.length < BATCHES_IN_FLIGHT) {
        const batch = takeBatch();
        if (batch.length === 0) break;
        inFlight.push(batch);
        worker.postMessage(batch.map((task) => task.request()));
      }
      if (inFlight.length === 0) resolve();
    };
    worker.on("message", (outcomes: InspectionOutcome[]) => {
      const batch = inFlight.shift() ?? [];
      batch.forEach((task, index) => {
        const outcome = outcomes[index];
        if (outcome !== undefined) task.done(outcome);
      });
      feed();
    });
    worker.on("error", reject);
    feed();
  }).finally(() => void worker.terminate());
}
