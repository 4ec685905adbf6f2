import { createHash } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";

import { openGitFolder, type GitFolder } from "../../src/io/git.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { isolateGit, makeRepository, supportsSha256, type Repository } from "./git-repository.ts";

isolateGit();
vi.setConfig({ testTimeout: 60_000 });

const FIRST = "2020-01-01T00:00:00Z";
const SECOND = "2021-01-01T00:00:00Z";
const THIRD = "2022-01-01T00:00:00Z";

async function open(folder: string): Promise<GitFolder> {
  const opened = await openGitFolder(folder);
  if (opened === undefined) throw new Error(`git does not open ${folder}`);
  return opened;
}

/** The object id of a blob (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects), made without git. */
function blobId(content: string, algorithm = "sha1"): string {
  const bytes = Buffer.from(content);
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/** What git says of the files below `folder`: path to object id, or "changed". */
async function statesOf(
  folder: string,
  refreshIndex = true,
  paths?: readonly string[],
): Promise<Record<string, string>> {
  const { clean, changed } = await (await open(folder)).readTrackedFiles(refreshIndex, paths);
  for (const path of changed) expect(clean.has(path)).toBe(false);
  return Object.fromEntries([...clean, ...[...changed].map((path) => [path, "changed"] as const)]);
}

/** When each of these was added, by git: path to year. */
async function yearsOf(folder: string, paths: readonly string[]): Promise<Record<string, number>> {
  const times = await (await open(folder)).readAddedTimes(paths);
  return Object.fromEntries([...times].map(([path, time]) => [path, time.getUTCFullYear()]));
}

/** Names that are easy to get wrong. */
const STRANGE_NAMES = [
  "with space.whl",
  " leading and trailing ",
  "1!2.0+local.whl",
  "größe-🐍.whl",
  'quote"s and \\backslash.whl',
  "tab\tand\u0001control.whl",
  "two\nlines.whl",
  "-dash.whl",
  ":colon.whl",
  ":(glob)magic.whl",
  ":colon folder/a.whl",
  "[a]*?.whl",
  "# comment.whl",
  "H 100644 line.whl",
];

function strangeFiles(content: string): Record<string, string> {
  return Object.fromEntries(STRANGE_NAMES.map((name) => [name, `${content} ${name}`]));
}

/** More files than are given to git by name. */
function makeMany(): { readonly repository: Repository; readonly names: readonly string[] } {
  const repository = makeRepository();
  const names = Array.from({ length: 501 }, (_, index) => `sub/a-${index}.whl`);
  repository.write(Object.fromEntries(names.map((name) => [name, "same"])));
  repository.commit(FIRST);
  return { repository, names };
}

describe("openGitFolder", () => {
  it("finds nothing outside git", async () => {
    expect(await openGitFolder(temporaryDirectory())).toBe(undefined);
  });

  it("opens the top of a work tree and a folder deep in it", async () => {
    const { root } = makeRepository();
    mkdirSync(join(root, "a/b"), { recursive: true });
    expect(await open(root)).toMatchObject({ objectFormat: "sha1", isShallow: false });
    expect(await open(join(root, "a/b"))).toMatchObject({ objectFormat: "sha1", isShallow: false });
  });

  it("opens a linked work tree", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    const linked = join(temporaryDirectory(), "linked");
    repository.git("worktree", "add", "--quiet", linked);
    expect(await statesOf(linked)).toEqual({ a: blobId("a") });
  });

  it("finds nothing in git's own folder, nor in a bare repository", async () => {
    const { root } = makeRepository();
    expect(await openGitFolder(join(root, ".git"))).toBe(undefined);
    expect(await openGitFolder(makeRepository("--bare").root)).toBe(undefined);
  });

  it("finds nothing where a file or folder is only called .git", async () => {
    const folder = temporaryDirectory();
    mkdirSync(join(folder, ".git"));
    expect(await openGitFolder(folder)).toBe(undefined);
  });

  it("finds nothing where there is no git on the machine", async () => {
    const { root } = makeRepository();
    vi.stubEnv("PATH", temporaryDirectory());
    expect(await openGitFolder(root)).toBe(undefined);
  });

  it.skipIf(process.getuid?.() !== 0)("finds nothing where git refuses to look (needs root)", async () => {
    const { root } = makeRepository();
    chownSync(root, 12345, 12345);
    chownSync(join(root, ".git"), 12345, 12345);
    expect(await openGitFolder(root)).toBe(undefined);
  });

  it("says that a clone is shallow", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    repository.write({ b: "b" });
    repository.commit(SECOND);
    const clone = join(temporaryDirectory(), "clone");
    repository.git("clone", "--quiet", "--depth=1", `file://${repository.root}`, clone);
    const folder = await open(clone);
    expect(folder.isShallow).toBe(true);
    expect(await statesOf(clone)).toEqual({ a: blobId("a"), b: blobId("b") });
  });

  it.skipIf(!supportsSha256())("works in a repository of SHA-256", async () => {
    const repository = makeRepository("--object-format=sha256");
    repository.write({ a: "a", b: "b" });
    repository.commit(FIRST);
    repository.write({ b: "other" });
    expect((await open(repository.root)).objectFormat).toBe("sha256");
    expect(await statesOf(repository.root)).toEqual({ a: blobId("a", "sha256"), b: "changed" });
    expect(await yearsOf(repository.root, ["a", "b"])).toEqual({ a: 2020, b: 2020 });
  });
});

describe("readTrackedFiles", () => {
  function makeThree(): Repository {
    const repository = makeRepository();
    repository.write({ "clean.whl": "clean", "sub/dirty.whl": "dirty", "sub/touched.whl": "touched" });
    repository.commit(FIRST);
    return repository;
  }

  it("has the object id of each committed file", async () => {
    const { root } = makeThree();
    expect(await statesOf(root)).toEqual({
      "clean.whl": blobId("clean"),
      "sub/dirty.whl": blobId("dirty"),
      "sub/touched.whl": blobId("touched"),
    });
  });

  it("knows no untracked and no ignored file", async () => {
    const repository = makeThree();
    repository.write({ ".git/info/exclude": "*.tmp", "new.whl": "new", "ignored.tmp": "x" });
    expect(Object.keys(await statesOf(repository.root)).toSorted()).toEqual([
      "clean.whl",
      "sub/dirty.whl",
      "sub/touched.whl",
    ]);
  });

  it("has the id of a file that is staged and not committed", async () => {
    const repository = makeThree();
    repository.write({ "new.whl": "new", "clean.whl": "newer" });
    repository.git("add", "new.whl", "clean.whl");
    expect(await statesOf(repository.root)).toMatchObject({
      "new.whl": blobId("new"),
      "clean.whl": blobId("newer"),
    });
  });

  it("a file with other bytes is changed, of the same size and time too", async () => {
    const repository = makeThree();
    const path = join(repository.root, "sub/dirty.whl");
    const { atime, mtime } = statSync(path);
    repository.write({ "sub/dirty.whl": "DIRTY" });
    utimesSync(path, atime, mtime);
    expect(await statesOf(repository.root)).toMatchObject({
      "clean.whl": blobId("clean"),
      "sub/dirty.whl": "changed",
    });
  });

  it("a file that is dirty by its times alone is changed, until git may look and note it", async () => {
    const { root } = makeThree();
    utimesSync(join(root, "sub/touched.whl"), 1, 1);
    expect(await statesOf(root, false)).toMatchObject({ "sub/touched.whl": "changed" });
    expect(await statesOf(root, true)).toMatchObject({ "sub/touched.whl": blobId("touched") });
    expect(await statesOf(root, false)).toMatchObject({ "sub/touched.whl": blobId("touched") });
  });

  it("does not write to git's index unless it may", async () => {
    const { root } = makeThree();
    utimesSync(join(root, "sub/touched.whl"), 1, 1);
    const before = readFileSync(join(root, ".git/index"));
    await statesOf(root, false);
    expect(readFileSync(join(root, ".git/index")).equals(before)).toBe(true);
  });

  it("goes on where another git holds the index", async () => {
    const repository = makeThree();
    utimesSync(join(repository.root, "sub/touched.whl"), 1, 1);
    repository.write({ ".git/index.lock": "" });
    expect(await statesOf(repository.root)).toMatchObject({
      "clean.whl": blobId("clean"),
      "sub/touched.whl": "changed",
    });
  });

  it("a file that is gone, or that became a folder or a link, is changed", async () => {
    const repository = makeThree();
    for (const path of ["clean.whl", "sub/dirty.whl", "sub/touched.whl"]) repository.remove(path);
    repository.write({ "clean.whl/inner": "x" });
    symlinkSync("dirty.whl", join(repository.root, "sub/touched.whl"));
    expect(await statesOf(repository.root)).toEqual({
      "clean.whl": "changed",
      "sub/dirty.whl": "changed",
      "sub/touched.whl": "changed",
    });
  });

  it("leaves out the files that git was told not to look at", async () => {
    const repository = makeThree();
    repository.git("update-index", "--assume-unchanged", "clean.whl");
    repository.git("update-index", "--skip-worktree", "sub/dirty.whl");
    repository.write({ "clean.whl": "other", "sub/dirty.whl": "other" });
    expect(await statesOf(repository.root)).toEqual({ "sub/touched.whl": blobId("touched") });
  });

  it("leaves out links and submodules, and has executable files", async () => {
    const repository = makeRepository();
    repository.write({ "run.whl": "run" });
    chmodSync(join(repository.root, "run.whl"), 0o755);
    symlinkSync("run.whl", join(repository.root, "link.whl"));
    repository.commit(FIRST);
    repository.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
    expect(await statesOf(repository.root)).toEqual({ "run.whl": blobId("run") });
  });

  it("a file that is only meant to be added is no clean one", async () => {
    const repository = makeThree();
    repository.write({ "empty.whl": "", "new.whl": "new" });
    repository.git("add", "--intent-to-add", "empty.whl", "new.whl");
    const states = await statesOf(repository.root);
    expect([states["empty.whl"], states["new.whl"]]).toEqual(["changed", "changed"]);
  });

  it("a file in a merge conflict is no clean one", async () => {
    const repository = makeThree();
    repository.git("checkout", "--quiet", "-b", "other");
    repository.write({ "clean.whl": "theirs" });
    repository.commit(SECOND);
    repository.git("checkout", "--quiet", "main");
    repository.write({ "clean.whl": "ours" });
    repository.commit(SECOND);
    expect(() => repository.git("merge", "other")).toThrow();
    const { clean } = await (await open(repository.root)).readTrackedFiles(true);
    expect(clean.has("clean.whl")).toBe(false);
    expect(clean.has("sub/dirty.whl")).toBe(true);
  });

  it("in a subfolder has its files alone, relative to it", async () => {
    const repository = makeThree();
    repository.write({ "sub/dirty.whl": "other", "clean.whl": "other" });
    expect(await statesOf(join(repository.root, "sub"))).toEqual({
      "dirty.whl": "changed",
      "touched.whl": blobId("touched"),
    });
  });

  it("asked for some paths, knows those", async () => {
    const repository = makeThree();
    repository.write({ "sub/dirty.whl": "other" });
    expect(await statesOf(repository.root, true, ["clean.whl", "not-there.whl"])).toEqual({
      "clean.whl": blobId("clean"),
    });
    expect(await statesOf(join(repository.root, "sub"), true, ["dirty.whl"])).toEqual({
      "dirty.whl": "changed",
    });
  });

  it("asked for more paths than it names one by one, knows them all", async () => {
    const { repository, names } = makeMany();
    const states = await statesOf(repository.root, true, names);
    expect(names.filter((name) => states[name] !== blobId("same"))).toEqual([]);
  });

  it("has the ids of files with strange names", async () => {
    const repository = makeRepository();
    repository.write(strangeFiles("first"));
    repository.commit(FIRST);
    const expected = Object.fromEntries(STRANGE_NAMES.map((name) => [name, blobId(`first ${name}`)]));
    expect(await statesOf(repository.root)).toEqual(expected);
    expect(await statesOf(repository.root, true, STRANGE_NAMES)).toEqual(expected);
  });

  it("sees that files with strange names have changed", async () => {
    const repository = makeRepository();
    repository.write(strangeFiles("first"));
    repository.commit(FIRST);
    repository.write(strangeFiles("other"));
    expect(await statesOf(repository.root)).toEqual(
      Object.fromEntries(STRANGE_NAMES.map((name) => [name, "changed"])),
    );
  });

  it("before the first commit has what is staged", async () => {
    const repository = makeRepository();
    expect(await statesOf(repository.root)).toEqual({});
    repository.write({ a: "a" });
    repository.git("add", "a");
    expect(await statesOf(repository.root)).toEqual({ a: blobId("a") });
  });
});

describe("readAddedTimes", () => {
  it("has the committer's time of the commit that added each file", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    repository.write({ b: "b", "sub/c": "c" });
    repository.commit("2021-06-07T08:09:10+02:00");
    const times = await (await open(repository.root)).readAddedTimes(["a", "b", "sub/c"]);
    expect(times).toEqual(
      new Map([
        ["a", new Date("2020-01-01T00:00:00Z")],
        ["b", new Date("2021-06-07T06:09:10Z")],
        ["sub/c", new Date("2021-06-07T06:09:10Z")],
      ]),
    );
  });

  it("a later change of a file does not matter", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    repository.write({ a: "other" });
    repository.commit(SECOND);
    expect(await yearsOf(repository.root, ["a"])).toEqual({ a: 2020 });
  });

  it("a file that was removed and added again came with its last addition", async () => {
    const repository = makeRepository();
    repository.write({ a: "a", b: "b" });
    repository.commit(FIRST);
    repository.remove("a");
    repository.commit(SECOND);
    repository.write({ a: "a" });
    repository.commit(THIRD);
    expect(await yearsOf(repository.root, ["a", "b"])).toEqual({ a: 2022, b: 2020 });
  });

  it("a file that was renamed came under its name with the rename", async () => {
    const repository = makeRepository();
    repository.write({ old: "a long enough text to be recognized\n".repeat(10) });
    repository.commit(FIRST);
    repository.git("mv", "old", "new");
    repository.commit(SECOND);
    expect(await yearsOf(repository.root, ["new"])).toEqual({ new: 2021 });
    expect(await yearsOf(repository.root, ["new", "old"])).toEqual({ new: 2021, old: 2020 });
  });

  it("a file that came by a merge came with the commit of its branch", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    repository.git("checkout", "--quiet", "-b", "branch");
    repository.write({ b: "b" });
    repository.commit(SECOND);
    repository.git("checkout", "--quiet", "main");
    repository.write({ c: "c" });
    repository.commit(THIRD);
    repository.git("merge", "--quiet", "--no-edit", "branch");
    expect(await yearsOf(repository.root, ["a", "b", "c"])).toEqual({ a: 2020, b: 2021, c: 2022 });
  });

  it("in a subfolder takes paths relative to it", async () => {
    const repository = makeRepository();
    repository.write({ "sub/a": "a", a: "a" });
    repository.commit(FIRST);
    repository.write({ "sub/deep/b": "b" });
    repository.commit(SECOND);
    const paths = ["a", "deep/b", "sub/a"];
    expect(await yearsOf(join(repository.root, "sub"), paths)).toEqual({ a: 2020, "deep/b": 2021 });
  });

  it("knows nothing of what is not committed", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    repository.write({ staged: "b", untracked: "c" });
    repository.git("add", "staged");
    expect(await yearsOf(repository.root, ["a", "staged", "untracked", "gone"])).toEqual({ a: 2020 });
  });

  it("asked for nothing, answers nothing", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    expect(await yearsOf(repository.root, [])).toEqual({});
  });

  it("asked for more paths than it names one by one, answers all", async () => {
    const { repository, names } = makeMany();
    const years = await yearsOf(repository.root, names);
    expect(names.filter((name) => years[name] !== 2020)).toEqual([]);
  });

  it("takes a name as it is, not as a pattern", async () => {
    const repository = makeRepository();
    repository.write({ abc: "abc" });
    repository.commit(FIRST);
    repository.write({ "a*": "a" });
    repository.commit(SECOND);
    expect(await yearsOf(repository.root, ["a*"])).toEqual({ "a*": 2021 });
  });

  it("knows files with strange names, each by itself and all at once", async () => {
    const names = STRANGE_NAMES.filter((name) => !name.includes("\n"));
    const repository = makeRepository();
    repository.write(strangeFiles("content"));
    repository.commit(FIRST);
    const all = Object.fromEntries(names.map((name) => [name, 2020]));
    expect(await yearsOf(repository.root, names)).toEqual(all);
    for (const name of names) expect(await yearsOf(repository.root, [name])).toEqual({ [name]: 2020 });
  });

  it("knows a file with a line break in its name", async () => {
    const repository = makeRepository();
    repository.write({ "two\nlines/a.whl": "content" });
    repository.commit(FIRST);
    const path = "two\nlines/a.whl";
    expect(await yearsOf(repository.root, [path])).toEqual({ [path]: 2020 });
  });

  it.each([
    "log.showRoot=false",
    "log.follow=true",
    "log.showSignature=true",
    "color.ui=always",
    "diff.renames=copies",
    "diff.relative=true",
    "core.quotePath=true",
  ])("does not depend on the user's configuration: %s", async (setting) => {
    const repository = makeRepository();
    const text = "a long enough text to be recognized\n".repeat(10);
    repository.write({ "sub/old": text });
    repository.commit(FIRST);
    repository.git("mv", "sub/old", "sub/renamed");
    repository.commit(SECOND);
    repository.write({ "sub/old": text, "sub/größe": text });
    repository.commit(THIRD);
    repository.write({ "sub/old": "other" });
    repository.commit(THIRD);
    const [key = "", value = ""] = setting.split("=");
    repository.git("config", key, value);
    const root = makeRepository();
    root.write({ first: "x" });
    root.commit(FIRST);
    root.git("config", key, value);
    const sub = join(repository.root, "sub");
    expect({
      ...(await yearsOf(sub, ["renamed"])),
      ...(await yearsOf(sub, ["old", "größe"])),
      ...(await yearsOf(root.root, ["first"])),
    }).toEqual({ renamed: 2021, old: 2022, größe: 2022, first: 2020 });
  });

  it("in a shallow clone answers from the history that is there, without an error", async () => {
    const repository = makeRepository();
    repository.write({ a: "a" });
    repository.commit(FIRST);
    repository.write({ b: "b" });
    repository.commit(SECOND);
    const clone = join(temporaryDirectory(), "clone");
    repository.git("clone", "--quiet", "--depth=1", `file://${repository.root}`, clone);
    expect(await yearsOf(clone, ["b"])).toEqual({ b: 2021 });
  });
});
