/** `pkgindex workflows install`: written, kept up to date, and left alone where a person changed it. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";

import { SOURCE_WORKFLOW } from "../../src/github/workflow-files.ts";
import { runHere, type Outcome } from "../catalog/index-folder.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { runCli } from "../support/run-cli.ts";

function makeSource(): string {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, ".git"));
  return folder;
}

function install(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return runHere(folder, ["workflows", "install", ...args]);
}

function read(folder: string): string {
  return readFileSync(join(folder, SOURCE_WORKFLOW), "utf8");
}

const INDEX = ["--index", "octo-org/wheels"];

test("pull mode on tags is the default; it says what a person has to do", async () => {
  const folder = makeSource();
  const { code, stdout, stderr } = await install(folder, ...INDEX);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `written ${SOURCE_WORKFLOW}\n` });
  expect(parse(read(folder))).toMatchObject({
    on: { push: { tags: ["v*"] }, workflow_dispatch: null },
    env: { PKGINDEX_CLI: "pkgindex@^0.1.0", INDEX: "octo-org/wheels" },
  });
  expect(read(folder)).toContain("issue-update");
  for (const words of [
    /token for octo-org\/wheels alone.*Contents "Read and write".*GitHub App/,
    /secret PKG_UPDATE_TOKEN/,
    /default branch/,
    /allow = /,
  ])
    expect(stderr).toMatch(words);
});

test("run again it changes nothing; with other options it is brought up to date", async () => {
  const folder = makeSource();
  await install(folder, ...INDEX);
  expect((await install(folder, ...INDEX)).stdout).toBe(`unchanged ${SOURCE_WORKFLOW}\n`);
  const { stdout, stderr } = await install(folder, ...INDEX, "--mode", "push", "--on", "release");
  expect(stdout).toBe(`updated ${SOURCE_WORKFLOW}\n`);
  expect(stderr).not.toContain("allow = ");
  expect(parse(read(folder))).toMatchObject({ on: { release: { types: ["published"] } } });
  expect(read(folder)).toContain('publish "$RUNNER_TEMP/wheels"');
});

test("what a person changed is shown and kept; --force overwrites it", async () => {
  const folder = makeSource();
  await install(folder, ...INDEX);
  appendFileSync(join(folder, SOURCE_WORKFLOW), "# mine\n");
  const kept = await install(folder, ...INDEX);
  expect(kept.code).toBe(1);
  expect(kept.stdout).toContain("\n-# mine\n");
  expect(kept.stdout).toContain(`\nkept ${SOURCE_WORKFLOW}\n`);
  expect(kept.stderr).toMatch(/^error: .*--force/);
  expect(read(folder)).toContain("# mine");
  const forced = await install(folder, ...INDEX, "--force");
  expect(forced.code).toBe(0);
  expect(forced.stdout).toContain(`updated ${SOURCE_WORKFLOW}\n`);
  expect(read(folder)).not.toContain("# mine");
});

test("a link in the way is not followed", async () => {
  const folder = makeSource();
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  writeFileSync(join(folder, "target"), "mine\n");
  symlinkSync("../../target", join(folder, SOURCE_WORKFLOW));
  expect((await install(folder, ...INDEX)).code).toBe(1);
  expect(readFileSync(join(folder, "target"), "utf8")).toBe("mine\n");
});

test("index and program come from pkgindex.toml, where it is run beside it", async () => {
  const folder = makeSource();
  writeFileSync(
    join(folder, "pkgindex.toml"),
    '[automation]\nindex = "octo-org/packages"\ncli = "git+https://github.com/octo-org/pkgindex.git#v1"\n',
  );
  const source = join(folder, "source");
  mkdirSync(source);
  const { code, stderr } = await install(folder, "source", "--on", "branch:main");
  expect(code).toBe(0);
  expect(stderr).toContain("note: source: is not the top of a git repository");
  expect(parse(read(source))).toMatchObject({
    on: { push: { branches: ["main"] } },
    env: { PKGINDEX_CLI: "git+https://github.com/octo-org/pkgindex.git#v1", INDEX: "octo-org/packages" },
  });
});

const PUSH = [...INDEX, "--mode", "push"];

test.each<[string, readonly string[], string, string]>([
  ["from --index-url", [...PUSH, "--index-url", "https://Example.org/flat"], "", "https://example.org/flat/"],
  ["on Pages where nothing else is known", PUSH, "", "https://octo-org.github.io/wheels/simple/"],
  [
    "from the configuration of that index",
    PUSH,
    '[index]\nurl = "https://packages.example.org"\nlayout = "flat"\n[automation]\nindex = "Octo-Org/wheels"\n',
    "https://packages.example.org/",
  ],
  [
    "not from that of another",
    PUSH,
    '[index]\nurl = "https://packages.example.org"\n[automation]\nindex = "octo-org/other"\n',
    "https://octo-org.github.io/wheels/simple/",
  ],
])("push mode: where the index is served comes %s", async (_, args, config, indexUrl) => {
  const folder = makeSource();
  writeFileSync(join(folder, "pkgindex.toml"), config);
  const { code, stderr } = await install(folder, ...args);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(`see that ${indexUrl} `),
  });
  expect(parse(read(folder))).toMatchObject({ env: { INDEX_URL: indexUrl } });
});

test("push mode on a server of one's own: a note says that nobody knows where the index is served", async () => {
  const folder = makeSource();
  const { code, stderr } = await runCli(["workflows", "install", ...PUSH], {
    cwd: folder,
    env: { GITHUB_SERVER_URL: "https://github.example.org" },
  });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("--index-url") });
  expect(parse(read(folder))).toMatchObject({ env: { INDEX_URL: "" } });
});

test("pull mode: what is to be written into the index names the repository, where its remote does", async () => {
  const folder = temporaryDirectory();
  execFileSync("git", ["init", "--quiet", folder]);
  execFileSync("git", ["-C", folder, "remote", "add", "origin", "git@github.com:octo-org/demo.git"]);
  const { stderr } = await install(dirname(folder), basename(folder), ...INDEX);
  expect(stderr).toContain('[automation] allow = ["octo-org/demo"]');
  expect((await install(makeSource(), ...INDEX)).stderr).toContain('allow = ["OWNER/REPOSITORY"]');
});

test("--json says the same", async () => {
  const folder = makeSource();
  const { code, stdout } = await install(folder, ...INDEX, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    mode: "pull",
    on: "tags:v*",
    index: "octo-org/wheels",
    file: { path: SOURCE_WORKFLOW, state: "written" },
    nextSteps: expect.arrayContaining([expect.stringContaining("PKG_UPDATE_TOKEN")]) as string[],
    problems: [],
  });
});

test.each([
  [[], "--index: is not given"],
  [["--index", "wheels"], "--index: "],
  [["--index", "octo-org/wheels/x"], "--index: "],
  [[...INDEX, "--on", "tags"], "--on: "],
  [[...INDEX, "--on", "tags:a\n  pull_request_target:"], "--on: "],
  [[...INDEX, "--on", "branch:a..b"], "--on: "],
  [[...INDEX, "--mode", "poll"], "--mode"],
  [[...INDEX, "--index-url", "https://example.org/simple/"], "--index-url: is for push mode alone"],
  [[...PUSH, "--index-url", "example.org"], "--index-url: an address starts with https://"],
  [[...PUSH, "--index-url", "https://example.org/${{ github.token }}"], "--index-url: "],
  [[...INDEX, "--cli", "."], "--cli: "],
  [[...INDEX, "--cli", "tools/x.tgz"], "--cli: "],
  [[...INDEX, "--cli", "./pkgindex.tgz"], "--cli: "],
  [[...INDEX, "--cli", "pkgindex.tgz"], "--cli: "],
  [[...INDEX, "--cli", "a b"], "--cli: "],
  [[...INDEX, "missing"], "missing: there is no such folder"],
])("%j ends with exit code 2, and nothing is written", async (args, words) => {
  const folder = makeSource();
  const { code, stdout, stderr } = await install(folder, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(words);
  expect(existsSync(join(folder, ".github"))).toBe(false);
});

test.each([
  "pkgindex@^1",
  "@octo-org/pkgindex@1.0.0",
  "octo-org/pkgindex",
  "/opt/pkgindex.tgz",
  "https://example.org/pkgindex.tgz",
])("--cli %s is taken", async (cli) => {
  const folder = makeSource();
  expect((await install(folder, ...INDEX, "--cli", cli)).code).toBe(0);
  expect(parse(read(folder))).toMatchObject({ env: { PKGINDEX_CLI: cli } });
});
