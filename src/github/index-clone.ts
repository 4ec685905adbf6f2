/**
 * A clone of an index repository that holds what is needed to add to it, and no more: one commit, and of that the pages and
 * records, never the wheels.
 */
import { PkgIndexError } from "../errors.ts";
import { gitEnvironment, runGit, type GitSettings } from "../io/run-git.ts";
import type { ProcessResult } from "../io/run-process.ts";
import type { PublishTarget } from "./publish-target.ts";
import { judgePush, type PushOutcome } from "./push-refusal.ts";

export interface CloneOptions {
  readonly target: PublishTarget;
  readonly branch: string;
  /** An empty folder. */
  readonly folder: string;
  readonly credentials: GitSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The clock, in milliseconds. */
  readonly deadline: number;
  /** Is told what a server says that refuses something. */
  readonly onRefusal: (words: string) => void;
}

/** What git does not hold of a repository when it is made here: no wheels, sdists and sidecars. */
const NEVER = ["!*.whl", "!*.whl.metadata", "!*.tar.gz", "!*.zip"];

/** Where a commit has no author of its own. */
const ACTIONS_BOT = {
  name: "github-actions[bot]",
  // https://github.com/actions/checkout#push-a-commit-using-the-built-in-token
  email: "41898282+github-actions[bot]@users.noreply.github.com",
};
const NOBODY = { name: "pkgindex", email: "pkgindex@localhost" };

export class IndexClone {
  readonly folder: string;
  readonly #options: CloneOptions;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #isActions: boolean;
  #patterns = "";

  constructor(options: CloneOptions) {
    this.#options = options;
    this.folder = options.folder;
    this.#isActions = options.environment["GITHUB_ACTIONS"] === "true";
    this.#environment = gitEnvironment(options.environment, [
      ...options.credentials,
      ["protocol.version", "2"],
      // Where wheels are in LFS: its filter, whether or not it is set up for this user.
      ["filter.lfs.clean", "git-lfs clean -- %f"],
      ["filter.lfs.smudge", "git-lfs smudge --skip -- %f"],
      ["filter.lfs.process", "git-lfs filter-process --skip"],
      ["filter.lfs.required", "true"],
    ]);
  }

  /** Makes the clone, with nothing in it yet. Throws a `PkgIndexError` where that cannot be. */
  async open(patterns: readonly string[]): Promise<void> {
    const { target } = this.#options;
    await this.#mustRun(["init", "--quiet", "--template=", "--initial-branch=pkgindex", "."]);
    await this.#mustRun(["remote", "add", "origin", "--", target.url]);
    // What is left out now can be fetched later.
    await this.#mustRun(["config", "remote.origin.promisor", "true"]);
    await this.#mustRun(["config", "remote.origin.partialCloneFilter", "blob:none"]);
    await this.#mustRun(["config", "extensions.partialClone", "origin"]);
    await this.#mustRun(["config", "core.repositoryFormatVersion", "1"]);
    await this.setPatterns(patterns);
  }

  /** Names what is checked out, as in a `.gitignore`; the files of the commit come and go accordingly. */
  async setPatterns(patterns: readonly string[]): Promise<void> {
    const all = [...new Set(patterns), ...NEVER].join("\n");
    if (all === this.#patterns) return;
    this.#patterns = all;
    await this.#mustRun(["sparse-checkout", "set", "--no-cone", "--stdin"], `${all}\n`);
  }

  /** Checks out single files besides. */
  async fetchFiles(paths: readonly string[]): Promise<void> {
    const input = paths.map((path) => `/${escapePattern(path)}\n`).join("");
    this.#patterns = "";
    await this.#mustRun(["sparse-checkout", "add", "--stdin"], input);
  }

  /**
   * Brings the clone to what the branch is now, and forgets all else. Throws a `PkgIndexError`: with the code `timed-out` where
   * the server could not be reached, as all that asks it does.
   */
  async refresh(): Promise<void> {
    const { branch, target } = this.#options;
    const ref = `refs/heads/${branch}`;
    const fetched = await this.#run([
      "fetch",
      "--quiet",
      "--depth=1",
      "--filter=blob:none",
      "--no-tags",
      "--no-write-fetch-head",
      "origin",
      `+${ref}:refs/remotes/origin/${branch}`,
    ]);
    if (/couldn't find remote ref/i.test(fetched.stderr)) {
      throw refuse(
        "no-index",
        target.display,
        `has no branch ${branch}`,
        "name another with --branch, or make an index there: pkgindex init",
      );
    }
    const outcome = this.#judge(fetched);
    if (outcome.kind !== "done") throw this.#failed(outcome, fetched.stderr);
    await this.#mustRun(["checkout", "--quiet", "--force", "--detach", `refs/remotes/origin/${branch}`]);
    await this.#mustRun(["clean", "--quiet", "-ffdx"]);
  }

  /** Whether git tracks a path. */
  async isTracked(path: string): Promise<boolean> {
    return (await this.#mustRun(["ls-files", "-z", "--", `:(literal)${path}`])).stdout !== "";
  }

  /** What is tracked below a folder and not checked out. */
  async listLeftOut(folder: string): Promise<readonly string[]> {
    const { stdout } = await this.#mustRun(["ls-files", "-t", "-z", "--", folder || "."]);
    return stdout
      .split("\0")
      .filter((line) => line.startsWith("S "))
      .map((line) => line.slice(2));
  }

  /** Whether git has been told to leave a path alone. */
  async isIgnored(path: string): Promise<boolean> {
    return (await this.#run(["check-ignore", "--quiet", "--", path])).code === 0;
  }

  /** Whether `.gitattributes` puts a path into Git LFS. */
  async isInLfs(path: string): Promise<boolean> {
    const { stdout } = await this.#mustRun(["check-attr", "-z", "filter", "--", path]);
    return stdout.split("\0")[2] === "lfs";
  }

  /** Whether Git LFS is installed. */
  async hasLfs(): Promise<boolean> {
    return (await this.#run(["lfs", "version"])).code === 0;
  }

  /** Puts objects into the LFS store of the server, by the SHA-256 of their bytes. */
  async pushLfs(ids: readonly string[]): Promise<PushOutcome> {
    return this.#judge(await this.#run(["lfs", "push", "--object-id", "origin", ...ids]));
  }

  /**
   * Commits what has changed: `paths` whatever git is told to ignore, and below `folder` what it is not. Returns the commit's
   * id; undefined where nothing has changed.
   */
  async commit(
    paths: readonly string[],
    folder: string | undefined,
    message: string,
  ): Promise<string | undefined> {
    const input = paths.map((path) => `:(literal)${path}\0`).join("");
    if (paths.length > 0) {
      const stdin = ["--pathspec-from-file=-", "--pathspec-file-nul"];
      await this.#mustRun(["add", "--sparse", "--force", "--all", ...stdin], input);
    }
    if (folder !== undefined) await this.#mustRun(["add", "--sparse", "--all", "--", folder || "."]);
    const { code } = await this.#run(["diff", "--cached", "--quiet", "--no-ext-diff"]);
    if (code === 0) return undefined;
    const identity = await this.#identity();
    await this.#mustRun(
      ["commit", "--quiet", "--no-verify", "--cleanup=whitespace", "--file=-"],
      message,
      identity,
    );
    return (await this.#mustRun(["rev-parse", "HEAD"])).stdout.trim();
  }

  /** Pushes the commit. */
  async push(): Promise<PushOutcome> {
    const { branch } = this.#options;
    // A thin pack is made from what the server has; to make it, git would fetch that.
    const args = ["push", "--porcelain", "--no-thin", "--no-verify", "origin", `HEAD:refs/heads/${branch}`];
    const pushed = await this.#run(args);
    const outcome = this.#judge(pushed);
    if (outcome.kind === "refused") this.#options.onRefusal(`${pushed.stdout}${pushed.stderr}`);
    return outcome;
  }

  /** The author: the user's, else the bot of Actions, else nobody. */
  async #identity(): Promise<Readonly<Record<string, string>>> {
    const who = this.#isActions ? ACTIONS_BOT : NOBODY;
    const identity: Record<string, string> = {};
    for (const role of ["AUTHOR", "COMMITTER"]) {
      for (const [part, value] of Object.entries(who)) {
        const name = `GIT_${role}_${part.toUpperCase()}`;
        const setting = await this.#run(["config", "--get", `user.${part}`]);
        if (!this.#environment[name] && setting.stdout.trim() === "") identity[name] = value;
      }
    }
    return identity;
  }

  #judge({ code, timedOut, stdout, stderr }: ProcessResult): PushOutcome {
    if (timedOut) return { kind: "retry", reason: "the server does not answer in time" };
    if (code === 127)
      return { kind: "refused", message: "git is not installed", hint: "install git 2.37 or newer" };
    return judgePush(code, `${stdout}\n${stderr}`);
  }

  #failed(outcome: Exclude<PushOutcome, { readonly kind: "done" }>, words: string): PkgIndexError {
    const { display } = this.#options.target;
    if (outcome.kind === "retry")
      return refuse("timed-out", display, outcome.reason, "run again; nothing was changed");
    this.#options.onRefusal(words);
    return refuse("unreachable", display, outcome.message, outcome.hint);
  }

  async #mustRun(
    args: readonly string[],
    input?: string,
    environment?: Readonly<Record<string, string>>,
  ): Promise<ProcessResult> {
    const result = await this.#run(args, input, environment);
    if (result.code === 0) return result;
    const outcome = this.#judge(result);
    throw outcome.kind === "done"
      ? new Error(`git ${args[0]} ended with ${result.code}`)
      : this.#failed(outcome, result.stderr);
  }

  #run(
    args: readonly string[],
    input?: string,
    environment?: Readonly<Record<string, string>>,
  ): Promise<ProcessResult> {
    return runGit(args, {
      cwd: this.folder,
      environment: { ...this.#environment, ...environment },
      timeoutMs: Math.max(1000, this.#options.deadline - Date.now()),
      ...(input === undefined ? {} : { input }),
    });
  }
}

function refuse(
  code: "no-index" | "unreachable" | "timed-out",
  path: string,
  message: string,
  hint: string,
): PkgIndexError {
  return new PkgIndexError({ code, path, message, hint });
}

/** A path as a pattern that matches it alone (https://git-scm.com/docs/gitignore#_pattern_format). */
export function escapePattern(path: string): string {
  return path.replace(/[\\*?[\]!# ]/g, "\\$&");
}
