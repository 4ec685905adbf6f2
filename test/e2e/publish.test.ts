/** `pkgindex publish` into real repositories, over git's own protocol. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../support/make-tree.ts";
import { GIT_ENVIRONMENT, IDENTITY } from "../support/git-environment.ts";
import { makeWheel, type WheelOptions } from "../support/make-wheel.ts";
import { runCli, type CliResult } from "../support/run-cli.ts";
import { checkEveryCommit } from "./support/every-commit.ts";

function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...GIT_ENVIRONMENT },
  });
}

interface RemoteOptions {
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Whether pages are committed. */
  readonly pages?: boolean;
  readonly wheels?: readonly WheelOptions[];
}

/** A bare repository with an index, as a server has it. */
async function makeRemote({
  config = "",
  files = {},
  pages = true,
  wheels,
}: RemoteOptions = {}): Promise<string> {
  const work = temporaryDirectory();
  const write = (path: string, data: string | Uint8Array): void => {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), data);
  };
  mkdirSync(join(work, "index"));
  write("pkgindex.toml", `[index]\n${config}`);
  if (!pages)
    write(
      ".gitignore",
      "/index/simple/\n/index/project/\n/index/-/\n/index/*.html\n/index/.nojekyll\n*.whl.metadata\n",
    );
  for (const [path, text] of Object.entries(files)) write(path, text);
  for (const options of wheels ?? [{ name: "dace", version: "1.0" }]) {
    const { filename, bytes } = makeWheel(options);
    write(`index/${options.name}/${filename}`, bytes);
  }
  git(work, "init", "-q", "-b", "main");
  const made = await runCli(["generate", "--quiet", "--allow-empty"], { cwd: work });
  expect(made).toMatchObject({ code: 0, stderr: "" });
  git(work, "add", "-A");
  git(work, "commit", "-qm", "index");
  const bare = join(temporaryDirectory(), "packages.git");
  git(work, "clone", "-q", "--bare", ".", bare);
  git(bare, "config", "uploadpack.allowFilter", "true");
  return bare;
}

/** A wheel in a folder of its own; returns its path. */
function writeWheel(options: WheelOptions): string {
  const { filename, bytes } = makeWheel(options);
  const path = join(temporaryDirectory(), filename);
  writeFileSync(path, bytes);
  return path;
}

function publish(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  return runCli(["publish", ...args], { env: { ...IDENTITY, ...env } });
}

function show(bare: string, path: string): string {
  return git(bare, "show", `main:${path}`);
}

describe("publish", () => {
  test("adds a wheel, and what it pushes is what generate makes", async () => {
    const bare = await makeRemote();
    const { code, stdout } = await publish([writeWheel({ name: "dace", version: "2.0" }), "--git", bare]);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^added {10}index\/dace\/dace-2\.0-py3-none-any\.whl\npushed {9}[0-9a-f]{12} to .*, branch main\n$/,
      ),
    });
    expect(git(bare, "log", "-1", "--format=%an %s")).toBe("Ada add dace 2.0\n");
    expect(show(bare, "index/simple/dace/index.html")).toContain("dace-2.0-py3-none-any.whl");
    await checkEveryCommit(bare);
  });

  test.each<[string, RemoteOptions]>([
    ["whose pages are made elsewhere", { pages: false }],
    ["in the flat layout", { config: 'layout = "flat"\n' }],
    ["that is empty", { wheels: [] }],
  ])("adds a wheel to an index %s", async (_, options) => {
    const bare = await makeRemote(options);
    expect(await publish([writeWheel({ name: "other", version: "1" }), "--git", bare])).toMatchObject({
      code: 0,
    });
    const files = git(bare, "ls-tree", "-r", "--name-only", "main").split("\n");
    expect(files).toContain("index/other/other-1-py3-none-any.whl");
    expect(files).toContain("index/.pkgindex/records/other.jsonl");
    expect(files.some((path) => path.endsWith("index.html"))).toBe(options.pages !== false);
    if (options.pages !== false) await checkEveryCommit(bare);
    else {
      const folder = join(temporaryDirectory(), "clone");
      git(bare, "clone", "-q", ".", folder);
      const { code, stdout } = await runCli(["generate", "--json"], { cwd: folder });
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, files: 2, problems: [] });
    }
  });

  test("takes no setting of this machine for one of the index", async () => {
    const bare = await makeRemote();
    const env = { PKGINDEX_ROOT: "elsewhere", PKGINDEX_LAYOUT: "flat", PKGINDEX_URL: "https://example.org/" };
    const wheel = writeWheel({ name: "dace", version: "2.0" });
    const { code, stdout } = await publish([wheel, "--git", bare], env);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("index/dace/dace-2.0-"),
    });
    await checkEveryCommit(bare);
  });

  test("says that a wheel is there already, and pushes nothing", async () => {
    const bare = await makeRemote();
    const before = git(bare, "rev-parse", "main");
    const result = await publish([writeWheel({ name: "dace", version: "1.0" }), "--git", bare, "--json"]);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      added: [],
      alreadyThere: ["index/dace/dace-1.0-py3-none-any.whl"],
      commit: null,
    });
    expect(git(bare, "rev-parse", "main")).toBe(before);
  });

  test("refuses other bytes under a published name, unless the index allows it", async () => {
    const wheel = writeWheel({ name: "dace", version: "1.0", files: { "dace.py": "" } });
    const strict = await makeRemote();
    const refused = await publish([wheel, "--git", strict]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("a published file never changes");
    expect(refused.stderr).toContain("[automation] replace = true");
    const lenient = await makeRemote({ config: "\n[automation]\nreplace = true\n" });
    const replaced = await publish([wheel, "--git", lenient]);
    expect(replaced).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("replaced       index/dace/"),
    });
    expect(git(lenient, "cat-file", "blob", "main:index/dace/dace-1.0-py3-none-any.whl").length).toBe(
      readFileSync(wheel).toString("utf8").length,
    );
  });

  test("is one of ten at once: the index is the union, and valid at every commit", async () => {
    const bare = await makeRemote();
    const wheels = Array.from({ length: 10 }, (_, number) =>
      writeWheel({ name: number < 5 ? "dace" : `project${number}`, version: `3.${number}` }),
    );
    const results = await Promise.all(wheels.map((wheel) => publish([wheel, "--git", bare])));
    expect(results.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(Array(10).fill(""));
    const files = git(bare, "ls-tree", "-r", "--name-only", "main");
    for (const wheel of wheels) expect(files).toContain(wheel.slice(wheel.lastIndexOf("/") + 1));
    expect(git(bare, "rev-list", "--count", "main").trim()).toBe("11");
    await checkEveryCommit(bare);
  }, 300_000);

  test("explains what a hook refuses, and nothing is lost", async () => {
    const bare = await makeRemote();
    const before = git(bare, "rev-parse", "main");
    writeFileSync(join(bare, "hooks/pre-receive"), "#!/bin/sh\necho 'not on a Saturday' >&2\nexit 1\n");
    chmodSync(join(bare, "hooks/pre-receive"), 0o755);
    const wheel = writeWheel({ name: "dace", version: "2.0" });
    const { code, stderr } = await publish([wheel, "--git", bare]);
    expect(code).toBe(1);
    expect(stderr).toContain("not on a Saturday");
    expect(stderr).toContain("a hook of the server refuses the push");
    expect(git(bare, "rev-parse", "main")).toBe(before);
    expect(existsSync(wheel)).toBe(true);
  });

  test("gives up when the time is over", async () => {
    const bare = await makeRemote();
    // A lock that nobody gives back: to a client it looks like a race that it never wins.
    writeFileSync(join(bare, "refs/heads/main.lock"), "");
    const { code, stderr } = await publish([
      writeWheel({ name: "dace", version: "2.0" }),
      "--git",
      bare,
      "--timeout",
      "3",
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain("within 3 s");
  });

  test("refuses a file that GitHub would not take, before it commits", async () => {
    const bare = await makeRemote();
    const large = writeWheel({
      name: "dace",
      version: "9",
      files: { "dace.bin": Buffer.alloc(101 * 1024 * 1024) },
    });
    const { code, stderr } = await publish([large, "--git", bare]);
    expect(code).toBe(1);
    expect(stderr).toContain("GitHub takes files of up to 100 MiB");
    expect(stderr).toContain("Git LFS");
    const elsewhere = await makeRemote({ config: 'host = "other"\n' });
    expect(await publish([large, "--git", elsewhere])).toMatchObject({ code: 0 });
  });

  test("changes nothing in a dry run", async () => {
    const bare = await makeRemote();
    const before = git(bare, "rev-parse", "main");
    const result = await publish([writeWheel({ name: "dace", version: "2.0" }), "--git", bare, "--dry-run"]);
    expect(result).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("(dry run) added"),
      stderr: "nothing was changed\n",
    });
    expect(git(bare, "rev-parse", "main")).toBe(before);
  });

  test("without a folder for temporary files ends with a sentence", async () => {
    const wheel = writeWheel({ name: "dace", version: "2.0" });
    const { code, stderr } = await publish([wheel, "--git", await makeRemote()], { TMPDIR: "/dev/null" });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "error: /dev/null: no temporary folder can be made in it (ENOTDIR) (hint: make room there, or name another folder in TMPDIR)\n",
    });
  });

  test("refuses a repository without an index, and one without the branch", async () => {
    const empty = join(temporaryDirectory(), "empty.git");
    git("/", "init", "-q", "--bare", "-b", "main", empty);
    const wheel = writeWheel({ name: "dace", version: "1" });
    const without = await publish([wheel, "--git", empty]);
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining("has no branch main") });
    const work = temporaryDirectory();
    git(work, "init", "-q", "-b", "main");
    git(work, "commit", "-q", "--allow-empty", "-m", "nothing");
    const none = await publish([wheel, "--git", work]);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("holds no index") });
  });

  test.each([
    [["--git", "ext::sh -c touch% /tmp/pwned"]],
    [["--git", "--upload-pack=touch /tmp/pwned"]],
    [["--git", "https://me:secret@example.org/x.git"]],
    [["--index", "octo-org/../x"]],
    [["--git", ".", "--branch", "--force"]],
    [["--git", ".", "--branch", "a..b"]],
    [["--git", ".", "--index", "octo-org/packages"]],
    [["--git", ".", "--digest", "abc"]],
    [["--git", ".", "--message", " "]],
    [[]],
  ])("refuses %j as usage", async (args) => {
    const { code, stderr } = await publish([writeWheel({ name: "dace", version: "1" }), ...args]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("secret");
    expect(existsSync("/tmp/pwned")).toBe(false);
  });
});

const hasLfs = spawnSync("git", ["lfs", "version"]).status === 0;
const lfsAttributes = { ".gitattributes": "*.whl filter=lfs diff=lfs merge=lfs -text\n" };
const need = hasLfs ? "" : " (git-lfs is not installed)";

describe.skipIf(!hasLfs)(`an index whose wheels are in Git LFS${need}`, () => {
  test("takes a wheel: its bytes into the store, a pointer into the commit", async () => {
    const bare = await makeRemote({ config: 'host = "other"\n', files: lfsAttributes });
    const wheel = writeWheel({ name: "dace", version: "2.0" });
    expect(await publish([wheel, "--git", bare])).toMatchObject({ code: 0 });
    const sha256 = createHash("sha256").update(readFileSync(wheel)).digest("hex");
    expect(show(bare, "index/dace/dace-2.0-py3-none-any.whl")).toContain(`oid sha256:${sha256}`);
    const stored = join(bare, "lfs/objects", sha256.slice(0, 2), sha256.slice(2, 4), sha256);
    expect(readFileSync(stored)).toEqual(readFileSync(wheel));
    await checkEveryCommit(bare);
  });

  test.each([
    ["pages are served from the branch", {}, 1],
    ["a workflow deploys pages without the files", { lfs: "false" }, 1],
    ["a workflow deploys pages with the files", { lfs: "true" }, 0],
  ])("where %s", async (_, { lfs }: { lfs?: string }, code) => {
    const workflow = `steps:\n  - uses: actions/checkout@v6\n    with:\n      lfs: ${lfs}\n  - uses: actions/deploy-pages@v5\n`;
    const files = {
      ...lfsAttributes,
      ...(lfs === undefined ? {} : { ".github/workflows/pages.yml": workflow }),
    };
    const bare = await makeRemote({ config: 'host = "github-pages"\n', files });
    const result = await publish([writeWheel({ name: "dace", version: "2.0" }), "--git", bare]);
    expect(result.code).toBe(code);
    if (code === 1) expect(result.stderr).toContain("clients would get the pointer, not the file");
  });
});

test("add takes the source of a file from the build.json beside it", async () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "index"));
  const { filename, bytes } = makeWheel({ name: "dace", version: "1.0" });
  writeFileSync(join(folder, filename), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const source = { repository: "octo-org/dace", commit: "c".repeat(40) };
  const files = [{ file: filename, sha256, size: bytes.length }];
  writeFileSync(
    join(folder, "build.json"),
    JSON.stringify({ version: 1, ...source, ref: "main", tools: {}, files }),
  );
  expect(await runCli(["add", filename], { cwd: folder })).toMatchObject({ code: 0 });
  const [line] = readFileSync(join(folder, "index/.pkgindex/records/dace.jsonl"), "utf8").split("\n");
  expect(JSON.parse(line!)).toMatchObject({ file: filename, source });
});
