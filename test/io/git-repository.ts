/** Real git repositories in temporary folders, away from the configuration of the machine. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";

import { GIT_ENVIRONMENT } from "../support/git-environment.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

/** Gives every test of a file an environment in which git knows nothing of this machine. */
export function isolateGit(): void {
  beforeEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries(GIT_ENVIRONMENT)) vi.stubEnv(name, value);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
}

export interface Repository {
  readonly root: string;
  /** Runs git there and returns what it prints. */
  readonly git: (...args: readonly string[]) => string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly remove: (path: string) => void;
  /** Commits everything at this time; the author's time is another. */
  readonly commit: (time: string) => void;
}

/** A new repository; `initOptions` are for `git init`. */
export function makeRepository(...initOptions: readonly string[]): Repository {
  const root = temporaryDirectory();
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): string =>
    execFileSync("git", ["-C", root, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
  run(["init", "--quiet", "--initial-branch=main", ...initOptions]);
  return {
    root,
    git: (...args) => run(args),
    write: (files) => makeTree(root, files),
    remove: (path) => rmSync(join(root, path)),
    commit: (time) => {
      run(["add", "--all"]);
      run(["commit", "--quiet", "--message=change"], {
        GIT_AUTHOR_DATE: "2001-01-01T00:00:00Z",
        GIT_COMMITTER_DATE: time,
      });
    },
  };
}

/** Whether this git can make repositories of SHA-256. */
export function supportsSha256(): boolean {
  const [, major = "0", minor = "0"] =
    /(\d+)\.(\d+)/.exec(execFileSync("git", ["--version"], { encoding: "utf8" })) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 29);
}
