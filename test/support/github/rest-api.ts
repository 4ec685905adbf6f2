/** The operations of the fake GitHub's REST API: from a repository and a request to an answer. */
import type { Answer } from "./answers.ts";
import { NOT_FOUND, refusal } from "./answers.ts";
import type { FakeDispatch, FakeRepository, FakeRun } from "./fake-repository.ts";
import { sampleAnswer, sampleOf } from "./openapi.ts";

export interface RestRequest {
  readonly key: string;
  /** What the path has in its places, after the owner and the repository. */
  readonly parameters: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly bodySize: number;
  /** Origin of the fake, for links. */
  readonly origin: string;
  readonly now: Date;
  /** What the token may do in the repository. */
  readonly canPush: boolean;
}

interface Route {
  /** As in `contents=write`; anybody may read what is public where the right is `metadata`, `contents` or `actions`. */
  readonly permission: string;
  readonly answer: (repository: FakeRepository, request: RestRequest) => Answer;
}

const REPOSITORY = "/repos/{owner}/{repo}";

/** The largest body of a dispatch. */
const LARGEST_PAYLOAD = 65_535;

export const ROUTES: Readonly<Record<string, Route>> = {
  [`GET ${REPOSITORY}`]: { permission: "metadata=read", answer: getRepository },
  [`GET ${REPOSITORY}/branches/{branch}`]: { permission: "contents=read", answer: getBranch },
  [`GET ${REPOSITORY}/contents/{path}`]: { permission: "contents=read", answer: getContents },
  [`GET ${REPOSITORY}/pages`]: { permission: "pages=read", answer: getPages },
  [`POST ${REPOSITORY}/dispatches`]: { permission: "contents=write", answer: createDispatch },
  [`GET ${REPOSITORY}/actions/workflows`]: { permission: "actions=read", answer: listWorkflows },
  [`GET ${REPOSITORY}/actions/runs`]: { permission: "actions=read", answer: listRuns },
  [`GET ${REPOSITORY}/actions/runs/{run_id}`]: { permission: "actions=read", answer: getRun },
  [`GET ${REPOSITORY}/actions/runs/{run_id}/jobs`]: { permission: "actions=read", answer: listJobs },
  [`GET ${REPOSITORY}/actions/secrets`]: { permission: "secrets=read", answer: listSecrets },
};

function ok(key: string, values: object): Answer {
  return { status: 200, body: sampleAnswer(key, 200, values) };
}

function getRepository(repository: FakeRepository, { key, origin, canPush }: RestRequest): Answer {
  return ok(key, {
    id: repository.id,
    name: repository.name,
    full_name: repository.fullName,
    private: repository.isPrivate,
    visibility: repository.isPrivate ? "private" : "public",
    html_url: `${origin}/${repository.fullName}`,
    default_branch: repository.defaultBranch,
    owner: sampleOf("simple-user", { login: repository.owner }),
    permissions: { admin: false, maintain: false, push: canPush, triage: false, pull: true },
  });
}

function getBranch(repository: FakeRepository, { key, parameters: [name = ""] }: RestRequest): Answer {
  const sha = repository.git(["for-each-ref", "--format=%(objectname)", `refs/heads/${name}`]);
  if (sha === "") return refusal(404, "Branch not found");
  return ok(key, { name, commit: sampleOf("commit", { sha }) });
}

function getContents(repository: FakeRepository, { parameters: [path = ""], origin }: RestRequest): Answer {
  const text = repository.readFile(path);
  if (text === undefined) return NOT_FOUND;
  const name = path.replace(/^.*\//, "");
  const content = Buffer.from(text).toString("base64").replace(/.{60}/g, "$&\n");
  const html_url = `${origin}/${repository.fullName}/blob/${repository.defaultBranch}/${path}`;
  const size = Buffer.byteLength(text);
  return {
    status: 200,
    body: sampleOf("content-file", { type: "file", encoding: "base64", name, path, size, content, html_url }),
  };
}

function getPages(repository: FakeRepository, { key }: RestRequest): Answer {
  if (repository.pages === undefined) return NOT_FOUND;
  const { buildType, url } = repository.pages;
  return ok(key, { build_type: buildType, html_url: url, status: "built", public: true });
}

function createDispatch(repository: FakeRepository, { body, bodySize, now }: RestRequest): Answer {
  if (bodySize > LARGEST_PAYLOAD) return refusal(422, "client_payload is too large.");
  const dispatch = body as FakeDispatch;
  const payload = dispatch.client_payload ?? {};
  repository.dispatches.push({ event_type: dispatch.event_type, client_payload: payload });
  for (const workflow of repository.workflows) {
    if (workflow.state !== "active") continue;
    addRun(repository, {
      workflow,
      title: workflow.runName?.(payload) ?? dispatch.event_type,
      event: "repository_dispatch",
      createdAt: now,
    });
  }
  repository.onDispatch?.({ event_type: dispatch.event_type, client_payload: payload });
  return { status: 204 };
}

/** Begins a run, such as one that somebody else asked for. */
export function addRun(
  repository: FakeRepository,
  run: Pick<FakeRun, "workflow" | "title" | "event" | "createdAt">,
): FakeRun {
  const id = 9_000_000_000 + repository.id * 1000 + repository.runs.length;
  const added: FakeRun = { ...run, id, states: [...repository.nextStates], jobs: repository.nextJobs };
  repository.runs.push(added);
  return added;
}

function listWorkflows(repository: FakeRepository, { key, query }: RestRequest): Answer {
  const all = repository.workflows.map(({ id, name, path, state }) =>
    sampleOf("workflow", { id, name, path, state }),
  );
  return ok(key, { total_count: all.length, workflows: page(all, query) });
}

function listRuns(repository: FakeRepository, request: RestRequest): Answer {
  const { query, key } = request;
  const event = query.get("event");
  const since = /^>=?(.+)$/.exec(query.get("created") ?? "")?.[1];
  const all = repository.runs
    .filter((run) => event === null || run.event === event)
    // GitHub's times have no fractions of a second.
    .filter((run) => since === undefined || toSecond(run.createdAt) >= Date.parse(since))
    .toReversed()
    .map((run) => toRun(repository, run, request));
  return ok(key, { total_count: all.length, workflow_runs: page(all, query) });
}

function toSecond(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}

function getRun(repository: FakeRepository, request: RestRequest): Answer {
  const run = repository.runs.find(({ id }) => id === Number(request.parameters[0]));
  if (run === undefined) return NOT_FOUND;
  if (run.states.length > 1) run.states.shift();
  return { status: 200, body: toRun(repository, run, request) };
}

function toRun(repository: FakeRepository, run: FakeRun, { origin }: RestRequest): object {
  const [status, conclusion] = run.states[0] ?? ["completed", "success"];
  return sampleOf("workflow-run", {
    id: run.id,
    name: run.workflow.name,
    display_title: run.title,
    event: run.event,
    status,
    conclusion,
    path: run.workflow.path,
    workflow_id: run.workflow.id,
    head_branch: repository.defaultBranch,
    created_at: new Date(toSecond(run.createdAt)).toISOString().replace(".000", ""),
    html_url: `${origin}/${repository.fullName}/actions/runs/${run.id}`,
  });
}

function listJobs(repository: FakeRepository, { key, parameters: [id], query, origin }: RestRequest): Answer {
  const run = repository.runs.find((candidate) => candidate.id === Number(id));
  if (run === undefined) return NOT_FOUND;
  const jobs = run.jobs.map(({ name, conclusion, failedStep }, index) =>
    sampleOf("job", {
      id: run.id + index,
      run_id: run.id,
      name,
      status: "completed",
      conclusion,
      html_url: `${origin}/${repository.fullName}/actions/runs/${run.id}/job/${run.id + index}`,
      steps:
        failedStep === undefined
          ? []
          : [{ name: failedStep, status: "completed", conclusion: "failure", number: 1 }],
    }),
  );
  return ok(key, { total_count: jobs.length, jobs: page(jobs, query) });
}

function listSecrets(repository: FakeRepository, { key, query }: RestRequest): Answer {
  const all = repository.secrets.map((name) => sampleOf("actions-secret", { name }));
  return ok(key, { total_count: all.length, secrets: page(all, query) });
}

function page(all: readonly object[], query: URLSearchParams): readonly object[] {
  const size = Math.min(100, Number(query.get("per_page") ?? 30));
  const start = (Number(query.get("page") ?? 1) - 1) * size;
  return all.slice(start, start + size);
}
