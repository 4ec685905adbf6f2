import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { createLoader, makeCodeCache } from "../../src/io/code-cache.ts";
import { packageRoot } from "../../src/io/package-root.ts";
import { makeTree, readTree, temporaryDirectory } from "../support/make-tree.ts";

const FILES = {
  "cli.cjs": `
    const first = require("./chunks/shared.cjs");
    exports.isSame = first === require("./chunks/shared.cjs");
    exports.join = require("node:path").join("a", "b");
    exports.place = [__filename, __dirname];
    exports.load = () => require("./chunks/late.cjs").late();
  `,
  "chunks/shared.cjs": `module.exports = { shared: true };`,
  "chunks/late.cjs": `const { shared } = require("./shared.cjs"); exports.late = () => shared;`,
};

interface Loaded {
  readonly isSame: boolean;
  readonly join: string;
  readonly place: readonly string[];
  readonly load: () => unknown;
}

function makeBuild(): { folder: string; files: string[] } {
  const folder = temporaryDirectory();
  makeTree(folder, FILES);
  return { folder, files: Object.keys(FILES).map((file) => join(folder, file)) };
}

function expectWhole(folder: string): void {
  const loaded = createLoader(folder)(join(folder, "cli.cjs")) as Loaded;
  expect(loaded.isSame).toBe(true);
  expect(loaded.join).toBe(join("a", "b"));
  expect(loaded.place).toEqual([join(folder, "cli.cjs"), folder]);
  expect(loaded.load()).toBe(true);
}

/** The files of the cache, absolute. */
function cacheOf(folder: string): string[] {
  return Object.keys(readTree(folder))
    .filter((path) => path.startsWith("code-cache/") && path.endsWith(".cjs"))
    .map((path) => join(folder, path));
}

test("files are loaded once each, with a cache and without", () => {
  const { folder, files } = makeBuild();
  expectWhole(folder);
  expect(makeCodeCache(folder, files)).toBe(files.length);
  expect(cacheOf(folder)).toHaveLength(files.length);
  expectWhole(folder);
});

test.each<[string, (bytes: Buffer) => Buffer]>([
  ["empty", () => Buffer.alloc(0)],
  ["cut", (bytes) => bytes.subarray(0, bytes.length / 2)],
  ["of another version", (bytes) => Buffer.concat([Buffer.alloc(16, 7), bytes.subarray(16)])],
  ["of something else", () => Buffer.from("no code at all")],
])("a cache that is %s is passed over", (_, damage) => {
  const { folder, files } = makeBuild();
  makeCodeCache(folder, files);
  for (const file of cacheOf(folder)) writeFileSync(file, damage(readFileSync(file)));
  expectWhole(folder);
});

test("a file that is newer than its cache is loaded as it is", () => {
  const { folder, files } = makeBuild();
  makeCodeCache(folder, files);
  makeTree(folder, { "cli.cjs": "exports.isNew = true;" });
  expect(createLoader(folder)(join(folder, "cli.cjs"))).toEqual({ isNew: true });
});

test("what a file throws is thrown, with its place", () => {
  const folder = temporaryDirectory();
  makeTree(folder, { "cli.cjs": "\nthrow new Error('so it is')" });
  const path = join(folder, "cli.cjs");
  const load = createLoader(folder);
  expect(() => load(path)).toThrow("so it is");
  try {
    load(path);
  } catch (error) {
    expect((error as Error).stack).toContain(`${path}:2`);
  }
});

test("no file of the program has an import() left, which needs what is experimental still", () => {
  const files = programFiles(join(packageRoot(), "dist"));
  const left = files.filter((file) => /\bimport\(/.test(stripComments(readFileSync(file, "utf8"))));
  expect(left).toEqual([]);
});

test("V8 takes the code of every file of the program", () => {
  const folder = join(temporaryDirectory(), "dist");
  cpSync(join(packageRoot(), "dist"), folder, {
    recursive: true,
    filter: (path) => !path.includes("code-cache"),
  });
  const files = programFiles(folder);
  expect(files.length).toBeGreaterThan(50);
  expect(makeCodeCache(folder, files)).toBe(files.length);
});

/** Those files of a build that Node does not load itself. */
function programFiles(build: string): string[] {
  return [build, join(build, "chunks")].flatMap((from) =>
    readdirSync(from)
      .filter((name) => name.endsWith(".cjs") && !["main.cjs", "thread.cjs"].includes(name))
      .map((name) => join(from, name)),
  );
}

function stripComments(code: string): string {
  return code.replace(/\/\*[^]*?\*\//g, "").replace(/\/\/.*/g, "");
}
