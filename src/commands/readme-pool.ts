/** Renders descriptions: one by one here where they are few, on all cores where they are many. */
import { join } from "node:path";
import { packageRoot } from "../io/package-root.ts";
import { renderReadme, type Readme, type ReadmeRequest } from "../site/readme.ts";

/** So few are rendered sooner here than a thread has loaded what it needs. */
const FEW = 40;

export class ReadmePool {
  readonly #threads: readonly ReadmeThread[];
  #turn = 0;

  /** For about `count` descriptions, on at most `jobs` threads. */
  constructor(count: number, jobs: number) {
    const threads = count <= FEW || jobs <= 1 ? 0 : jobs;
    this.#threads = Array.from({ length: threads }, () => new ReadmeThread());
  }

  /** Renders a description. Rejects with what is no fault of the description. */
  render(request: ReadmeRequest): Promise<Readme> {
    const thread = this.#threads[this.#turn % Math.max(1, this.#threads.length)];
    this.#turn += 1;
    return thread === undefined ? renderReadme(request) : thread.render(request);
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** One thread: it answers in the order in which it was asked. */
class ReadmeThread {
  // Loaded where a thread is wanted: it takes some milliseconds, and most runs want none.
  readonly #worker = new (process.getBuiltinModule("node:worker_threads").Worker)(join(packageRoot(), "dist/readme-worker.cjs"), {
    // A thread holds one description at a time; a small young generation keeps its memory flat.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  readonly #waiting: { resolve: (readme: Readme) => void; reject: (error: Error) => void }[] = [];

  constructor() {
    this.#worker.on("message", (readme: Readme) => this.#waiting.shift()?.resolve(readme));
    this.#worker.on("error", (error: Error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  render(request: ReadmeRequest): Promise<Readme> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
