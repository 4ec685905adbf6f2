/** Where a build works: its folders, its environment, its log and its limits. */
import { join } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { makeFolder } from "../io/files.ts";
import type { ProcessResult } from "../io/run-process.ts";
import type { Sandbox } from "../io/sandbox.ts";
import type { BuildLog } from "./build-log.ts";
import { fixPath, toBuildEnvironment } from "./build-environment.ts";
import type { Python } from "./python.ts";

export interface Workplace {
  /** All of it is below this folder. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly sandbox: Sandbox;
  readonly log: BuildLog;
  readonly python: Python;
  /** For each program that is run. */
  readonly timeoutMs: number;
}

/** Makes the folders and the environment. `sourceTime`: when the commit was made, for builds that write times. */
export function openWorkplace(
  options: Omit<Workplace, "environment"> & {
    readonly userEnvironment: Readonly<Record<string, string | undefined>>;
    readonly sourceTime: string;
  },
): Workplace {
  const { folder, userEnvironment, sourceTime } = options;
  const [home, temporary] = [join(folder, "home"), join(folder, "tmp")];
  makeFolder(home);
  makeFolder(temporary);
  const path = fixPath(userEnvironment["PATH"]);
  const environment = toBuildEnvironment(
    { SOURCE_DATE_EPOCH: sourceTime, ...userEnvironment },
    { home, temporary, path },
  );
  return { ...options, environment };
}

/** Runs a program of the build, or one that runs its code. */
export async function runStep(
  { sandbox, log, environment, timeoutMs }: Workplace,
  command: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly isQuiet?: boolean;
  },
): Promise<ProcessResult> {
  const { cwd, isQuiet = false } = options;
  return sandbox.run(command, args, {
    cwd,
    environment: { ...environment, ...options.environment },
    timeoutMs,
    keepBytes: 64 * 1024,
    ...(isQuiet ? {} : { onOutput: (bytes) => log.add(bytes) }),
  });
}

/** The error of a step that has failed. */
export function stepFailed(
  { timeoutMs }: Workplace,
  path: string,
  what: string,
  { code, timedOut }: ProcessResult,
  hint: string,
): PkgIndexError {
  return new PkgIndexError({
    code: "build-failed",
    path,
    message: timedOut
      ? `${what} was not done within ${timeoutMs / 1000} s`
      : `${what} failed with exit code ${code}`,
    hint: timedOut ? "see where it hangs in the lines above; --timeout gives it longer" : hint,
  });
}

/** A virtual environment. */
export interface Venv {
  readonly python: string;
  /** How pip is run for it: a program and its first arguments. */
  readonly pip: readonly [string, ...string[]];
}

/** A fresh virtual environment below the workplace. Throws a `PkgIndexError` where this Python cannot make one. */
export async function makeVenv(place: Workplace, name: string): Promise<Venv> {
  const { python } = place;
  const folder = join(place.folder, name);
  const [major = 0, minor = 0] = (python.pip ?? "").split(".").map(Number);
  // A pip that works for other Pythons need not be copied there, which takes much longer than all the rest.
  const isShared = major > 22 || (major === 22 && minor >= 3);
  const args = ["-I", "-m", "venv", ...(isShared ? ["--without-pip"] : []), folder];
  const made = await runStep(place, python.path, args, { cwd: place.folder, isQuiet: true });
  const own = join(folder, "bin/python");
  if (made.code === 0) {
    const pip = ["-I", "-m", "pip"] as const;
    return { python: own, pip: isShared ? [python.path, ...pip, "--python", own] : [own, ...pip] };
  }
  const lines = `${made.stdout}${made.stderr}`.trim().split("\n").slice(-5);
  place.log.add(Buffer.from(lines.map((line) => `${line}\n`).join("")));
  const hint = "install the venv module of that Python (Debian: python3-venv), or name another with --python";
  throw stepFailed(place, python.path, "making a virtual environment", made, hint);
}
