/** Renders descriptions: one by one here where they are few, in other threads where they are many. */
import type { Worker } from "node:worker_threads";
import { startThread } from "../io/start-thread.ts";
import { renderReadme, type Readme, type ReadmeRequest } from "../site/readme.ts";

/** So few are rendered sooner here than a thread has loaded what it needs. */
const FEW = 40;
/** How long this thread has to wait for the others until there is one more of them, in milliseconds. */
const PATIENCE = 300;
/**
 * How many descriptions the threads have at once, together: so many that none is without while this one makes pages and hears
 * nothing of them.
 */
export const AT_ONCE = 32;

interface Job {
  readonly request: ReadmeRequest;
  readonly resolve: (readme: Readme) => void;
  readonly reject: (error: Error) => void;
}

export class ReadmePool {
  readonly #most: number;
  readonly #threads: ReadmeThread[] = [];
  readonly #queue: Job[] = [];
  /** What this thread had waited in all when the last thread gave its first answer; undefined until then. */
  #idleBefore: number | undefined;

  /** For about `count` descriptions, on at most `jobs` threads. */
  constructor(count: number, jobs: number) {
    this.#most = count <= FEW || jobs <= 1 ? 0 : jobs;
  }

  /** Renders a description. Rejects with what is no fault of the description. */
  render(request: ReadmeRequest): Promise<Readme> {
    if (this.#most === 0) return renderReadme(request);
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      if (this.#isOneMoreWanted()) this.#start();
      this.#assign();
    });
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  /** Each thread costs a quarter of a second until it is warm, and takes its share of the cores from the one that makes the pages. */
  #isOneMoreWanted(): boolean {
    if (this.#threads.length === 0) return true;
    if (this.#threads.length >= this.#most || this.#idleBefore === undefined) return false;
    return idleTime() - this.#idleBefore > PATIENCE;
  }

  #start(): void {
    this.#idleBefore = undefined;
    const thread = new ReadmeThread(
      () => {
        this.#idleBefore ??= idleTime();
        this.#assign();
      },
      (error) => {
        for (const { reject } of this.#queue.splice(0)) reject(error);
      },
    );
    this.#threads.push(thread);
  }

  #assign(): void {
    for (const thread of this.#threads) {
      while (thread.waiting.length * this.#threads.length < AT_ONCE) {
        const job = this.#queue.shift();
        if (job === undefined) return;
        thread.take(job);
      }
    }
  }
}

/** One thread: it answers in the order in which it was asked. */
class ReadmeThread {
  readonly worker: Worker;
  readonly waiting: Job[] = [];

  constructor(onAnswer: () => void, onEnd: (error: Error) => void) {
    this.worker = startThread("readme-worker.cjs", {
      // A thread holds few descriptions at a time; a small young generation keeps its memory flat.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.worker.on("message", (readme: Readme) => {
      this.waiting.shift()?.resolve(readme);
      onAnswer();
    });
    this.worker.on("error", (error: Error) => {
      for (const { reject } of this.waiting.splice(0)) reject(error);
      onEnd(error);
    });
  }

  take(job: Job): void {
    this.waiting.push(job);
    this.worker.postMessage(job.request);
  }
}

/** How long this thread has had nothing to do, in milliseconds since it began. */
function idleTime(): number {
  return process.getBuiltinModule("node:perf_hooks").performance.eventLoopUtilization().idle;
}
