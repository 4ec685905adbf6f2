/** What settings, templates and layouts do to an index that stands. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";

import { IndexFolder } from "./index-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

const TEMPLATES = fileURLToPath(new URL("../../templates/", import.meta.url));

function configure(index: IndexFolder, text: string): void {
  writeFileSync(join(index.directory, "pkgindex.toml"), text);
}

/** The built-in template, with something behind it, as the user's own. */
function overrideTemplate(index: IndexFolder, name: string, more: string): void {
  const target = join(index.directory, "own", `${name}.eta`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, readFileSync(join(TEMPLATES, `${name}.eta`), "utf8") + more);
}

async function startIndex(config = ""): Promise<IndexFolder> {
  const index = new IndexFolder();
  configure(index, config);
  index.addWheel({ name: "a", version: "1.0", metadata: { summary: "one" } });
  index.addWheel({ name: "My_Pkg", version: "1.0" }, "My_Pkg");
  await index.generate();
  return index;
}

describe("pages are made again without a look at a wheel where", () => {
  test.each<[string, (index: IndexFolder) => void, RegExp]>([
    ["the title changes", (index) => configure(index, '[index]\ntitle = "Ours"\n'), /<title>Ours/],
    ["the address changes", (index) => configure(index, '[index]\nurl = "https://example.org/"\n'), /./],
    [
      "a template changes",
      (index) => {
        overrideTemplate(index, "simple/list", "<!-- mine -->\n");
        configure(index, '[templates]\ndir = "own"\n');
      },
      /<!-- mine -->/,
    ],
  ])("%s", async (_, change, list) => {
    const index = await startIndex();
    const before = index.tree();
    change(index);
    const report = await index.generate();
    expect([report.filesRead, report.bytesHashed]).toEqual([0, 0]);
    expect(report.pages.written).toBeGreaterThan(0);
    expect(index.read("simple/index.html").toString()).toMatch(list);
    expect(index.tree()).not.toEqual(before);
    await index.generate(["--check"]);
    expect((await index.generate()).pages.written).toBe(0);
    const changed = index.tree();
    await index.generate(["--rebuild"]);
    expect(index.tree()).toEqual(changed);
  });

  test("they change back, byte for byte", async () => {
    const index = await startIndex();
    const before = index.tree();
    configure(index, '[index]\ntitle = "Ours"\n');
    await index.generate();
    configure(index, "");
    await index.generate();
    expect(index.tree()).toEqual(before);
  });
});

test("a template that was edited is noticed", async () => {
  const index = await startIndex();
  overrideTemplate(index, "simple/project", "<!-- 1 -->\n");
  configure(index, '[templates]\ndir = "own"\n');
  await index.generate();
  appendFileSync(join(index.directory, "own/simple/project.eta"), "<!-- 2 -->\n");
  const report = await index.generate();
  // Two pages of each project, and the JSON list, which carries the fingerprint.
  expect([report.pages.written, report.filesRead]).toEqual([5, 0]);
  expect(index.read("simple/a/index.html").toString()).toMatch(/<!-- 1 -->\n<!-- 2 -->\n$/);
});

test.each([
  ["does not compile", "<%= it. %>\n"],
  ["fails", "<%= it.missing.deeper %>\n"],
])("a template that %s is an error with file and line, and the old pages stay", async (_, code) => {
  const index = await startIndex();
  const before = index.tree();
  overrideTemplate(index, "simple/project", code);
  configure(index, '[templates]\ndir = "own"\n');
  const { code: exitCode, stderr } = await index.run();
  expect([exitCode, index.tree()]).toEqual([2, before]);
  const line = readFileSync(join(TEMPLATES, "simple/project.eta"), "utf8").split("\n").length;
  expect(stderr).toContain(`own/simple/project.eta:${line}: `);
});

describe("a change of layout", () => {
  /** The tree of an index that never had another layout, and the same records. */
  async function freshTree(index: IndexFolder, layout: string): Promise<Record<string, string>> {
    const fresh = new IndexFolder();
    for (const path of Object.keys(index.tree())) {
      if (/\.whl$|^\.pkgindex\/records\/./.test(path)) fresh.write(path, index.read(path));
    }
    await fresh.generate(["--layout", layout]);
    return fresh.tree();
  }

  test("gives the tree of a fresh index, there and back, and reads next to nothing", async () => {
    const index = await startIndex();
    const before = index.tree();
    for (const layout of ["flat", "simple", "flat"]) {
      await index.generate(["--layout", layout]);
      expect(index.tree(), layout).toEqual(await freshTree(index, layout));
      expect((await index.generate(["--layout", layout])).pages).toMatchObject({ written: 0, deleted: 0 });
      await index.generate(["--layout", layout, "--check"]);
    }
    await index.generate(["--layout", "simple"]);
    expect(index.tree()).toEqual(before);
  });

  test("hashes no file again in git", async () => {
    const index = await startIndex();
    index.git("init", "--quiet");
    // A plain run that has to read files puts git's ids of them on record.
    for (const path of Object.keys(index.tree()).filter((name) => name.endsWith(".whl"))) index.touch(path);
    await index.generate();
    index.commit();
    expect((await index.generate(["--layout", "flat"])).bytesHashed).toBe(0);
  });

  test("leaves a stranger's page where it is", async () => {
    const index = await startIndex();
    index.write("simple/notes/index.html", "<html>mine</html>");
    await index.generate(["--layout", "flat"]);
    expect(index.read("simple/notes/index.html").toString()).toBe("<html>mine</html>");
    expect(Object.keys(index.tree()).filter((path) => path.startsWith("simple/"))).toEqual([
      "simple/notes",
      "simple/notes/index.html",
    ]);
  });

  test("keeps the page of a project by the name of the old folder", async () => {
    const index = await startIndex();
    index.addWheel({ name: "simple", version: "1.0" }, "simple-files");
    await index.generate();
    await index.generate(["--layout", "flat"]);
    expect(index.read("simple/index.html").toString()).toContain("Links for simple");
    await index.generate(["--layout", "flat", "--check"]);
  });
});

describe("provenance", () => {
  const FILE = "a/a-1.0-py3-none-any.whl";
  const URL_CONFIG = '[index]\nurl = "https://example.org/py/"\n';

  test("becomes an absolute address in both formats, comes and goes, and no wheel is read", async () => {
    const index = await startIndex(URL_CONFIG);
    const before = index.tree();
    index.write(`${FILE}.provenance`, "{}");
    expect((await index.generate()).filesRead).toBe(0);
    const address = `https://example.org/py/${FILE}.provenance`;
    expect(index.read("simple/a/index.html").toString()).toContain(`data-provenance="${address}"`);
    expect(index.read("simple/a/index.v1.json").toString()).toContain(`"provenance":"${address}"`);
    expect((await index.generate()).pages.written).toBe(0);
    index.remove(`${FILE}.provenance`);
    expect((await index.generate()).filesRead).toBe(0);
    expect(index.tree()).toEqual(before);
  });

  test("without the address of the index is an error that says so", async () => {
    const index = await startIndex();
    index.write(`${FILE}.provenance`, "{}");
    const before = index.tree();
    for (const options of [[], ["--skip-invalid"]]) {
      const [problem] = (await index.generate(options, { code: 1 })).problems;
      expect([problem?.code, problem?.path]).toEqual(["provenance-url", `index/${FILE}.provenance`]);
      expect(problem?.hint).toContain("[index] url");
    }
    expect(index.tree()).toEqual(before);
  });
});

test("an index whose packages are named reads only those", async () => {
  const index = new IndexFolder();
  configure(index, '[index]\npackages = ["a"]\n');
  index.addWheel({ name: "a", version: "1.0" });
  index.addWheel({ name: "b", version: "1.0" });
  expect(await index.generate()).toMatchObject({ projects: 1, files: 1 });
  expect(existsSync(index.path("simple/b"))).toBe(false);
  configure(index, "");
  expect(await index.generate()).toMatchObject({ projects: 2, added: ["b/b-1.0-py3-none-any.whl"] });
});
