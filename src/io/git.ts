/** What git knows of a folder: which files it tracks, with which object ids, and when it first saw them. */
import { execFile, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isBelowGit } from "./files.ts";

/** A folder inside a git work tree. Paths are relative to that folder, parts joined by `/`. */
export interface GitFolder {
  readonly objectFormat: "sha1" | "sha256";
  readonly isShallow: boolean;
  /** Whether a sparse checkout may leave files out. */
  readonly isSparse: boolean;
  /** What git says of `paths`, or of all files of the folder. `refreshIndex`: git may note what it had to read again. */
  readonly readTrackedFiles: (refreshIndex: boolean, paths?: readonly string[]) => Promise<TrackedFiles>;
  /** The committer time of the newest commit that added each of `paths`, as far as history tells. */
  readonly readAddedTimes: (paths: readonly string[]) => Promise<ReadonlyMap<string, Date>>;
}

/**
 * The regular files that git tracks. Files that are marked `assume-unchanged` are left out: git does not look at them.
 */
export interface TrackedFiles {
  /** Those that git believes unchanged on disk, with their object ids. */
  readonly clean: ReadonlyMap<string, string>;
  /** Those that differ, or whose times do. */
  readonly changed: ReadonlySet<string>;
  /** Those that git does not expect on disk (`skip-worktree`: a sparse checkout leaves them out), with their object ids. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** Opens the work tree that holds `folder`; undefined outside git, without git, or where git refuses to look. */
export async function openGitFolder(folder: string): Promise<GitFolder | undefined> {
  if (!isBelowGit(folder)) return undefined;
  const answer = await git(folder, [
    "rev-parse",
    "--is-inside-work-tree",
    "--is-shallow-repository",
    "--show-object-format",
    "--git-path",
    "info/sparse-checkout",
  ]).catch(() => undefined);
  const [inside, shallow, objectFormat, patterns = ""] = answer?.toString("utf8").split("\n") ?? [];
  if (inside !== "true" || (objectFormat !== "sha1" && objectFormat !== "sha256")) return undefined;
  return {
    objectFormat,
    isShallow: shallow === "true",
    isSparse: existsSync(resolve(folder, patterns)),
    readTrackedFiles: (refreshIndex, paths) => readTrackedFiles(folder, refreshIndex, toPathspecs(paths)),
    readAddedTimes: (paths) => readAddedTimes(folder, paths),
  };
}

async function readTrackedFiles(
  folder: string,
  refreshIndex: boolean,
  pathspecs: readonly string[],
): Promise<TrackedFiles> {
  const [{ clean, leftOut }, suspects] = await Promise.all([
    listTracked(folder, pathspecs),
    listChanged(folder, pathspecs),
  ]);
  let changed = suspects.filter((path) => clean.has(path));
  if (changed.length > 0 && refreshIndex) {
    // Files may be dirty by their times alone: git reads them once and remembers it. Exit code 1: some really differ.
    await git(folder, ["update-index", "-q", "--refresh"]).catch(() => undefined);
    changed = (await listChanged(folder, pathspecs)).filter((path) => clean.has(path));
  }
  for (const path of changed) clean.delete(path);
  return { clean, changed: new Set(changed), leftOut };
}

/** Above this number of paths the whole folder is asked for: a command line has an end. */
const MANY_PATHS = 500;

function toPathspecs(paths: readonly string[] | undefined): readonly string[] {
  if (paths === undefined || paths.length === 0 || paths.length > MANY_PATHS) return ["."];
  return paths.map((path) => `:(literal)${path}`);
}

/** Lines of `ls-files -v -s`: tag, mode, id, stage, tab, path. `H` is an ordinary file, `S` one that is left out. */
async function listTracked(
  folder: string,
  pathspecs: readonly string[],
): Promise<{ clean: Map<string, string>; leftOut: Map<string, string> }> {
  const output = await gitToFile(folder, ["ls-files", "-s", "-v", "-z", "--", ...pathspecs]);
  const clean = new Map<string, string>();
  const leftOut = new Map<string, string>();
  for (const line of output.toString("utf8").split("\0")) {
    const tracked = line.startsWith("H 100") ? clean : line.startsWith("S 100") ? leftOut : undefined;
    if (tracked === undefined) continue;
    const tab = line.indexOf("\t");
    const [, , id, stage] = line.slice(0, tab).split(" ");
    if (id !== undefined && stage === "0") tracked.set(line.slice(tab + 1), id);
  }
  return { clean, leftOut };
}

/** `diff-files --raw -z`: a colon line, then the path, each ended by NUL. */
async function listChanged(folder: string, pathspecs: readonly string[]): Promise<string[]> {
  const output = await gitToFile(folder, ["diff-files", "--raw", "-z", "--relative", "--", ...pathspecs]);
  return output
    .toString("utf8")
    .split("\0")
    .filter((_, index) => index % 2 === 1);
}

async function readAddedTimes(folder: string, paths: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  const wanted = new Set(paths);
  const pathspecs = toPathspecs(paths);
  const output = await gitToFile(folder, [
    // What a user may have set, and what would hide paths.
    "-c",
    "log.showRoot=true",
    "-c",
    "log.follow=false",
    "log",
    "--no-renames",
    "--no-show-signature",
    "--diff-filter=A",
    "--relative",
    "--name-only",
    "--format=format:%x01%ct",
    "-z",
    "--",
    ...pathspecs,
  ]);
  const times = new Map<string, Date>();
  let commitTime = new Date(0);
  for (const token of output.toString("utf8").split("\0")) {
    // The first path of a commit stands on the line after its time.
    const head = /^\x01(\d+)\n?/.exec(token);
    if (head !== null) commitTime = new Date(Number(head[1]) * 1000);
    const path = head === null ? token : token.slice(head[0].length);
    // Newest first: a file that was deleted and added again came with its last addition.
    if (wanted.has(path) && !times.has(path)) times.set(path, commitTime);
  }
  return times;
}

function git(folder: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((done, reject) => {
    const options = { encoding: "buffer", maxBuffer: 1024 * 1024 } as const;
    execFile("git", ["-C", folder, ...args], options, (error, stdout) =>
      error ? reject(error) : done(stdout),
    );
  });
}

/** Runs git with its output in a file: it goes on while this process is busy, however much it says. */
async function gitToFile(folder: string, args: readonly string[]): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), "pkgindex-git-"));
  const file = join(directory, "output");
  try {
    const descriptor = openSync(file, "w");
    try {
      await new Promise<void>((done, reject) => {
        const child = spawn("git", ["-C", folder, ...args], { stdio: ["ignore", descriptor, "ignore"] });
        child.on("error", reject);
        child.on("close", (code) =>
          code === 0 ? done() : reject(new Error(`git ${args[0]} ended with ${code}`)),
        );
      });
    } finally {
      closeSync(descriptor);
    }
    return readFileSync(file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
