/** The legacy JSON and the second root: when they are there, how they are mended, when they go. */
import { existsSync, readFileSync, truncateSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";

import { IndexFolder, runHere, tick } from "./index-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

const BOTH = '[index]\nurl = "https://example.org/a"\njson-root = true\n';
/** Pages for people, of each kind. */
const SITE = [
  "project/a/index.html",
  "-/feeds/a.xml",
  "index.html",
  "-/use/index.html",
  "-/search.json",
  "-/style.css",
  "sitemap.xml",
] as const;
const TWINS = ["pypi/a/json", "simple-json/a/index.html", "simple-json/index.html"] as const;

function configure(index: IndexFolder, text: string): void {
  index.write("../pkgindex.toml", text);
}

async function startIndex(text = BOTH, inGit = false): Promise<IndexFolder> {
  const index = new IndexFolder();
  if (inGit) index.git("init", "--quiet");
  configure(index, text);
  index.addWheel({
    name: "a",
    version: "1.0",
    metadata: { summary: "one", headers: { Author: "Some One" } },
  });
  index.addWheel({
    name: "a",
    version: "2.0",
    metadata: { requiresDist: ["b>=1"], headers: { License: "MIT" } },
  });
  index.addWheel({ name: "b", version: "1.0" });
  await index.generate();
  return index;
}

/** The pages beside the simple API that stand in the tree. */
function twinsOf(index: IndexFolder): string[] {
  return Object.entries(index.tree())
    .filter(([path, kind]) => kind !== "folder" && /^(?:pypi|simple-json)\//.test(path))
    .map(([path]) => path)
    .toSorted();
}

test("without an address and without the setting there are none", async () => {
  expect(twinsOf(await startIndex(""))).toEqual([]);
});

test("each setting brings its own", async () => {
  expect(twinsOf(await startIndex('[index]\nurl = "https://example.org"\n'))).toEqual([
    "pypi/a/json",
    "pypi/b/json",
  ]);
  expect(twinsOf(await startIndex("[index]\njson-root = true\n"))).toEqual([
    "simple-json/a/index.html",
    "simple-json/b/index.html",
    "simple-json/index.html",
  ]);
});

test("the flat layout has the second root, and no legacy JSON", async () => {
  const index = await startIndex(`${BOTH}layout = "flat"\n`);
  expect(twinsOf(index)).toEqual([
    "simple-json/a/index.html",
    "simple-json/b/index.html",
    "simple-json/index.html",
  ]);
  const page = JSON.parse(index.read("simple-json/a/index.html").toString()) as { files: { url: string }[] };
  expect(page.files.map(({ url }) => url)).toEqual([
    "../../a/a-1.0-py3-none-any.whl",
    "../../a/a-2.0-py3-none-any.whl",
  ]);
  await index.generate(["--check"]);
});

test("the second root says what the first one says", async () => {
  const index = await startIndex();
  const read = (path: string): Record<string, unknown> => {
    const { _pkgindex, _crc32, ...page } = JSON.parse(index.read(path).toString()) as Record<string, unknown>;
    expect(_pkgindex).toBeDefined();
    expect(_crc32).toBeDefined();
    return page;
  };
  expect(read("simple-json/a/index.html")).toEqual(read("simple/a/index.v1.json"));
  expect(read("simple-json/index.html")).toEqual(read("simple/index.v1.json"));
});

test("pages are counted, and an unchanged run reads nothing and writes nothing", async () => {
  const index = await startIndex();
  const report = await index.generate();
  expect(report.pages).toEqual({ written: 0, unchanged: 2 * 6 + 3 + 2 + 9, deleted: 0 });
  expect(report.filesRead).toBe(0);
});

describe.each(["outside git", "in git"] as const)("%s", (place) => {
  test.each([...TWINS, ...SITE])(
    "%s comes back when it was deleted, cut, edited or emptied",
    async (path) => {
      const index = await startIndex(BOTH, place === "in git");
      if (place === "in git") index.commit();
      await index.generate();
      const before = index.tree();
      const spoils = [
        () => index.remove(path),
        () => truncateSync(index.path(path), 0),
        () => truncateSync(index.path(path), 50),
        () => index.editByte(path),
      ];
      for (const spoil of spoils) {
        await tick();
        spoil();
        expect(index.tree()).not.toEqual(before);
        await index.generate(["--check"], { code: 1 });
        await index.generate();
        expect(index.tree()).toEqual(before);
      }
      await index.generate(["--check"]);
    },
  );
});

test("a rebuild and a run from nothing make the same bytes", async () => {
  const index = await startIndex();
  index.addWheel({ name: "a", version: "3.0", metadata: { summary: "three" } });
  index.remove("b/b-1.0-py3-none-any.whl");
  await index.generate();
  const before = index.tree();
  expect(twinsOf(index)).toEqual([...TWINS].toSorted());
  await index.generate(["--rebuild"]);
  expect(index.tree()).toEqual(before);
  for (const folder of ["pypi", "simple-json", "simple"]) index.remove(folder);
  await index.generate();
  expect(index.tree()).toEqual(before);
});

test("settings that are taken back take their pages with them", async () => {
  const index = await startIndex();
  configure(index, "[index]\njson-root = true\n");
  expect((await index.generate()).pages.deleted).toBe(3);
  expect(existsSync(index.path("pypi"))).toBe(false);
  configure(index, "");
  expect((await index.generate()).pages.deleted).toBe(3);
  expect(existsSync(index.path("simple-json"))).toBe(false);
  configure(index, BOTH);
  await index.generate();
  configure(index, `${BOTH}layout = "flat"\n`);
  await index.generate();
  expect(existsSync(index.path("pypi"))).toBe(false);
  await index.generate(["--check"]);
  configure(index, BOTH);
  await index.generate();
  expect(existsSync(index.path("pypi/a/json"))).toBe(true);
  await index.generate(["--check"]);
});

test("a decision brings them up to date, and a removal takes them", async () => {
  const index = await startIndex();
  const run = async (...args: readonly string[]): Promise<void> => {
    await tick();
    index.epoch += 60;
    const outcome = await runHere(index.directory, args, { SOURCE_DATE_EPOCH: String(index.epoch) });
    expect(outcome.code, outcome.stderr).toBe(0);
  };
  await run("yank", "a==2.0", "--reason", "broken");
  const legacy = JSON.parse(index.read("pypi/a/json").toString()) as {
    info: { version: string; author: string };
    releases: Record<string, { yanked: boolean; yanked_reason: string | null }[]>;
  };
  expect(legacy.info).toMatchObject({ version: "1.0", author: "Some One" });
  expect(legacy.releases["2.0"]).toMatchObject([{ yanked: true, yanked_reason: "broken" }]);
  await index.generate(["--check"]);
  await run("remove", "b", "--yes");
  expect(twinsOf(index)).toEqual([...TWINS].toSorted());
  await index.generate(["--check"]);
});

test("a quarantined project offers no files in either", async () => {
  const index = await startIndex();
  index.addRecord("a", { event: "status", status: "quarantined", time: "2027-01-01T00:00:00Z" });
  await index.generate();
  expect(JSON.parse(index.read("pypi/a/json").toString())).toMatchObject({ releases: {}, urls: [] });
  expect(JSON.parse(index.read("simple-json/a/index.html").toString())).toMatchObject({ files: [] });
});

test.each([
  ["pypi/a/json", '{"info":{"name":"a"},"releases":{}}'],
  ["pypi/a/json", "not JSON at all"],
  ["simple-json/a/index.html", "<!DOCTYPE html><p>mine</p>"],
  ["simple-json/index.html", "<!DOCTYPE html><p>mine</p>"],
])("a stranger's %s is an error where it is in the way, and stays where it is not", async (path, text) => {
  const index = await startIndex("");
  index.write(path, text);
  await index.generate();
  expect(readFileSync(index.path(path), "utf8")).toBe(text);
  configure(index, BOTH);
  const { problems } = await index.generate([], { code: 1 });
  expect(problems).toMatchObject([{ code: "stranger-in-the-way", path: `index/${path}` }]);
  expect(readFileSync(index.path(path), "utf8")).toBe(text);
});

test("a project named simple-json and the second root do not go together in the flat layout", async () => {
  const index = new IndexFolder();
  configure(index, '[index]\nlayout = "flat"\n');
  index.addWheel({ name: "simple-json", version: "1.0" }, "files");
  await index.generate();
  const before = index.tree();
  await index.generate();
  expect(index.tree()).toEqual(before);
  configure(index, '[index]\nlayout = "flat"\njson-root = true\n');
  const { problems } = await index.generate([], { code: 1 });
  expect(problems.map(({ code }) => code)).toContain("reserved-project");
  expect(index.tree()).toEqual(before);
});
