/** Runs other programs: no shell, an environment of their own, a time-out, and an end for all that they have started. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

export interface ProcessOptions {
  readonly cwd: string;
  /** All of the environment: nothing is added to it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** What is written to its standard input; nothing by default. */
  readonly input?: string;
  /** Is handed both outputs as they come. */
  readonly onOutput?: (bytes: Buffer) => void;
  /** So much of each output is kept: its end. */
  readonly keepBytes?: number;
}

export interface ProcessResult {
  /** 128 and the number of the signal where one ended it, as shells have it. */
  readonly code: number;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const KEEP_BYTES = 16 * 1024 * 1024;
/** Between asking a process to end and making it. */
const GRACE_MS = 3000;

/** Leaders of the groups that run now: an interrupt takes them along. */
const running = new Set<number>();

function interrupt(signal: NodeJS.Signals): void {
  for (const leader of running) killGroup(leader, "SIGKILL");
  process.exit(128 + constants.signals[signal]);
}

/** Runs a program to its end, or to its time-out. Rejects with the system's error where it cannot be started. */
export function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const { cwd, environment, timeoutMs, input, onOutput, keepBytes = KEEP_BYTES } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...environment },
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      // A group of its own: what it starts can be ended with it.
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) hold(pid);
    let timedOut = false;
    const timers: NodeJS.Timeout[] = [];
    const end = (): void => {
      timedOut = true;
      if (pid === undefined) return;
      killGroup(pid, "SIGTERM");
      timers.push(
        setTimeout(() => {
          killGroup(pid, "SIGKILL");
          // What has left the group may hold the outputs open for ever.
          child.stdout?.destroy();
          child.stderr?.destroy();
        }, GRACE_MS),
      );
    };
    timers.push(setTimeout(end, Math.max(0, Math.min(timeoutMs, 2 ** 31 - 1))));
    const outputs = [new Tail(keepBytes), new Tail(keepBytes)] as const;
    for (const [index, stream] of [child.stdout, child.stderr].entries()) {
      stream?.on("data", (bytes: Buffer) => {
        outputs[index]?.add(bytes);
        onOutput?.(bytes);
      });
    }
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    const finish = (): void => {
      timers.forEach(clearTimeout);
      if (pid === undefined) return;
      // Its children may still run; they were started for a work that is over.
      killGroup(pid, "SIGKILL");
      release(pid);
    };
    child.once("error", (error) => {
      finish();
      reject(error);
    });
    // What it has left running may hold the outputs open: their end is not waited for longer than a moment.
    child.once("exit", () => {
      timers.push(
        setTimeout(() => {
          if (pid !== undefined) killGroup(pid, "SIGKILL");
          child.stdout?.destroy();
          child.stderr?.destroy();
        }, GRACE_MS),
      );
    });
    child.once("close", (code, signal) => {
      finish();
      const [stdout, stderr] = outputs.map((tail) => tail.text());
      resolve({
        code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        timedOut,
        stdout: stdout ?? "",
        stderr: stderr ?? "",
      });
    });
  });
}

function hold(leader: number): void {
  if (running.size === 0) process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  running.add(leader);
}

function release(leader: number): void {
  running.delete(leader);
  if (running.size === 0) process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
}

function killGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // It is gone.
  }
}

/** The end of an output, in bounded memory. */
class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    for (let first = this.#chunks[0]; first !== undefined && this.#length - first.length >= this.#limit;) {
      this.#chunks.shift();
      this.#length -= first.length;
      first = this.#chunks[0];
    }
  }

  text(): string {
    const all = Buffer.concat(this.#chunks);
    return all.subarray(Math.max(0, all.length - this.#limit)).toString("utf8");
  }
}
