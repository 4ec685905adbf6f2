/** `pkgindex issue-update` as a user meets it, against the fake GitHub. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runHere, type Outcome } from "../catalog/index-folder.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";
import { notAccessible, refusal } from "../support/github/answers.ts";
import { FakeGithub } from "../support/github/fake-github.ts";
import type { FakeRepository } from "../support/github/fake-repository.ts";

const TOKEN = "ghp_canaryCanaryCanary";
const SHA = "0123456789abcdef0123456789abcdef01234567";
const SOURCE = ["--owner", "GridTools", "--repo", "dace", "--ref", SHA];
const INDEX = ["--index", "octo-org/packages"];

let github: FakeGithub;
let repository: FakeRepository;
let folder: string;

beforeEach(async () => {
  folder = temporaryDirectory();
  github = await FakeGithub.start();
  repository = github.addRepository("octo-org/packages");
  github.addToken(TOKEN, { rights: { "octo-org/packages": { contents: "write" } } });
});

afterEach(() => github.close());

async function issueUpdate(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = { PKG_UPDATE_TOKEN: TOKEN },
): Promise<Outcome> {
  const PATH = process.env["PATH"] ?? "";
  const env = { PATH, ...github.environment, ...environment };
  const outcome = await runHere(folder, ["issue-update", ...args], env);
  expect(`${outcome.stdout}${outcome.stderr}`).not.toContain("canary");
  return outcome;
}

function sent(): unknown[] {
  return repository.dispatches.map(({ client_payload }) => client_payload);
}

const PAYLOAD = { source_repo: "dace", source_org: "GridTools", dependency_ref: SHA };

test("sends one dispatch, and says what it asked of whom", async () => {
  const { code, stdout, stderr } = await issueUpdate([...SOURCE, ...INDEX]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(`asked octo-org/packages (from --index) to build GridTools/dace at ${SHA}\n`);
  expect(repository.dispatches).toEqual([{ event_type: "update_package_index", client_payload: PAYLOAD }]);
});

describe("the spellings of issue_update.sh", () => {
  test.each([
    [["--source-org", "GridTools", "--source-repo", "dace", "--source-ref", SHA]],
    [["--source-owner", "GridTools", "--source-repo", "dace", "--source-branch", SHA]],
    [["--source-owner=GridTools", "--repo=dace", `--ref=${SHA}`]],
  ])("%j mean the same", async (args) => {
    expect((await issueUpdate([...args, ...INDEX])).code).toBe(0);
    expect(sent()).toEqual([PAYLOAD]);
  });

  test.each([
    ["--owner", "other", "the owner of the source repository is given 2 times"],
    ["--source-org", "GridTools", "the owner of the source repository is given 2 times"],
    ["--source-repo", "dace", "the source repository is given 2 times"],
    ["--source-branch", "main", "the ref of the source is given 2 times"],
  ])("%s beside the other name of it is a usage error", async (option, value, message) => {
    const { code, stderr } = await issueUpdate([...SOURCE, option, value, ...INDEX]);
    expect({ code, requests: github.requests }).toEqual({ code: 2, requests: [] });
    expect(stderr).toContain(message);
  });
});

describe("the index is named by", () => {
  test("[automation] index", async () => {
    makeTree(folder, { "pkgindex.toml": '[automation]\nindex = "octo-org/packages"\n' });
    expect((await issueUpdate(SOURCE)).stdout).toContain("octo-org/packages (from [automation] index)");
    expect(sent()).toHaveLength(1);
  });

  test("the git remote", async () => {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
    git("init", "--quiet");
    git("remote", "add", "origin", `${github.url}/octo-org/packages.git`);
    expect((await issueUpdate(SOURCE)).stdout).toContain("octo-org/packages (from the git remote)");
    git("remote", "set-url", "origin", "https://gitlab.example.org/octo-org/packages.git");
    const { code, stderr } = await issueUpdate(SOURCE);
    expect(code).toBe(2);
    expect(stderr).toContain("nothing says which repository is the index");
  });
});

describe("the token", () => {
  test("is read from a file that is named, or from .token, here or beside pkgindex.toml", async () => {
    makeTree(folder, { "pkgindex.toml": "", ".token": `${TOKEN}\n`, "sub/secret": TOKEN, "sub/x": "" });
    expect((await issueUpdate([...SOURCE, ...INDEX], {})).code).toBe(0);
    const other = ["--token-file", "sub/secret"];
    expect((await issueUpdate([...SOURCE, ...INDEX, ...other], { GH_TOKEN: "wrong" })).code).toBe(0);
    folder = join(folder, "sub");
    expect((await issueUpdate([...SOURCE, ...INDEX], {})).code).toBe(0);
    expect(sent()).toHaveLength(3);
  });

  test("that is missing is asked for, exit code 2; it is no option", async () => {
    const { code, stderr } = await issueUpdate([...SOURCE, ...INDEX], {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is none.*PKG_UPDATE_TOKEN/);
    expect((await issueUpdate([...SOURCE, ...INDEX, "--token", "x"])).code).toBe(2);
    expect(github.requests).toEqual([]);
  });

  test("that is wrong, or may not, is explained, exit code 1", async () => {
    const wrong = await issueUpdate([...SOURCE, ...INDEX], { GH_TOKEN: "ghp_canaryWrong" });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/^error: GH_TOKEN: GitHub does not know this token/);
    github.addToken("ghp_canaryReader", { rights: { "octo-org/packages": { contents: "read" } } });
    const reader = await issueUpdate([...SOURCE, ...INDEX], { GITHUB_TOKEN: "ghp_canaryReader" });
    expect(reader.code).toBe(1);
    expect(reader.stderr).toContain("lacks Contents: write");
  });

  test("does not show where the server repeats it, nor in JSON", async () => {
    github.plan("POST", /dispatches/, [refusal(422, `bad ${TOKEN}`), notAccessible(TOKEN)]);
    expect((await issueUpdate([...SOURCE, ...INDEX, "--json"])).code).toBe(1);
  });
});

describe("what is no owner, repository or ref is refused before anything is sent", () => {
  test.each([
    ["--owner", "octo org"],
    ["--owner", "../octo"],
    ["--owner", "$(id)"],
    ["--owner", "-x"],
    ["--repo", ".."],
    ["--repo", "a/b"],
    ["--repo", "a;id"],
    ["--repo", "a\nb"],
    ["--ref", ""],
    ["--ref", "--upload-pack=touch x"],
    ["--ref", "-"],
    ["--ref", "a..b"],
    ["--ref", "a\nb"],
    ["--ref", "a b"],
    ["--ref", "x".repeat(65_536)],
    ["--ref", "main\u0000"],
    ["--index", "octo-org"],
    ["--index", "octo-org/packages/x"],
    ["--index", "https://github.com/octo-org/packages"],
  ])("%s %j", async (option, value) => {
    const given = new Map<string, string>([
      ["--owner", "o"],
      ["--repo", "r"],
      ["--ref", "main"],
      ["--index", "octo-org/packages"],
      [option, value],
    ]);
    const { code, stdout, stderr } = await issueUpdate([...given].flat());
    expect({ code, stdout, requests: github.requests }).toEqual({ code: 2, stdout: "", requests: [] });
    expect(stderr).toMatch(new RegExp(`^error: ${option}: [^\\n]{1,400} \\(hint: [^\\n]+\\)\\n$`));
  });

  test.each(["--owner", "--repo", "--ref"])("%s is needed", async (option) => {
    const at = SOURCE.indexOf(option);
    const { code, stderr } = await issueUpdate([...SOURCE.toSpliced(at, 2), ...INDEX]);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: ${option}: the `);
  });
});

describe("--dry-run", () => {
  test("prints the request, sends nothing, and needs no token", async () => {
    const { code, stdout, stderr } = await issueUpdate([...SOURCE, ...INDEX, "--dry-run"], {});
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toBe(`POST ${github.api}/repos/octo-org/packages/dispatches`);
    expect(JSON.parse(stdout.slice(stdout.indexOf("{")))).toEqual({
      event_type: "update_package_index",
      client_payload: PAYLOAD,
    });
    expect(stderr).toContain("nothing was sent");
    expect(stdout).not.toMatch(/authorization/i);
    expect(github.requests).toEqual([]);
  });

  test("with --json is one object", async () => {
    const { stdout } = await issueUpdate([...SOURCE, ...INDEX, "--dry-run", "--json"]);
    expect(JSON.parse(stdout)).toEqual({
      index: "octo-org/packages",
      request: {
        method: "POST",
        url: `${github.api}/repos/octo-org/packages/dispatches`,
        body: { event_type: "update_package_index", client_payload: PAYLOAD },
      },
      sent: false,
      problems: [],
    });
  });
});

describe("--wait", () => {
  beforeEach(() => {
    repository.addWorkflow(".github/workflows/update.yml", "", {
      runName: (payload) => `${payload["source_org"]}/${payload["source_repo"]}@${payload["dependency_ref"]}`,
    });
    repository.nextStates = [["completed", "success"]];
  });

  test("follows the run, prints its address, and ends as it ends", async () => {
    const { code, stdout } = await issueUpdate([...SOURCE, ...INDEX, "--wait"]);
    expect(code).toBe(0);
    const address = `${github.url}/octo-org/packages/actions/runs/9000001000`;
    expect(stdout.split("\n").slice(1)).toEqual([
      `run 9000001000: ${address}`,
      "run 9000001000: success",
      "",
    ]);
  });

  test("a run that fails is exit code 1, with the job, the step and the address", async () => {
    repository.nextStates = [["completed", "failure"]];
    repository.nextJobs = [{ name: "build", conclusion: "failure", failedStep: "Build" }];
    const { code, stdout, stderr } = await issueUpdate([...SOURCE, ...INDEX, "--wait", "--json"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: http.*runs\/9000001000: the run ended with failure: build, at "Build"/);
    expect(JSON.parse(stdout)).toMatchObject({
      sent: true,
      run: { conclusion: "failure", failedJobs: [{ name: "build", step: "Build" }] },
      problems: [{ code: "run-failed" }],
    });
  });

  test("a run that is not done in time is exit code 1", async () => {
    repository.nextStates = [["in_progress", null]];
    const { code, stderr } = await issueUpdate([...SOURCE, ...INDEX, "--wait", "--timeout", "1"]);
    expect(code).toBe(1);
    expect(stderr).toContain("the run is not at its end (in progress), and the time is over");
  });

  test("where runs may not be looked at, nothing is sent", async () => {
    const secret = github.addRepository("octo-org/secret", { private: true });
    github.addToken(TOKEN, { rights: { "octo-org/secret": { contents: "write" } } });
    const { code, stderr } = await issueUpdate([...SOURCE, "--index", "octo-org/secret", "--wait"]);
    expect(code).toBe(1);
    expect(stderr).toContain("lacks Actions: read");
    expect(secret.dispatches).toEqual([]);
  });
});

test.each(["0", "-1", "1.5", "x", "", "86401"])("--timeout %j is a usage error", async (text) => {
  expect((await issueUpdate([...SOURCE, ...INDEX, `--timeout=${text}`])).code).toBe(2);
});

test("a repository that was renamed gets the dispatch, and its new name is told", async () => {
  github.rename(repository, "wheels");
  const { code, stderr } = await issueUpdate([...SOURCE, ...INDEX]);
  expect(code).toBe(0);
  expect(stderr).toBe(
    "note: octo-org/packages: the repository is called octo-org/wheels now (hint: write that)\n",
  );
  expect(sent()).toEqual([PAYLOAD]);
});

test("an address of GitHub that is none is a usage error", async () => {
  const { code, stderr } = await issueUpdate([...SOURCE, ...INDEX], { GH_TOKEN: TOKEN, GITHUB_API_URL: "x" });
  expect(code).toBe(2);
  expect(stderr).toContain("GITHUB_API_URL");
});

describe("in a workflow", () => {
  test("a failure is one annotation, and what was asked stands on the summary page", async () => {
    const summary = join(folder, "summary.md");
    const actions = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
    await issueUpdate([...SOURCE, ...INDEX], { GH_TOKEN: TOKEN, ...actions });
    expect(readFileSync(summary, "utf8")).toBe(
      `Asked [octo-org/packages](${github.url}/octo-org/packages/actions) to build \`GridTools/dace at ${SHA}\`.\n`,
    );
    const { stderr } = await issueUpdate([...SOURCE, ...INDEX], { GH_TOKEN: "wrong", ...actions });
    expect(stderr.match(/^::error.*$/gm)).toEqual([
      expect.stringMatching(
        /^::error title=pkgindex issue-update::GH_TOKEN: GitHub does not know this token/,
      ),
    ]);
  });
});
