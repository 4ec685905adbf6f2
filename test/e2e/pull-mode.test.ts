/**
 * Pull mode from the request to the page, without a runner: issue-update asks a GitHub of one's own, whose "workflow" runs the
 * commands of the shipped one with the event that GitHub would hand it, and issue-update waits for the end.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeGithub } from "../support/github/fake-github.ts";
import type { FakeDispatch, FakeRepository, FakeRun } from "../support/github/fake-repository.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { runCli, type CliResult } from "../support/run-cli.ts";
import { inTreeBackend } from "../support/source-repository.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const WORKFLOW = ".github/workflows/update-python-pkg-index.yml";
const INDEX = "octo-org/packages";
const TOKENS = { asks: "ghp_canaryAsks", publishes: "ghs_canaryPublishes" };

let github: FakeGithub;
let index: FakeRepository;
let source: FakeRepository;
/** What the steps of runs said. */
let log: CliResult[];

function sourceFiles(version: string): Record<string, string> {
  return {
    "pyproject.toml": `[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "demo"
version = "${version}"
`,
    "backend.py": inTreeBackend({ name: "demo", version }),
  };
}

beforeEach(async () => {
  log = [];
  github = await FakeGithub.start();
  github.addToken(TOKENS.asks, { rights: { [INDEX]: { contents: "write" } } });
  github.addToken(TOKENS.publishes, { rights: { [INDEX]: { contents: "write" } } });
  index = github.addRepository(INDEX, { files: await scaffold() });
  index.addWorkflow(WORKFLOW, index.readFile(WORKFLOW) ?? "", {
    runName: ({ source_org, source_repo, dependency_ref }) =>
      `Add ${String(source_org)}/${String(source_repo)} at ${String(dependency_ref)}`,
  });
  index.nextStates = [["in_progress", null]];
  index.onDispatch = (dispatch) => void runWorkflow(dispatch, index.runs.at(-1));
  source = github.addRepository("octo-org/demo", { files: sourceFiles("1.0") });
});

afterEach(() => github.close());

/** The files of a new index, as `init` makes them. */
async function scaffold(): Promise<Record<string, Buffer>> {
  const folder = temporaryDirectory();
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" });
  git("init", "--quiet");
  const made = await runCli(["init", "--index", INDEX, "--host", "other"], { cwd: folder });
  expect(made.code, made.stderr).toBe(0);
  const config = join(folder, "pkgindex.toml");
  const text = readFileSync(config, "utf8").replace(/^#? ?allow = .*$/m, 'allow = ["Octo-Org/Demo"]');
  expect(text).toContain('allow = ["Octo-Org/Demo"]');
  writeFileSync(config, text);
  git("add", "--all");
  const paths = git("ls-files", "-z")
    .split("\0")
    .filter((path) => path !== "");
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path))]));
}

/** The two jobs of the workflow, each with what it would have: the first has no token. */
async function runWorkflow(dispatch: FakeDispatch, run: FakeRun | undefined): Promise<void> {
  const temporary = temporaryDirectory();
  const checkout = join(temporary, "index");
  execFileSync("git", ["clone", "--quiet", index.gitDirectory, checkout]);
  const event = join(temporary, "event.json");
  writeFileSync(
    event,
    JSON.stringify({ action: dispatch.event_type, client_payload: dispatch.client_payload }),
  );
  const out = join(temporary, "wheels");
  mkdirSync(out);
  const step = async (
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<boolean> => {
    const result = await runCli(args, { cwd: checkout, env: { ...github.environment, ...env } });
    log.push(result);
    return result.code === 0;
  };
  const isBuilt = await step(["build", "--event", event, "--out", out]);
  const isDone = isBuilt && (await step(publishing(out, event), { GITHUB_TOKEN: TOKENS.publishes }));
  if (run === undefined) return;
  run.jobs = isDone ? [] : [{ name: isBuilt ? "publish" : "build", conclusion: "failure" }];
  run.states.splice(0, run.states.length, ["completed", isDone ? "success" : "failure"]);
}

function publishing(out: string, event: string): string[] {
  const digest = createHash("sha256")
    .update(readFileSync(join(out, "build.json")))
    .digest("hex");
  return ["publish", out, "--event", event, "--digest", digest, "--index", INDEX];
}

async function ask(repo: string, ref: string): Promise<CliResult> {
  const args = [
    "issue-update",
    "--owner",
    "octo-org",
    "--repo",
    repo,
    "--ref",
    ref,
    "--index",
    INDEX,
    "--wait",
  ];
  const result = await runCli(args, { env: { ...github.environment, PKG_UPDATE_TOKEN: TOKENS.asks } });
  for (const { stdout, stderr } of [...log, result]) expect(stdout + stderr).not.toContain("canary");
  return result;
}

function transcript(result: CliResult): string {
  return [result, ...log].map(({ stdout, stderr }) => `${stdout}${stderr}`).join("\n----\n");
}

test("a commit that is asked for is in the index when the waiting ends, with its source", async () => {
  const commit = source.git(["rev-parse", "main"]);
  const result = await ask("demo", commit);
  expect(result.code, transcript(result)).toBe(0);
  expect(result.stdout).toMatch(/^run \d+: success$/m);
  expect(index.readFile("index/simple/demo/index.html")).toContain("demo-1.0-py3-none-any.whl#sha256=");
  const [record] = (index.readFile("index/.pkgindex/records/demo.jsonl") ?? "").split("\n");
  expect(JSON.parse(record ?? "")).toMatchObject({ source: { repository: "octo-org/demo", commit } });

  // Other bytes of the same version, from another commit: refused, and the index is as it was.
  const before = index.git(["rev-parse", "main"]);
  const { "backend.py": backend = "" } = sourceFiles("1.0");
  source.commit({ "backend.py": backend.replace("__version__", "__other__") });
  const other = await ask("demo", "main");
  expect(other.code, transcript(other)).toBe(1);
  expect(other.stderr).toContain("the run ended with failure: publish");
  expect(log.at(-1)?.stderr).toContain("demo-1.0-py3-none-any.whl");
  expect(index.git(["rev-parse", "main"])).toBe(before);
});

test("a repository that is not allowed gets nothing built, and the one who asks is told", async () => {
  github.addRepository("octo-org/stranger", { files: sourceFiles("6.6") });
  const before = index.git(["rev-parse", "main"]);
  const result = await ask("stranger", "main");
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("the run ended with failure: build");
  expect(log).toHaveLength(1);
  expect(log[0]?.stderr).toContain("octo-org/stranger");
  expect(index.git(["rev-parse", "main"])).toBe(before);
});
