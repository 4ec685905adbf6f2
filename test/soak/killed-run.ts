/** A command of pkgindex in a process of its own, run to its end or killed on the way. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

const slowDiskModule = new URL("slow-disk.js", import.meta.url).href;

/** How a run ended, and what it said. */
export interface RunEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  /** How long it ran, in milliseconds. */
  readonly took: number;
}

/**
 * When to kill: so many milliseconds after the start, or as soon as a path below the root has come, gone or been
 * written anew, and a little later.
 */
export type KillMoment =
  | { readonly after: "start"; readonly milliseconds: number }
  | { readonly after: "change"; readonly path: string; readonly milliseconds: number };

/** What a run gets: a command with its options, and the time that it records for what is new. */
export interface RunOptions {
  /** The script that is the program. */
  readonly program: string;
  readonly command: readonly string[];
  /** Seconds since 1970. */
  readonly epoch: number;
  readonly kill?: KillMoment;
  /** Whether writing is slow, which makes the phases longer. */
  readonly slowDisk?: boolean;
}

function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? "absent" : `${stats.ino} ${stats.size}`;
}

/**
 * Kills `child` when the path changes. Asks again and again without a pause: a phase of a run may last a millisecond,
 * and no notice of the system comes in so short a time.
 */
async function killAtChange(
  child: ChildProcess,
  path: string,
  before: string,
  milliseconds: number,
): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    for (let look = 0; look < 50; look += 1) {
      if (stateOf(path) === before) continue;
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      child.kill("SIGKILL");
      return;
    }
    await setImmediate();
  }
}

/** Runs a command on `root`. Throws where the program is not built. */
export async function runCommand(
  root: string,
  { program, command, epoch, kill, slowDisk }: RunOptions,
): Promise<RunEnd> {
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build first`);
  const target = kill?.after === "change" ? join(root, kill.path) : undefined;
  const before = target === undefined ? "" : stateOf(target);
  const imports = slowDisk === true ? ["--import", slowDiskModule] : [];
  const started = Date.now();
  const child = spawn(process.execPath, [...imports, program, ...command, "--root", root], {
    cwd: dirname(root),
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", NO_COLOR: "1", SOURCE_DATE_EPOCH: String(epoch) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let timer: NodeJS.Timeout | undefined;
  if (kill?.after === "start") timer = setTimeout(() => child.kill("SIGKILL"), kill.milliseconds);
  else if (kill !== undefined && target !== undefined)
    void killAtChange(child, target, before, kill.milliseconds);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, exitSignal) => resolve([exitCode, exitSignal]));
  });
  clearTimeout(timer);
  return { code, signal, output, took: Date.now() - started };
}
