/** An index in a temporary folder, and `pkgindex generate` on it inside the test's own process. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";

import { run } from "../../src/cli.ts";
import type { Host } from "../../src/io/terminal.ts";
import { GIT_ENVIRONMENT } from "../support/git-environment.ts";
import { makeTree, readTree, temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel, type WheelOptions } from "../support/make-wheel.ts";
import { transcript, type ReportedProblem } from "../support/started-index.ts";

// The program starts git with this process's environment: nothing of the machine may show in it.
Object.assign(process.env, GIT_ENVIRONMENT);

/** What `--json` prints. */
export interface FullReport {
  readonly projects: number;
  readonly files: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly replaced: readonly string[];
  readonly ignored: readonly string[];
  readonly pages: { readonly written: number; readonly unchanged: number; readonly deleted: number };
  readonly filesRead: number;
  readonly bytesHashed: number;
  readonly problems: readonly ReportedProblem[];
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The moment of every upload that git does not know: 2026-01-01T00:00:00Z, in seconds. */
export const EPOCH = 1_767_225_600;

/** Times of the file system tick in milliseconds: a file must be strictly older than the run that reads it. */
export function tick(): Promise<void> {
  return delay(12);
}

/** Runs the command line in `cwd` with nothing in its environment but what is given. */
export async function runHere(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const host: Host = {
    argv: ["node", "pkgindex", ...args],
    cwd: () => cwd,
    env,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  };
  await run(host, "0.1.0");
  return { code: Number(host.exitCode), stdout, stderr };
}

/** A repository whose published root is `index/`, with moments of its own. */
export class IndexFolder {
  readonly directory: string;
  readonly root: string;
  /** `SOURCE_DATE_EPOCH` of the next run; each run is a minute later than the one before. */
  epoch = EPOCH;

  constructor(directory: string = temporaryDirectory()) {
    this.directory = directory;
    this.root = join(directory, "index");
    mkdirSync(this.root, { recursive: true });
  }

  path(path: string): string {
    return join(this.root, path);
  }

  read(path: string): Buffer {
    return readFileSync(this.path(path));
  }

  write(path: string, data: string | Uint8Array): void {
    makeTree(this.root, { [path]: data });
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  /** Puts a wheel into `folder`, by default one named as its project. Returns its path. */
  addWheel(options: WheelOptions, folder: string = options.name): string {
    const { filename, bytes } = makeWheel(options);
    this.write(`${folder}/${filename}`, bytes);
    return `${folder}/${filename}`;
  }

  /** Adds a line to a project's records, as a person would. */
  addRecord(project: string, event: object): void {
    const path = this.path(`.pkgindex/records/${project}.jsonl`);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${JSON.stringify(event)}\n`);
  }

  /** Sets the modification time of a file to now. */
  touch(path: string): void {
    const now = Date.now() / 1000;
    utimesSync(this.path(path), now, now);
  }

  /** Changes one byte in the middle of a file; size as before, time of now. */
  editByte(path: string, position?: number): void {
    const bytes = Buffer.from(this.read(path));
    const at = position ?? Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(this.path(path), bytes);
  }

  tree(): Record<string, string> {
    return readTree(this.root);
  }

  /** All files that pkgindex made, but for its records. */
  generated(): string[] {
    return Object.entries(this.tree())
      .filter(([path, kind]) => kind !== "folder" && !path.startsWith(".pkgindex/"))
      .map(([path]) => path)
      .filter((path) => /\.metadata$|index\.html$|index\.v1\.json$|404\.html$|\.nojekyll$/.test(path));
  }

  /** Runs `generate` with these options, a tick after whatever was done to the tree. */
  async run(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    await tick();
    this.epoch += 60;
    return runHere(this.directory, ["generate", ...args], { SOURCE_DATE_EPOCH: String(this.epoch), ...env });
  }

  /** The same with `--json`; the exit code must be `code`. */
  async generate(
    args: readonly string[] = [],
    { code = 0, env = {} }: { readonly code?: number; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<FullReport> {
    const outcome = await this.run(["--json", ...args], env);
    expect(outcome.code, transcript({ ...outcome, signal: null })).toBe(code);
    return JSON.parse(outcome.stdout) as FullReport;
  }

  git(...args: readonly string[]): string {
    return runGit(this.directory, args);
  }

  /** Makes a git repository of the folder, or commits what is new in it. */
  commit(seconds: number = EPOCH): void {
    const date = `${seconds} +0000`;
    runGit(this.directory, ["init", "--quiet", "--initial-branch=main"]);
    runGit(this.directory, ["add", "--all"]);
    runGit(this.directory, ["commit", "--quiet", "--allow-empty", "--message=m"], {
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    });
  }

  /** A fresh clone of what is committed. */
  clone(...options: readonly string[]): IndexFolder {
    const target = join(temporaryDirectory(), "clone");
    runGit(this.directory, ["clone", "--quiet", ...options, `file://${this.directory}`, target]);
    const clone = new IndexFolder(target);
    clone.epoch = this.epoch;
    return clone;
  }
}

function runGit(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return execFileSync("git", args, {
    cwd,
    env: { ...GIT_ENVIRONMENT, ...env },
    encoding: "utf8",
  });
}

/** The inode of a file. */
export function inodeOf(path: string): number {
  return statSync(path).ino;
}
