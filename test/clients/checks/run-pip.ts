/** How pip is run, and what the checks of it share. */
import { pipVersion, runClient, type Situation } from "../check.ts";
import type { Finished } from "../support/run-program.ts";

/** What `demo-dep[more]` needs, itself among it. */
export const DEPENDENCIES = [
  "demo_dep-1.0-py3-none-any.whl",
  "demo_pkg-1.0-py3-none-any.whl",
  "demo_local-1.0+cu121-py3-none-any.whl",
  "demo_epoch-43!2025.12.17-py3-none-any.whl",
] as const;

/** How every pip says that it found nothing. */
export const NOT_FOUND = /No matching distribution found/;

/** Runs a command of pip on the index. */
export function pip(situation: Situation, args: readonly string[]): Promise<Finished> {
  const [command = "", ...rest] = args;
  const options = ["--no-cache-dir", "--index-url", situation.indexUrl];
  return runClient(situation, "pip", [command, ...options, ...rest]);
}

/** `pip download --no-deps` into the folder `got`. */
export function download(situation: Situation, args: readonly string[]): Promise<Finished> {
  return pip(situation, ["download", "--no-deps", "-d", "got", ...args]);
}

/** For checks of what came with a version of pip. */
export function isAtLeast(version: number): (situation: Pick<Situation, "client">) => boolean {
  return ({ client }) => pipVersion(client) >= version;
}
