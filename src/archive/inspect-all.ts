/** Inspects many files on all cores. */
import { startThread } from "../io/start-thread.ts";
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

/** A batch has about this many bytes, and at most this many files; a thread has several batches, so that it never waits. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_COUNT = 64;
const BATCHES_IN_FLIGHT = 4;

/** Hashing so many bytes takes longer than a batch of small files. */
const LARGE_BYTES = 4 * BATCH_BYTES;

/**
 * Runs every task with `jobs` threads: the large files first, since one that comes last would keep the others waiting, then the
 * rest in their order. The list is emptied at once, so that nothing but the work keeps a task. Rejects with the first failure that is no fault of a file; ends early when `signal` says so.
 */
export async function inspectAll<Task>(
  tasks: Task[],
  work: InspectionWork<Task>,
  jobs: number,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = tasks.reduce((sum, task) => sum + work.bytes(task), 0);
  if (jobs <= 1 || tasks.length === 1 || (tasks.length <= SMALL_COUNT && bytes <= SMALL_BYTES)) {
    if (tasks.length === 0) return;
    const { inspect } = await import("./inspect.ts");
    for (const task of tasks) {
      if (signal?.aborted === true) return;
      work.done(task, await inspect(work.request(task)));
    }
    return;
  }
  const isLarge = (task: Task): boolean => work.bytes(task) >= LARGE_BYTES;
  const large = tasks.filter(isLarge).toSorted((a, b) => work.bytes(b) - work.bytes(a));
  const queue = [...large, ...tasks.filter((task) => !isLarge(task))].toReversed();
  const threads = Math.min(jobs, tasks.length);
  tasks.length = 0;
  const takeBatch = (): Task[] => {
    const batch: Task[] = [];
    let size = 0;
    while (batch.length < BATCH_COUNT && size < BATCH_BYTES) {
      const task = queue.pop();
      if (task === undefined) break;
      size += work.bytes(task);
      batch.push(task);
    }
    return batch;
  };
  await Promise.all(Array.from({ length: threads }, () => runThread(takeBatch, work, signal)));
}

function runThread<Task>(
  takeBatch: () => Task[],
  work: InspectionWork<Task>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const worker = startThread("inspect-worker.cjs", {
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
    signal?.addEventListener("abort", () => resolve());
    feed();
  }).finally(() => void worker.terminate());
}
