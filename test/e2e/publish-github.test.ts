/** From an event to a published wheel, over HTTP with tokens: `build`, then `publish`, as the jobs of the workflow do it. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BAD_GATEWAY } from "../support/github/answers.ts";
import { FakeGithub, type PlannedAnswer } from "../support/github/fake-github.ts";
import type { FakeRepository } from "../support/github/fake-repository.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel, type WheelOptions } from "../support/make-wheel.ts";
import { runCli, type CliResult } from "../support/run-cli.ts";

const TOKEN = "ghp_rightcanary";
const INDEX = "octo-org/packages";

let github: FakeGithub;

beforeEach(async () => {
  github = await FakeGithub.start();
  github.addToken(TOKEN, { rights: { [INDEX]: { contents: "write" } } });
  github.addToken("ghp_reader", { rights: { [INDEX]: { contents: "read" } } });
});
afterEach(() => github.close());

function addIndex(toml = "", files: Readonly<Record<string, string>> = {}): FakeRepository {
  return github.addRepository(INDEX, { private: true, files: { "pkgindex.toml": toml, ...files } });
}

function publish(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<CliResult> {
  return runCli(["publish", ...args], {
    env: { ...github.environment, PKG_UPDATE_TOKEN: TOKEN, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
}

function writeWheel(folder: string, options: WheelOptions): string {
  const { filename, bytes } = makeWheel(options);
  writeFileSync(join(folder, filename), bytes);
  return filename;
}

/** What `pkgindex build` leaves: wheels and a report of them. Returns the folder and the report's digest. */
function makeBuilt(
  options: { readonly repository?: string; readonly commit?: string; readonly wheel?: WheelOptions } = {},
): { readonly folder: string; readonly digest: string; readonly wheel: string } {
  const folder = join(temporaryDirectory(), "dist");
  mkdirSync(folder);
  const wheel = writeWheel(folder, options.wheel ?? { name: "demo", version: "1.0" });
  const bytes = readFileSync(join(folder, wheel));
  const report = JSON.stringify({
    version: 1,
    repository: options.repository ?? "octo-org/demo",
    commit: options.commit ?? "a".repeat(40),
    ref: "v1",
    tools: { python: "3.11.2" },
    files: [{ file: wheel, sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length }],
  });
  writeFileSync(join(folder, "build.json"), report);
  return { folder, wheel, digest: createHash("sha256").update(report).digest("hex") };
}

function writeEvent(ref: string, repo = "demo"): string {
  const path = join(temporaryDirectory(), "event.json");
  const payload = { source_org: "octo-org", source_repo: repo, dependency_ref: ref };
  writeFileSync(path, JSON.stringify({ action: "update_package_index", client_payload: payload }));
  return path;
}

function recordOf(index: FakeRepository, project: string): Record<string, unknown> {
  return JSON.parse(index.readFile(`index/.pkgindex/records/${project}.jsonl`)!.split("\n")[0]!) as Record<
    string,
    unknown
  >;
}

describe("publish to GitHub", () => {
  test("pushes with the token, which is seen nowhere", async () => {
    const index = addIndex();
    const { folder, wheel } = makeBuilt();
    const { code, stdout, stderr } = await publish([folder, "--index", INDEX]);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: "" });
    expect(stdout).toContain(`to ${INDEX}, branch main`);
    expect(recordOf(index, "demo")).toMatchObject({
      file: wheel,
      source: { repository: "octo-org/demo", commit: "a".repeat(40) },
    });
    expect(index.git(["log", "-1", "--format=%B"])).toContain(
      `Built from octo-org/demo at ${"a".repeat(40)}`,
    );
    expect(github.requests.every(({ path }) => !path.includes(TOKEN))).toBe(true);
  });

  test("finds the index in the configuration, and the token in a file", async () => {
    addIndex();
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "pkgindex.toml"), `[automation]\nindex = "${INDEX}"\n`);
    writeFileSync(join(cwd, "secret"), `${TOKEN}\n`);
    const wheel = writeWheel(cwd, { name: "demo", version: "1.0" });
    const result = await publish([wheel, "--token-file", "secret"], { PKG_UPDATE_TOKEN: "" }, cwd);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  // curl sends a POST again by itself where its connection is cut.
  test.each<[string, string, RegExp, PlannedAnswer[]]>([
    ["at its first word", "GET", /service=git-upload-pack/, [BAD_GATEWAY, "cut", BAD_GATEWAY]],
    ["where it gives the branch", "POST", /git-upload-pack/, [BAD_GATEWAY, BAD_GATEWAY, BAD_GATEWAY]],
    ["before the push", "GET", /service=git-receive-pack/, [BAD_GATEWAY, "cut", BAD_GATEWAY]],
  ])("goes on where the server was away %s", async (_, method, path, answers) => {
    const index = addIndex();
    github.plan(method, path, answers);
    const { code, stderr, stdout } = await publish([makeBuilt().folder, "--index", INDEX, "--json"]);
    expect({ code, stderr, stdout }).toMatchObject({ code: 0 });
    expect(stderr.match(/the server cannot be reached; trying again/g)).toHaveLength(3);
    expect(JSON.parse(stdout)).toMatchObject({ attempts: 4 });
    expect(recordOf(index, "demo")).toMatchObject({ file: "demo-1.0-py3-none-any.whl" });
  });

  test("gives up where the server stays away, and says so", async () => {
    addIndex();
    const gone = { GITHUB_API_URL: "http://127.0.0.1:9/api/v3", GITHUB_SERVER_URL: "http://127.0.0.1:9" };
    const result = await publish([makeBuilt().folder, "--index", INDEX, "--timeout", "2"], gone);
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /nothing could be published within 2 s \(\d+ attempts\): the server cannot be reached/,
      ),
    });
  });

  test("in Actions commits as its bot, and writes the summary", async () => {
    const index = addIndex('[index]\nurl = "https://packages.example.org/"\n');
    const summary = join(temporaryDirectory(), "summary");
    const { folder } = makeBuilt();
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
    expect(await publish([folder, "--index", INDEX], env)).toMatchObject({ code: 0 });
    expect(index.git(["log", "-1", "--format=%an"])).toBe("github-actions[bot]");
    const commit = "a".repeat(40);
    const pushed = index.git(["rev-parse", "main"]);
    expect(readFileSync(summary, "utf8").split("\n")).toEqual([
      "## Published demo 1.0",
      "",
      "| File | Size | SHA-256 |",
      "| --- | --- | --- |",
      expect.stringMatching(/^\| `demo-1\.0-py3-none-any\.whl` \| \d+ B \| `[0-9a-f]{64}` \|$/),
      "",
      `Built from [octo-org/demo](${github.url}/octo-org/demo) at [\`${commit}\`](${github.url}/octo-org/demo/commit/${commit}) (\`v1\`)`,
      "",
      `Added to [${INDEX}](${github.url}/${INDEX}) at [\`${pushed}\`](${github.url}/${INDEX}/commit/${pushed})`,
      "",
      "```bash",
      "pip install --extra-index-url https://packages.example.org/simple/ demo==1.0",
      "```",
      "",
      "",
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["without a token", { PKG_UPDATE_TOKEN: "" }, "nobody is let in without a valid token"],
    [
      "with a token that nobody knows",
      { PKG_UPDATE_TOKEN: "ghp_unknown" },
      "nobody is let in without a valid token",
    ],
    ["with a token that may only read", { PKG_UPDATE_TOKEN: "ghp_reader" }, "the token may not write to it"],
  ])("%s is explained", async (_, env, message) => {
    addIndex();
    const { code, stderr } = await publish([makeBuilt().folder, "--index", INDEX], env);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
    expect(stderr).not.toMatch(/ghp_|Basic/);
  });

  test("of a repository that nobody sees is explained", async () => {
    const { code, stderr } = await publish([makeBuilt().folder, "--index", "octo-org/nothing"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no such repository"),
    });
  });

  test("of a protected branch is explained", async () => {
    const index = addIndex();
    const hook = join(index.gitDirectory, "hooks/update");
    writeFileSync(
      hook,
      "#!/bin/sh\necho 'error: GH006: Protected branch update failed for refs/heads/main.' >&2\nexit 1\n",
    );
    chmodSync(hook, 0o755);
    const { code, stderr } = await publish([makeBuilt().folder, "--index", INDEX]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the branch is protected"),
    });
  });

  test("gives the token to no other server", async () => {
    addIndex();
    const other = await FakeGithub.start();
    try {
      other.addRepository(INDEX, { files: { "pkgindex.toml": "" } });
      const { code } = await publish([makeBuilt().folder, "--git", `${other.url}/${INDEX}.git`]);
      expect(code).toBe(1);
      expect(other.requests.length).toBeGreaterThan(0);
      expect(other.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

describe("what an event asks for", () => {
  const ALLOW = '[automation]\nallow = ["Octo-Org/demo", "octo-org/evil"]\n';

  function publishEvent(
    built: ReturnType<typeof makeBuilt>,
    event: string,
    digest: string = built.digest,
  ): Promise<CliResult> {
    return publish([built.folder, "--index", INDEX, "--event", event, "--digest", digest], {
      GITHUB_ACTIONS: "true",
    });
  }

  test("is published where the index allows it, once", async () => {
    const index = addIndex(ALLOW);
    const built = makeBuilt();
    for (const event of [writeEvent("a".repeat(40)), writeEvent("v1")])
      expect(await publishEvent(built, event)).toMatchObject({ code: 0 });
    expect(index.git(["rev-list", "--count", "main"])).toBe("2");
  });

  test("is there already where it was built again from the same commit; from another it is refused", async () => {
    const index = addIndex(ALLOW);
    await publishEvent(makeBuilt(), writeEvent("v1"));
    const again = makeBuilt({ wheel: { name: "demo", version: "1.0", files: { "demo.py": "# later\n" } } });
    expect(await publishEvent(again, writeEvent("v1"))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("already there  index/demo/"),
    });
    const before = index.git(["rev-parse", "main"]);
    const moved = makeBuilt({
      commit: "b".repeat(40),
      wheel: { name: "demo", version: "1.0", files: { "demo.py": "" } },
    });
    const refused = await publishEvent(moved, writeEvent("v1"));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`(built from octo-org/demo at ${"a".repeat(40)})`);
    expect(refused.stderr.match(/^::error /gm)).toHaveLength(1);
    expect(index.git(["rev-parse", "main"])).toBe(before);
  });

  test.each<[string, () => { built: ReturnType<typeof makeBuilt>; event: string; digest?: string }, string]>([
    [
      "of another repository than was built",
      () => ({ built: makeBuilt(), event: writeEvent("v1", "evil") }),
      "says that octo-org/demo was built",
    ],
    [
      "of another ref than was built",
      () => ({ built: makeBuilt(), event: writeEvent("v2") }),
      "the event asks for v2",
    ],
    [
      "of another commit than was built",
      () => ({ built: makeBuilt(), event: writeEvent("b".repeat(40)) }),
      "the event asks for bbbb",
    ],
    [
      "of a repository that is not allowed",
      () => ({ built: makeBuilt({ repository: "octo-org/other" }), event: writeEvent("v1", "other") }),
      "is not among the repositories",
    ],
    [
      "with another report than the build's",
      () => ({ built: makeBuilt(), event: writeEvent("v1"), digest: "0".repeat(64) }),
      "is not the one that was built",
    ],
    [
      "with a wheel besides",
      () => {
        const built = makeBuilt();
        writeWheel(built.folder, { name: "planted", version: "1" });
        return { built, event: writeEvent("v1") };
      },
      "is not in build.json",
    ],
    [
      "with a wheel that was changed",
      () => {
        const built = makeBuilt();
        writeFileSync(
          join(built.folder, built.wheel),
          makeWheel({ name: "demo", version: "1.0", files: { "x.py": "" } }).bytes,
        );
        return { built, event: writeEvent("v1") };
      },
      "its bytes have changed since it was built",
    ],
    [
      "without a report",
      () => {
        const built = makeBuilt();
        rmSync(join(built.folder, "build.json"));
        return { built, event: writeEvent("v1") };
      },
      "must say where the files were built from",
    ],
  ])("%s is refused, and the index is as before", async (_, make, message) => {
    const index = addIndex(ALLOW);
    const before = index.git(["rev-parse", "main"]);
    const { built, event, digest } = make();
    const { code, stderr } = await publishEvent(built, event, digest);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
    expect(index.git(["rev-parse", "main"])).toBe(before);
  });

  test("does not take over a project that is built from another repository", async () => {
    addIndex(ALLOW);
    await publishEvent(makeBuilt(), writeEvent("v1"));
    const evil = makeBuilt({ repository: "octo-org/evil", wheel: { name: "demo", version: "99" } });
    const { code, stderr } = await publishEvent(evil, writeEvent("v1", "evil"));
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is built from octo-org/demo, and this comes from octo-org/evil"),
    });
  });
});

describe("Git LFS", () => {
  const attributes = { ".gitattributes": "*.whl filter=lfs diff=lfs merge=lfs -text\n" };

  test("is refused where git-lfs is missing, or Pages would serve pointers", async () => {
    addIndex("", attributes);
    const { code, stderr } = await publish([makeBuilt().folder, "--index", INDEX]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/git-lfs is not installed|GitHub Pages serves a branch as it is/);
  });
});
