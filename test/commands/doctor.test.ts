/** `pkgindex doctor`: each thing that can be wrong has its line, with what to do. */
import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runHere, type Outcome } from "../catalog/index-folder.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";
import { FakeGithub } from "../support/github/fake-github.ts";
import type { FakeRepository } from "../support/github/fake-repository.ts";

const WORKFLOW = ".github/workflows/update-python-pkg-index.yml";
const LISTENS = "on:\n  repository_dispatch:\n    types: [update_package_index]\n";
const TOKEN = "github_pat_canaryCanary";
const SETTINGS = `[index]
host = "github-pages"
url = "https://octo-org.github.io/packages/"

[automation]
index = "octo-org/packages"
allow = ["octo-org/demo"]
`;

let github: FakeGithub;
let repository: FakeRepository;
let folder: string;

beforeEach(async () => {
  folder = temporaryDirectory();
  github = await FakeGithub.start();
  repository = github.addRepository("octo-org/packages");
  repository.addWorkflow(WORKFLOW, LISTENS);
  repository.pages = { buildType: "workflow", url: "https://octo-org.github.io/packages/" };
  github.addRepository("octo-org/demo");
  github.addToken(TOKEN, { rights: { "octo-org/packages": { contents: "write", pages: "read" } } });
  makeTree(folder, { "pkgindex.toml": SETTINGS });
});

afterEach(() => github.close());

async function doctor(
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    ...github.environment,
    PKG_UPDATE_TOKEN: TOKEN,
    GIT_CEILING_DIRECTORIES: folder,
    ...environment,
  };
  const outcome = await runHere(folder, ["doctor", ...args], env);
  expect(`${outcome.stdout}${outcome.stderr}`).not.toContain("canary");
  return outcome;
}

interface Check {
  readonly check: string;
  readonly level: string;
  readonly message: string;
  readonly hint?: string;
}

/** The lines of one check. */
async function lines(check: string, environment: Readonly<Record<string, string>> = {}): Promise<Check[]> {
  const { stdout } = await doctor(["--json"], environment);
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  for (const { level, hint, check: name } of checks)
    expect(hint === undefined, `${name} has a hint where there is something to mend`).toBe(level === "ok");
  return checks.filter((found) => found.check === check);
}

test("where all is well it says so, a line for each thing, and exits with 0", async () => {
  const { code, stdout, stderr } = await doctor();
  expect(code, stdout).toBe(0);
  for (const line of [
    /^ok {7}node: Node\.js \d/m,
    /^ok {7}git: git 2\./m,
    /^ok {7}python: Python 3\./m,
    /^ok {7}config: pkgindex\.toml is valid$/m,
    /^ok {7}token: from PKG_UPDATE_TOKEN$/m,
    /^ok {7}token-rights: /m,
    /^ok {7}index-repository: octo-org\/packages is there$/m,
    /^ok {7}workflow: .* is on the default branch and enabled$/m,
    /^ok {7}pages: published by the workflow at https:\/\/octo-org\.github\.io\/packages\/$/m,
    /^ok {7}allow-list: octo-org\/demo may be built$/m,
  ])
    expect(stdout).toMatch(line);
  expect(stderr).toMatch(/^0 problems, \d+ warnings?, \d+ in order\n$/);
  expect(github.requests.every(({ method }) => method === "GET")).toBe(true);
});

test("--json is one object, with what is a problem once more under problems", async () => {
  repository.pages = { buildType: "legacy", url: "https://octo-org.github.io/packages/" };
  const { code, stdout } = await doctor(["--json"]);
  expect(code).toBe(1);
  const { checks, problems } = JSON.parse(stdout) as { checks: Check[]; problems: object[] };
  expect(checks.filter(({ level }) => level === "problem").map(({ check }) => check)).toEqual(["pages"]);
  expect(problems).toMatchObject([{ code: "pages", severity: "error", path: "pages" }]);
});

describe("on GitHub", () => {
  test("an index that is absent, or that the token cannot see", async () => {
    makeTree(folder, { "pkgindex.toml": '[automation]\nindex = "octo-org/absent"\n' });
    expect(await lines("index-repository")).toMatchObject([{ level: "problem" }]);
    expect((await doctor()).code).toBe(1);
  });

  test("an index that has another name by now", async () => {
    github.rename(repository, "wheels");
    expect(await lines("index-repository")).toMatchObject([
      { level: "warning", message: "octo-org/packages is called octo-org/wheels now" },
    ]);
  });

  test("a workflow that is absent, disabled, or listens to something else", async () => {
    const [workflow] = repository.workflows;
    if (workflow !== undefined) workflow.state = "disabled_inactivity";
    expect(await lines("workflow")).toMatchObject([
      { level: "problem", message: expect.stringContaining("is disabled (disabled inactivity)") },
    ]);
    repository.commit({ [WORKFLOW]: "on: push\n" });
    expect(await lines("workflow")).toMatchObject([
      { level: "problem", message: expect.stringContaining("does not listen") },
    ]);
    const bare = github.addRepository("octo-org/bare", { files: { a: "a" } });
    github.addToken(TOKEN, { rights: { [bare.key]: { contents: "write" } } });
    makeTree(folder, { "pkgindex.toml": '[automation]\nindex = "octo-org/bare"\n' });
    expect(await lines("workflow")).toMatchObject([
      { level: "problem", message: expect.stringContaining("is not on the default branch") },
    ]);
  });

  test("Pages that are off, published from a branch, elsewhere, or not to be seen", async () => {
    repository.pages = { buildType: "workflow", url: "https://packages.example.org/" };
    expect(await lines("pages")).toMatchObject([
      { level: "warning", message: expect.stringContaining("[index] url") },
    ]);
    repository.pages = undefined;
    expect(await lines("pages")).toMatchObject([
      { level: "problem", hint: expect.stringContaining("GitHub Actions") },
    ]);
    github.addToken(TOKEN, { rights: { "octo-org/packages": { contents: "write" } } });
    expect(await lines("pages")).toMatchObject([
      { level: "warning", message: expect.stringContaining("Pages: read") },
    ]);
    makeTree(folder, { "pkgindex.toml": '[automation]\nindex = "octo-org/packages"\n' });
    expect(await lines("pages")).toEqual([]);
  });

  test("an allow-list that is empty, or has a name that is none, or an old one", async () => {
    const write = (allow: string) =>
      makeTree(folder, {
        "pkgindex.toml": `[automation]\nindex = "octo-org/packages"\nallow = [${allow}]\n`,
      });
    write("");
    expect(await lines("allow-list")).toMatchObject([
      { level: "warning", message: expect.stringContaining("is empty") },
    ]);
    github.rename(github.addRepository("octo-org/old"), "new");
    write('"octo-org/demo", "octo-org/absent", "octo-org/old"');
    expect(await lines("allow-list")).toMatchObject([
      { level: "ok" },
      { level: "warning", message: expect.stringContaining("octo-org/absent does not exist") },
      { level: "warning", message: expect.stringContaining("octo-org/old is called octo-org/new now") },
    ]);
  });

  test("a token that may only read, has too few scopes, too many, or ends soon", async () => {
    github.addToken(TOKEN, { rights: { "octo-org/packages": { contents: "read" } } });
    expect(await lines("token-rights")).toMatchObject([{ level: "problem" }]);
    const rights = { "octo-org/packages": { contents: "write" } } as const;
    github.addToken(TOKEN, { scopes: ["gist"], rights });
    expect(await lines("token-rights")).toMatchObject([
      { level: "problem", message: expect.stringContaining("scopes of the token are gist") },
    ]);
    github.addToken(TOKEN, { scopes: ["repo"], rights });
    expect(await lines("token-kind")).toMatchObject([{ level: "warning" }]);
    const end = new Date(Date.now() + 3.5 * 86_400_000)
      .toISOString()
      .replace("T", " ")
      .replace(/\..*/, " UTC");
    github.addToken(TOKEN, { rights, end });
    expect(await lines("token-end")).toMatchObject([
      { level: "warning", message: expect.stringContaining("ends in 3 days") },
    ]);
  });

  test("a token of an App, of which GitHub says nothing", async () => {
    github.addToken("ghs_canary", { rights: { "octo-org/packages": { contents: "read" } } });
    expect(await lines("token-rights", { PKG_UPDATE_TOKEN: "ghs_canary" })).toMatchObject([
      { level: "warning" },
    ]);
  });

  test("a token that GitHub does not know", async () => {
    const { code, stdout } = await doctor([], { PKG_UPDATE_TOKEN: "wrong" });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^problem {2}token-rights: PKG_UPDATE_TOKEN: GitHub does not know this token/m);
  });

  test("nobody answers: a warning with the reason, once, and no problem", async () => {
    const closed = await FakeGithub.start();
    const { GITHUB_API_URL } = closed.environment;
    await closed.close();
    const { code, stdout } = await doctor([], { GITHUB_API_URL });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^warning {2}github: http:\/\/127\.0\.0\.1:\d+: cannot be reached: .*ECONNREFUSED/m,
    );
  });

  test("is not asked with --offline, nor where no index is named", async () => {
    expect((await doctor(["--offline"])).stdout).toMatch(/^warning {2}github: not asked/m);
    makeTree(folder, { "pkgindex.toml": "" });
    expect((await doctor()).stdout).toMatch(/^warning {2}index-repository: nothing says which repository/m);
    expect(github.requests).toEqual([]);
  });
});

describe("in a source repository", () => {
  const SOURCE_WORKFLOW = ".github/workflows/python-pkg-index.yml";
  let source: FakeRepository;

  beforeEach(async () => {
    folder = temporaryDirectory();
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    execFileSync("git", ["remote", "add", "origin", `${github.url}/octo-org/source.git`], { cwd: folder });
    source = github.addRepository("octo-org/source", { files: { a: "a" } });
    const installed = await runHere(folder, ["workflows", "install", "--index", "octo-org/packages"]);
    expect(installed.code).toBe(0);
  });

  test("the index is the one of its workflow, and what the workflow lacks has its line", async () => {
    github.addToken(TOKEN, {
      rights: { "octo-org/packages": { contents: "write" }, "octo-org/source": { secrets: "read" } },
    });
    expect(await lines("index-repository")).toMatchObject([
      { level: "ok", message: "octo-org/packages is there" },
    ]);
    expect(await lines("source-workflow")).toMatchObject([{ level: "problem" }]);
    expect(await lines("source-secret")).toMatchObject([
      { level: "warning", hint: expect.stringContaining("gh secret set") },
    ]);
    source.commit({ [SOURCE_WORKFLOW]: "on: push\n" });
    source.secrets.push("PKG_UPDATE_TOKEN");
    expect(await lines("source-workflow")).toMatchObject([{ level: "ok" }]);
    expect(await lines("source-secret")).toMatchObject([{ level: "ok" }]);
  });

  test("secrets that may not be seen are a warning", async () => {
    expect(await lines("source-secret")).toMatchObject([
      { level: "warning", message: expect.stringContaining("Secrets: read") },
    ]);
  });
});

describe("here", () => {
  test("every fault of the configuration has its line", async () => {
    makeTree(folder, { "pkgindex.toml": "[automation]\nallow = [1]\nclli = 3\n[index]\nlayout = 4\n" });
    const found = await lines("config");
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.every(({ level }) => level === "problem")).toBe(true);
    expect((await doctor()).code).toBe(1);
  });

  test("no configuration is a warning", async () => {
    folder = temporaryDirectory();
    expect(await lines("config", { GIT_CEILING_DIRECTORIES: folder })).toMatchObject([{ level: "warning" }]);
  });

  test("no token is a warning, one that is none a problem", async () => {
    expect(await lines("token", { PKG_UPDATE_TOKEN: "" })).toMatchObject([{ level: "warning" }]);
    makeTree(folder, { ".token": "canary canary" });
    expect(await lines("token", { PKG_UPDATE_TOKEN: "" })).toMatchObject([{ level: "problem" }]);
  });

  test("a file with a token that others can read, or that git would take, or has", async () => {
    makeTree(folder, { ".token": TOKEN });
    const path = join(folder, ".token");
    const none = { PKG_UPDATE_TOKEN: "", GIT_CEILING_DIRECTORIES: "" };
    const messages = async (): Promise<string[]> =>
      (await lines("token-file", none)).map(({ level, message }) => `${level} ${message}`);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
    chmodSync(path, 0o644);
    expect(await messages()).toEqual([expect.stringMatching(/^warning .*other users/)]);
    chmodSync(path, 0o600);
    expect(await messages()).toEqual([]);
    git("init", "--quiet");
    expect(await messages()).toEqual([expect.stringMatching(/^warning .*does not ignore it/)]);
    git("add", ".token");
    expect(await messages()).toEqual([expect.stringMatching(/^problem .*git tracks it/)]);
    git("rm", "--quiet", "--cached", ".token");
    makeTree(folder, { ".gitignore": ".token\n" });
    expect(await messages()).toEqual([]);
  });

  /** A PATH with these programs alone, as shell scripts. */
  function programs(scripts: Readonly<Record<string, string>>): { PATH: string } {
    const directory = temporaryDirectory();
    for (const [name, script] of Object.entries(scripts)) {
      makeTree(directory, { [name]: `#!/bin/sh\n${script}\n` });
      chmodSync(join(directory, name), 0o755);
    }
    return { PATH: directory };
  }

  test("programs that are absent", async () => {
    const { code, stdout } = await doctor(["--offline"], programs({}));
    expect(code).toBe(1);
    expect(stdout).toMatch(/^problem {2}git: there is no git/m);
    expect(stdout).toMatch(/^problem {2}python: there is no python3/m);
    expect(stdout).toMatch(/^warning {2}backend: neither build nor uv nor pip/m);
    expect(stdout).toMatch(/^warning {2}isolation: nothing here walls/m);
  });

  test("programs that are too old, or lack a part", async () => {
    const old = programs({
      git: "echo git version 2.20.1",
      python3: `echo '{"python": "3.6.9", "venv": false, "pip": null, "build": null}'`,
      uv: "echo uv 0.9.1",
      unshare: "exit 0",
    });
    const { stdout } = await doctor(["--offline"], old);
    expect(stdout).toMatch(/^problem {2}partial-clone: git 2\.20\.1 cannot do it all/m);
    expect(stdout).toMatch(/^problem {2}python: Python 3\.6\.9 is older than 3\.8/m);
    expect(stdout).toMatch(/^problem {2}venv: .*python3-venv/m);
    expect(stdout).toMatch(/^warning {2}pip: .*python3-pip/m);
    expect(stdout).toMatch(/^ok {7}backend: wheels can be built with uv 0\.9\.1$/m);
    expect(stdout).toMatch(/^ok {7}isolation: builds are kept from other processes/m);
  });
});
