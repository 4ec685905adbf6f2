/** Asks another program something short: what version it is, whether it can do a thing. */
import { systemErrorCode } from "./files.ts";
import { runProcess, type ProcessResult } from "./run-process.ts";

export interface ProbeOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const TIMEOUT_MS = 10_000;
const KEEP_BYTES = 64 * 1024;

/** Runs a program to its end; after ten seconds it is ended. Undefined where it cannot be started. */
export async function probeProgram(
  file: string,
  args: readonly string[],
  { cwd, environment }: ProbeOptions,
): Promise<ProcessResult | undefined> {
  try {
    return await runProcess(file, args, {
      cwd,
      environment,
      timeoutMs: TIMEOUT_MS,
      keepBytes: KEEP_BYTES,
    });
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}
