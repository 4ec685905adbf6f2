/** Runs a program to its end, with a time limit: a client that waits for an answer must not hold up the suite. */
import { spawn } from "node:child_process";

/** What a process left behind. `all` is both streams, in the order in which they came. */
export interface Finished {
  readonly command: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly all: string;
}

/** How a program is started. */
export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly seconds?: number;
  readonly input?: string;
}

const running = new Set<number>();

/** Ends every program that still runs, and what it started: for a suite that is told to stop. */
export function stopPrograms(): void {
  for (const id of running) stopGroup(id);
}

/** Runs it and returns what it said, whatever its exit code. Throws where it cannot start or does not end in time. */
export function runProgram(
  program: string,
  args: readonly string[],
  { env, cwd, seconds = 120, input }: RunOptions,
): Promise<Finished> {
  const command = [program, ...args].join(" ");
  return new Promise((resolve, reject) => {
    // A group of its own, so that what the program started ends with it.
    const child = spawn(program, args, { env, cwd, stdio: ["pipe", "pipe", "pipe"], detached: true });
    const id = child.pid;
    if (id !== undefined) running.add(id);
    const streams = { stdout: "", stderr: "", all: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        streams[name] += text;
        streams.all += text;
      });
    }
    const timer = setTimeout(() => {
      if (id !== undefined) stopGroup(id);
      reject(new Error(`not done after ${seconds} s: ${command}\n${streams.all}`));
    }, seconds * 1000);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (id !== undefined) running.delete(id);
      resolve({ command, code, ...streams });
    });
    child.stdin.on("error", () => {
      // A program that ends without reading its input is no fault of the test.
    });
    child.stdin.end(input ?? "");
  });
}

function stopGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
