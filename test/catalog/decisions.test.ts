/** Hand-written records at work, and what belongs to whom in the tree. */
import { symlinkSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";

import { IndexFolder, inodeOf } from "./index-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

const FILE = "a-1.0-py3-none-any.whl";
const TIME = "2027-01-01T00:00:00Z";

async function startIndex(): Promise<IndexFolder> {
  const index = new IndexFolder();
  index.addWheel({ name: "a", version: "1.0" });
  index.addWheel({ name: "a", version: "0.9" });
  index.addWheel({ name: "b", version: "1.0" });
  await index.generate();
  return index;
}

interface Page {
  readonly files: readonly { readonly filename: string; readonly yanked?: unknown }[];
  readonly "project-status"?: unknown;
}

const pageOf = (index: IndexFolder, project = "a") =>
  JSON.parse(index.read(`simple/${project}/index.v1.json`).toString()) as Page;
const htmlOf = (index: IndexFolder, project = "a") => index.read(`simple/${project}/index.html`).toString();

describe("a record by hand", () => {
  test("yanks a file and unyanks it, with a reason and without, and reads no file for it", async () => {
    const index = await startIndex();
    const before = [htmlOf(index), pageOf(index).files];
    index.addRecord("a", { event: "yanked", file: FILE, reason: 'broken "b" & <c>', time: TIME });
    expect((await index.generate()).bytesHashed).toBe(0);
    expect(pageOf(index).files.map(({ yanked }) => yanked)).toEqual([undefined, 'broken "b" & <c>']);
    expect(htmlOf(index)).toContain('data-yanked="broken &quot;b&quot; &amp; &lt;c');
    expect(pageOf(index)).toMatchObject({ _info: { version: "0.9" } });
    index.addRecord("a", { event: "yanked", file: FILE, time: "2027-01-02T00:00:00Z" });
    await index.generate();
    expect(pageOf(index).files.map(({ yanked }) => yanked)).toEqual([undefined, true]);
    expect(htmlOf(index)).toContain(' data-yanked=""');
    index.addRecord("a", { event: "unyanked", file: FILE, time: "2027-01-03T00:00:00Z" });
    await index.generate();
    expect([htmlOf(index), pageOf(index).files]).toEqual(before);
  });

  test("quarantines a project, which offers nothing and forgets nothing", async () => {
    const index = await startIndex();
    index.addRecord("a", { event: "status", status: "quarantined", reason: "malware", time: TIME });
    expect((await index.generate()).filesRead).toBe(0);
    expect(pageOf(index)).toMatchObject({
      files: [],
      "project-status": { status: "quarantined", reason: "malware" },
    });
    expect(htmlOf(index)).not.toContain("<a ");
    expect(htmlOf(index)).toContain('<meta name="pypi:project-status" content="quarantined">');
    expect(index.read("simple/index.html").toString()).toContain(">a</a>");
    expect((await index.generate()).filesRead).toBe(0);
    index.addRecord("a", { event: "status", status: "active", time: "2027-01-02T00:00:00Z" });
    expect((await index.generate()).filesRead).toBe(0);
    expect(pageOf(index).files).toHaveLength(2);
    expect(pageOf(index)).not.toHaveProperty(["project-status"]);
  });

  test("archives a project, whose files stay", async () => {
    const index = await startIndex();
    index.addRecord("b", { event: "status", status: "archived", time: TIME });
    await index.generate();
    expect(pageOf(index, "b")).toMatchObject({ "project-status": { status: "archived" } });
    expect(htmlOf(index, "b")).toContain("b-1.0-py3-none-any.whl");
  });

  test("removes a file that is still there: a note, not an error, and it stays unlisted", async () => {
    const index = await startIndex();
    index.addRecord("a", { event: "removed", file: FILE, time: TIME });
    const report = await index.generate();
    expect([report.removed, report.files]).toEqual([[`a/${FILE}`], 2]);
    expect(report.problems.map(({ severity, code, path }) => [severity, code, path])).toEqual([
      ["note", "removed", `index/a/${FILE}`],
    ]);
    expect(htmlOf(index)).not.toContain(FILE);
    const again = await index.generate();
    expect([again.filesRead, again.removed, again.pages.written]).toEqual([0, [], 0]);
  });

  test("removes the only file of a project, whose page goes, and nothing is read again and again", async () => {
    const index = await startIndex();
    index.addRecord("b", { event: "removed", file: "b-1.0-py3-none-any.whl", time: TIME });
    const report = await index.generate();
    expect([report.removed, report.projects, report.pages.deleted]).toEqual([
      ["b/b-1.0-py3-none-any.whl"],
      1,
      4,
    ]);
    expect(Object.keys(index.tree())).not.toContain("simple/b");
    await index.generate();
    const again = await index.generate();
    expect([again.removed, again.pages.written, again.pages.deleted]).toEqual([[], 0, 0]);
  });

  test("removes a file before anybody saw it", async () => {
    const index = await startIndex();
    index.addRecord("c", { event: "removed", file: "c-1.0-py3-none-any.whl", time: TIME });
    index.addWheel({ name: "c", version: "1.0" });
    await index.generate();
    expect(Object.keys(index.tree())).not.toContain("simple/c");
    await index.generate(["--rebuild"]);
    expect(Object.keys(index.tree())).not.toContain("simple/c");
  });

  test("of a newer version stops everything, also with --skip-invalid", async () => {
    const index = await startIndex();
    index.addRecord("b", { event: "mirrored", file: "b-1.0-py3-none-any.whl", time: TIME });
    index.addWheel({ name: "a", version: "2.0" });
    const before = index.tree();
    for (const options of [[], ["--skip-invalid"], ["--rebuild"]]) {
      const { problems } = await index.generate(options, { code: 1 });
      expect(problems.map(({ code, path }) => [code, path])).toEqual([
        ["record-invalid", "index/.pkgindex/records/b.jsonl:2"],
      ]);
    }
    expect(index.tree()).toEqual(before);
  });
});

describe("two branches", () => {
  test("that each add a wheel of one project merge without a conflict, in either order", async () => {
    const index = new IndexFolder();
    index.git("init", "--quiet", "--initial-branch=main");
    index.write("../.gitignore", "index/simple/\nindex/project/\nindex/-/\nindex/index.html\n");
    index.addWheel({ name: "a", version: "1.0" });
    await index.generate();
    index.commit();
    for (const [branch, version] of [
      ["one", "2.0"],
      ["two", "3.0"],
    ] as const) {
      index.git("checkout", "--quiet", "-b", branch, "main");
      index.addWheel({ name: "a", version });
      await index.generate();
      index.commit();
    }
    const trees = [];
    for (const [ours, theirs] of [
      ["one", "two"],
      ["two", "one"],
    ] as const) {
      index.git("checkout", "--quiet", "-B", "merged", ours);
      index.git("merge", "--quiet", "--no-edit", theirs);
      const report = await index.generate();
      expect([report.files, report.problems]).toEqual([3, []]);
      const tree = Object.entries(index.tree()).filter(([path]) => !path.startsWith(".pkgindex/records/"));
      trees.push(Object.fromEntries(tree));
      index.git("checkout", "--quiet", "--", ".");
    }
    expect(trees[1]).toEqual(trees[0]);
  });
});

describe("what is not ours", () => {
  test.each([
    ["a list by another hand", "simple/index.html", "<html>mine</html>"],
    ["a project page by another hand", "simple/new/index.html", "<html>mine</html>"],
    [
      "a JSON page of another program",
      "simple/new/index.v1.json",
      '{"meta":{"api-version":"1.0"},"files":[]}',
    ],
    [
      "a JSON list of another program",
      "simple/index.v1.json",
      '{"meta":{"api-version":"1.0"},"projects":[]}',
    ],
  ])("is never overwritten: %s", async (_, path, text) => {
    const index = new IndexFolder();
    index.addWheel({ name: "new", version: "1.0" });
    index.write(path, text);
    const before = index.tree();
    for (const options of [[], ["--skip-invalid"], ["--rebuild"]]) {
      const { problems } = await index.generate(options, { code: 1 });
      expect(problems.map(({ code }) => code)).toContain("stranger-in-the-way");
      expect(new Set(problems.map((problem) => problem.path))).toEqual(new Set([`index/${path}`]));
    }
    expect(index.tree()).toEqual(before);
  });

  test.each([
    ["a folder where a page goes", (index: IndexFolder) => index.write("simple/new/index.html/x", "")],
    [
      "a folder where a JSON page goes",
      (index: IndexFolder) => index.write("simple/new/index.v1.json/x", ""),
    ],
    ["a folder where the JSON list goes", (index: IndexFolder) => index.write("simple/index.v1.json/x", "")],
    [
      "a folder where a sidecar goes",
      (index: IndexFolder) => index.write("new/new-1.0-py3-none-any.whl.metadata/x", ""),
    ],
    [
      "a folder where a record goes",
      (index: IndexFolder) => index.write(".pkgindex/records/new.jsonl/x", ""),
    ],
    ["a file where the project's folder goes", (index: IndexFolder) => index.write("simple/new", "mine")],
    ["a file where the folder of lists goes", (index: IndexFolder) => index.write("simple", "mine")],
    [
      "a link where a page goes",
      (index: IndexFolder) => {
        index.write("../target.html", '<meta name="generator" content="pkgindex">');
        index.write("simple/new/other", "");
        symlinkSync("../../../target.html", index.path("simple/new/index.html"));
      },
    ],
  ])("is an error and no bug: %s", async (_, prepare) => {
    const index = new IndexFolder();
    index.addWheel({ name: "new", version: "1.0" });
    prepare(index);
    const before = index.tree();
    const { code, stderr } = await index.run();
    expect([code, stderr.includes("has a bug")], stderr).toEqual([1, false]);
    expect(index.tree()).toEqual(before);
  });

  test("stays where nothing of ours goes, and hinders nobody", async () => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" });
    const theirs = {
      "simple/handmade/index.html": "<html>mine</html>",
      "simple/handmade/index.v1.json": '{"meta":{"api-version":"1.0"},"name":"handmade","files":[]}',
      "simple/a/notes.txt": "mine",
      "404.html": "<html>my 404</html>",
      "index.html": "<html>my site</html>",
      ".nojekyll": "# mine",
    };
    for (const [path, text] of Object.entries(theirs)) index.write(path, text);
    await index.generate();
    for (const [path, text] of Object.entries(theirs)) expect(index.read(path).toString(), path).toBe(text);
  });

  test("stays in the folder of a project that vanished", async () => {
    const index = await startIndex();
    index.write("simple/b/notes.txt", "mine");
    index.remove("b/b-1.0-py3-none-any.whl");
    const report = await index.generate();
    expect([report.removed, report.pages.deleted]).toEqual([["b/b-1.0-py3-none-any.whl"], 4]);
    expect(
      Object.keys(index.tree()).filter((path) => path.startsWith("simple/b") || path.startsWith("b/")),
    ).toEqual(["simple/b", "simple/b/notes.txt"]);
  });

  test("is not deleted in a vanished project's folder, whatever its name", async () => {
    const index = await startIndex();
    index.write("simple/b/index.html", "<html>mine now</html>");
    index.remove("b/b-1.0-py3-none-any.whl");
    await index.generate();
    expect(index.read("simple/b/index.html").toString()).toBe("<html>mine now</html>");
  });
});

test("the last file of an index does not go without --allow-empty", async () => {
  const index = await startIndex();
  index.remove("a");
  index.remove("b");
  const before = index.tree();
  for (const options of [[], ["--skip-invalid"]]) {
    const { problems } = await index.generate(options, { code: 1 });
    expect(problems.map(({ code }) => code)).toEqual(["would-be-empty"]);
  }
  expect(index.tree()).toEqual(before);
  const list = inodeOf(index.path("simple/index.html"));
  expect((await index.generate(["--allow-empty"])).pages.deleted).toBe(8);
  expect(inodeOf(index.path("simple/index.html"))).not.toBe(list);
  await index.generate();
  await index.generate(["--check"]);
});
