import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { FoundFile } from "../../src/catalog/found-files.ts";
import {
  measureShare,
  packFolders,
  scanAside,
  toBatch,
  unpackFolders,
} from "../../src/catalog/scan-aside.ts";
import { scan, walkFolders, type Scan, type ScanOptions } from "../../src/catalog/scan.ts";
import { looksLikeDistribution } from "../../src/packaging/distribution-name.ts";
import { LAYOUTS } from "../../src/simple/layout.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

const WHEEL = "a-1.0-py3-none-any.whl";

/** Scans a new root with these (empty) files; a path that ends in a slash is a folder. */
function scanTree(paths: readonly string[], options: Partial<ScanOptions> = {}): Scan {
  const root = options.root ?? temporaryDirectory();
  for (const path of paths) {
    if (path.endsWith("/")) mkdirSync(join(root, path), { recursive: true });
    else makeTree(root, { [path]: "12345" });
  }
  return scan({ layout: LAYOUTS.simple, packages: [], ignore: [], root, ...options });
}

function filesOf({ groups }: Scan): FoundFile[] {
  return groups.flatMap((group) => group.files());
}

function pathsOf(found: Scan): string[] {
  return filesOf(found)
    .map(({ path }) => path)
    .toSorted();
}

function problemsOf({ problems }: Scan): string[] {
  return problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`).toSorted();
}

describe("file names", () => {
  test.each([
    ["a-1.0-py3-none-any.whl", true],
    ["nonsense.whl", true],
    ["A.WHL", true],
    ["a-1.0.tar.gz", true],
    ["a-1.0.zip", true],
    ["a-1.0-py3-none-any.whl.metadata", false],
    ["README.md", false],
    ["whl", false],
  ])("%s looks like a distribution: %s", (filename, expected) => {
    expect(looksLikeDistribution(filename)).toBe(expected);
  });
});

describe("distribution files are found", () => {
  test("at any depth, with size and times, in folders of any name", () => {
    const paths = [`a/${WHEEL}`, `Tools and more/deep/er/b-1.0.tar.gz`, `c+d!/c-1.0.zip`];
    const found = scanTree(paths);
    expect(pathsOf(found)).toEqual(paths.toSorted());
    expect(problemsOf(found)).toEqual([]);
    for (const file of filesOf(found)) {
      expect(file.size).toBe(5);
      expect(file.filename).toBe(file.path.split("/").at(-1));
      expect(Math.abs(Date.now() - file.changedMs)).toBeLessThan(60_000);
      expect(file.sidecar).toBeUndefined();
    }
  });

  test("with their sidecars, and sidecars without a wheel", () => {
    const found = scanTree([`a/${WHEEL}`, `a/${WHEEL}.metadata`, `a/b-1.0-py3-none-any.whl.metadata`]);
    expect(filesOf(found)[0]?.sidecar).toMatchObject({ size: 5 });
    expect(found.straySidecars).toEqual(["a/b-1.0-py3-none-any.whl.metadata"]);
    expect(found.ignored).toEqual([]);
  });

  test("with provenance", () => {
    expect([...scanTree([`a/${WHEEL}`, `a/${WHEEL}.provenance`]).provenance]).toEqual([
      `a/${WHEEL}.provenance`,
    ]);
  });

  test("and all others are counted", () => {
    const found = scanTree([`a/${WHEEL}`, "a/README.md", "a/a-1.0.tar.bz2", "a/.gitkeep", "a/deep/x.egg"]);
    expect(found.ignored).toEqual(["a/README.md", "a/a-1.0.tar.bz2", "a/deep/x.egg"]);
    expect(problemsOf(found)).toEqual([]);
  });

  test("nowhere in an empty root, and nowhere where there is none", () => {
    expect(scanTree([])).toMatchObject({ groups: [], problems: [], ignored: [], straySidecars: [] });
    expect(scanTree([], { root: join(temporaryDirectory(), "missing") }).groups).toEqual([]);
  });

  test("never in the root itself, which is said", () => {
    const found = scanTree([WHEEL, "b-1.0.tar.gz", `a/${WHEEL}`]);
    expect(pathsOf(found)).toEqual([`a/${WHEEL}`]);
    expect(problemsOf(found)).toEqual([
      `note outside-subfolder ${WHEEL}`,
      "note outside-subfolder b-1.0.tar.gz",
    ]);
  });

  test("never in hidden folders", () => {
    expect(pathsOf(scanTree([`.git/${WHEEL}`, `.cache/deep/${WHEEL}`, `a/${WHEEL}`]))).toEqual([
      `a/${WHEEL}`,
    ]);
  });
});

describe("package subfolders", () => {
  const all = [`dace/${WHEEL}`, `dace-extra/${WHEEL}`, `gt4py/deep/${WHEEL}`, `other/${WHEEL}`];

  test.each<[string, readonly string[], readonly string[]]>([
    ["none named: all", [], all],
    ["a name", ["dace"], [`dace/${WHEEL}`]],
    ["a name with a slash", ["dace/"], [`dace/${WHEEL}`]],
    ["several", ["dace", "other"], [`dace/${WHEEL}`, `other/${WHEEL}`]],
    ["a glob", ["dace*"], [`dace/${WHEEL}`, `dace-extra/${WHEEL}`]],
    ["a glob and a name that it covers", ["dace*", "dace"], [`dace/${WHEEL}`, `dace-extra/${WHEEL}`]],
    ["a choice", ["{gt4py,other}"], [`gt4py/deep/${WHEEL}`, `other/${WHEEL}`]],
    ["a folder below", ["gt4py/deep"], [`gt4py/deep/${WHEEL}`]],
    ["one that is missing", ["missing"], []],
  ])("packages: %s", (_, packages, expected) => {
    expect(pathsOf(scanTree(all, { packages }))).toEqual(expected.toSorted());
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["a folder", ["other/**"], all.slice(0, 3)],
    ["a folder at any depth", ["**/deep/**"], [all[0]!, all[1]!, all[3]!]],
    ["a file", [`dace/${WHEEL}`], all.slice(1)],
    ["everything", ["**"], []],
  ])("ignore: %s", (_, ignore, expected) => {
    expect(pathsOf(scanTree(all, { ignore }))).toEqual([...expected].toSorted());
  });

  test("that a list names and another ignores are ignored", () => {
    expect(pathsOf(scanTree(all, { packages: ["dace*"], ignore: ["dace/**"] }))).toEqual([
      `dace-extra/${WHEEL}`,
    ]);
  });
});

describe("reserved folders", () => {
  test.each([
    ["simple", "simple"],
    ["simple", "pypi"],
    ["simple", "project"],
    ["simple", "-"],
    ["simple", "simple-json"],
    ["simple", ".pkgindex"],
    ["flat", "-"],
    ["flat", "simple-json"],
    ["flat", ".pkgindex"],
  ] as const)("in the layout %s, %s/ may hold no distribution", (layout, folder) => {
    const found = scanTree([`${folder}/${WHEEL}`, `a/${WHEEL}`], { layout: LAYOUTS[layout] });
    expect(problemsOf(found)).toEqual([`error reserved-folder ${folder}/${WHEEL}`]);
    expect(pathsOf(found)).toEqual([`a/${WHEEL}`]);
  });

  test.each(["simple", "pypi", "project"])("in the layout flat, %s/ is a folder like any other", (folder) => {
    const found = scanTree([`${folder}/${WHEEL}`], { layout: LAYOUTS.flat });
    expect([problemsOf(found), pathsOf(found)]).toEqual([[], [`${folder}/${WHEEL}`]]);
  });

  test("pages in them are neither found nor counted", () => {
    const found = scanTree([
      "simple/a/index.html",
      "simple/index.v1.json",
      ".pkgindex/records/a.jsonl",
      `a/${WHEEL}`,
    ]);
    expect([found.ignored, problemsOf(found)]).toEqual([[], []]);
  });

  test("of the layout flat share their folder with pages, which are not counted", () => {
    const paths = [`a/${WHEEL}`, "a/index.html", "a/index.v1.json", "a/deep/index.html"];
    expect(scanTree(paths, { layout: LAYOUTS.flat }).ignored).toEqual(["a/deep/index.html"]);
    expect(scanTree(paths).ignored).toEqual(["a/deep/index.html", "a/index.html", "a/index.v1.json"]);
  });

  test("and folders that differ by case only are refused where they hold files", () => {
    const found = scanTree([`Foo/${WHEEL}`, `foo/b-1.0.zip`, "FOO/README"]);
    expect(problemsOf(found)).toHaveLength(1);
    expect(problemsOf(found)[0]).toMatch(/^error case-only-difference [Ff]oo\/$/);
  });
});

describe("links", () => {
  function scanWith(link: (root: string) => void): Scan {
    const root = join(temporaryDirectory(), "root");
    makeTree(root, { [`a/${WHEEL}`]: "12345" });
    link(root);
    return scanTree([], { root });
  }

  test("to a file of the root are as good as the file", () => {
    const found = scanWith((root) => {
      mkdirSync(join(root, "b"));
      symlinkSync(`../a/${WHEEL}`, join(root, "b", WHEEL));
    });
    expect([pathsOf(found), problemsOf(found)]).toEqual([[`a/${WHEEL}`, `b/${WHEEL}`], []]);
    expect(filesOf(found).map(({ size }) => size)).toEqual([5, 5]);
  });

  test.each<[string, (root: string) => void, string]>([
    [
      "to a file outside",
      (root) => {
        writeFileSync(join(root, "../outside.whl"), "");
        symlinkSync("../../outside.whl", join(root, "a/b-1.0-py3-none-any.whl"));
      },
      "error symbolic-link a/b-1.0-py3-none-any.whl",
    ],
    [
      "to a folder outside",
      (root) => symlinkSync(temporaryDirectory(), join(root, "a/folder")),
      "error symbolic-link a/folder",
    ],
    [
      "to a folder whose path starts as the root's",
      (root) => {
        mkdirSync(`${root}-2`);
        symlinkSync("../root-2", join(root, "b"));
      },
      "error symbolic-link b",
    ],
    ["to nowhere", (root) => symlinkSync("missing", join(root, "a/b.whl")), "error symbolic-link a/b.whl"],
    ["to itself", (root) => symlinkSync("b", join(root, "a/b")), "error symbolic-link a/b"],
    [
      "to a folder that holds it",
      (root) => symlinkSync("..", join(root, "a/up")),
      "error symbolic-link a/up",
    ],
    ["to the root", (root) => symlinkSync(".", join(root, "b")), "error symbolic-link b"],
    ["to a sister folder", (root) => symlinkSync("a", join(root, "b")), "note symbolic-link b"],
  ])("%s are reported, and nothing is found behind them", (_, link, problem) => {
    const found = scanWith(link);
    expect(problemsOf(found)).toEqual([problem]);
    expect(pathsOf(found)).toEqual([`a/${WHEEL}`]);
  });

  test("to files that are no distributions matter to nobody", () => {
    expect(problemsOf(scanWith((root) => symlinkSync("/etc/hostname", join(root, "a/notes.txt"))))).toEqual(
      [],
    );
  });
});

test("a FIFO by the name of a wheel is an error, by another name it is ignored", () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, "a"));
  execFileSync("mkfifo", [join(root, "a", WHEEL), join(root, "a/pipe")]);
  const found = scanTree([], { root });
  expect(problemsOf(found)).toEqual([`error not-a-file a/${WHEEL}`]);
  expect(found.ignored).toEqual(["a/pipe"]);
});

test("a folder by the name of a wheel is a folder", () => {
  const found = scanTree([`a/${WHEEL}/inner-1.0-py3-none-any.whl`]);
  expect(pathsOf(found)).toEqual([`a/${WHEEL}/inner-1.0-py3-none-any.whl`]);
});

describe("a scan on its way between threads", () => {
  test.each<[string, readonly string[]]>([
    ["of nothing", []],
    ["of one file", [`a/${WHEEL}`]],
    [
      "of everything that there is",
      [
        `a/${WHEEL}`,
        `a/${WHEEL}.metadata`,
        `a/${WHEEL}.provenance`,
        "b/ä-1.0.zip",
        "b/x.txt",
        WHEEL,
        `c/x.whl.metadata`,
      ],
    ],
  ])("stays what it is: %s", (_, paths) => {
    const root = temporaryDirectory();
    makeTree(root, Object.fromEntries(paths.map((path) => [path, ""])));
    const { folders } = walkFolders({ layout: LAYOUTS.simple, packages: [], ignore: [], root });
    const { text, shared } = packFolders(folders);
    expect(unpackFolders(text)).toEqual(folders);
    const batch = toBatch(folders, shared);
    const groups = measureShare(root, LAYOUTS.simple, batch).flatMap(([, found]) => found);
    const here = scan({ layout: LAYOUTS.simple, packages: [], ignore: [], root });
    expect(groups.map(({ listing }) => listing)).toEqual(here.groups.map((group) => group.digest()?.listing));
    // All of them were taken: for another thread nothing is left.
    expect(measureShare(root, LAYOUTS.simple, batch)).toEqual([]);
  });

  test("is without files that went while folders were read", () => {
    const root = temporaryDirectory();
    makeTree(root, { [`a/${WHEEL}`]: "", [`b/${WHEEL}`]: "" });
    const { folders } = walkFolders({ layout: LAYOUTS.simple, packages: [], ignore: [], root });
    rmSync(join(root, "a"), { recursive: true });
    const batch = toBatch(folders, packFolders(folders).shared);
    const listings = measureShare(root, LAYOUTS.simple, batch).map(([, groups]) =>
      groups.map(({ listing }) => listing.split("\0")[1]),
    );
    expect(listings).toEqual([[], [`../../b/${WHEEL}`]]);
  });

  test("of a large index in a thread finds the same", async () => {
    const root = temporaryDirectory();
    const wheels = ["a", "b", "c/deep"].map((folder) => `${folder}/${WHEEL}`);
    // More than are sent at once.
    const many = Array.from({ length: 4200 }, (_, number) => `many/${number % 10}/b-${number}.tar.gz`);
    const odd = [WHEEL, `a/${WHEEL}.metadata`, `a/${WHEEL}.provenance`, "b/x.txt", "b/y.whl.metadata"];
    makeTree(root, Object.fromEntries([...wheels, ...many, ...odd].map((path) => [path, path])));
    const options = { root, layout: LAYOUTS.simple, packages: [], ignore: [] };
    const comparable = ({ groups, ...rest }: Scan) => ({
      ...rest,
      groups: groups.map((group) => [group.project, group.files(), group.digest()]),
    });
    expect(comparable(await scanAside(options, 1_000_000))).toEqual(comparable(scan(options)));
  });

  test("of one large folder in a thread finds the same files, a project's in several groups", async () => {
    const root = temporaryDirectory();
    const wheels = Array.from({ length: 700 }, (_, number) => `all/a-1.${number}-py3-none-any.whl`);
    makeTree(root, Object.fromEntries(wheels.map((path) => [path, path])));
    const found = await scanAside({ root, layout: LAYOUTS.simple, packages: [], ignore: [] }, 1_000_000);
    expect(found.groups.map((group) => group.files().length)).toEqual([256, 256, 188]);
    expect(pathsOf(found)).toEqual(wheels.toSorted());
  });

  test("of a small index takes no thread", async () => {
    const root = temporaryDirectory();
    makeTree(root, { [`a/${WHEEL}`]: "" });
    const found = await scanAside({ root, layout: LAYOUTS.simple, packages: [], ignore: [] }, 1);
    expect(pathsOf(found)).toEqual([`a/${WHEEL}`]);
  });
});
