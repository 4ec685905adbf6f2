import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { FoundGroup } from "../../src/catalog/found-files.ts";
import { joinListing, listLine } from "../../src/catalog/page-listing.ts";
import { scan } from "../../src/catalog/scan.ts";
import { hrefFrom } from "../../src/simple/href.ts";
import { LAYOUTS, type Layout } from "../../src/simple/layout.ts";
import { IndexFolder } from "./index-folder.ts";
import { makeSdist } from "../support/make-sdist.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

function groupsIn(root: string, layout: Layout = LAYOUTS.simple): readonly FoundGroup[] {
  return scan({ root, layout, packages: [], ignore: [] }).groups;
}

function show(groups: readonly FoundGroup[]): unknown {
  return groups.map((group) => [group.project, group.files().map(({ path }) => path)]);
}

test("wheels of one project in one folder are a group; sdists and odd names are alone", () => {
  const root = temporaryDirectory();
  const paths = [
    "a/Foo_bar-1.0-py3-none-any.whl",
    "a/Foo_bar-2.0-py3-none-any.whl",
    "a/foo.bar-1.0-py3-none-any.whl",
    "a/foo_bar-3.0.tar.gz",
    "a/foo_bar-4.0.tar.gz",
    "a/nonsense.whl",
    "b/c/foo_bar-1.0-py3-none-any.whl",
    "b/foo-1.0-py3-none-any.whl",
    "b/foo_bar-1.0-py3-none-any.whl",
  ];
  makeTree(root, Object.fromEntries(paths.map((path) => [path, ""])));
  expect(show(groupsIn(root))).toEqual([
    ["foo-bar", ["a/Foo_bar-1.0-py3-none-any.whl", "a/Foo_bar-2.0-py3-none-any.whl"]],
    ["foo-bar", ["a/foo.bar-1.0-py3-none-any.whl"]],
    [undefined, ["a/foo_bar-3.0.tar.gz"]],
    [undefined, ["a/foo_bar-4.0.tar.gz"]],
    [undefined, ["a/nonsense.whl"]],
    ["foo", ["b/foo-1.0-py3-none-any.whl"]],
    ["foo-bar", ["b/foo_bar-1.0-py3-none-any.whl"]],
    ["foo-bar", ["b/c/foo_bar-1.0-py3-none-any.whl"]],
  ]);
});

test.each(Object.values(LAYOUTS))("a digest says what the files say, layout $name", (layout) => {
  const root = temporaryDirectory();
  makeTree(root, {
    "demo/demo-1.0+local!x-py3-none-any.whl": "12345",
    "demo/demo-1.0+local!x-py3-none-any.whl.metadata": "123",
    "demo/demo-10.0-py3-none-any.whl": "1",
    "demo/demo-2.0-py3-none-any.whl": "1234567",
    "ä ö/demo-2.0-py3-none-any.whl": "",
  });
  const groups = groupsIn(root, layout);
  expect(groups).toHaveLength(2);
  for (const group of groups) {
    const files = group.files();
    const href = hrefFrom(layout.projectDirectory(group.project!));
    const sidecars = files.flatMap(({ sidecar }) => sidecar ?? []);
    expect(group.digest()).toEqual({
      listing: joinListing(
        files.map(({ filename, path, size, sidecar }) =>
          listLine(filename, href(path), size, sidecar?.size, false),
        ),
      ),
      changedMs: Math.max(...files.map(({ changedMs }) => changedMs)),
      sidecarMs: Math.max(...sidecars.map(({ mtimeMs }) => mtimeMs)),
      leastSize: Math.min(...files.map(({ size }) => size)),
      sizes: {
        folder: files[0]!.path.split("/")[0],
        files: files.length + sidecars.length,
        bytes: [...files, ...sidecars].reduce((sum, { size }) => sum + size, 0),
        large: [],
      },
    });
    for (const { path, size, sidecar } of files) {
      expect(size).toBe(statSync(join(root, path)).size);
      expect(sidecar?.size).toBe(statSync(join(root, `${path}.metadata`), { throwIfNoEntry: false })?.size);
    }
  }
});

/** What another look at the files must not miss, where most of a project is as it was. */
test.each<[string, (index: IndexFolder) => void, number]>([
  ["nothing", () => undefined, 2],
  ["an sdist beside the wheels", (index) => addSdist(index, "demo"), 3],
  ["an sdist in another folder", (index) => addSdist(index, "elsewhere"), 3],
  ["a wheel in another folder", (index) => index.addWheel({ name: "demo", version: "3.0" }, "other"), 3],
  ["a wheel with another spelling", (index) => index.addWheel({ name: "Demo", version: "3.0" }, "demo"), 3],
  ["a wheel that went", (index) => index.remove("demo/demo-1.0-py3-none-any.whl"), 1],
])("the run after %s lists what there is", async (_, change, files) => {
  const index = new IndexFolder();
  for (const version of ["1.0", "2.0"]) index.addWheel({ name: "demo", version });
  await index.generate();
  change(index);
  await index.generate();
  const page = JSON.parse(index.read("simple/demo/index.v1.json").toString()) as { files: unknown[] };
  expect(page.files).toHaveLength(files);
});

function addSdist(index: IndexFolder, folder: string): void {
  const { filename, bytes } = makeSdist({ name: "demo", version: "3.0" });
  index.write(`${folder}/${filename}`, bytes);
}
