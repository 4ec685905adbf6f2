/** Runs of workflows, as far as somebody who asked for one wants to know. */
import { PkgIndexError } from "../errors.ts";
import type { GithubAnswer, GithubClient } from "./client.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { formatRepositoryName, type RepositoryName } from "./repository-name.ts";
import type { Token } from "./token.ts";

export interface Run {
  readonly id: number;
  /** What people see: the workflow's `run-name`, else the type of the event. */
  readonly title: string;
  /** `queued`, `in_progress`, `completed`, and others on the way. */
  readonly status: string;
  /** In milliseconds since the epoch; NaN where GitHub does not say. */
  readonly createdAt: number;
  /** `success`, `failure`, `cancelled` ...; undefined before the end. */
  readonly conclusion: string | undefined;
  /** The address for people. */
  readonly url: string;
}

/** A job that did not succeed, and its first step that did not. */
export interface FailedJob {
  readonly name: string;
  readonly step: string | undefined;
  readonly url: string;
}

/** Where runs are looked up, and by whom. */
export interface RunsOf {
  readonly client: GithubClient;
  readonly repository: RepositoryName;
  readonly token: Token | undefined;
}

/** The newest hundred runs that a dispatch began, newest first. Throws a `PkgIndexError` with exit code 1. */
export async function listDispatchedRuns(of: RunsOf): Promise<readonly Run[]> {
  const query = { event: "repository_dispatch", per_page: 100 };
  const answer = await ask(of, "GET /repos/{owner}/{repo}/actions/runs", query);
  return listAt(answer, "workflow_runs", of).map((item) => parseRun(item, of));
}

/** One run as it is now. */
export async function readRun(of: RunsOf, id: number): Promise<Run> {
  const answer = await ask(of, "GET /repos/{owner}/{repo}/actions/runs/{run_id}", { run_id: id });
  return parseRun(answer.data, of);
}

/** The jobs of a run that failed or were cancelled. */
export async function listFailedJobs(of: RunsOf, id: number): Promise<readonly FailedJob[]> {
  const query = { run_id: id, per_page: 100 };
  const answer = await ask(of, "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", query);
  return listAt(answer, "jobs", of)
    .filter((job) => isFailure(job["conclusion"]))
    .map((job) => {
      const steps = Array.isArray(job["steps"]) ? job["steps"].filter(isRecord) : [];
      const step = steps.find(({ conclusion }) => isFailure(conclusion))?.["name"];
      return {
        name: textOf(job["name"]) ?? "a job without a name",
        step: textOf(step),
        url: textOf(job["html_url"]) ?? "",
      };
    });
}

function isFailure(conclusion: unknown): boolean {
  return typeof conclusion === "string" && !["success", "skipped", "neutral"].includes(conclusion);
}

async function ask(
  of: RunsOf,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<GithubAnswer> {
  const { client, repository, token } = of;
  const answer = await client.send(client.prepare(route, { ...repository, ...parameters }));
  if (answer.status === 200) return answer;
  throw explainRefusal(answer, { repository, what: "look at its runs", permission: "Actions: read" }, token);
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function listAt({ data }: GithubAnswer, key: string, of: RunsOf): readonly JsonRecord[] {
  const list = isRecord(data) ? data[key] : undefined;
  if (!Array.isArray(list)) throw malformed(of, `has no list ${key}`);
  return list.filter(isRecord);
}

function parseRun(data: unknown, of: RunsOf): Run {
  const { id, display_title, name, status, conclusion, html_url, created_at } = isRecord(data) ? data : {};
  if (typeof id !== "number" || typeof status !== "string" || typeof html_url !== "string")
    throw malformed(of, "has a run without id, status or address");
  return {
    id,
    // Servers of an enterprise before 3.6 have no titles.
    title: textOf(display_title) ?? textOf(name) ?? "",
    status,
    createdAt: Date.parse(textOf(created_at) ?? ""),
    conclusion: textOf(conclusion),
    url: html_url,
  };
}

function malformed({ repository }: RunsOf, message: string): PkgIndexError {
  return new PkgIndexError({
    code: "github-refused",
    path: formatRepositoryName(repository),
    message: `what GitHub answers for its runs ${message}`,
    hint: "see whether GITHUB_API_URL is the address of a GitHub API",
  });
}
