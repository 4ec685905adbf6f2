/** A checkout of exactly one commit, with its submodules and tags, and without anything that could be pushed with. */
import { join } from "node:path";
import { PkgIndexError } from "../errors.ts";
import { hasEntry } from "../io/files.ts";
import { gitEnvironment, runGit, type GitSettings } from "../io/run-git.ts";
import type { ProcessResult } from "../io/run-process.ts";

export interface SourceOptions {
  /** What git is given: an address, or that of a folder. */
  readonly url: string;
  /** What a person is told. */
  readonly display: string;
  /** A full commit id, or the name of a branch or a tag; checked before. */
  readonly ref: string;
  readonly isCommitId: boolean;
  /** Where the checkout goes: an empty folder. */
  readonly folder: string;
  readonly credentials: GitSettings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
}

export interface SourceCheckout {
  readonly commit: string;
  /** When it was committed, in seconds since 1970. */
  readonly time: string;
}

/** What git says where nobody answers. */
const NETWORK =
  /Could not resolve host|Failed to connect|Couldn't connect|Connection (?:refused|reset|timed out)|Operation timed out|returned error: 5\d\d/i;

/** Checks out. Throws a `PkgIndexError` where there is no such repository or ref. */
export async function checkoutSource(options: SourceOptions): Promise<SourceCheckout> {
  const { url, display, folder, environment, credentials, timeoutMs } = options;
  const isLocal = url.startsWith("file:");
  const git = async (...args: readonly string[]): Promise<ProcessResult> => {
    // A repository from elsewhere must not read this machine's: its submodules may not be files.
    const protocols = isLocal ? "file:https:ssh" : "https:http:ssh:git";
    return runGit(args, {
      cwd: folder,
      environment: gitEnvironment(environment, [...credentials, ["protocol.version", "2"]], protocols),
      timeoutMs,
    });
  };
  const must = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr, timedOut } = await git(...args);
    if (code === 0) return stdout.trim();
    const words = stderr.split("\n").filter((line) => line.trim() !== "");
    throw failed(
      display,
      timedOut
        ? "git was not done in time"
        : `git ${args[0]} failed: ${words.slice(0, 5).join(" ").slice(0, 500)}`,
      timedOut || NETWORK.test(stderr)
        ? "see whether the network is there, and try again later"
        : "check that the repository is there and may be read; a private one needs a token (GH_TOKEN)",
    );
  };
  await must("init", "--quiet", "--template=", "--initial-branch=pkgindex", ".");
  await must("fetch", "--quiet", "--tags", "--", url, "+refs/heads/*:refs/remotes/origin/*");
  const commit = await resolveRef(options, git);
  await must("checkout", "--quiet", "--force", "--detach", commit, "--");
  if (hasEntry(join(folder, ".gitmodules"))) {
    // Relative addresses of submodules start from the remote's.
    await must("remote", "add", "origin", url);
    await must("submodule", "--quiet", "update", "--init", "--recursive", "--force");
    await must("remote", "remove", "origin");
  }
  const time = await must("show", "--no-patch", "--no-show-signature", "--format=%ct", commit, "--");
  return { commit, time };
}

/** The commit that a ref means now. A name that is both a branch's and a tag's is refused where they differ. */
async function resolveRef(
  { url, display, ref, isCommitId }: SourceOptions,
  git: (...args: readonly string[]) => Promise<ProcessResult>,
): Promise<string> {
  const tryResolve = async (name: string): Promise<string | undefined> => {
    const { code, stdout } = await git(
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${name}^{commit}`,
    );
    return code === 0 ? stdout.trim() : undefined;
  };
  if (isCommitId || ref.startsWith("refs/")) {
    const known = isCommitId ? await tryResolve(ref) : undefined;
    if (known !== undefined) return known;
    // Servers give commits that no branch has, such as those of pull requests.
    const fetched = await git("fetch", "--quiet", "--no-tags", "--", url, ref);
    const found = fetched.code === 0 ? await tryResolve("FETCH_HEAD") : undefined;
    if (found !== undefined) return found;
    throw failed(
      display,
      `has no ${isCommitId ? "commit" : "ref"} ${ref}`,
      "push it there, or check the spelling",
    );
  }
  const [tag, branch] = [
    await tryResolve(`refs/tags/${ref}`),
    await tryResolve(`refs/remotes/origin/${ref}`),
  ];
  if (tag !== undefined && branch !== undefined && tag !== branch) {
    throw failed(
      display,
      `has a branch and a tag of the name ${ref}, at different commits`,
      `say which: refs/tags/${ref} or refs/heads/${ref}`,
    );
  }
  const commit = tag ?? branch;
  if (commit !== undefined) return commit;
  const hint = /^[0-9a-f]{4,39}$/i.test(ref)
    ? "give all 40 digits of a commit id"
    : "push it there, or check the spelling";
  throw failed(display, `has no branch and no tag ${ref}`, hint);
}

function failed(path: string, message: string, hint: string): PkgIndexError {
  return new PkgIndexError({ code: "build-failed", path, message, hint });
}
