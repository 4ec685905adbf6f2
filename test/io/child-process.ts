/** Child processes that run a few lines against the modules, as another run of pkgindex would. */
import { spawn, type ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";

/** The address of a module (`io/lock.ts`), for an import in a child process. */
export function sourceModule(path: string): string {
  return new URL(`../../src/${path}`, import.meta.url).href;
}

export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Resolves when the child has printed this line. */
  readonly hasPrinted: (line: string) => Promise<void>;
  /** The exit code or the signal, and all that it said. */
  readonly end: Promise<{ readonly code: number | string | null; readonly output: string }>;
}

/** Starts a program (an ES module) with these arguments; it is killed when the test is over. */
export function startChild(program: string, args: readonly string[]): Child {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program, ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  if (child.pid === undefined) throw new Error("node does not start");
  let output = "";
  const listeners: (() => void)[] = [];
  const hear = (text: string): void => {
    output += text;
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", hear);
  const end = new Promise<{ code: number | string | null; output: string }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code: signal ?? code, output }));
  });
  return {
    process: child,
    pid: child.pid,
    hasPrinted: (line) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.split("\n").includes(line)) resolve();
        };
        listeners.push(look);
        look();
        void end.then(() => reject(new Error(`ended without ${line}: ${output}`)));
      }),
    end,
  };
}
