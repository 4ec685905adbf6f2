/** Runs git for a repository that is not the user's own: without prompts, hooks, and what the user's settings would change. */
import { systemErrorCode } from "./files.ts";
import { runProcess, type ProcessResult } from "./run-process.ts";

export interface GitOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly input?: string;
  readonly onOutput?: (bytes: Buffer) => void;
}

/** Settings as git takes them: names and values, the last of a name counts. */
export type GitSettings = readonly (readonly [name: string, value: string])[];

/** Variables that bind git to a repository of the user's (`git rev-parse --local-env-vars`). */
const LOCAL = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_CONFIG",
  "GIT_CONFIG_PARAMETERS",
  "GIT_CONFIG_COUNT",
  "GIT_OBJECT_DIRECTORY",
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_GRAFT_FILE",
  "GIT_INDEX_FILE",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_REPLACE_REF_BASE",
  "GIT_PREFIX",
  "GIT_SHALLOW_FILE",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_TRACE_CURL",
]);

const QUIET: GitSettings = [
  ["core.hooksPath", "/dev/null"],
  ["core.excludesFile", "/dev/null"],
  ["core.attributesFile", "/dev/null"],
  ["core.autocrlf", "false"],
  ["core.fsmonitor", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["push.recurseSubmodules", "no"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["advice.detachedHead", "false"],
];

/**
 * The environment for {@link runGit}: that of the user, without what binds git to another repository, and with settings that
 * no argument shows (https://git-scm.com/docs/git-config#Documentation/git-config.txt-GITCONFIGCOUNT). `protocols` are the
 * only ones that git may use: `ext::` would run a program.
 */
export function gitEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  settings: GitSettings = [],
  protocols = "https:http:ssh:git:file",
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(environment).filter(
    ([name]) => !LOCAL.has(name) && !/^GIT_CONFIG_(?:KEY|VALUE)_/.test(name),
  );
  const all = [...QUIET, ...settings];
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(
      all.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(all.length),
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_LFS_SKIP_SMUDGE: "1",
    // Messages are looked at, in the one language that is known.
    LC_ALL: "C",
    LANGUAGE: "",
  };
}

/** Runs git to its end, whatever its exit code. 127: there is no git. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<ProcessResult> {
  try {
    return await runProcess("git", args, options);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
    return { code: 127, timedOut: false, stdout: "", stderr: "git is not installed" };
  }
}
