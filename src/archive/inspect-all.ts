/** Inspects many files on all cores. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageRoot } from "../io/package-root.ts";
import type { InspectionOutcome, InspectionRequest } from "./inspect.ts";

/** How to work on tasks of any kind: an index can have so many that none should carry functions of its own. */
export interface InspectionWork<Task> {
  /** The bytes that have to be hashed. */
  readonly bytes: (task: Task) => number;
  /** Is asked when the task's turn comes. */
  readonly request: (task: Task) => InspectionRequest;
  readonly done: (task: Task, outcome: InspectionOutcome) => void;
}

/** Work below these bounds is done sooner here than a thread starts. */
const SMALL_BYTES = 8 * 1024 * 1024;
const SMALL_COUNT = 24;

/** A batch has about this many bytes, and at most this many files; a thread has two batches, so that it never waits. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_COUNT = 64;
const BATCHES_IN_FLIGHT = 2;

/** Runs every task, the largest files first, with `jobs` threads. Rejects with the first failure that is no fault of a file. */
export async function inspectAll<Task>(
  tasks: readonly Task[],
  work: InspectionWork<Task>,
  jobs: number,
): Promise<void> {
  const bytes = tasks.reduce((sum, task) => sum + work.bytes(task), 0);
  if (jobs <= 1 || tasks.length === 1 || (tasks.length <= SMALL_COUNT && bytes <= SMALL_BYTES)) {
    if (tasks.length === 0) return;
    const { inspect } = await import("./inspect.ts");
    for (const task of tasks) work.done(task, await inspect(work.request(task)));
    return;
  }
  const queue = tasks.toSorted((a, b) => work.bytes(b) - work.bytes(a));
  let next = 0;
  const takeBatch = (): Task[] => {
    const batch: Task[] = [];
    let size = 0;
    while (batch.length < BATCH_COUNT && size < BATCH_BYTES) {
      const task = queue[next];
      if (task === undefined) break;
      next += 1;
      size += work.bytes(task);
      batch.push(task);
    }
    return batch;
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, () => runThread(takeBatch, work)));
}

function runThread<Task>(takeBatch: () => Task[], work: InspectionWork<Task>): Promise<void> {
  const worker = new Worker(join(packageRoot(), "dist/inspect-worker.cjs"), {
    // A thread holds one wheel's metadata at a time; a small young generation keeps its memory flat.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const inFlight: Task[][] = [];
  return new Promise<void>((resolve, reject) => {
    const feed = (): void => {
      while (inFlight.length < BATCHES_IN_FLIGHT) {
        const batch = takeBatch();
        if (batch.length === 0) break;
        inFlight.push(batch);
        worker.postMessage(batch.map((task) => work.request(task)));
      }
      if (inFlight.length === 0) resolve();
    };
    worker.on("message", (outcomes: InspectionOutcome[]) => {
      const batch = inFlight.shift() ?? [];
      batch.forEach((task, index) => {
        const outcome = outcomes[index];
        if (outcome !== undefined) work.done(task, outcome);
      });
      feed();
    });
    worker.on("error", reject);
    feed();
  }).finally(() => void worker.terminate());
}
