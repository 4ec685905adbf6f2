/** `pkgindex init --adopt`: an index that `generator.py` made moves over and keeps its addresses. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, describe, test, vi } from "vitest";

import { tryParseAncestorPage } from "../../src/commands/ancestor-page.ts";
import { INDEX_WORKFLOW } from "../../src/github/workflow-files.ts";
import { load } from "../config/scratch-folder.ts";
import { runHere } from "../catalog/index-folder.ts";
import { ANCESTOR_RELEASES, ancestorPage, ancestorWheel, makeAncestor } from "../support/make-ancestor.ts";
import { makeTree, readTree, temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";

vi.setConfig({ testTimeout: 60_000 });

function makeRepository(): string {
  const folder = temporaryDirectory();
  makeAncestor(folder);
  return folder;
}

describe("a repository of generator.py", () => {
  test("keeps its addresses, its files and its history", async () => {
    const folder = makeRepository();
    const before = readTree(folder);
    const { code, stdout, stderr } = await runHere(folder, ["init", "--adopt", "--index", "octo-org/wheels"]);
    expect({ code, stderr: stderr.includes("error") }).toEqual({ code: 0, stderr: false });
    for (const line of [
      "found dace/: a package folder with 3 distribution files",
      "found dace/index.html: a page of generator.py, replaced",
      "found ghex/: a package folder without files",
      "found ghex/index.html: a page of generator.py, removed",
      "found index.html: the list of generator.py, replaced",
      "found .token: may hold a token: not published, not touched; git must not track it",
      "written the index in .: 1 project, 3 files",
      "obsolete generator.py: pkgindex generate does its work",
    ])
      expect(stdout).toContain(`${line}\n`);
    for (const path of ["issue_update.sh", "update-python-pkg-index.yml", "update_workflows", INDEX_WORKFLOW])
      expect(stdout).toContain(`obsolete ${path}: `);
    const after = readTree(folder);
    const changed = Object.keys(before).filter(
      (path) => !path.startsWith(".git/") && after[path] !== before[path],
    );
    expect(changed).toEqual(["dace/index.html", "ghex/index.html", "index.html"]);
    expect(await load(folder)).toMatchObject({
      root: folder,
      layout: "flat",
      title: "Custom Package Index for GT4Py",
      url: "https://octo-org.github.io/wheels/",
      ignore: ["build"],
    });
    const page = JSON.parse(readFileSync(join(folder, "dace/index.v1.json"), "utf8")) as {
      files: { filename: string; url: string; "upload-time": string }[];
    };
    expect(page.files.map((file) => [file.filename, file["upload-time"]])).toEqual(
      Object.entries(ANCESTOR_RELEASES).map(([version, time]) => [ancestorWheel(version).filename, time]),
    );
    expect(readFileSync(join(folder, "index.html"), "utf8")).toContain('<a href="dace/">dace</a>');
    const published = Object.keys(after).filter((path) => /index\.|404|records/.test(path));
    for (const path of published.filter((name) => !name.startsWith(".git/") && after[name] !== "folder"))
      expect(readFileSync(join(folder, path), "utf8"), path).not.toMatch(/ghp_|\.token/);
  });

  test("a folder of another name than its project keeps its old page, and that is said", async () => {
    const folder = makeRepository();
    const { filename, bytes } = makeWheel({ name: "my-tool", version: "1.0" });
    const hash = createHash("sha256").update(bytes).digest("hex");
    const anchor = `<a href="${filename}#sha256=${hash}">${filename}</a> </br>`;
    const page = ancestorPage("Custom Package for 'my-tool'", [anchor]);
    makeTree(folder, { [`My_Tool/${filename}`]: bytes, "My_Tool/index.html": page });
    const { code, stdout } = await runHere(folder, ["init", "--adopt", "--index", "octo-org/wheels"]);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain("found My_Tool/: a package folder with 1 distribution file\n");
    expect(stdout).toContain("found My_Tool/index.html: a page of generator.py, kept as it is: ");
    expect(readFileSync(join(folder, "My_Tool/index.html"), "utf8")).toBe(page);
    expect(readFileSync(join(folder, "my-tool/index.html"), "utf8")).toContain(`../My_Tool/${filename}#`);
  });

  test("moves over in two steps: the obsolete goes, and init writes the rest", async () => {
    const folder = makeRepository();
    const first = await runHere(folder, ["init", "--adopt"]);
    const line = first.stderr.split("\n").find((text) => text.includes("git rm"));
    const [, paths = ""] = /git rm -r (.*) && pkgindex init$/.exec(line ?? "") ?? [];
    execFileSync("git", ["rm", "--quiet", "-r", ...paths.split(" ")], { cwd: folder });
    expect(existsSync(join(folder, "generator.py"))).toBe(false);
    const second = await runHere(folder, ["init"]);
    expect(second).toMatchObject({ code: 0 });
    expect(second.stdout).toContain(`written ${INDEX_WORKFLOW}\n`);
    const third = await runHere(folder, ["init", "--adopt"]);
    expect(third.code).toBe(0);
    expect(third.stdout).not.toContain("obsolete");
    expect(await runHere(folder, ["generate", "--check"])).toMatchObject({ code: 0 });
  });

  test("a page of another hand stays, and so do the old ones", async () => {
    const folder = makeRepository();
    writeFileSync(join(folder, "index.html"), "<h1>My page</h1>\n");
    const before = readTree(folder);
    const { code, stderr } = await runHere(folder, ["init", "--adopt"]);
    expect(code).toBe(1);
    expect(stderr).toContain("error: index.html: stands where a page of the index goes");
    expect(stderr).toContain("the index was left as it was");
    const after = readTree(folder);
    for (const path of ["index.html", "dace/index.html", "ghex/index.html"])
      expect(after[path]).toBe(before[path]);
  });

  test("a wheel that cannot be published leaves the old pages as they are", async () => {
    const folder = makeRepository();
    writeFileSync(join(folder, "dace/dace-1.0-py3-none-any.whl"), "no zip");
    const page = readFileSync(join(folder, "dace/index.html"), "utf8");
    expect(await runHere(folder, ["init", "--adopt"])).toMatchObject({ code: 1 });
    expect(readFileSync(join(folder, "dace/index.html"), "utf8")).toBe(page);
    expect(existsSync(join(folder, "ghex/index.html"))).toBe(true);
  });

  test("generate alone takes nothing over", async () => {
    const folder = makeRepository();
    const { code, stderr } = await runHere(folder, ["generate", "--root", ".", "--layout", "flat"]);
    expect(code).toBe(1);
    expect(stderr).toContain("was not made by pkgindex");
  });

  test("a shallow clone has no history to take the times from, and is refused before anything is written", async () => {
    const folder = makeRepository();
    const clone = join(temporaryDirectory(), "clone");
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${folder}`, clone], { stdio: "ignore" });
    const before = readTree(clone);
    const { code, stderr } = await runHere(clone, ["init", "--adopt"]);
    expect(code).toBe(1);
    expect(stderr).toContain("git fetch --unshallow");
    expect(readTree(clone)).toEqual(before);
  });

  test("outside git, a note says that the files count as uploaded now", async () => {
    const folder = makeRepository();
    rmSync(join(folder, ".git"), { recursive: true });
    const { code, stderr } = await runHere(folder, ["init", "--adopt"]);
    expect(code).toBe(0);
    expect(stderr).toContain("note: .: is no git repository, so that the files count as uploaded now");
  });

  test("the layout cannot be another one", async () => {
    const folder = makeRepository();
    expect(await runHere(folder, ["init", "--adopt", "--layout", "simple"])).toMatchObject({
      code: 2,
      stdout: "",
    });
    writeFileSync(join(folder, "pkgindex.toml"), '[index]\nroot = "dace"\n');
    expect((await runHere(folder, ["init", "--adopt"])).code).toBe(2);
  });

  test("a folder with nothing to take over is refused", async () => {
    const { code, stderr } = await runHere(temporaryDirectory(), ["init", "--adopt"]);
    expect(code).toBe(1);
    expect(stderr).toContain("there is nothing to take over");
  });
});

describe("a page is the script's", () => {
  const wheel = makeWheel({ name: "dace", version: "43!2026.2.12" }).filename;
  const digest = "0".repeat(64);
  const page = (anchor: string, title = "T"): string => ancestorPage(title, [anchor]);

  test.each([
    [ancestorPage("Custom Package for 'ghex'"), "empty"],
    [page(`<a href="${wheel}#sha256=${digest}">${wheel}</a> </br>`), "files"],
    [page('<a href="Grid_Tools">grid-tools</a>'), "list"],
  ])("by its shape: %#", (text, kind) => {
    expect(tryParseAncestorPage(Buffer.from(text))?.kind).toBe(kind);
  });

  test.each([
    "",
    "<h1>x</h1>\n",
    page("<p>my own words</p>"),
    page('<a href="https://example.org/">example</a>'),
    page(`<a href="${wheel}#sha256=${digest}">another.whl</a> </br>`),
    page(`<a href="${wheel}">${wheel}</a> </br>`),
    page('<a href="dace">dace</a>').replace("<h1>T</h1>", "<h1>Mine</h1>"),
    page('<a href="dace">dace</a>').replace("</head>", "<style></style></head>"),
    `${page('<a href="dace">dace</a>')}<script></script>\n`,
    ancestorPage("T", ['<a href="dace">dace</a>', `<a href="${wheel}#sha256=${digest}">${wheel}</a> </br>`]),
  ])("and not, where a line is another: %#", (text) => {
    expect(tryParseAncestorPage(Buffer.from(text))).toBeUndefined();
  });
});
