/** `pkgindex init`: a repository from nothing, again, and among files of other hands. */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";

import { INDEX_WORKFLOW } from "../../src/github/workflow-files.ts";
import { isSealed } from "../../src/hosts/stamp.ts";
import { load } from "../config/scratch-folder.ts";
import { IndexFolder, runHere, type Outcome } from "../catalog/index-folder.ts";
import { readTree, temporaryDirectory } from "../support/make-tree.ts";

vi.setConfig({ testTimeout: 60_000 });

const PAGES_WORKFLOW = ".github/workflows/pkgindex-pages.yml";

function init(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return runHere(folder, ["init", ...args]);
}

interface Report {
  readonly files: readonly { path: string; state: string; difference: string[] }[];
  readonly index: { root: string; projects: number; files: number };
  readonly nextSteps: readonly string[];
  readonly problems: readonly { code: string; severity: string; path: string }[];
}

async function initJson(folder: string, ...args: readonly string[]): Promise<Report> {
  return JSON.parse((await init(folder, "--json", ...args)).stdout) as Report;
}

describe("an empty folder", () => {
  test("becomes a repository with a valid, empty index", async () => {
    const folder = temporaryDirectory();
    const { code, stdout, stderr } = await init(folder, "wheels", "--index", "Octo-Org/wheels");
    expect(code).toBe(0);
    expect(stdout).toBe(
      ["pkgindex.toml", ".gitattributes", "README.md", INDEX_WORKFLOW, PAGES_WORKFLOW, "index/.nojekyll"]
        .map((path) => `written wheels/${path}\n`)
        .join("") + "written the index in wheels/index: 0 projects, 0 files\n",
    );
    expect(stderr).toContain('next: choose "GitHub Actions" under Settings');
    expect(stderr).not.toMatch(/error|note/);
    const repository = join(folder, "wheels");
    const config = await load(repository);
    expect(config).toMatchObject({
      layout: "simple",
      url: "https://octo-org.github.io/wheels/",
      host: "github-pages",
      automation: { index: "Octo-Org/wheels", allow: [], cli: "pkgindex@^0.1.0", replace: false },
    });
    for (const args of [["generate", "--check"], ["list"]])
      expect(await runHere(repository, args), args.join(" ")).toMatchObject({ code: 0 });
    for (const page of ["simple/index.html", "simple/index.v1.json", "404.html"])
      expect(existsSync(join(repository, "index", page)), page).toBe(true);
    const readme = readFileSync(join(repository, "README.md"), "utf8");
    expect(readme).toContain("pip install --index-url https://octo-org.github.io/wheels/simple/ NAME");
    const workflow = readFileSync(join(repository, INDEX_WORKFLOW), "utf8");
    expect(isSealed(workflow)).toBe(true);
    expect(parse(workflow)).toMatchObject({ env: { PKGINDEX_CLI: "pkgindex@^0.1.0" } });
  });

  test("run again, it changes nothing, with the same options or without", async () => {
    const folder = temporaryDirectory();
    await init(
      folder,
      "--index",
      "octo-org/wheels",
      "--layout",
      "flat",
      "--host",
      "nginx",
      "--cli",
      "./pkgindex.tgz",
    );
    const before = readTree(folder);
    for (const args of [[], ["--index", "octo-org/wheels", "--layout", "flat", "--host", "nginx"]]) {
      const { code, stdout } = await init(folder, ...args);
      expect(code).toBe(0);
      expect(
        stdout
          .trim()
          .split("\n")
          .filter((line) => !line.startsWith("unchanged ")),
      ).toEqual([]);
      expect(readTree(folder)).toEqual(before);
    }
  });

  test("without a repository on GitHub the README and the next steps ask for the address", async () => {
    const folder = temporaryDirectory();
    const { nextSteps } = await initJson(folder, "--host", "other");
    expect(nextSteps.join("\n")).toMatch(/\[automation\] index[\s\S]*\[index\] url/);
    expect(readFileSync(join(folder, "README.md"), "utf8")).toContain("Put the real address here");
    expect((await load(folder)).url).toBeUndefined();
  });

  test.each([
    ["octo-org/Octo-Org.github.io", "https://octo-org.github.io/"],
    ["octo-org/a.b", "https://octo-org.github.io/a.b/"],
    ["octo_short/wheels", undefined],
  ])("GitHub Pages serves %s at %s", async (index, url) => {
    const folder = temporaryDirectory();
    await init(folder, "--index", index);
    expect((await load(folder)).url).toBe(url);
  });

  test("on a server of one's own, nobody knows the address of the pages", async () => {
    const folder = temporaryDirectory();
    await runHere(folder, ["init", "--index", "octo-org/wheels"], {
      GITHUB_SERVER_URL: "https://github.example.org",
    });
    expect((await load(folder)).url).toBeUndefined();
  });

  test("a flat index at another host has no job for Pages", async () => {
    const folder = temporaryDirectory();
    await init(folder, "--layout", "flat", "--host", "netlify");
    expect(existsSync(join(folder, "index/index.html"))).toBe(true);
    expect(existsSync(join(folder, PAGES_WORKFLOW))).toBe(false);
    const { jobs } = parse(readFileSync(join(folder, INDEX_WORKFLOW), "utf8")) as { jobs: object };
    expect(Object.keys(jobs)).toEqual(["build", "publish"]);
  });

  test("an option that the configuration gainsays changes no other file", async () => {
    const folder = temporaryDirectory();
    await init(folder, "--index", "octo-org/wheels");
    const before = readTree(folder);
    const { code, stdout } = await init(folder, "--host", "nginx", "--cli", "./tools", "--layout", "flat");
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('+host = "nginx"') });
    expect(stdout).toContain("kept pkgindex.toml");
    expect(stdout).not.toMatch(/^(?:updated|written)/m);
    expect(readTree(folder)).toEqual(before);
  });

  test("nothing of the environment gets into what stays", async () => {
    const folder = temporaryDirectory();
    await runHere(folder, ["init"], {
      PKGINDEX_ROOT: "elsewhere",
      PKGINDEX_TITLE: "T",
      PKGINDEX_LAYOUT: "flat",
    });
    expect(await load(folder)).toMatchObject({ layout: "simple", title: "Python package index" });
    expect(existsSync(join(folder, "elsewhere"))).toBe(false);
  });
});

describe("files that are there already", () => {
  test("are shown as a difference and kept; the rest is done", async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, ".github/workflows"), { recursive: true });
    writeFileSync(join(folder, "README.md"), "# Mine\n");
    writeFileSync(join(folder, INDEX_WORKFLOW), "name: mine\n");
    symlinkSync("README.md", join(folder, ".gitattributes"));
    const { code, stdout, stderr } = await init(folder);
    expect(code).toBe(0);
    expect(stdout).toContain("--- README.md\n+++ README.md (as pkgindex would write it)\n@@ -1,1 +1,");
    expect(stdout).toContain("\n-# Mine\n+# Python package index\n");
    for (const path of ["README.md", INDEX_WORKFLOW, ".gitattributes"]) {
      expect(stdout).toContain(`\nkept ${path}\n`);
      expect(stderr).toContain(`note: ${path}: was there before`);
    }
    expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("# Mine\n");
    expect(readFileSync(join(folder, INDEX_WORKFLOW), "utf8")).toBe("name: mine\n");
    expect(stdout).toContain("written pkgindex.toml\n");
    expect(stdout).toContain("written the index in index:");
  });

  test("a configuration counts, and what differs from the options is shown", async () => {
    const folder = temporaryDirectory();
    writeFileSync(
      join(folder, "pkgindex.toml"),
      '[index]\nroot = "site"\ntitle = "Mine"\n[automation]\nallow = ["octo-org/demo"]\ncli = "pkgindex@1.2.3"\n',
    );
    const { files, problems } = await initJson(folder, "--layout", "flat", "--cli", "pkgindex@9");
    expect(files[0]).toMatchObject({ path: "pkgindex.toml", state: "kept" });
    expect(files[0]?.difference).toEqual(
      expect.arrayContaining(['+layout = "flat"', '-cli = "pkgindex@1.2.3"']),
    );
    expect(files[0]?.difference).not.toContain('-title = "Mine"');
    expect(problems).toMatchObject([{ code: "kept", severity: "note", path: "pkgindex.toml" }]);
    // One place says what is installed: the file, as it stands.
    expect(readFileSync(join(folder, INDEX_WORKFLOW), "utf8")).toContain('PKGINDEX_CLI: "pkgindex@1.2.3"');
    expect(existsSync(join(folder, "site/simple/index.html"))).toBe(true);
  });

  test("what it wrote itself follows the configuration; what was changed by hand does not", async () => {
    const folder = temporaryDirectory();
    await init(folder);
    const config = join(folder, "pkgindex.toml");
    writeFileSync(config, readFileSync(config, "utf8").replace(/^cli = .*$/m, 'cli = "pkgindex@2.0.0"'));
    expect((await init(folder)).stdout).toContain(`updated ${INDEX_WORKFLOW}\n`);
    for (const path of [INDEX_WORKFLOW, PAGES_WORKFLOW])
      expect(readFileSync(join(folder, path), "utf8")).toContain('PKGINDEX_CLI: "pkgindex@2.0.0"');
    appendFileSync(join(folder, INDEX_WORKFLOW), "# mine\n");
    const { stdout } = await init(folder);
    expect(stdout).toContain("\n-# mine\n");
    expect(stdout).toContain(`kept ${INDEX_WORKFLOW}\n`);
  });

  test("an index with packages stays what it is", async () => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" });
    await index.generate();
    const before = index.tree();
    const { index: made } = await initJson(index.directory);
    expect(made).toEqual({ root: "index", projects: 1, files: 1, pages: expect.any(Object) as object });
    expect(index.tree()).toMatchObject({ ...before, "simple/a/index.html": before["simple/a/index.html"] });
  });

  test("a broken configuration is an error, and nothing is written", async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "pkgindex.toml"), "[index\n");
    const before = readTree(folder);
    expect(await init(folder)).toMatchObject({ code: 2, stdout: "" });
    expect(readTree(folder)).toEqual(before);
  });
});

test.each([["a-file/wheels"], ["/sys/wheels"]])(
  "init %s says that it cannot be written there",
  async (target) => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "a-file"), "");
    const { code, stderr } = await init(folder, target);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: \S+: cannot be written: /);
  },
);

test("in a folder below the top of a repository, a note says that GitHub reads no workflows there", async () => {
  const folder = temporaryDirectory();
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  const { stderr } = await init(folder, "wheels");
  expect(stderr).toContain("note: wheels: is not the top of its git repository");
  expect((await init(folder)).stderr).not.toContain("note:");
});

test.each([
  [["--index", "octo-org"], "--index: "],
  [["--index", "octo-org/../x"], "--index: "],
  [["--cli", "--global"], "--cli: "],
  [["--cli", "a b"], "--cli: "],
  [["--layout", "round"], "--layout"],
  [["--host", "gopher"], "--host"],
  [["a-file"], "a-file: is no folder"],
])("%j ends with exit code 2, and nothing is written", async (args, words) => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "a-file"), "");
  const { code, stdout, stderr } = await init(folder, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(words);
  expect(Object.keys(readTree(folder))).toEqual(["a-file"]);
});
