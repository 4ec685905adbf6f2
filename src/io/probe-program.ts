/** Asks another program something short: what version it is, whether it can do a thing. */
import { execFile } from "node:child_process";
import { systemErrorCode } from "./files.ts";

export interface ProbeOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}

/** What a program said; `code` is -1 where it was not done in time. */
export interface Probe {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 10_000;
const MOST_OUTPUT = 1024 * 1024;

/** Runs a program to its end, without a shell and without stdin. Undefined where it cannot be started. */
export function probeProgram(
  file: string,
  args: readonly string[],
  { cwd, environment, timeoutMs = TIMEOUT_MS }: ProbeOptions,
): Promise<Probe | undefined> {
  return new Promise((resolve) => {
    const options = {
      cwd,
      env: environment,
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: MOST_OUTPUT,
      encoding: "utf8",
    } as const;
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (systemErrorCode(error) !== undefined && child.pid === undefined) resolve(undefined);
      else resolve({ code: typeof error.code === "number" ? error.code : -1, stdout, stderr });
    });
    child.stdin?.end();
  });
}
