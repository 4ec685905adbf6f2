/** `pkgindex build` on real repositories with real Pythons, without a package index and without trust. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FakeGithub } from "../support/github/fake-github.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { runCli, type CliResult } from "../support/run-cli.ts";
import { makeSourceRepository, type SourceRepository } from "../support/source-repository.ts";

const hasNamespaces =
  spawnSync("unshare", ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "true"])
    .status === 0;

const TOKEN = "ghp_canary0123456789";

interface Built extends CliResult {
  readonly out: string;
  /** Where the command ran. */
  readonly cwd: string;
}

async function build(
  source: SourceRepository,
  args: readonly string[] = [],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly ref?: string;
  } = {},
): Promise<Built> {
  const cwd = options.cwd ?? temporaryDirectory();
  const where = ["--owner", "octo-org", "--repo", "demo", "--source", source.folder, "--out", "out"];
  const ref = args.includes("--event") ? [] : [...where.slice(0, 4), "--ref", options.ref ?? "main"];
  const result = await runCli(["build", ...ref, ...where.slice(4), ...args], {
    cwd,
    env: { ...options.env },
  });
  return { ...result, out: join(cwd, "out"), cwd };
}

function readReport(out: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(out, "build.json"), "utf8")) as Record<string, unknown>;
}

describe("build", () => {
  test("writes a tested wheel and says where it is from", async () => {
    const source = makeSourceRepository();
    const { code, stdout, out } = await build(source);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`octo-org/demo at ${source.head}`),
    });
    const name = "demo-1.0-py3-none-any.whl";
    expect(readdirSync(out).toSorted()).toEqual(["build.json", name]);
    const wheel = readFileSync(join(out, name));
    expect(readReport(out)).toEqual({
      version: 1,
      repository: "octo-org/demo",
      commit: source.head,
      ref: "main",
      tools: expect.objectContaining({
        python: expect.stringMatching(/^3\./),
        isolation: expect.any(String),
      }),
      files: [{ file: name, sha256: createHash("sha256").update(wheel).digest("hex"), size: wheel.length }],
    });
    const digest = createHash("sha256")
      .update(readFileSync(join(out, "build.json")))
      .digest("hex");
    expect(stdout).toContain(`build.json     sha256 ${digest}`);
  });

  test("builds the commit that is asked for, whatever the branch is by now", async () => {
    const source = makeSourceRepository();
    source.git("tag", "v1");
    source.commit({ "pyproject.toml": "nonsense" });
    for (const ref of [source.head, "v1", "refs/tags/v1", source.head.toUpperCase()]) {
      const { code, out, stderr } = await build(source, [], { ref });
      expect({ ref, code, stderr }).toMatchObject({ code: 0 });
      expect(readReport(out)["commit"]).toBe(source.head);
    }
  });

  test("takes submodules along", async () => {
    const part = makeSourceRepository({ name: "part" });
    const source = makeSourceRepository({ hostile: 'assert os.path.exists("part/pyproject.toml")' });
    source.git(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "add",
      "--quiet",
      "../../" + part.folder.split("/").slice(-2).join("/"),
      "part",
    );
    source.git("commit", "--quiet", "-m", "submodule");
    expect(await build(source)).toMatchObject({ code: 0 });
  });

  test("is run again over its own results, and over nobody else's", async () => {
    const source = makeSourceRepository();
    const { cwd, out } = await build(source);
    expect(await build(source, [], { cwd })).toMatchObject({ code: 0 });
    writeFileSync(join(out, "other-1-py3-none-any.whl"), "");
    const refused = await build(source, [], { cwd });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("holds other-1-py3-none-any.whl"),
    });
  });

  test.each([
    ["that is a file", "file", 2, "file: is no folder (hint: name a folder, or a new one, with --out)"],
    ["below a file", "file/dist", 1, "file/dist: cannot be written: a file is where a folder has to be"],
    ["that takes nothing", "/proc/dist", 1, "/proc/dist: cannot be written: the folder takes nothing new"],
  ])("a folder for results %s is refused", async (_, path, exitCode, message) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "file"), "kept");
    const { code, stderr } = await build(makeSourceRepository(), ["--out", path], { cwd });
    expect({ code, stderr }).toMatchObject({ code: exitCode, stderr: expect.stringContaining(message) });
    expect(readFileSync(join(cwd, "file"), "utf8")).toBe("kept");
  });

  test("tells the next job what it has built, and a person on the summary page", async () => {
    const source = makeSourceRepository();
    const folder = temporaryDirectory();
    const [output, summary] = [join(folder, "output"), join(folder, "summary")];
    const env = { GITHUB_ACTIONS: "true", GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
    const { code, out } = await build(source, [], { env });
    expect(code).toBe(0);
    const digest = createHash("sha256")
      .update(readFileSync(join(out, "build.json")))
      .digest("hex");
    expect(readFileSync(output, "utf8")).toBe(`digest=${digest}\n`);
    expect(readFileSync(summary, "utf8")).toContain(source.head);
  });

  test("a command as backend leaves its wheels where it is told, or in dist/", async () => {
    const source = makeSourceRepository();
    const python = `import backend, os; backend.make_wheel(os.environ["PKGINDEX_OUT"])`;
    expect(await build(source, ["--backend", `python3 -c '${python}'`])).toMatchObject({ code: 0 });
    const dist = `mkdir dist && python3 -c 'import backend; backend.make_wheel("dist")'`;
    expect(await build(source, ["--backend", dist])).toMatchObject({ code: 0 });
  });
});

describe("what is not the expected wheel is refused, and nothing is written", () => {
  test.each<[string, string, string]>([
    ["no wheel", 'return "demo-1.0-py3-none-any.whl"', "the build"],
    ["two releases", 'make_wheel(out, version="2.0")', "another version"],
    ["a planted wheel of another project", 'make_wheel(out, name="numpy")', "is of the project numpy"],
    ["only a wheel of another project", 'return make_wheel(out, name="numpy")', "is of the project numpy"],
    ["a file that is no wheel", 'open(os.path.join(out, "evil.sh"), "w").close()', "no distribution file"],
    [
      "a link",
      'os.symlink("/etc/passwd", os.path.join(out, "demo-1.0-py2-none-any.whl"))',
      "no distribution file",
    ],
    [
      "a wheel that lies about its contents",
      `
name = make_wheel(out)
with zipfile.ZipFile(os.path.join(out, name), "a") as archive: archive.writestr("demo/extra.py", "")
return name`,
      "is not in RECORD",
    ],
    [
      "a module that does not import",
      'return make_wheel(out, files={"demo/__init__.py": "import nothing_like_this"})',
      "its module demo cannot be imported: ModuleNotFoundError",
    ],
    ["a build that fails", 'raise SystemExit("no luck")', "the build failed"],
  ])("%s", async (_, hostile, message) => {
    const source = makeSourceRepository({ hostile });
    const { code, stderr, out } = await build(source, [
      "--backend",
      `python3 -c 'import backend, os; backend.build_wheel(os.environ["PKGINDEX_OUT"])'`,
    ]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
    expect(existsSync(out)).toBe(false);
  });

  test("a requirement that no index has", async () => {
    const source = makeSourceRepository({ requires: ["no-such-project-anywhere"] });
    const env = { PIP_NO_INDEX: "1" };
    const { code, stderr } = await build(source, [], { env });
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("installing what it needs failed"),
    });
    expect(await build(source, ["--no-deps"], { env })).toMatchObject({ code: 0 });
  });

  test.each([
    ["--backend", ""],
    ["--python", " "],
    ["--project", ""],
  ])("%s %j is a usage error", async (option, value) => {
    const { code, stderr } = await build(makeSourceRepository(), [option, value]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`error: ${option}: `),
    });
    expect(stderr).not.toContain("cloning");
  });

  test("a server that does not answer is not taken for a repository that is not there", async () => {
    const args = ["build", "--owner", "octo-org", "--repo", "demo", "--ref", "main"];
    const env = { GITHUB_SERVER_URL: "http://127.0.0.1:9" };
    expect(await runCli(args, { cwd: temporaryDirectory(), env })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("(hint: see whether the network is there, and try again later)"),
    });
  });

  test("a ref that is nowhere, and a name of two things", async () => {
    const source = makeSourceRepository();
    expect(await build(source, [], { ref: "v9" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("has no branch and no tag v9"),
    });
    const id = "0123456789".repeat(4);
    expect(await build(source, [], { ref: id })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`has no commit ${id}`),
    });
    source.git("tag", "both");
    source.commit({ more: "" });
    source.git("branch", "both");
    expect(await build(source, [], { ref: "both" })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("refs/tags/both or refs/heads/both"),
    });
  });
});

describe("a hostile build", () => {
  const secrets = {
    PKG_UPDATE_TOKEN: TOKEN,
    GH_TOKEN: TOKEN,
    ACTIONS_RUNTIME_TOKEN: TOKEN,
    AWS_SECRET_ACCESS_KEY: TOKEN,
  };

  /** What a build sees, written into the wheel that comes out. */
  const SPY = `
import glob, subprocess
seen = [repr(dict(os.environ))]
for path in glob.glob("/proc/[0-9]*/environ") + [".git/config", os.path.expanduser("~/.netrc")] + SPIED:
    try: seen.append(open(path, errors="replace").read())
    except OSError: pass
seen.append(subprocess.run(["git", "config", "--list"], capture_output=True, text=True).stdout)
return make_wheel(out, files={"demo/__init__.py": "SEEN = " + repr("\\n".join(seen))})`;

  const name = "finds no token in other processes, git's settings and files (needs user namespaces)";
  test.skipIf(!hasNamespaces)(name, async () => {
    const home = temporaryDirectory();
    writeFileSync(join(home, ".netrc"), `machine github.com password ${TOKEN}`);
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, ".git"));
    writeFileSync(join(cwd, ".git/config"), `[http]\n\textraheader = ${TOKEN}\n`);
    writeFileSync(join(cwd, ".token"), TOKEN);
    const spied = [join(cwd, ".git/config"), join(cwd, ".token"), join(home, ".netrc")];
    const source = makeSourceRepository({ hostile: `SPIED = ${JSON.stringify(spied)}\n${SPY}` });
    const { code, out, stderr } = await build(source, [], { env: { ...secrets, HOME: home }, cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).not.toContain(TOKEN);
    const seen = readFileSync(join(out, "demo-1.0-py3-none-any.whl"), "latin1");
    expect(seen).toContain("SEEN = ");
    expect(seen).toContain("PKGINDEX_SANDBOX");
    expect(seen).not.toContain(TOKEN);
  });

  const named = "reaches no agent, by its variable or its path (needs user namespaces)";
  test.skipIf(!hasNamespaces)(named, async () => {
    const folder = temporaryDirectory();
    const socket = join(folder, "agent");
    const agent = createServer((connection) => connection.end(TOKEN));
    await new Promise<void>((listening) => agent.listen(socket, listening));
    try {
      const hostile = `
import socket
seen = [repr(dict(os.environ))]
try:
    agent = socket.socket(socket.AF_UNIX); agent.connect(${JSON.stringify(socket)}); seen.append(agent.recv(100).decode())
except OSError as error: seen.append("refused: " + str(error))
return make_wheel(out, files={"demo/__init__.py": "SEEN = " + repr("\\n".join(seen))})`;
      const source = makeSourceRepository({ hostile });
      const { code, out, stderr } = await build(source, [], { env: { SSH_AUTH_SOCK: socket } });
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const seen = readFileSync(join(out, "demo-1.0-py3-none-any.whl"), "latin1");
      expect(seen).toContain("refused: ");
      expect(seen).not.toContain(TOKEN);
      expect(seen).not.toContain(socket);
    } finally {
      agent.close();
    }
  });

  test("finds no token in its own environment and checkout, wherever it runs", async () => {
    const source = makeSourceRepository({
      hostile: SPY.replace(/glob\.glob\([^)]*\)/, "[]").replace("SPIED", "[]"),
    });
    const { code, out } = await build(source, [], { env: secrets });
    expect(code).toBe(0);
    const seen = readFileSync(join(out, "demo-1.0-py3-none-any.whl"), "latin1");
    expect(seen).toContain("PKGINDEX_SANDBOX");
    expect(seen).not.toContain(TOKEN);
  });

  test("cannot speak to the runner", async () => {
    const hostile =
      'print("::set-output name=digest::evil\\n::add-mask::a\\n##[set-env]x\\n::stop-commands::y", flush=True)';
    const source = makeSourceRepository({ hostile });
    const folder = temporaryDirectory();
    const env = {
      GITHUB_ACTIONS: "true",
      GITHUB_OUTPUT: join(folder, "output"),
      GITHUB_ENV: join(folder, "env"),
    };
    const python = `import backend, os; backend.build_wheel(os.environ["PKGINDEX_OUT"])`;
    const { code, stderr } = await build(source, ["--backend", `python3 -c '${python}'`], { env });
    expect(code).toBe(0);
    const token = /^::stop-commands::([0-9a-f]{48})$/m.exec(stderr)?.[1];
    const inside = stderr.slice(
      stderr.indexOf(`::stop-commands::${token}`),
      stderr.indexOf(`\n::${token}::`),
    );
    expect(inside).toContain("| ::set-output name=digest::evil");
    expect(stderr.split("\n").filter((line) => /^\s*::/.test(line))).toEqual([
      `::stop-commands::${token}`,
      `::${token}::`,
    ]);
    expect(readFileSync(env.GITHUB_OUTPUT, "utf8")).toMatch(/^digest=[0-9a-f]{64}\n$/);
  });

  test("changes no program that is used later", async () => {
    const bin = temporaryDirectory();
    const source = makeSourceRepository({
      hostile: `
for name in ("pip", "python3", "git"):
    for folder in (${JSON.stringify(bin)}, os.path.expanduser("~/.local/bin")):
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, name)
        open(path, "w").write("#!/bin/sh\\ntouch ${bin}/used\\n"); os.chmod(path, 0o755)`,
    });
    const { code } = await build(source, [], { env: { PATH: `.:${process.env["PATH"]}:${bin}` } });
    expect(code).toBe(0);
    expect(existsSync(join(bin, "used"))).toBe(false);
  });

  test("that hangs is ended, with what has left its group", async () => {
    const marker = join(temporaryDirectory(), "marker");
    const child = `import os, time; os.setsid(); time.sleep(8); open(${JSON.stringify(marker)}, "w").close()`;
    const source = makeSourceRepository({
      hostile: `import subprocess, sys, time\nsubprocess.Popen([sys.executable, "-c", ${JSON.stringify(child)}])\ntime.sleep(600)`,
    });
    const { code, stderr } = await build(source, ["--timeout", "4"]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("was not done within 4 s"),
    });
    execFileSync("sleep", ["6"]);
    expect(existsSync(marker)).toBe(false);
  });

  test("that prints without end is cut off", async () => {
    const source = makeSourceRepository({
      hostile: 'import sys\nfor _ in range(1000): sys.stdout.write("x" * 1000000 + "\\n")',
    });
    const python = `import backend, os; backend.build_wheel(os.environ["PKGINDEX_OUT"])`;
    const { code, stderr } = await build(source, ["--backend", `python3 -c '${python}'`]);
    expect(code).toBe(0);
    expect(stderr.length).toBeLessThan(2_000_000);
    expect(stderr).toContain("1.0 GB in all");
  });

  test("of a repository from elsewhere gets no other repository of this machine as a submodule", async () => {
    const secret = makeSourceRepository({ name: "secret" });
    const source = makeSourceRepository();
    const github = await FakeGithub.start();
    try {
      const remote = github.addRepository("octo-org/demo");
      const run = (): Promise<CliResult> => {
        const args = ["build", "--owner", "octo-org", "--repo", "demo", "--ref", "main"];
        return runCli(args, { cwd: temporaryDirectory(), env: github.environment });
      };
      source.git("push", "--quiet", remote.gitDirectory, "main");
      expect(await run()).toMatchObject({ code: 0 });
      source.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", secret.folder, "part");
      source.git("commit", "--quiet", "-m", "submodule");
      source.git("push", "--quiet", remote.gitDirectory, "main");
      const refused = await run();
      expect(refused).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("transport 'file' not allowed"),
      });
    } finally {
      await github.close();
    }
  });

  test("is not begun by an address that would run a program", async () => {
    const cwd = temporaryDirectory();
    const args = ["build", "--owner", "octo-org", "--repo", "demo", "--ref", "main"];
    for (const address of ["ext::sh -c touch% pwned", "--upload-pack=touch pwned", "fd::17"])
      expect(await runCli([...args, `--source=${address}`], { cwd })).toMatchObject({ code: 2 });
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe("an event", () => {
  function writeEvent(cwd: string, event: unknown): string {
    writeFileSync(join(cwd, "event.json"), typeof event === "string" ? event : JSON.stringify(event));
    return "event.json";
  }

  function inIndex(allow: readonly string[]): string {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, "pkgindex.toml"), `[automation]\nallow = ${JSON.stringify(allow)}\n`);
    return cwd;
  }

  const payload = (ref: unknown, repo: unknown = "demo"): object => ({
    action: "update_package_index",
    client_payload: { source_org: "octo-org", source_repo: repo, dependency_ref: ref },
  });

  test("of a repository that the index allows is built, whatever its case", async () => {
    const source = makeSourceRepository();
    const cwd = inIndex(["Octo-Org/Demo"]);
    const { code, out } = await build(source, ["--event", writeEvent(cwd, payload(source.head))], { cwd });
    expect(code).toBe(0);
    expect(readReport(out)).toMatchObject({ repository: "octo-org/demo", commit: source.head });
    const inputs = { inputs: { source_org: "octo-org", source_repo: "demo", dependency_ref: "main" } };
    expect(await build(source, ["--event", writeEvent(cwd, inputs)], { cwd })).toMatchObject({ code: 0 });
  });

  test("of another repository is refused, with one annotation", async () => {
    const source = makeSourceRepository();
    const cwd = inIndex(["octo-org/other"]);
    const { code, stderr } = await build(source, ["--event", writeEvent(cwd, payload(source.head))], {
      cwd,
      env: { GITHUB_ACTIONS: "true" },
    });
    expect(code).toBe(1);
    expect(stderr.match(/^::error title=pkgindex build::octo-org\/demo: is not among/gm)).toHaveLength(1);
  });

  test.each<[string, unknown]>([
    ["shell metacharacters", payload("main; touch pwned")],
    ["a command substitution", payload("$(touch pwned)", "demo$(touch pwned)")],
    ["two dots", payload("main", "..")],
    ["a path", payload("main", "../other")],
    ["an option", payload("--upload-pack=touch pwned")],
    ["64 KB", payload("a".repeat(65_536))],
    ["a line break", payload("main\n::set-output name=digest::x")],
    ["a number", payload(5)],
    ["null", payload(null)],
    ["a list", payload(["main"])],
    ["nothing", payload(undefined)],
    ["no payload", { ref: "refs/heads/main" }],
    ["no object", "[]"],
    ["no JSON", "{"],
  ])("with %s is refused before anything is run", async (_, event) => {
    const source = makeSourceRepository();
    const cwd = inIndex(["octo-org/demo"]);
    const { code, stderr } = await build(source, ["--event", writeEvent(cwd, event)], {
      cwd,
      env: { GITHUB_ACTIONS: "true" },
    });
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr.length).toBeLessThan(2000);
    expect(stderr.split("\n").filter((line) => line.startsWith("::"))).toHaveLength(1);
    expect(readdirSync(cwd).toSorted()).toEqual(["event.json", "pkgindex.toml"]);
  });
});
