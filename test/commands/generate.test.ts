/** What `pkgindex generate` says: its summary, its JSON, its exit codes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test, vi } from "vitest";

import { IndexFolder, runHere, type FullReport } from "../catalog/index-folder.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { makeSdist } from "../support/make-sdist.ts";
import { runCli } from "../support/run-cli.ts";

vi.setConfig({ testTimeout: 60_000 });

/** Two projects, a file that is ignored, and nothing made yet. */
function newIndex(config = '[index]\nurl = "https://example.org/py/"\n'): IndexFolder {
  const index = new IndexFolder();
  writeFileSync(join(index.directory, "pkgindex.toml"), config);
  index.addWheel({ name: "a", version: "1.0" }, "tools");
  const sdist = makeSdist({ name: "b", version: "2.0" });
  index.write(`tools/${sdist.filename}`, sdist.bytes);
  index.write("tools/README.md", "hello");
  return index;
}

describe("the summary", () => {
  test("of a first run", async () => {
    const index = newIndex();
    const { code, stdout, stderr } = await index.run();
    const size = index.read("tools/a-1.0-py3-none-any.whl").length + index.read("tools/b-2.0.tar.gz").length;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "index: 2 projects, 2 files",
      "  added      tools/a-1.0-py3-none-any.whl",
      "             tools/b-2.0.tar.gz",
      "  pages      23 written, 0 unchanged, 0 deleted",
      `  read       2 files, ${(size / 1000).toFixed(1)} kB hashed`,
      "  ignored    1 file that is no wheel or sdist",
      "Install from it, and from no other index:",
      "  pip install --index-url https://example.org/py/simple/ NAME",
      "",
    ]);
  });

  test("of a run that changes nothing", async () => {
    const index = newIndex();
    await index.run();
    const { stdout } = await index.run();
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      "index: 2 projects, 2 files",
      "  pages      0 written, 23 unchanged, 0 deleted",
      "  read       0 files, 0 B hashed",
    ]);
  });

  test("of a run that reads what known files say of themselves", async () => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" });
    await index.run();
    expect((await index.run(["--check"])).stdout).toContain("  read       1 file, its metadata alone\n");
    index.addWheel({ name: "b", version: "1.0" });
    expect((await index.run()).stdout).toMatch(/ {2}read {7}1 file, [\d.]+ k?B hashed\n/);
  });

  test("of many files shows ten and counts the others", async () => {
    const index = new IndexFolder();
    for (let minor = 10; minor < 25; minor += 1) index.addWheel({ name: "a", version: `1.${minor}` });
    const { stdout } = await index.run();
    expect(stdout.match(/\.whl/g)).toHaveLength(10);
    expect(stdout).toContain("             and 5 more\n");
  });

  test("of files that went and were replaced names them", async () => {
    const index = newIndex();
    await index.run();
    index.remove("tools/b-2.0.tar.gz");
    index.addWheel({ name: "a", version: "1.0", metadata: { summary: "other" } }, "tools");
    const { stdout } = await index.run(["--allow-replace"]);
    expect(stdout).toContain("  removed    tools/b-2.0.tar.gz\n  replaced   tools/a-1.0-py3-none-any.whl\n");
    expect(stdout).toContain("  pages      11 written, 7 unchanged, 5 deleted\n");
  });

  test("points at a folder where no address is known, and at the root in the flat layout", async () => {
    const index = newIndex("");
    const folder = pathToFileURL(index.root).href;
    expect((await index.run()).stdout).toContain(`--index-url ${folder}/simple/ NAME\n`);
    expect((await index.run(["--layout", "flat"])).stdout).toContain(`--index-url ${folder}/ NAME\n`);
  });

  test("has no colour, and a file name cannot bring control characters to the terminal", async () => {
    const index = newIndex();
    index.write("tools/\u001b[31mred-1.0-py3-none-any.whl", "");
    const { code, stdout, stderr } = await index.run(["--skip-invalid"]);
    expect(code).toBe(1);
    // oxlint-disable-next-line no-control-regex
    expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\0-\x1f\x7f]/);
    expect(stderr).toContain("\\u001b[31mred");
  });
});

describe("--quiet", () => {
  test("says nothing where nothing is wrong", async () => {
    expect(await newIndex().run(["--quiet"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("keeps errors and leaves notes out", async () => {
    const index = newIndex();
    index.addWheel({ name: "a", version: "1.0" }, "copy");
    const quiet = await index.run(["--quiet", "--dry-run"]);
    expect([quiet.code, quiet.stderr]).toEqual([0, ""]);
    expect((await index.run(["--dry-run"])).stderr).toMatch(/^note: index\/tools\/.*a-1\.0/m);
    index.write("tools/bad-1.0-py3-none-any.whl", "nonsense");
    const { code, stdout, stderr } = await index.run(["--quiet"]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")[0]).toMatch(
      /^error: index\/tools\/bad-1\.0-py3-none-any\.whl: .* \(hint: .*\)$/,
    );
  });
});

describe("--json", () => {
  const KEYS = [
    "projects",
    "files",
    "added",
    "removed",
    "replaced",
    "ignored",
    "pages",
    "filesRead",
    "bytesHashed",
    "problems",
  ];

  test("is one object with all its keys, alone on stdout", async () => {
    const index = newIndex();
    const { code, stdout, stderr } = await index.run(["--json"]);
    const report = JSON.parse(stdout) as FullReport;
    expect([code, stderr]).toEqual([0, ""]);
    expect(Object.keys(report)).toEqual(expect.arrayContaining(KEYS));
    const wheel = "tools/a-1.0-py3-none-any.whl";
    expect(report).toMatchObject({
      projects: 2,
      files: 2,
      added: [wheel, "tools/b-2.0.tar.gz"],
      removed: [],
      replaced: [],
      ignored: ["tools/README.md"],
      pages: { written: 23, unchanged: 0, deleted: 0 },
      filesRead: 2,
      bytesHashed: index.read(wheel).length + index.read("tools/b-2.0.tar.gz").length,
      problems: [],
    });
  });

  test("has the same keys for a refused run, with each problem in full", async () => {
    const index = newIndex();
    index.write("tools/bad-1.0-py3-none-any.whl", "nonsense");
    const report = await index.generate([], { code: 1 });
    expect(Object.keys(report)).toEqual(expect.arrayContaining(KEYS));
    expect(report.pages.written).toBe(0);
    expect(report.problems).toHaveLength(1);
    expect(Object.keys(report.problems[0] ?? {}).toSorted()).toEqual(
      ["code", "hint", "message", "path", "severity"].toSorted(),
    );
  });

  test("goes with --check and --dry-run, and says there what would be", async () => {
    const index = newIndex();
    const before = index.tree();
    expect((await index.generate(["--dry-run"])).pages.written).toBe(23);
    expect((await index.generate(["--check"], { code: 1 })).pages.written).toBe(23);
    expect(index.tree()).toEqual(before);
  });
});

describe("--dry-run", () => {
  test("prints the plan in the order in which it would be done, and writes nothing", async () => {
    const index = newIndex();
    const before = index.tree();
    const { code, stdout, stderr } = await index.run(["--dry-run"]);
    expect([code, stderr]).toEqual([0, "nothing was written\n"]);
    expect(stdout.split("\n")).toEqual([
      "record   .pkgindex/records/a.jsonl",
      "record   .pkgindex/records/b.jsonl",
      "record   .pkgindex/.gitattributes",
      "sidecar  tools/a-1.0-py3-none-any.whl.metadata",
      "write    simple/a/index.html",
      "write    pypi/a/json",
      "write    simple/a/index.v1.json",
      "write    simple/b/index.html",
      "write    pypi/b/json",
      "write    simple/b/index.v1.json",
      "write    project/a/index.html",
      "write    -/feeds/a.xml",
      "write    project/b/index.html",
      "write    -/feeds/b.xml",
      "write    -/style.css",
      "write    -/site.js",
      "write    -/search.js",
      "write    -/favicon.svg",
      "write    -/search.json",
      "write    -/feed.xml",
      "write    -/use/index.html",
      "write    sitemap.xml",
      "write    index.html",
      "write    simple/index.html",
      "write    simple/index.v1.json",
      "write    404.html",
      "write    .nojekyll",
      "",
    ]);
    expect(index.tree()).toEqual(before);
  });

  test("prints what would go", async () => {
    const index = newIndex();
    await index.run();
    index.remove("tools/a-1.0-py3-none-any.whl");
    const before = index.tree();
    const { stdout } = await index.run(["--dry-run"]);
    expect(stdout.split("\n").filter((line) => line.startsWith("delete"))).toEqual([
      "delete   simple/a/index.html",
      "delete   simple/a/index.v1.json",
      "delete   pypi/a/json",
      "delete   project/a/index.html",
      "delete   -/feeds/a.xml",
      "delete   tools/a-1.0-py3-none-any.whl.metadata",
    ]);
    expect(index.tree()).toEqual(before);
  });

  test("says where nothing would change, and leaves times alone", async () => {
    const index = newIndex();
    await index.run();
    expect(await index.run(["--dry-run"])).toEqual({ code: 0, stdout: "", stderr: "nothing would change\n" });
  });
});

describe("--check", () => {
  test("is content with a tree as it must be", async () => {
    const index = newIndex();
    await index.run();
    const { code, stdout } = await index.run(["--check"]);
    expect([code, stdout.split("\n")[1]]).toEqual([0, "  pages      23 compared, all as they must be"]);
  });

  test.each(["--check", "--rebuild"])(
    "%s finds nothing to do in a clone of an index that was made before git came",
    async (option) => {
      const index = newIndex();
      await index.run();
      index.commit();
      const clone = index.clone();
      expect(await clone.run([option])).toMatchObject({ code: 0, stderr: "" });
      expect(clone.git("status", "--porcelain")).toBe("");
      // A plain run notes the ids of git, so that the one after it reads nothing.
      await clone.run();
      expect((await clone.generate()).filesRead).toBe(0);
      expect(await clone.run(["--check"])).toMatchObject({ code: 0, stderr: "" });
    },
  );

  test("says where git has changed line ends, and how to keep it from that", async () => {
    const index = newIndex();
    await index.run();
    index.commit();
    const { code, stderr } = await index.clone("--config", "core.autocrlf=true").run(["--check"]);
    expect(code).toBe(1);
    expect(stderr.match(/note: .*git has changed the line ends of the page .*\.gitattributes/g)).toHaveLength(
      3,
    );
  });

  test("prints what is not as it must be, and what to do", async () => {
    const index = newIndex();
    await index.run();
    index.remove("simple/index.html");
    const { code, stdout, stderr } = await index.run(["--check"]);
    expect([code, stdout]).toEqual([1, "write    simple/index.html\n"]);
    expect(stderr).toBe("index is not up to date (hint: run pkgindex generate)\n");
  });
});

describe("a wrong call ends with exit code 2 and says what is possible", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["an unknown option", ["generate", "--nonsense"], /--nonsense/],
    ["an option with a typing error", ["generate", "--rebuid"], /--rebuild/],
    ["an argument too many", ["generate", "more"], /argument/],
    ["an unknown layout", ["generate", "--layout", "round"], /simple.*flat/],
    ["no value for an option", ["generate", "--root"], /--root/],
    ["a time-out that is no number", ["generate", "--lock-timeout", "soon"], /number of seconds/],
    ["a negative time-out", ["generate", "--lock-timeout=-1"], /number of seconds/],
    ["no thread", ["generate", "--jobs", "0"], /whole number from 1/],
    ["half a thread", ["generate", "--jobs", "1.5"], /whole number from 1/],
    ["an unknown command", ["generat"], /generate/],
    ["an unknown option of the program", ["--nonsense"], /--nonsense/],
    ["no command", [], /generate/],
  ])("%s", async (_, args, words) => {
    const { code, stdout, stderr } = await runHere(temporaryDirectory(), args);
    expect([code, stdout], stderr).toEqual([2, ""]);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/ {4}at /);
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [
      "a root that is missing",
      ["--root", "missing"],
      {},
      /^error: missing: there is no such folder.*\(hint: .*--root.*\)\n$/,
    ],
    [
      "a time that is none",
      [],
      { SOURCE_DATE_EPOCH: "yesterday" },
      /^error: SOURCE_DATE_EPOCH: .*"yesterday"/,
    ],
    ["a configuration file that is missing", ["--config", "missing.toml"], {}, /missing\.toml/],
  ])("%s", async (_, args, env, words) => {
    const index = newIndex();
    const { code, stdout, stderr } = await index.run(args, env);
    expect([code, stdout], stderr).toEqual([2, ""]);
    expect(stderr).toMatch(words);
  });
});

describe("help", () => {
  test.each([
    ["generate", "--help"],
    ["generate", "-h"],
    ["help", "generate"],
  ])("%s %s shows an example", async (...args) => {
    const { code, stdout, stderr } = await runHere("/", args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/Examples:\n {2}\$ pkgindex generate /);
    for (const option of [
      "root",
      "config",
      "layout",
      "dry-run",
      "check",
      "rebuild",
      "skip-invalid",
      "json",
      "quiet",
    ]) {
      expect(stdout).toContain(`--${option}`);
    }
    for (const option of ["allow-replace", "allow-move", "allow-empty", "lock-timeout", "jobs"]) {
      expect(stdout).toContain(`--${option}`);
    }
  });

  test("of the program names every command", async () => {
    const { code, stdout } = await runHere("/", ["--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}generate .*bring every page of the index up to date$/m);
  });
});

describe("the built program", () => {
  test("says its version, alone", async () => {
    for (const option of ["--version", "-V"]) {
      const { code, stdout, stderr } = await runCli([option]);
      expect([code, stdout, stderr]).toEqual([0, "0.1.0\n", ""]);
    }
  });

  test("hands its exit code to the shell", async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, "index"));
    expect((await runCli(["generate"], { cwd })).code).toBe(1);
    expect((await runCli(["generate", "--allow-empty"], { cwd })).code).toBe(0);
    expect((await runCli(["generate", "--nonsense"], { cwd })).code).toBe(2);
  });

  test("reads with threads what one thread reads", async () => {
    const [first, second] = [new IndexFolder(), new IndexFolder()];
    for (const index of [first, second]) {
      for (let minor = 0; minor < 40; minor += 1) index.addWheel({ name: "a", version: `1.${minor}` });
    }
    const env = { SOURCE_DATE_EPOCH: "1767225600" };
    for (const [index, jobs] of [
      [first, "1"],
      [second, "3"],
    ] as const) {
      const { code, stderr } = await runCli(["generate", "--jobs", jobs], { cwd: index.directory, env });
      expect([code, stderr]).toEqual([0, ""]);
    }
    expect(second.tree()).toEqual(first.tree());
  });
});
