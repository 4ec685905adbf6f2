import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { PkgIndexError } from "../../src/errors.ts";
import { hasEntry } from "../../src/io/files.ts";
import { createTreeWriter } from "../../src/io/tree-writer.ts";
import { openWorkspace } from "../../src/io/workspace.ts";
import { applyPlan } from "../../src/publish/apply.ts";
import { foldersUpTo, recoverJournal, writeJournal } from "../../src/publish/journal.ts";
import { JOURNAL, NOTHING_WANTED, planPublication } from "../../src/publish/plan.ts";
import { makeTree, readTree, temporaryDirectory } from "../support/make-tree.ts";

/** A root below a folder that holds a file which is none of its business, and two staged files. */
function newRoot() {
  const outside = temporaryDirectory();
  const root = join(outside, "index");
  makeTree(outside, { "secret.txt": "secret", "secret.whl": "secret", "index/old/old.whl": "old" });
  const staging = join(root, ".pkgindex/tmp");
  mkdirSync(staging, { recursive: true });
  const writer = createTreeWriter(root, staging);
  const placements = ["one", "two"].map((text) => ({
    path: `new/${text}.whl`,
    staged: writer.stage(Buffer.from(text), 1000),
  }));
  return { outside, root, writer, placements };
}

/** What a refused recovery throws. */
async function refusalOf(recovery: Promise<void>): Promise<unknown> {
  return recovery.then(
    () => "nothing",
    (error: unknown) => error,
  );
}

const STRANGE = {
  code: "problems",
  exitCode: 1,
  path: JOURNAL,
  message: "is no journal that a run of pkgindex has left behind: it is damaged, or somebody else wrote it",
  hint: "look at it, then delete it and run pkgindex generate",
};

describe("what was written down", () => {
  test.each([0, 1, 2])("is carried out when %d of its files are in their place already", async (placed) => {
    const { root, writer, placements } = newRoot();
    await writeJournal(writer, root, placements, ["old/old.whl"]);
    for (const { staged, path } of placements.slice(0, placed)) writer.place(staged, path);
    await recoverJournal(writer, root);
    expect(readFileSync(join(root, "new/one.whl"), "utf8")).toBe("one");
    expect(readFileSync(join(root, "new/two.whl"), "utf8")).toBe("two");
    expect(existsSync(join(root, "old"))).toBe(false);
    expect(existsSync(join(root, JOURNAL))).toBe(false);
    const done = readTree(root);
    await recoverJournal(writer, root);
    expect(readTree(root)).toEqual(done);
  });

  test("may be every file that a plan makes last, and a deletion that was done already", async () => {
    const { root, writer } = newRoot();
    const paths = [
      ".pkgindex/records/a.jsonl",
      ".pkgindex/.gitattributes",
      "a/a-1.0-py3-none-any.whl",
      "a/a-1.0-py3-none-any.whl.metadata",
      "deep/er/a-1.0.tar.gz",
      "a+b c!/a-1.0.zip",
    ];
    const placements = paths.map((path) => ({ path, staged: writer.stage(Buffer.from(path), 1000) }));
    const deletions = ["old/old.whl", "old/old.whl.metadata", "gone/gone-1.0.tar.gz"];
    await writeJournal(writer, root, placements, deletions);
    await recoverJournal(writer, root);
    for (const path of paths) expect(readFileSync(join(root, path), "utf8")).toBe(path);
    expect(existsSync(join(root, "old"))).toBe(false);
    expect(existsSync(join(root, JOURNAL))).toBe(false);
  });

  test("survives a power cut before it is forgotten", async () => {
    const { root, writer, placements } = newRoot();
    await writeJournal(writer, root, placements, ["old/old.whl"]);
    const log: string[] = [];
    await recoverJournal(
      {
        ...writer,
        place: (staged, path) => {
          log.push(`place ${path}`);
          writer.place(staged, path);
        },
        remove: (path) => {
          log.push(`remove ${path}`);
          writer.remove(path);
        },
        sync: async (folders) => {
          log.push(`sync ${folders.map((folder) => folder.replace(root, "/root")).join(" ")}`);
          await writer.sync(folders);
          log.push("synced");
        },
      },
      root,
    );
    expect(log).toEqual([
      "place new/one.whl",
      "place new/two.whl",
      "remove old/old.whl",
      "sync /root/new /root",
      "synced",
      `remove ${JOURNAL}`,
    ]);
  });

  test("is nothing where nothing was", async () => {
    const { root, writer } = newRoot();
    const before = readTree(root);
    await recoverJournal(writer, root);
    expect(readTree(root)).toEqual(before);
  });
});

describe("a run that fails after it has written its intent down", () => {
  const open = (root: string): ReturnType<typeof openWorkspace> =>
    openWorkspace(
      join(root, ".pkgindex"),
      0,
      () => undefined,
      (staging) => recoverJournal(createTreeWriter(root, staging), root),
      () => hasEntry(join(root, JOURNAL)),
    );

  test.each(["new/one.whl", "new/two.whl", "old/old.whl"])(
    "at %s keeps what waits, and the next one carries it out",
    async (obstacle) => {
      const root = join(temporaryDirectory(), "index");
      makeTree(root, { "old/old.whl": "old" });
      const workspace = await open(root);
      const writer = createTreeWriter(root, workspace.staging);
      const plan = planPublication({
        ...NOTHING_WANTED,
        isWhole: true,
        files: ["one", "two"].map((text) => ({
          path: `new/${text}.whl`,
          staged: writer.stage(Buffer.from(text), 1000),
        })),
        fileDeletions: ["old/old.whl"],
      });
      const failAt = (path: string): void => {
        if (path === obstacle) throw new Error("the disk is full");
      };
      const failing = {
        ...writer,
        place: (staged: string, path: string) => {
          failAt(path);
          writer.place(staged, path);
        },
        remove: (path: string) => {
          failAt(path);
          writer.remove(path);
        },
      };
      await expect(applyPlan(plan, failing, root, 1000, () => undefined)).rejects.toThrow("the disk is full");
      workspace.close();
      expect(existsSync(join(root, JOURNAL))).toBe(true);
      expect(readdirSync(join(root, ".pkgindex/tmp"))).toHaveLength(
        ["new/one.whl", "new/two.whl", "old/old.whl"].toReversed().indexOf(obstacle),
      );
      (await open(root)).close();
      expect(Object.keys(readTree(root))).toEqual(["new", "new/one.whl", "new/two.whl"]);
    },
  );
});

describe("a link that was planted in the way of a journal", () => {
  test.each<[string, string, string]>([
    ["where a file goes", "new/one.whl", "../../secret.whl"],
    ["where a file goes, to nothing", "new/one.whl", "nowhere"],
    ["for the folder that a file goes to", "new", "../.."],
    ["for a file that waits", ".pkgindex/tmp/1.new", "../../../secret.whl"],
    ["for the staging folder", ".pkgindex/tmp", "../.."],
    ["for a file that is deleted", "old/old.whl", "../../secret.whl"],
    ["for the folder of a file that is deleted", "old", ".."],
  ])("%s is refused, and nothing is done", async (_, path, target) => {
    const { outside, root, writer, placements } = newRoot();
    makeTree(outside, { "old.whl": "old" });
    await writeJournal(writer, root, placements, ["old/old.whl"]);
    if (path === "new/one.whl") mkdirSync(join(root, "new"));
    if (hasEntry(join(root, path))) rmSync(join(root, path), { recursive: true });
    symlinkSync(target, join(root, path));
    const before = readTree(outside);
    expect(await refusalOf(recoverJournal(writer, root))).toMatchObject(STRANGE);
    expect(readTree(outside)).toEqual(before);
    unlinkSync(join(root, path));
  });
});

describe("what somebody else wrote down is refused, and nothing is done", () => {
  const staged = ".pkgindex/tmp/1.new";

  test.each<[string, object]>([
    ["to delete a file outside", { deletions: ["../secret.txt"] }],
    ["to delete a distribution outside", { deletions: ["../secret.whl"] }],
    [
      "to delete a distribution outside, after another",
      { deletions: ["old/old.whl", "old/../../secret.whl"] },
    ],
    ["to delete by an absolute path", { deletions: ["/secret.whl"] }],
    ["to delete a file that is no distribution", { deletions: ["README.md"] }],
    ["to delete a record", { deletions: [".pkgindex/records/a.jsonl"] }],
    ["to delete a folder", { deletions: ["old"] }],
    ["to delete by an odd path", { deletions: ["old//old.whl"] }],
    ["to delete by a path with dots", { deletions: ["./old/old.whl"] }],
    ["to delete what is no path", { deletions: [7] }],
    ["to publish a file from outside", { placements: [{ staged: "../secret.txt", path: "new/secret.whl" }] }],
    [
      "to publish a distribution from outside",
      { placements: [{ staged: "../secret.whl", path: "new/secret.whl" }] },
    ],
    [
      "to publish a file from outside by way of the staging folder",
      { placements: [{ staged: ".pkgindex/tmp/../../../secret.whl", path: "new/secret.whl" }] },
    ],
    ["to move a file of the index", { placements: [{ staged: "old/old.whl", path: "new/old.whl" }] }],
    ["to write outside", { placements: [{ staged, path: "../secret.whl" }] }],
    ["to write a page", { placements: [{ staged, path: "simple/index.html" }] }],
    ["to write a file that is no distribution", { placements: [{ staged, path: "new/secret.txt" }] }],
    ["to write git's hooks", { placements: [{ staged, path: ".git/hooks/pre-commit" }] }],
    ["to write a distribution among the records", { placements: [{ staged, path: ".pkgindex/a.whl" }] }],
    [
      "to write a record in a deeper folder",
      { placements: [{ staged, path: ".pkgindex/records/a/b.jsonl" }] },
    ],
    ["to write nowhere", { placements: [{ staged }] }],
    ["to write nothing", { placements: [{ path: "new/one.whl" }] }],
    ["a placement that is none", { placements: [null] }],
    [
      "one good placement and one bad",
      {
        placements: [
          { staged, path: "new/one.whl" },
          { staged, path: "x" },
        ],
      },
    ],
  ])("%s", async (_, part) => {
    const { outside, root, writer } = newRoot();
    writeFileSync(join(root, JOURNAL), JSON.stringify({ format: 1, placements: [], deletions: [], ...part }));
    const before = readTree(outside);
    const error = await refusalOf(recoverJournal(writer, root));
    expect(error).toBeInstanceOf(PkgIndexError);
    expect(error).toMatchObject(STRANGE);
    // The journal too: it is for a person to look at.
    expect(readTree(outside)).toEqual(before);
  });

  test.each([
    ["is empty", ""],
    ["is cut off", '{"format":1,"placements":[],"dele'],
    ["is all zeros", "\0\0\0\0"],
    ["is null", "null"],
    ["is a number", "7"],
    ["is a list", "[]"],
    ["has no format", '{"placements":[],"deletions":[]}'],
    ["has a newer format", '{"format":2,"placements":[],"deletions":[]}'],
    ["has no placements", '{"format":1,"deletions":[]}'],
    ["has no deletions", '{"format":1,"placements":[]}'],
    ["has placements that are no list", '{"format":1,"placements":{},"deletions":[]}'],
  ])("a journal that %s", async (_, text) => {
    const { root, writer } = newRoot();
    writeFileSync(join(root, JOURNAL), text);
    const before = readTree(root);
    const error = await refusalOf(recoverJournal(writer, root));
    expect(error).toBeInstanceOf(PkgIndexError);
    expect(error).toMatchObject(STRANGE);
    expect(readTree(root)).toEqual(before);
    rmSync(join(root, JOURNAL));
    expect(await refusalOf(recoverJournal(writer, root))).toBe("nothing");
  });
});

describe("foldersUpTo", () => {
  test("has every folder on the way once, each before the folder that it lies in", () => {
    expect(
      foldersUpTo("/root", ["a/b/c.whl", "a/d.whl", "long-name/e.whl", ".pkgindex/records/a.jsonl"]),
    ).toEqual([
      "/root/.pkgindex/records",
      "/root/long-name",
      "/root/.pkgindex",
      "/root/a/b",
      "/root/a",
      "/root",
    ]);
    expect(foldersUpTo("/root", ["a.whl"])).toEqual(["/root"]);
    expect(foldersUpTo("/root", [])).toEqual([]);
  });
});
