import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

import { createTreeWriter, type TreeWriter } from "../../src/io/tree-writer.ts";
import { makeTree, readTree, temporaryDirectory } from "../support/make-tree.ts";

const TIME = 1_700_000_000_123;

interface World {
  readonly root: string;
  readonly staging: string;
  readonly writer: TreeWriter;
  readonly put: (path: string, text: string) => void;
}

function makeWorld(files: Readonly<Record<string, string>> = {}): World {
  const folder = temporaryDirectory();
  const [root, staging] = [join(folder, "root"), join(folder, "staging")];
  mkdirSync(staging);
  makeTree(root, files);
  const writer = createTreeWriter(root, staging);
  const put = (path: string, text: string): void => writer.place(writer.stage(Buffer.from(text), TIME), path);
  return { root, staging, writer, put };
}

function timeOf(stats: Stats): number {
  return Math.round(stats.mtimeMs);
}

describe("stage", () => {
  it("writes the bytes aside, with their time", () => {
    const { root, staging, writer } = makeWorld();
    const bytes = Buffer.from([0, 255, 10]);
    const staged = writer.stage(bytes, TIME);
    expect(dirname(staged)).toBe(staging);
    expect(readFileSync(staged).equals(bytes)).toBe(true);
    expect(timeOf(statSync(staged))).toBe(TIME);
    expect(readdirSync(root)).toEqual([]);
  });

  it("gives files of one time times that are equal to the last digit", () => {
    const { writer } = makeWorld();
    const [one, two] = [writer.stage(Buffer.from("1"), TIME), writer.stage(Buffer.from("22"), TIME)];
    expect(one).not.toBe(two);
    expect(statSync(one, { bigint: true }).mtimeNs).toBe(statSync(two, { bigint: true }).mtimeNs);
  });

  it("writes an empty file and one of many megabytes whole", () => {
    const { writer } = makeWorld();
    expect(statSync(writer.stage(Buffer.alloc(0), TIME)).size).toBe(0);
    const large = Buffer.alloc(20 << 20, "0123456789abcdefghi");
    expect(readFileSync(writer.stage(large, TIME)).equals(large)).toBe(true);
  });
});

describe("place", () => {
  it("makes the folders that it needs", () => {
    const { root, staging, put } = makeWorld();
    put("simple/demo-pkg/index.html", "page");
    put("index.html", "list");
    expect(readFileSync(join(root, "simple/demo-pkg/index.html"), "utf8")).toBe("page");
    expect(readFileSync(join(root, "index.html"), "utf8")).toBe("list");
    expect(readdirSync(staging)).toEqual([]);
  });

  it("moves the staged file itself: one step, no copy, its time kept", () => {
    const { root, writer } = makeWorld({ "a/b": "old" });
    const staged = writer.stage(Buffer.from("new"), TIME);
    const { ino } = statSync(staged);
    writer.place(staged, "a/b");
    const stats = statSync(join(root, "a/b"));
    expect(stats.ino).toBe(ino);
    expect(timeOf(stats)).toBe(TIME);
  });

  it("leaves the old bytes whole for one who reads them now", () => {
    const { root, put } = makeWorld({ page: "old bytes" });
    const descriptor = openSync(join(root, "page"), "r");
    try {
      put("page", "new");
      expect(readFileSync(descriptor, "utf8")).toBe("old bytes");
      expect(readFileSync(join(root, "page"), "utf8")).toBe("new");
    } finally {
      closeSync(descriptor);
    }
  });

  it("takes the place of a link, and leaves what it leads to", () => {
    const { root, put } = makeWorld({ target: "theirs" });
    symlinkSync("target", join(root, "page"));
    put("page", "ours");
    expect(readFileSync(join(root, "target"), "utf8")).toBe("theirs");
    expect(readTree(root)["page"]).toMatch(/^sha256:/);
  });

  it("throws where a file is in the way of a folder, or a folder in the way of a file", () => {
    const { root, staging, put } = makeWorld({ file: "x", "folder/inner": "x" });
    const before = readTree(root);
    expect(() => put("file/page", "y")).toThrow(/ENOTDIR|EEXIST/);
    expect(() => put("folder", "y")).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(readTree(root)).toEqual(before);
    expect(readdirSync(staging)).toHaveLength(2);
  });

  it("throws where the staged file is gone", () => {
    const { root, staging, writer } = makeWorld({ page: "old" });
    expect(() => writer.place(join(staging, "gone.new"), "page")).toThrow("ENOENT");
    expect(readFileSync(join(root, "page"), "utf8")).toBe("old");
  });
});

describe("touch", () => {
  it("sets the time, and changes nothing else", () => {
    const { root, writer } = makeWorld({ "a/page": "same" });
    const { ino } = statSync(join(root, "a/page"));
    writer.touch("a/page", TIME);
    const stats = statSync(join(root, "a/page"));
    expect([timeOf(stats), stats.ino]).toEqual([TIME, ino]);
    expect(readFileSync(join(root, "a/page"), "utf8")).toBe("same");
  });

  it("gives the time that a staged file has", () => {
    const { root, writer } = makeWorld({ page: "same" });
    writer.touch("page", TIME);
    const staged = writer.stage(Buffer.from("x"), TIME);
    expect(statSync(join(root, "page")).mtimeMs).toBe(statSync(staged).mtimeMs);
  });
});

describe("remove", () => {
  it("takes the folders along that are empty then, up to the root", () => {
    const { root, writer } = makeWorld({ "a/b/c/page": "x" });
    writer.remove("a/b/c/page");
    expect(readdirSync(root)).toEqual([]);
  });

  it("stops at the first folder that holds something else", () => {
    const { root, writer } = makeWorld({ "a/b/c/page": "x", "a/other": "y" });
    mkdirSync(join(root, "a/empty"));
    writer.remove("a/b/c/page");
    expect(Object.keys(readTree(root))).toEqual(["a", "a/empty", "a/other"]);
  });

  it("leaves the root, and empty folders that were not on the way", () => {
    const { root, writer } = makeWorld({ page: "x" });
    mkdirSync(join(root, "empty"));
    writer.remove("page");
    expect(Object.keys(readTree(root))).toEqual(["empty"]);
    mkdirSync(join(root, "other"));
    expect(readdirSync(dirname(root))).toContain(basename(root));
  });

  it("is content where the file is gone already", () => {
    const { root, writer } = makeWorld({ "a/other": "x" });
    mkdirSync(join(root, "a/b"));
    writer.remove("a/b/page");
    writer.remove("never/there");
    expect(Object.keys(readTree(root))).toEqual(["a", "a/other"]);
  });

  it("removes a link, and not what it leads to", () => {
    const { root, writer } = makeWorld({ "theirs/file": "x" });
    mkdirSync(join(root, "ours"));
    symlinkSync("../theirs/file", join(root, "ours/link"));
    writer.remove("ours/link");
    expect(Object.keys(readTree(root))).toEqual(["theirs", "theirs/file"]);
  });

  it("removes no folder as if it were a file", () => {
    const { root, writer } = makeWorld({ "folder/file": "x" });
    expect(() => writer.remove("folder")).toThrow();
    expect(Object.keys(readTree(root))).toEqual(["folder", "folder/file"]);
  });
});

describe("sync", () => {
  it("takes files and folders, more than can be open at once", async () => {
    const { root, writer } = makeWorld();
    const paths = Array.from({ length: 200 }, (_, index) => writer.stage(Buffer.from(`${index}`), TIME));
    await expect(writer.sync([...paths, root])).resolves.toBe(undefined);
    await expect(writer.sync([])).resolves.toBe(undefined);
  });

  it("fails where one of them is not there", async () => {
    const { root, writer } = makeWorld();
    await expect(writer.sync([root, join(root, "gone")])).rejects.toThrow("ENOENT");
  });
});
