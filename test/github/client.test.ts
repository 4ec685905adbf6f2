/** The client against the fake GitHub, on a clock of the test: waiting takes no time. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGithubClient, type ClientOptions, type GithubClient } from "../../src/github/client.ts";
import { checkDispatch, prepareDispatch, sendDispatch, toUpdateDispatch } from "../../src/github/dispatch.ts";
import { formatPermissions } from "../../src/github/explain-refusal.ts";
import { PkgIndexError } from "../../src/errors.ts";
import { FakeClock } from "../support/fake-clock.ts";
import {
  BAD_GATEWAY,
  notAccessible,
  primaryLimit,
  refusal,
  secondaryLimit,
} from "../support/github/answers.ts";
import { FakeGithub, type PlannedAnswer } from "../support/github/fake-github.ts";
import type { FakeRepository } from "../support/github/fake-repository.ts";

const TOKEN = { value: "ghp_canary", source: "PKG_UPDATE_TOKEN" };
const INDEX = { owner: "octo-org", repo: "packages" };
const DISPATCH = toUpdateDispatch({ owner: "GridTools", repo: "dace" }, "v1.0");

let clock: FakeClock;
let github: FakeGithub;
let repository: FakeRepository;
const waits: string[] = [];

beforeEach(async () => {
  waits.length = 0;
  clock = new FakeClock();
  github = await FakeGithub.start({ now: () => new Date(clock.now()) });
  repository = github.addRepository("octo-org/packages");
  github.addToken(TOKEN.value, { rights: { "octo-org/packages": { contents: "write" } } });
});

afterEach(() => github.close());

function client(change: Partial<ClientOptions> = {}): GithubClient {
  return createGithubClient({
    api: github.api,
    token: TOKEN,
    userAgent: "pkgindex/0",
    clock,
    random: () => 0.5,
    deadline: clock.now() + 3_600_000,
    onWait: (reason, seconds) => waits.push(`${reason} ${seconds}`),
    ...change,
  });
}

async function send(change: Partial<ClientOptions> = {}): Promise<string | undefined> {
  const own = client(change);
  const request = prepareDispatch(own, INDEX, DISPATCH);
  return (await sendDispatch(own, request, INDEX, change.token ?? TOKEN)).newName;
}

function plan(...answers: PlannedAnswer[]): void {
  github.plan("POST", /dispatches$/, answers);
}

async function failure(promise: Promise<unknown>): Promise<PkgIndexError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PkgIndexError);
  return error as PkgIndexError;
}

it("a dispatch is one POST with the names of the wire, and the token in its header alone", async () => {
  expect(await send()).toBeUndefined();
  expect(repository.dispatches).toEqual([
    {
      event_type: "update_package_index",
      client_payload: { source_repo: "dace", source_org: "GridTools", dependency_ref: "v1.0" },
    },
  ]);
  const [request] = github.requests;
  expect(request).toMatchObject({ method: "POST", path: "/repos/octo-org/packages/dispatches" });
  expect(request?.headers).toMatchObject({
    accept: "application/vnd.github+json",
    authorization: "Bearer ghp_canary",
    "user-agent": "pkgindex/0",
    "x-github-api-version": "2022-11-28",
  });
  expect(JSON.stringify(client().prepare("GET /user"))).not.toContain("canary");
});

it("a token goes to a server over plain http on this machine alone", () => {
  expect(() => client({ api: "http://git.example.org/api/v3" })).toThrow(/not encrypted/);
  expect(() => client({ api: "http://git.example.org/api/v3", token: undefined })).not.toThrow();
  expect(() => client({ api: "http://localhost:8000/api/v3" })).not.toThrow();
});

describe("it asks again", () => {
  it.each([
    ["after retry-after", secondaryLimit(7), [7000]],
    ["after the reset of the budget", primaryLimit(Date.UTC(2026, 0, 1) / 1000 + 30), [31_000]],
    ["with 429 too", secondaryLimit(2, 429), [2000]],
    ["after a minute at a secondary limit that gives no time", secondaryLimit(), [60_500]],
    ["after a bad gateway", BAD_GATEWAY, [1000]],
    ["after a cut connection", "cut", [1000]],
  ] as const)("%s", async (_, answer, naps) => {
    plan(answer);
    await send();
    expect(clock.naps).toEqual(naps);
    expect(waits).toHaveLength(1);
    expect(repository.dispatches).toHaveLength(1);
  });

  it("with growing pauses, four times in all", async () => {
    plan(BAD_GATEWAY, BAD_GATEWAY, BAD_GATEWAY, BAD_GATEWAY);
    const error = await failure(send());
    expect(error).toMatchObject({ code: "github-refused", exitCode: 1 });
    expect(error.message).toContain("out of order (502)");
    expect(clock.naps).toEqual([1000, 2000, 4000]);
    expect(github.count("POST")).toBe(4);
  });

  it("not beyond its deadline: it says when it would make sense", async () => {
    plan(primaryLimit(Date.UTC(2026, 0, 1, 2) / 1000));
    const error = await failure(send({ deadline: clock.now() + 300_000 }));
    expect(error).toMatchObject({ code: "rate-limited", exitCode: 1 });
    expect(error.message).toContain("before 2026-01-01T02:00:01Z");
    expect(clock.naps).toEqual([]);
  });

  it("ten at once against a limit of three a minute: all get through, none is lost or doubled", async () => {
    github.dispatchLimit = { count: 3, seconds: 60 };
    await Promise.all(
      Array.from({ length: 10 }, async (_, number) => {
        const own = client();
        const dispatch = toUpdateDispatch({ owner: "octo-org", repo: `demo${number}` }, "main");
        await sendDispatch(own, prepareDispatch(own, INDEX, dispatch), INDEX, TOKEN);
      }),
    );
    const sources = repository.dispatches.map(({ client_payload }) => client_payload["source_repo"]);
    expect(sources.toSorted()).toEqual(Array.from({ length: 10 }, (_, number) => `demo${number}`));
    expect(github.count("POST")).toBeGreaterThan(10);
    expect(Math.min(...clock.naps)).toBeGreaterThanOrEqual(60_000);
  });
});

describe("it never asks again", () => {
  it.each([
    ["401", refusal(401, "Bad credentials"), "PKG_UPDATE_TOKEN", /does not know this token.*Bad credentials/],
    ["404", refusal(404, "Not Found"), "octo-org/packages", /no such repository, or the token cannot see it/],
    [
      "422",
      refusal(422, "Invalid request."),
      "octo-org/packages",
      /does not take the request.*Invalid request/,
    ],
    [
      "403",
      notAccessible("contents=write"),
      "octo-org/packages",
      /may not start its workflows: it lacks Contents: write/,
    ],
  ] as const)("after %s", async (_, answer, path, message) => {
    plan(answer);
    const error = await failure(send());
    expect(error).toMatchObject({ path, exitCode: 1 });
    expect(error.message).toMatch(message);
    expect(clock.naps).toEqual([]);
    expect(github.count("POST")).toBe(1);
  });
});

describe("a refusal is explained", () => {
  it("by what the token has and lacks", async () => {
    plan({ ...notAccessible("contents=write,workflows=write; administration=write") });
    expect((await failure(send())).message).toContain(
      "lacks Contents: write and Workflows: write, or Administration: write",
    );
    github.addToken("classic", { scopes: ["public_repo", "gist"], rights: {} });
    plan(notAccessible("contents=write"));
    const token = { value: "classic", source: ".token" };
    expect((await failure(send({ token }))).message).toMatch(
      /the token from \.token.*its scopes are public_repo, gist/,
    );
    expect(formatPermissions("pages=read")).toBe("Pages: read");
  });

  it("by single sign-on, with the address to go to", async () => {
    const header = { "x-github-sso": "required; url=https://github.com/orgs/octo-org/sso?x=1" };
    plan(refusal(403, "Resource protected by organization SAML enforcement.", header));
    expect((await failure(send())).hint).toBe(
      "authorize the token at https://github.com/orgs/octo-org/sso?x=1",
    );
  });

  it("by the token of a workflow, which ends at its own repository", async () => {
    plan(notAccessible("contents=write", "integration"));
    expect((await failure(send())).hint).toMatch(
      /^the GITHUB_TOKEN of a workflow reaches its own repository alone/,
    );
  });

  it("by the repository being archived", async () => {
    plan(refusal(403, "Repository was archived so is read-only."));
    expect((await failure(send())).message).toContain("is archived");
  });

  it("without the token, should the server repeat it", async () => {
    plan(refusal(422, "no ghp_canary here"));
    const error = await failure(send());
    expect(error.message).toContain("no *** here");
    expect(`${error.message}${error.hint}${error.stack}`).not.toContain("canary");
  });
});

describe("a repository that was renamed", () => {
  it("gets the same POST at its new address", async () => {
    github.rename(repository, "wheels");
    expect(await send()).toBe("octo-org/wheels");
    expect(repository.dispatches).toHaveLength(1);
    expect(github.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /repos/octo-org/packages/dispatches",
      "POST /repositories/1/dispatches",
      "GET /repos/octo-org/packages",
      "GET /repositories/1",
    ]);
  });

  it("gets a POST also by 301 and 302, which others turn into a GET", async () => {
    plan({ status: 301, headers: { location: "/api/v3/repositories/1/dispatches" } });
    await send();
    expect(repository.dispatches).toHaveLength(1);
  });

  it("gets nothing at another server: the token stays", async () => {
    const other = await FakeGithub.start();
    plan({ status: 307, headers: { location: `${other.api}/repositories/1/dispatches` } });
    const error = await failure(send());
    expect(error.message).toContain("where the token must not go");
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it("in a circle comes to an end", async () => {
    plan(
      ...Array.from({ length: 10 }, () => ({
        status: 307,
        headers: { location: "/api/v3/repos/octo-org/packages/dispatches" },
      })),
    );
    expect((await failure(send())).exitCode).toBe(1);
    expect(github.count("POST")).toBe(6);
  });
});

describe("no answer", () => {
  it("where nobody listens, after four times", async () => {
    const closed = await FakeGithub.start();
    const { api } = closed;
    await closed.close();
    const error = await failure(send({ api }));
    expect(error).toMatchObject({ code: "unreachable", exitCode: 1, path: new URL(api).origin });
    expect(error.message).toContain("ECONNREFUSED");
    expect(clock.naps).toHaveLength(3);
  });

  it("in time", async () => {
    github.delayMs = 200;
    const error = await failure(send({ timeoutMs: 20 }));
    expect(error.message).toBe("cannot be reached: it took too long");
  });
});

describe("checkDispatch", () => {
  it.each([
    [{ event_type: "", client_payload: {} }, "an event type has 1 to 100 characters, and this one has 0"],
    [{ event_type: "a".repeat(101), client_payload: {} }, "this one has 101"],
    [
      { event_type: "a", client_payload: Object.fromEntries([..."abcdefghijk"].map((key) => [key, 1])) },
      "at most 10 properties, and this one has 11",
    ],
    [{ event_type: "a", client_payload: { a: "ä".repeat(32_768) } }, "is smaller than 65536 bytes"],
  ])("refuses what GitHub would: %#", (dispatch, message) => {
    expect(() => checkDispatch(dispatch)).toThrow(message);
  });

  it("passes what GitHub takes", () => {
    const dispatch = { event_type: "a".repeat(100), client_payload: { a: "a".repeat(65_000) } };
    expect(checkDispatch(dispatch)).toBe(dispatch);
  });
});
