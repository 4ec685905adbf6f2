/** Looks at an index as each commit of its branch has it. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";

import { temporaryDirectory } from "../../support/make-tree.ts";
import { runCli } from "../../support/run-cli.ts";

/** Expects of every commit of `main` that its pages are what generate makes of its files. Returns a clone of the newest. */
export async function checkEveryCommit(bare: string): Promise<string> {
  const folder = join(temporaryDirectory(), "clone");
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: bare, encoding: "utf8", env: environment });
  git("clone", "--quiet", "--branch", "main", ".", folder);
  for (const commit of git("rev-list", "--reverse", "main").trim().split("\n")) {
    git("-C", folder, "checkout", "--quiet", commit);
    const checked = await runCli(["generate", "--check", "--quiet"], { cwd: folder });
    expect({ commit, ...checked }).toMatchObject({ code: 0, stderr: "" });
  }
  return folder;
}
