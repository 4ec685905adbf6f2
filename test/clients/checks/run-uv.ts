/** How uv is run, and what the checks of it share. */
import { runClient, type Situation } from "../check.ts";
import type { Finished } from "../support/run-program.ts";

/** What must be in a lock of `demo-dep[more]`, `demo-late` and `demo-source`: a lock is for every Python, 3.99 among them. */
export const LOCKED = [
  "demo_dep-1.0-py3-none-any.whl",
  "demo_epoch-43!2025.12.17-py3-none-any.whl",
  "demo_late-2.0-py3-none-any.whl",
  "demo_local-1.0+cu121-py3-none-any.whl",
  "demo_pkg-1.0-py3-none-any.whl",
  "demo_pkg-1.0.tar.gz",
  "demo_pkg-2.0-py3-none-any.whl",
  "demo_source-1.0.tar.gz",
] as const;

/** The wheels among them for the Python at hand. */
export const WHEELS = LOCKED.filter(
  (name) => name.endsWith(".whl") && name !== "demo_pkg-2.0-py3-none-any.whl",
);

/** Runs `uv` in the check's folder, or in `cwd`. */
export function uv(situation: Situation, args: readonly string[], cwd?: string): Promise<Finished> {
  return runClient(situation, "uv", args, cwd === undefined ? {} : { cwd });
}
