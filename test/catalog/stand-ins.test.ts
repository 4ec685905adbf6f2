/** Sparse checkouts and Git LFS pointers: files that are not here count as present. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lfsPointerBlob, tryParseLfsPointer } from "../../src/archive/lfs-pointer.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { IndexFolder, runHere } from "./index-folder.ts";

function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** An index in git, with its pages. */
async function committedIndex(layout: "simple" | "flat"): Promise<IndexFolder> {
  const index = new IndexFolder();
  writeFileSync(join(index.directory, "pkgindex.toml"), `[index]\nlayout = "${layout}"\n`);
  for (const version of ["1.0", "1.1", "2.0rc1"]) index.addWheel({ name: "dace", version });
  index.addWheel({ name: "other", version: "3" });
  git(index.directory, "init", "-q", "-b", "main");
  git(index.directory, "add", "-A");
  git(index.directory, "commit", "-qm", "wheels");
  expect((await runHere(index.directory, ["generate"])).code).toBe(0);
  git(index.directory, "add", "-A");
  git(index.directory, "commit", "-qm", "pages");
  return index;
}

/** A clone without what the patterns leave out: distribution files and sidecars. */
function sparseClone(index: IndexFolder, leftOut = ["!*.whl", "!*.whl.metadata"]): IndexFolder {
  const directory = temporaryDirectory();
  git(index.directory, "clone", "-q", "--no-checkout", ".", directory);
  git(directory, "sparse-checkout", "set", "--no-cone", "/*", ...leftOut);
  git(directory, "checkout", "-q", "main");
  const clone = new IndexFolder(directory);
  expect(() => statSync(clone.path("dace/dace-1.0-py3-none-any.whl"))).toThrow("ENOENT");
  return clone;
}

describe.each(["simple", "flat"] as const)("a sparse checkout of an index in the %s layout", (layout) => {
  test("is up to date, and stays as it is", async () => {
    const clone = sparseClone(await committedIndex(layout));
    expect(await runHere(clone.directory, ["generate", "--check"])).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout } = await runHere(clone.directory, ["generate", "--json"]);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, files: 4, filesRead: 0, removed: [] });
    expect((await runHere(clone.directory, ["generate", "--rebuild"])).code).toBe(0);
    expect(git(clone.directory, "status", "--porcelain")).toBe("");
  });

  test("without wheels, but with their sidecars, is up to date, and stays as it is", async () => {
    const clone = sparseClone(await committedIndex(layout), ["!*.whl"]);
    expect(await runHere(clone.directory, ["generate", "--check"])).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout } = await runHere(clone.directory, ["generate", "--json"]);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, files: 4, filesRead: 0, removed: [] });
    expect((await runHere(clone.directory, ["generate", "--rebuild"])).code).toBe(0);
    expect(git(clone.directory, "status", "--porcelain")).toBe("");
  });

  test("takes a wheel, and the whole checkout of that is what it must be", async () => {
    const index = await committedIndex(layout);
    const clone = sparseClone(index);
    const { filename, bytes } = makeWheel({ name: "dace", version: "3" });
    writeFileSync(join(clone.directory, filename), bytes);
    const added = await runHere(clone.directory, ["add", filename]);
    expect(added).toMatchObject({ code: 0, stderr: "", stdout: `added          dace/${filename}\n` });
    rmSync(join(clone.directory, filename));
    git(clone.directory, "add", "--sparse", "-A");
    git(clone.directory, "commit", "-qm", "added");
    git(index.directory, "pull", "-q", clone.directory, "main");
    expect(await runHere(index.directory, ["generate", "--check"])).toMatchObject({ code: 0, stderr: "" });
    expect(
      readFileSync(index.path(layout === "flat" ? "dace/index.html" : "simple/dace/index.html"), "utf8"),
    ).toContain(filename);
  });

  test("knows the wheels that are there already, and keeps their places", async () => {
    const index = await committedIndex(layout);
    const clone = sparseClone(index);
    const name = "dace-1.0-py3-none-any.whl";
    writeFileSync(join(clone.directory, name), index.read(`dace/${name}`));
    expect(await runHere(clone.directory, ["add", name])).toMatchObject({
      code: 0,
      stdout: `already there  dace/${name}\n`,
    });
    writeFileSync(
      join(clone.directory, name),
      makeWheel({ name: "dace", version: "1.0", files: { "x.py": "" } }).bytes,
    );
    const other = await runHere(clone.directory, ["add", name]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain("a published file never changes");
  });

  test("keeps a page that lacks an input, and names it", async () => {
    const clone = sparseClone(await committedIndex(layout));
    const page = layout === "flat" ? "dace/index.v1.json" : "simple/dace/index.v1.json";
    const text = clone.read(page).toString("utf8");
    clone.write(page, text.replace(/"_info":/, '"_inf0":'));
    const { code, stderr } = await runHere(clone.directory, ["generate"]);
    expect(code).toBe(1);
    expect(stderr).toContain(`index/${page}: cannot be made: what it says of dace/`);
    expect(stderr).toContain("git sparse-checkout add");
    expect(clone.read(page).toString("utf8")).toContain("_inf0");
  });

  test("keeps a page whose new file is left out as well", async () => {
    const index = await committedIndex(layout);
    const path = index.addWheel({ name: "dace", version: "4" });
    git(index.directory, "add", "-A");
    git(index.directory, "commit", "-qm", "by hand");
    const clone = sparseClone(index);
    const { code, stderr } = await runHere(clone.directory, ["generate"]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining("is kept as it is") });
    expect(stderr).toContain(path);
    expect(git(clone.directory, "status", "--porcelain")).toBe("");
    expect(git(clone.directory, "sparse-checkout", "add", `/index/${path}`)).toBe("");
    expect((await runHere(clone.directory, ["generate"])).code).toBe(0);
    expect(clone.read(layout === "flat" ? "dace/index.html" : "simple/dace/index.html").toString()).toContain(
      "dace-4",
    );
  });
});

function pointerTo(bytes: Uint8Array): string {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${bytes.length}\n`;
}

describe("a Git LFS pointer", () => {
  test("says what it stands for", () => {
    const bytes = Buffer.from("wheel");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(tryParseLfsPointer(Buffer.from(pointerTo(bytes)))).toEqual({ sha256, size: 5 });
    expect(tryParseLfsPointer(bytes)).toBeUndefined();
    expect(
      tryParseLfsPointer(Buffer.from("version https://git-lfs.github.com/spec/v1\nsize 1\n")),
    ).toBeUndefined();
  });

  test("has the object id that git gives it", () => {
    const folder = temporaryDirectory();
    const bytes = Buffer.from("wheel");
    writeFileSync(join(folder, "pointer"), pointerTo(bytes));
    const id = git(folder, "hash-object", "pointer").trim();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(lfsPointerBlob({ sha256, size: 5 }, "sha1")).toBe(id);
  });

  test.each(["in git", "outside git"])("counts as its file %s", async (where) => {
    const index = await committedIndex("simple");
    for (const name of ["dace/dace-1.0-py3-none-any.whl", "other/other-3-py3-none-any.whl"])
      index.write(name, pointerTo(index.read(name)));
    if (where === "in git") git(index.directory, "commit", "-qam", "pointers");
    else rmSync(join(index.directory, ".git"), { recursive: true });
    expect(await runHere(index.directory, ["generate", "--check"])).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout } = await runHere(index.directory, ["generate", "--json"]);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, files: 4, problems: [] });
  });

  test("that stands for other bytes than those on record is refused", async () => {
    const index = await committedIndex("simple");
    index.write("dace/dace-1.0-py3-none-any.whl", pointerTo(Buffer.from("other bytes")));
    const { code, stderr } = await runHere(index.directory, ["generate"]);
    expect(code).toBe(1);
    expect(stderr).toContain("is a Git LFS pointer, not the file itself");
  });
});
