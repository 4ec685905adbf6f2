/** From a dispatch to the end of the run that it began, on a clock of the test. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGithubClient } from "../../src/github/client.ts";
import { findRun, followRun, readNewestRunId } from "../../src/github/follow-run.ts";
import { INDEX_WORKFLOW } from "../../src/github/workflow-files.ts";
import { listFailedJobs, type Run, type RunsOf } from "../../src/github/runs.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeGithub } from "../support/github/fake-github.ts";
import type { FakeRepository, FakeWorkflow } from "../support/github/fake-repository.ts";
import { addRun } from "../support/github/rest-api.ts";

const REPOSITORY = { owner: "octo-org", repo: "packages" };
const SOURCE = { owner: "GridTools", repo: "dace" };

let clock: FakeClock;
let github: FakeGithub;
let repository: FakeRepository;
let workflow: FakeWorkflow;
let of: RunsOf;

beforeEach(async () => {
  clock = new FakeClock();
  github = await FakeGithub.start({ now: () => new Date(clock.now()) });
  repository = github.addRepository("octo-org/packages", { private: true });
  workflow = repository.addWorkflow(".github/workflows/update.yml", "on: repository_dispatch\n");
  github.addToken("t", { rights: { "octo-org/packages": { contents: "write", actions: "read" } } });
  const token = { value: "t", source: "GH_TOKEN" };
  const client = createGithubClient({
    api: github.api,
    token,
    userAgent: "pkgindex/0",
    clock,
    deadline: clock.now() + 3_600_000,
  });
  of = { client, repository: REPOSITORY, token };
});

afterEach(() => github.close());

function begin(title: string, event = "repository_dispatch"): number {
  return addRun(repository, { workflow, title, event, createdAt: new Date(clock.now()) }).id;
}

interface Found {
  readonly id: number | undefined;
  readonly isSure: boolean;
  readonly others: number;
}

async function find(after: number, since = Number.NaN): Promise<Found> {
  const patience = { clock, deadline: clock.now() + 600_000 };
  const { run, ...found } = await findRun(of, { source: SOURCE, ref: "v1", after, since }, patience);
  return { id: run?.id, ...found };
}

describe("the run of a dispatch", () => {
  it("is found among others by source and ref in its title, in any case of the source", async () => {
    begin("GridTools/dace@v1");
    const after = await readNewestRunId(of);
    begin("GridTools/ghex@v1");
    begin("GridTools/dace@v1.0");
    begin("GridTools/dace@release/v1");
    begin("GridTools/dace-tools@v1");
    begin("update_package_index");
    begin("GridTools/dace@v1", "workflow_dispatch");
    const own = begin("gridtools/DaCe@v1");
    begin("GridTools/dace@v1");
    expect(await find(after)).toEqual({ id: own, isSure: true, others: 6 });
  });

  it("is the first new one where the workflow gives no titles, and the others are counted", async () => {
    begin("update_package_index");
    const after = await readNewestRunId(of);
    const first = begin("update_package_index");
    begin("update_package_index");
    expect(await find(after)).toEqual({ id: first, isSure: false, others: 1 });
  });

  it("is the first new one of its source where titles have no ref", async () => {
    begin("Add GridTools/ghex");
    const first = begin("Add GridTools/dace");
    begin("Add GridTools/dace");
    expect(await find(0)).toEqual({ id: first, isSure: false, others: 2 });
  });

  it("has a title that is understood where the workflow is the one that pkgindex ships", async () => {
    const shipped = new URL(`../../${INDEX_WORKFLOW}`, import.meta.url);
    const { "run-name": runName } = parse(readFileSync(shipped, "utf8")) as { "run-name": string };
    const payload = { source_org: "GridTools", source_repo: "dace", dependency_ref: "v1" };
    const title = (ref: string) =>
      runName.replace(/\$\{\{[^}]*client_payload\.(\w+)[^}]*\}\}/g, (_, key: keyof typeof payload) =>
        key === "dependency_ref" ? ref : payload[key],
      );
    expect(title("v1")).toBe("Add GridTools/dace at v1");
    begin(title("v2"));
    const own = begin(title("v1"));
    expect(await find(0)).toEqual({ id: own, isSure: true, others: 1 });
  });

  it("with a title that names nothing is taken after ten seconds, should no better one come", async () => {
    const own = begin("Update");
    expect(await find(0)).toEqual({ id: own, isSure: false, others: 0 });
    expect(clock.naps.reduce((sum, nap) => sum + nap, 0)).toBeGreaterThanOrEqual(10_000);
    const better = begin("GridTools/dace v1");
    expect((await find(0)).id).toBe(better);
  });

  it("may have begun before the list was seen, should GitHub's clock say that it is new", async () => {
    begin("GridTools/dace v1");
    await clock.sleep(5000);
    const own = begin("GridTools/dace v1");
    expect((await find(own, clock.now() + 999)).id).toBe(own);
  });

  it("may come late", async () => {
    const after = await readNewestRunId(of);
    const found = find(after);
    let looked = 0;
    const sleep = clock.sleep;
    of = { ...of };
    Object.assign(clock, {
      sleep: (ms: number) => {
        looked += 1;
        if (looked === 3) begin("GridTools/dace v1");
        return sleep(ms);
      },
    });
    expect((await found).id).toBeDefined();
    expect(looked).toBeGreaterThanOrEqual(3);
  });

  it("that never comes is given up after three minutes", async () => {
    begin("GridTools/ghex@v1");
    expect(await find(0)).toEqual({ id: undefined, isSure: false, others: 1 });
    const waited = clock.naps.reduce((sum, nap) => sum + nap, 0);
    expect(waited).toBeGreaterThan(150_000);
    expect(waited).toBeLessThanOrEqual(180_000);
  });
});

describe("a run", () => {
  async function follow(deadlineMs = 3_600_000): Promise<{ last: Run; seen: string[] }> {
    repository.nextStates = [
      ["queued", null],
      ["queued", null],
      ["in_progress", null],
      ["in_progress", null],
      ["completed", "failure"],
    ];
    const id = begin("x");
    const seen: string[] = [];
    const run: Run = { id, title: "x", status: "queued", createdAt: 0, conclusion: undefined, url: "" };
    const patience = { clock, deadline: clock.now() + deadlineMs };
    const last = await followRun(of, run, patience, ({ status }) => seen.push(status));
    return { last, seen };
  }

  it("is followed to its end, each new status told once, with growing pauses", async () => {
    const { last, seen } = await follow();
    expect(last).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(seen).toEqual(["queued", "in_progress", "completed"]);
    expect(clock.naps).toEqual([1000, 1500, 2250, 3375]);
  });

  it("is left where the time is over", async () => {
    expect((await follow(3000)).last.status).toBe("in_progress");
  });

  it("that failed names its jobs and their steps", async () => {
    repository.nextJobs = [
      { name: "build", conclusion: "failure", failedStep: "Build the wheel" },
      { name: "publish", conclusion: "skipped" },
      { name: "deploy", conclusion: "cancelled" },
      { name: "other", conclusion: "success" },
    ];
    const jobs = await listFailedJobs(of, begin("x"));
    expect(jobs.map(({ name, step }) => [name, step])).toEqual([
      ["build", "Build the wheel"],
      ["deploy", undefined],
    ]);
  });
});

it("a token that may not look at runs is told which right it lacks", async () => {
  github.addToken("t", { rights: { "octo-org/packages": { contents: "write" } } });
  await expect(readNewestRunId(of)).rejects.toThrow(/may not look at its runs: it lacks Actions: read/);
});

it("an answer that is none of GitHub's is no bug of ours", async () => {
  github.plan("GET", /runs$/, [{ status: 200, body: "[1]" }]);
  await expect(readNewestRunId(of)).rejects.toThrow(/has no list workflow_runs/);
  github.plan("GET", /runs$/, [{ status: 200, body: { workflow_runs: [{ id: "1" }] } }]);
  await expect(readNewestRunId(of)).rejects.toThrow(/has a run without id, status or address/);
  github.plan("GET", /runs$/, [{ status: 200, headers: { "content-type": "text/html" }, body: "<html>" }]);
  await expect(readNewestRunId(of)).rejects.toThrow(/has no list workflow_runs/);
});
