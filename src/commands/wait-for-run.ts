/** `issue-update --wait`: follows the run that a dispatch began, and says how it ended. */
import type { Problem } from "../errors.ts";
import { findRun, followRun, readNewestRunId, type Patience } from "../github/follow-run.ts";
import { formatRepositoryName, type RepositoryName } from "../github/repository-name.ts";
import { listFailedJobs, type FailedJob, type Run, type RunsOf } from "../github/runs.ts";
import { formatProblem, toVisible } from "../io/terminal.ts";

/** How it ended; `problem` is there unless the run succeeded. */
export interface WaitResult {
  readonly run: (Omit<Run, "createdAt"> & { readonly failedJobs: readonly FailedJob[] }) | undefined;
  readonly problem: Problem | undefined;
}

/** Where the address and the outcome go, and where all else goes. */
interface Voice {
  readonly say: (line: string) => void;
  readonly talk: (line: string) => void;
}

/**
 * Notes which runs there are. What it returns is called with the time at which the dispatch was taken: it looks for the new run, prints its
 * address, and follows it. Throws a `PkgIndexError` with exit code 1 where runs cannot be looked at: before anything is sent.
 */
export async function startWait(
  of: RunsOf,
  wanted: { readonly source: RepositoryName; readonly ref: string },
  patience: Patience,
  { say, talk }: Voice,
): Promise<(since: number) => Promise<WaitResult>> {
  const after = await readNewestRunId(of);
  const finish = (run: WaitResult["run"], problem: Problem | undefined): WaitResult => {
    if (problem !== undefined) talk(formatProblem(problem));
    return { run, problem };
  };
  return async (since) => {
    const { run, isSure, others } = await findRun(of, { ...wanted, after, since }, patience);
    if (run === undefined) return finish(undefined, noRun(of.repository, others));
    say(toVisible(`run ${run.id}: ${run.url}`));
    if (!isSure && others > 0)
      talk(
        "note: other runs began as well, and no title says which is which (hint: give the workflow a run-name)",
      );
    const { createdAt: _, ...last } = await followRun(of, run, patience, ({ status }) => {
      if (status !== "completed") talk(toVisible(`run ${run.id}: ${status.replaceAll("_", " ")}`));
    });
    if (last.status !== "completed") return finish({ ...last, failedJobs: [] }, tooLate(last));
    if (last.conclusion === "success") {
      say(`run ${run.id}: success`);
      return finish({ ...last, failedJobs: [] }, undefined);
    }
    const failedJobs = await listFailedJobs(of, run.id);
    return finish({ ...last, failedJobs }, failed(last, failedJobs));
  };
}

function noRun(repository: RepositoryName, others: number): Problem {
  const seen = others === 0 ? "no run" : `${others} other runs began, but none for this source and ref`;
  return {
    code: "no-run",
    severity: "error",
    path: formatRepositoryName(repository),
    message: `GitHub took the request, and ${others === 0 ? `${seen} began` : seen}`,
    hint:
      "the workflow must be on the default branch, be enabled, and listen to repository_dispatch with the type " +
      "update_package_index; pkgindex doctor looks",
  };
}

function tooLate(run: Pick<Run, "url" | "status">): Problem {
  return {
    code: "run-not-done",
    severity: "error",
    path: run.url,
    message: `the run is not at its end (${run.status.replaceAll("_", " ")}), and the time is over`,
    hint: "it goes on: look there, or wait longer with --timeout",
  };
}

function failed(run: Pick<Run, "url" | "conclusion">, jobs: readonly FailedJob[]): Problem {
  const where = jobs
    .map(({ name, step }) => (step === undefined ? name : `${name}, at "${step}"`))
    .join("; ");
  const conclusion = run.conclusion?.replaceAll("_", " ") ?? "no conclusion";
  return {
    code: "run-failed",
    severity: "error",
    path: run.url,
    message: `the run ended with ${conclusion}${where === "" ? "" : `: ${where}`}`,
    hint: "its log says why",
  };
}
