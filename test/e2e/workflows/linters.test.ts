/** Every workflow that is shipped or written, before the linters of others: no finding without a reason beside it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";

import { allWorkflows } from "../../support/all-workflows.ts";
import { temporaryDirectory } from "../../support/make-tree.ts";
import { runProgram, type Finished } from "../support/pip.ts";

vi.setConfig({ testTimeout: 120_000 });

const ACTIONLINT = process.env["PKGINDEX_E2E_ACTIONLINT"];
const ZIZMOR = process.env["PKGINDEX_E2E_ZIZMOR"];

/** What actionlint does not know yet, and Actions does: https://github.blog/changelog/label/actions */
const NOT_KNOWN_TO_ACTIONLINT = [/^ {2}queue: max\n/gm];

/**
 * What zizmor may find where a comment in the file says why it stays.
 * adhoc-packages: the program itself is installed, and its owner writes which version. self-repository: "$/" is too new for
 * older servers and for the tools that run workflows elsewhere.
 */
const REASONED = ["adhoc-packages", "self-repository"];

/** A folder of its own per workflow, since the one of an index calls that of its pages. */
function writeRepository(): { readonly folder: string; readonly files: readonly string[] } {
  const folder = temporaryDirectory();
  const all = [...allWorkflows()];
  const pages = all.find(([name]) => name.endsWith("pkgindex-pages.yml"))?.[1] ?? "";
  const files = all.map(([, text], number) => {
    const path = join(folder, String(number), ".github", "workflows");
    mkdirSync(path, { recursive: true });
    mkdirSync(join(folder, String(number), ".git"));
    writeFileSync(join(path, "pkgindex-pages.yml"), strip(pages));
    writeFileSync(join(path, "workflow.yml"), text);
    return join(path, "workflow.yml");
  });
  return { folder, files };
}

function strip(text: string): string {
  return NOT_KNOWN_TO_ACTIONLINT.reduce((stripped, pattern) => stripped.replace(pattern, ""), text);
}

function run(program: string, args: readonly string[], cwd: string): Promise<Finished> {
  return runProgram(program, args, { cwd, env: { PATH: process.env["PATH"], HOME: cwd, NO_COLOR: "1" } });
}

test("only what is listed keeps actionlint from reading the files as they are", () => {
  for (const [name, text] of allWorkflows()) {
    const removed = text.split("\n").filter((line) => !strip(text).split("\n").includes(line));
    expect(
      removed.filter((line) => line !== "  queue: max"),
      name,
    ).toEqual([]);
  }
});

describe(`actionlint${ACTIONLINT === undefined ? " (skipped: PKGINDEX_E2E_ACTIONLINT is not set)" : ""}`, () => {
  test.runIf(ACTIONLINT !== undefined)("has nothing against any workflow", async () => {
    const { files } = writeRepository();
    for (const [number, [name, text]] of [...allWorkflows()].entries()) {
      const file = files[number] ?? "";
      writeFileSync(file, strip(text));
      const result = await run(ACTIONLINT ?? "", ["-no-color", file], join(file, "../../.."));
      expect(result.all, name).toBe("");
      expect(result.code, name).toBe(0);
    }
  });

  test.runIf(ACTIONLINT !== undefined)("would say it, if there were something", async () => {
    const folder = temporaryDirectory();
    writeFileSync(
      join(folder, "w.yml"),
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    stepz: []\n",
    );
    expect((await run(ACTIONLINT ?? "", ["-no-color", "w.yml"], folder)).code).toBe(1);
  });
});

describe(`zizmor${ZIZMOR === undefined ? " (skipped: PKGINDEX_E2E_ZIZMOR is not set)" : ""}`, () => {
  test.runIf(ZIZMOR !== undefined)("has nothing against any workflow", async () => {
    const { folder, files } = writeRepository();
    const result = await run(
      ZIZMOR ?? "",
      ["--offline", "--no-progress", "--persona", "pedantic", "--format", "plain", ...files],
      folder,
    );
    expect(result.all).toContain("No findings to report");
    expect(result.code, result.all).toBe(0);
  });

  test.runIf(ZIZMOR !== undefined)("would say it, if there were something", async () => {
    const folder = temporaryDirectory();
    const text =
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n";
    writeFileSync(join(folder, "w.yml"), text);
    const result = await run(ZIZMOR ?? "", ["--offline", "--no-progress", "w.yml"], folder);
    expect(result.all).toContain("unpinned-uses");
    expect(result.code).not.toBe(0);
  });

  test("is told to pass over nothing but what has its reason here and there", () => {
    for (const [name, text] of allWorkflows())
      for (const [, audit, reason] of text.matchAll(/zizmor: ignore\[([^\]]*)\](.*)/g)) {
        expect(REASONED, name).toContain(audit);
        expect(reason?.trim().length, name).toBeGreaterThan(20);
      }
  });
});
