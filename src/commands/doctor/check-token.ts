/** What `doctor` finds of the token on this side: where it is, and who else can have it. */
import { isAbsolute, join } from "node:path";
import { PkgIndexError } from "../../errors.ts";
import { readToken, TOKEN_FILE_NAME, type Token, type TokenSources } from "../../github/token.ts";
import { statIfExists } from "../../io/files.ts";
import { probeProgram, type ProbeOptions } from "../../io/probe-program.ts";
import { ok, problem, warning, type Finding } from "./finding.ts";

export interface CheckedToken {
  readonly token: Token | undefined;
  readonly findings: readonly Finding[];
}

export async function checkToken(sources: TokenSources, options: ProbeOptions): Promise<CheckedToken> {
  let token: Token | undefined;
  try {
    token = readToken(sources);
  } catch (error) {
    if (!(error instanceof PkgIndexError)) throw error;
    return {
      token: undefined,
      findings: [problem("token", `${error.path ?? "token"}: ${error.message}`, error.hint)],
    };
  }
  if (token === undefined) {
    const message = "there is none; issue-update and publish --index need one";
    const hint =
      "make a fine-grained token for the repository of the index with Contents: write, and put it into " +
      `PKG_UPDATE_TOKEN or ${TOKEN_FILE_NAME}`;
    return { token, findings: [warning("token", message, hint)] };
  }
  const found = ok("token", `from ${token.source}`);
  const path = isAbsolute(token.source) ? token.source : join(sources.cwd, token.source);
  const stats = statIfExists(path);
  if (stats?.isFile() !== true) return { token, findings: [found] };
  const own = [...checkMode(token.source, stats.mode), ...(await checkIgnored(token.source, path, options))];
  return { token, findings: [found, ...own] };
}

/** Whether anybody else on the machine may read it. */
function checkMode(source: string, mode: number): readonly Finding[] {
  if ((mode & 0o077) === 0) return [];
  const message = `${source}: other users of this machine may read it`;
  return [warning("token-file", message, `run chmod 600 ${source}`)];
}

/** Whether git has it, or would take it with the next `git add`. */
async function checkIgnored(
  source: string,
  path: string,
  options: ProbeOptions,
): Promise<readonly Finding[]> {
  const ask = (...args: readonly string[]): Promise<boolean> =>
    probeProgram("git", args, options).then((answer) => answer?.code === 0);
  if (!(await ask("rev-parse", "--is-inside-work-tree"))) return [];
  if (await ask("ls-files", "--error-unmatch", "--", path)) {
    const hint = `revoke the token, run git rm --cached ${source}, and put ${source} into .gitignore`;
    return [
      problem("token-file", `${source}: git tracks it: whoever can read the repository has the token`, hint),
    ];
  }
  if (await ask("check-ignore", "--quiet", "--", path)) return [];
  const message = `${source}: git does not ignore it: the next git add would publish the token`;
  return [warning("token-file", message, `put ${source} into .gitignore`)];
}
