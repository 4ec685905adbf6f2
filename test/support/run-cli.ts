/** Runs the built command as a user would: its own process, a clean environment, no shell. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { NO_GIT_CONFIG } from "./git-environment.ts";

export const MAIN = fileURLToPath(new URL("../../dist/main.cjs", import.meta.url));

export interface CliOptions {
  readonly cwd?: string;
  /** Added to the clean environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another command in front of `node`, such as `["unshare", "--mount"]`. */
  readonly wrapper?: readonly string[];
  /** Called with the id of the running process. */
  readonly onStart?: (processId: number) => void;
  readonly timeoutSeconds?: number;
}

export interface CliResult {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `pkgindex` with these arguments and waits for its end, whatever its exit code. Variables of the machine
 * (`PKGINDEX_*`, `SOURCE_DATE_EPOCH`, git's own) do not reach it.
 *
 * @throws Error where the process cannot be started or is not done in time (two minutes by default): the latter
 *   never passes for a result.
 */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const [file = process.execPath, ...rest] = [...(options.wrapper ?? []), process.execPath, MAIN, ...args];
  const timeoutSeconds = options.timeoutSeconds ?? 120;
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      cwd: options.cwd ?? process.cwd(),
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that a wrapper that is stopped takes the command along.
      detached: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      stopGroup(child.pid);
    }, timeoutSeconds * 1000);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const result = {
        code: code ?? -1,
        signal,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      };
      if (timedOut)
        reject(new Error(`not done after ${timeoutSeconds} s: ${JSON.stringify({ args, ...result })}`));
      else resolve(result);
    });
    if (child.pid !== undefined) options.onStart?.(child.pid);
  });
}

/** The whole group: a wrapper's own end would leave the command alive. */
function stopGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function cleanEnvironment(): Record<string, string> {
  return {
    ...NO_GIT_CONFIG,
    LANG: "C.UTF-8",
    NO_COLOR: "1",
  };
}
