/** What is read again and what is not. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";

import { makeSdist } from "../support/make-sdist.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { EPOCH, IndexFolder, inodeOf, tick } from "./index-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

const WHEEL = "tools/a-1.0-py3-none-any.whl";

/** Two projects, three files, pages made. */
async function startIndex(): Promise<IndexFolder> {
  const index = new IndexFolder();
  index.addWheel({ name: "a", version: "1.0", metadata: { summary: "one" } }, "tools");
  index.addWheel({ name: "a", version: "2.0", metadata: { summary: "two" } }, "tools");
  const sdist = makeSdist({ name: "b", version: "1.0" });
  index.write(`b/${sdist.filename}`, sdist.bytes);
  const report = await index.generate();
  expect([report.filesRead, report.added.length]).toEqual([3, 3]);
  return index;
}

/** Where pages and files are: outside git, in git before the first commit, and after it. */
const PLACES: readonly (readonly [string, (index: IndexFolder) => void])[] = [
  ["outside git", () => undefined],
  ["in git before the commit", (index) => index.git("init", "--quiet")],
  ["in git after the commit", (index) => index.commit()],
];

describe.each(PLACES)("%s", (_, prepare) => {
  async function prepareIndex(): Promise<IndexFolder> {
    const index = await startIndex();
    prepare(index);
    return index;
  }

  test("an unchanged index is not read, and nothing in it is written", async () => {
    const index = await prepareIndex();
    const before = index.tree();
    const inodes = Object.keys(before).map((path) => inodeOf(index.path(path)));
    for (let round = 0; round < 2; round += 1) {
      const { filesRead, bytesHashed, pages } = await index.generate();
      expect({ filesRead, bytesHashed, pages }).toEqual({
        filesRead: 0,
        bytesHashed: 0,
        pages: { written: 0, unchanged: 20, deleted: 0 },
      });
    }
    expect(index.tree()).toEqual(before);
    expect(Object.keys(before).map((path) => inodeOf(index.path(path)))).toEqual(inodes);
  });

  test("a wheel that was touched is read once at most, then never again", async () => {
    const index = await prepareIndex();
    await tick();
    index.touch(WHEEL);
    expect((await index.generate()).filesRead).toBeLessThanOrEqual(1);
    const before = index.tree();
    expect((await index.generate()).filesRead).toBe(0);
    expect(index.tree()).toEqual(before);
  });

  test("a wheel that was written again with equal bytes is read once at most", async () => {
    const index = await prepareIndex();
    const bytes = index.read(WHEEL);
    rmSync(index.path(WHEEL));
    index.write(WHEEL, bytes);
    const { filesRead, problems } = await index.generate();
    expect(filesRead).toBeLessThanOrEqual(1);
    expect(problems).toEqual([]);
    expect((await index.generate()).filesRead).toBe(0);
  });

  test("a wheel of other bytes and the same size is noticed", async () => {
    const index = await prepareIndex();
    await tick();
    const other = makeWheel({ name: "a", version: "1.0", metadata: { summary: "uno" } });
    expect(other.bytes.length).toBe(index.read(WHEEL).length);
    index.write(WHEEL, other.bytes);
    const { problems } = await index.generate([], { code: 1 });
    expect(problems.map(({ code, path }) => [code, path])).toEqual([["immutable", `index/${WHEEL}`]]);
  });

  test("a wheel that is added costs itself and the pages of its project", async () => {
    const index = await prepareIndex();
    const [other, changed] = [index.path("simple/b/index.html"), index.path("simple/a/index.html")];
    const before = [inodeOf(other), inodeOf(changed)];
    const added = index.addWheel({ name: "a", version: "3.0" });
    const report = await index.generate();
    expect([report.added, report.filesRead, report.bytesHashed]).toEqual([
      [added],
      1,
      index.read(added).length,
    ]);
    expect(inodeOf(other)).toBe(before[0]);
    expect(inodeOf(changed)).not.toBe(before[1]);
  });

  test("a wheel that is gone is dropped, reported, and its record stays", async () => {
    const index = await prepareIndex();
    const records = index.read(".pkgindex/records/a.jsonl");
    index.remove(WHEEL);
    const report = await index.generate();
    expect([report.removed, report.filesRead, report.files]).toEqual([[WHEEL], 0, 2]);
    expect(index.tree()).not.toHaveProperty([`${WHEEL}.metadata`]);
    expect(index.read("simple/a/index.html").toString()).not.toContain("a-1.0");
    expect(index.read(".pkgindex/records/a.jsonl")).toEqual(records);
  });

  test("a wheel that comes back has its old upload time", async () => {
    const index = await prepareIndex();
    const [page, bytes] = [index.read("simple/a/index.html"), index.read(WHEEL)];
    index.remove(WHEEL);
    await index.generate();
    index.write(WHEEL, bytes);
    const report = await index.generate();
    expect(report.added).toEqual([WHEEL]);
    expect(index.read("simple/a/index.html")).toEqual(page);
  });
});

describe("in a fresh clone", () => {
  test("of an index with its pages nothing is read and nothing changes", async () => {
    const index = new IndexFolder();
    index.git("init", "--quiet");
    index.addWheel({ name: "a", version: "1.0" }, "tools");
    index.addWheel({ name: "b", version: "1.0" }, "zoo");
    await index.generate();
    index.commit();
    const clone = index.clone();
    const before = clone.tree();
    const { filesRead, bytesHashed, pages } = await clone.generate();
    expect({ filesRead, bytesHashed, written: pages.written }).toEqual({
      filesRead: 0,
      bytesHashed: 0,
      written: 0,
    });
    expect(clone.tree()).toEqual(before);
    expect(clone.git("status", "--porcelain")).toBe("");
  });

  test("of an index that was made in git, without its pages, only core metadata is read", async () => {
    const index = new IndexFolder();
    index.git("init", "--quiet");
    index.addWheel({ name: "a", version: "1.0", metadata: { summary: "one" } });
    index.addWheel({ name: "a", version: "2.0" });
    index.addWheel({ name: "b", version: "1.0" });
    await index.generate();
    index.write(
      "../.gitignore",
      "index/simple/\nindex/project/\nindex/-/\nindex/index.html\n*.whl.metadata\nindex/404.html\nindex/.nojekyll\n",
    );
    index.commit();
    const clone = index.clone();
    expect(clone.generated()).toEqual([]);
    const { filesRead, bytesHashed } = await clone.generate();
    expect({ filesRead, bytesHashed }).toEqual({ filesRead: 3, bytesHashed: 0 });
    expect(clone.tree()).toEqual(index.tree());
    expect((await clone.generate()).filesRead).toBe(0);
  });

  test("of an index that was made outside git, each file is read once, and its id goes on record", async () => {
    const index = await startIndex();
    index.commit();
    const clone = index.clone();
    const report = await clone.generate();
    expect([report.filesRead, report.problems]).toEqual([3, []]);
    expect((await clone.generate()).filesRead).toBe(0);
    clone.commit();
    const second = clone.clone();
    const before = second.tree();
    expect((await second.generate()).filesRead).toBe(0);
    expect(second.tree()).toEqual(before);
  });

  test("times of the checkout prove nothing where no git id is on record", async () => {
    const index = await startIndex();
    index.commit();
    const other = makeWheel({ name: "a", version: "1.0", metadata: { summary: "uno" } });
    expect(other.bytes.length).toBe(index.read(WHEEL).length);
    index.write(WHEEL, other.bytes);
    index.commit();
    const clone = index.clone("--no-checkout");
    // Files come before pages, and a moment lies between the two, as in a large index.
    clone.git("checkout", "--quiet", "HEAD", "--", "index/tools", "index/b");
    await tick();
    clone.git("checkout", "--quiet", "HEAD", "--", ".");
    const { problems } = await clone.generate([], { code: 1 });
    expect(problems.map(({ code, path }) => [code, path])).toEqual([["immutable", `index/${WHEEL}`]]);
  });

  test("a wheel that was added there is the only one that is read", async () => {
    const index = new IndexFolder();
    index.git("init", "--quiet");
    index.addWheel({ name: "a", version: "1.0" });
    index.addWheel({ name: "b", version: "1.0" });
    await index.generate();
    index.commit();
    const clone = index.clone();
    const path = clone.addWheel({ name: "b", version: "2.0" });
    const report = await clone.generate();
    expect([report.added, report.filesRead]).toEqual([[path], 1]);
  });
});

describe("the upload time", () => {
  const timesIn = (index: IndexFolder, project = "a") =>
    [
      ...index
        .read(`simple/${project}/index.html`)
        .toString()
        .matchAll(/data-upload-time="([^"]*)"/g),
    ].map(([, time]) => time);

  test("is that of the commit which added the file", async () => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" });
    index.commit(EPOCH - 86_400);
    index.addWheel({ name: "a", version: "2.0" });
    index.commit(EPOCH - 3600);
    index.addWheel({ name: "a", version: "3.0" });
    await index.generate([], { env: { SOURCE_DATE_EPOCH: String(EPOCH) } });
    expect(timesIn(index)).toEqual(["2025-12-31T00:00:00Z", "2025-12-31T23:00:00Z", "2026-01-01T00:00:00Z"]);
  });

  test("is asked of git in a clone as well, but not of a shallow one", async () => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" });
    index.commit(EPOCH - 86_400);
    index.commit(EPOCH - 60);
    const env = { SOURCE_DATE_EPOCH: String(EPOCH) };
    const clone = index.clone();
    await clone.generate([], { env });
    expect(timesIn(clone)).toEqual(["2025-12-31T00:00:00Z"]);
    const shallow = index.clone("--depth=1");
    await shallow.generate([], { env });
    expect(timesIn(shallow)).toEqual(["2026-01-01T00:00:00Z"]);
  });

  test("is SOURCE_DATE_EPOCH where git does not know, and now without it", async () => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" });
    await index.generate([], { env: { SOURCE_DATE_EPOCH: "1" } });
    expect(timesIn(index)).toEqual(["1970-01-01T00:00:01Z"]);
    index.addWheel({ name: "b", version: "1.0" });
    const begun = Date.now();
    await index.generate([], { env: { SOURCE_DATE_EPOCH: "" } });
    const time = Date.parse(timesIn(index, "b")[0] ?? "");
    expect(time).toBeGreaterThanOrEqual(begun);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  test("is never that of the file", async () => {
    const index = new IndexFolder();
    const path = index.addWheel({ name: "a", version: "1.0" });
    await index.generate([], { env: { SOURCE_DATE_EPOCH: "1" } });
    index.touch(path);
    await index.generate();
    expect(timesIn(index)).toEqual(["1970-01-01T00:00:01Z"]);
  });
});

describe("bytes that are allowed to change, and files that are allowed to move", () => {
  const clocks = [
    ["later", String(EPOCH + 9000)],
    ["that stands still, as SOURCE_DATE_EPOCH does", String(EPOCH)],
    ["that went back", String(EPOCH - 9000)],
  ] as const;

  test.each(clocks)("stay replaced under a clock %s", async (_, clock) => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" }, "tools");
    await index.generate([], { env: { SOURCE_DATE_EPOCH: String(EPOCH) } });
    index.addWheel({ name: "a", version: "1.0", metadata: { summary: "two" } }, "tools");
    const env = { SOURCE_DATE_EPOCH: clock };
    expect((await index.generate(["--allow-replace"], { env })).replaced).toEqual([WHEEL]);
    const before = index.tree();
    const { problems } = await index.generate(["--rebuild"], { env });
    expect(problems).toEqual([]);
    expect(index.tree()).toEqual(before);
  });

  test.each(clocks)("stay moved under a clock %s", async (_, clock) => {
    const index = new IndexFolder();
    const path = index.addWheel({ name: "a", version: "1.0" }, "tools");
    await index.generate([], { env: { SOURCE_DATE_EPOCH: String(EPOCH) } });
    const bytes = index.read(path);
    index.remove(path);
    index.write("moved/a-1.0-py3-none-any.whl", bytes);
    const env = { SOURCE_DATE_EPOCH: clock };
    expect((await index.generate([], { code: 1, env })).problems.map(({ code }) => code)).toEqual(["moved"]);
    await index.generate(["--allow-move"], { env });
    const before = index.tree();
    const { problems } = await index.generate(["--rebuild"], { env });
    expect(problems).toEqual([]);
    expect(index.tree()).toEqual(before);
  });

  test("are refused by name, with both hashes, and nothing is written", async () => {
    const index = new IndexFolder();
    index.addWheel({ name: "a", version: "1.0" }, "tools");
    await index.generate();
    const old = /"sha256":"([0-9a-f]{64})"/.exec(index.read(".pkgindex/records/a.jsonl").toString())?.[1];
    index.addWheel({ name: "a", version: "1.0", metadata: { summary: "two" } }, "tools");
    const before = index.tree();
    const [problem] = (await index.generate([], { code: 1 })).problems;
    expect(problem?.message).toContain(old);
    expect(problem?.message.match(/[0-9a-f]{64}/g)).toHaveLength(2);
    expect(index.tree()).toEqual(before);
  });
});

test("one file in two folders is listed once, and after the first run neither copy is read", async () => {
  const index = new IndexFolder();
  index.addWheel({ name: "a", version: "1.0" }, "one");
  index.addWheel({ name: "a", version: "1.0" }, "two");
  const { problems, files } = await index.generate();
  expect([files, problems.map(({ code, severity, path }) => `${severity} ${code} ${path}`)]).toEqual([
    1,
    ["note duplicate-filename index/two/a-1.0-py3-none-any.whl"],
  ]);
  expect((await index.generate()).filesRead).toBe(0);
  expect(Object.keys(index.tree()).filter((path) => path.endsWith(".metadata"))).toEqual([
    join("one", "a-1.0-py3-none-any.whl.metadata"),
  ]);
});
