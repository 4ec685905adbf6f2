/** The demo in `index/` is what its script makes. */
import { cpSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, it } from "vitest";

import { makeDemo } from "../support/make-demo.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { runCli } from "../support/run-cli.ts";
import { demoFiles, demoRoot } from "./support/demo-index.ts";

it("every file of the demo is there, and no other", () => {
  const paths = makeDemo().map(({ path }) => path);
  expect(demoFiles().toSorted()).toEqual(paths.toSorted());
});

it.each(makeDemo())("$path has the bytes that its script makes", ({ path, bytes }) => {
  expect(readFileSync(join(demoRoot, path)).equals(bytes)).toBe(true);
});

it("what pkgindex init would write here is here: this repository is an index itself", async () => {
  const repository = temporaryDirectory();
  for (const path of ["pkgindex.toml", ".gitattributes", "README.md", "index", ".github/workflows"])
    cpSync(join(dirname(demoRoot), path), join(repository, path), { recursive: true });
  const { code, stdout } = await runCli(["init", "--json"], { cwd: repository });
  const { files, index } = JSON.parse(stdout) as {
    readonly files: readonly { readonly path: string; readonly state: string }[];
    readonly index: { readonly projects: number };
  };
  expect({ code, index }).toMatchObject({ code: 0, index: { projects: 5 } });
  // Both have words of their own.
  const foreign = ["pkgindex.toml", "README.md"];
  expect(files.filter(({ state }) => state === "kept").map(({ path }) => path)).toEqual(foreign);
  expect(files.filter(({ state }) => state === "unchanged").map(({ path }) => path)).toEqual(
    expect.arrayContaining([".gitattributes", ".github/workflows/update-python-pkg-index.yml"]),
  );
});

it("the demo stays small", () => {
  expect(makeDemo().reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(32 * 1024);
});
