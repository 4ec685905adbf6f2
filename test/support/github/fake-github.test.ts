/** The fake GitHub does what GitHub does, as far as a client can tell. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NO_GIT_CONFIG } from "../git-environment.ts";
import { temporaryDirectory } from "../make-tree.ts";
import { secondaryLimit } from "./answers.ts";
import { FakeGithub } from "./fake-github.ts";
import type { FakeRepository } from "./fake-repository.ts";

const run = promisify(execFile);
const WORKFLOW = ".github/workflows/update-python-pkg-index.yml";

let github: FakeGithub;
let repository: FakeRepository;

beforeEach(async () => {
  github = await FakeGithub.start();
  repository = github.addRepository("octo-org/Packages", { files: { "pkgindex.toml": "" } });
  github.addToken("writer", { rights: { "octo-org/packages": { contents: "write" } } });
  github.addToken("reader", { rights: { "octo-org/packages": { contents: "read" } } });
});

afterEach(() => github.close());

async function ask(method: string, path: string, token?: string, body?: object | string) {
  const answer = await fetch(`${github.api}${path}`, {
    method,
    redirect: "manual",
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === "" ? undefined : JSON.parse(text) };
}

const DISPATCHES = "/repos/octo-org/packages/dispatches";

describe("a dispatch", () => {
  test("is taken from a token that may write, in any case of the name, and begins a run", async () => {
    const workflow = repository.addWorkflow(WORKFLOW, "on: repository_dispatch\n");
    const { status, body } = await ask("POST", DISPATCHES, "writer", {
      event_type: "x",
      client_payload: { a: 1 },
    });
    expect({ status, body }).toEqual({ status: 204, body: undefined });
    expect(repository.dispatches).toEqual([{ event_type: "x", client_payload: { a: 1 } }]);
    const runs = await ask(
      "GET",
      "/repos/octo-org/packages/actions/runs?event=repository_dispatch",
      "writer",
    );
    expect(runs.body).toMatchObject({
      total_count: 1,
      workflow_runs: [{ display_title: "x", status: "queued", workflow_id: workflow.id }],
    });
    const path = `/repos/octo-org/packages/actions/runs/${runs.body.workflow_runs[0].id}`;
    expect((await ask("GET", path, "writer")).body.status).toBe("in_progress");
    expect((await ask("GET", path, "writer")).body).toMatchObject({
      status: "completed",
      conclusion: "success",
    });
    expect((await ask("GET", `${path}/jobs`, "writer")).body.jobs).toHaveLength(1);
  });

  test.each([
    ["a token that is none", "wrong", 401, "Bad credentials"],
    ["nobody", undefined, 401, "Requires authentication"],
    ["a token that may read", "reader", 403, "Resource not accessible by personal access token"],
  ])("of %s is refused", async (_, token, status, message) => {
    const answer = await ask("POST", DISPATCHES, token, { event_type: "x" });
    expect(answer).toMatchObject({ status, body: { message, status: String(status) } });
    if (status === 403) expect(answer.headers.get("x-accepted-github-permissions")).toBe("contents=write");
    expect(repository.dispatches).toEqual([]);
  });

  test.each([
    [{ event_type: "" }, /Invalid request/],
    [{}, /Invalid request/],
    ["no JSON", /Invalid request/],
    [
      { event_type: "x", client_payload: Object.fromEntries([..."abcdefghijk"].map((key) => [key, 1])) },
      /No more than 10 properties are allowed; 11 were supplied/,
    ],
    [{ event_type: "x", client_payload: { a: "a".repeat(65_536) } }, /client_payload is too large/],
  ])("with a body against the rules gets 422", async (body, message) => {
    const answer = await ask("POST", DISPATCHES, "writer", body);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toMatch(message);
  });

  test("to a repository that nobody may see is not found", async () => {
    github.addRepository("octo-org/secret", { private: true });
    expect(
      await ask("POST", "/repos/octo-org/secret/dispatches", "writer", { event_type: "x" }),
    ).toMatchObject({
      status: 404,
      body: { message: "Not Found" },
    });
  });

  test("beyond the limit gets GitHub's secondary one", async () => {
    github.dispatchLimit = { count: 1, seconds: 60 };
    expect((await ask("POST", DISPATCHES, "writer", { event_type: "x" })).status).toBe(204);
    const refused = await ask("POST", DISPATCHES, "writer", { event_type: "x" });
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("secondary rate limit") },
    });
  });

  test("to a repository that was renamed is redirected", async () => {
    github.rename(repository, "wheels");
    const moved = await ask("POST", DISPATCHES, "writer", { event_type: "x" });
    expect(moved.status).toBe(307);
    const location = moved.headers.get("location") ?? "";
    expect(location).toMatch(/\/repositories\/1\/dispatches$/);
    expect((await ask("POST", location.slice(github.api.length), "writer", { event_type: "x" })).status).toBe(
      204,
    );
  });
});

test("what doctor asks for is answered", async () => {
  repository.pages = { buildType: "workflow", url: "https://octo-org.github.io/packages/" };
  repository.secrets.push("PKG_UPDATE_TOKEN");
  github.addToken("all", {
    scopes: ["repo"],
    rights: { "*": { contents: "write", pages: "read", secrets: "read", actions: "read" } },
  });
  for (const path of [
    "",
    "/branches/main",
    "/contents/pkgindex.toml",
    "/pages",
    "/actions/workflows",
    "/actions/secrets",
  ])
    expect((await ask("GET", `/repos/octo-org/packages${path}`, "all")).status, path).toBe(200);
  for (const path of ["/user", "/meta", "/rate_limit"])
    expect((await ask("GET", path, "all")).status).toBe(200);
  expect((await ask("GET", "/repos/octo-org/packages", "all")).headers.get("x-oauth-scopes")).toBe("repo");
  expect((await ask("GET", "/repos/octo-org/packages/pages", "reader")).status).toBe(403);
  expect((await ask("GET", "/repos/octo-org/packages/contents/absent", "all")).status).toBe(404);
});

test("planned answers come first, in their order", async () => {
  github.plan("GET", /^\/user$/, [secondaryLimit(7), "cut"]);
  expect((await ask("GET", "/user", "writer")).headers.get("retry-after")).toBe("7");
  await expect(ask("GET", "/user", "writer")).rejects.toThrow();
  expect((await ask("GET", "/user", "writer")).status).toBe(200);
});

test("a question that GitHub does not have is a fault of the one who asks", async () => {
  await ask("GET", "/repos/octo-org/packages/actions/runs?per_pages=1", "writer");
  expect(github.faults).toEqual(["GET /repos/{owner}/{repo}/actions/runs has no parameter per_pages"]);
  github.faults.length = 0;
});

describe("git", () => {
  function git(token: string | undefined, args: readonly string[], cwd = temporaryDirectory()) {
    const header = token === undefined ? "" : `authorization: basic ${btoa(`x-access-token:${token}`)}`;
    const environment = {
      ...NO_GIT_CONFIG,
      GIT_TERMINAL_PROMPT: "0",
      GIT_CONFIG_COUNT: "3",
      GIT_CONFIG_KEY_0: "http.extraHeader",
      GIT_CONFIG_VALUE_0: header,
      GIT_CONFIG_KEY_1: "user.name",
      GIT_CONFIG_VALUE_1: "octocat",
      GIT_CONFIG_KEY_2: "user.email",
      GIT_CONFIG_VALUE_2: "octocat@example.org",
    };
    return run("git", args, { cwd, env: environment }).then(
      ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr, cwd }),
      (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr, cwd }),
    );
  }

  async function cloneAndCommit(token: string): Promise<string> {
    const { cwd, code, text } = await git(token, ["clone", `${github.url}/octo-org/packages.git`, "w"]);
    expect(code, text).toBe(0);
    const folder = join(cwd, "w");
    writeFileSync(join(folder, "new.txt"), "new\n");
    await git(token, ["add", "."], folder);
    await git(token, ["commit", "-m", "new"], folder);
    return folder;
  }

  test("clones what is public, partially too, and pushes with the right to write", async () => {
    expect(
      (await git(undefined, ["clone", "--filter=blob:none", `${github.url}/octo-org/Packages`, "c"])).code,
    ).toBe(0);
    const folder = await cloneAndCommit("writer");
    const pushed = await git("writer", ["push"], folder);
    expect(pushed.code, pushed.text).toBe(0);
    expect(repository.readFile("new.txt")).toBe("new");
    expect(github.traffic.sent).toBeGreaterThan(100);
    expect(github.traffic.received).toBeGreaterThan(100);
  });

  test("refuses a push without the right, and to a protected branch", async () => {
    const folder = await cloneAndCommit("reader");
    expect((await git("reader", ["push"], folder)).text).toMatch(
      /Write access to repository not granted|403/,
    );
    repository.protectBranch();
    const refused = await git("writer", ["push"], folder);
    expect(refused.code).toBe(1);
    expect(refused.text).toContain("GH006: Protected branch update failed for refs/heads/main");
    expect(repository.readFile("new.txt")).toBeUndefined();
  });

  test("shows a private repository to those who may see it", async () => {
    github.addRepository("octo-org/secret", { private: true, files: { a: "a" } });
    github.addToken("member", { rights: { "octo-org/secret": { contents: "read" } } });
    const address = `${github.url}/octo-org/secret.git`;
    expect((await git(undefined, ["ls-remote", address])).code).not.toBe(0);
    expect((await git("writer", ["ls-remote", address])).text).toMatch(/not found/);
    expect((await git("wrong", ["ls-remote", address])).code).not.toBe(0);
    expect((await git("member", ["ls-remote", address])).text).toContain("refs/heads/main");
  });
});
