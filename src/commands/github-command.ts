/** What commands that speak to GitHub share: which repository is the index, with which token, and the words for it. */
import { dirname } from "node:path";
import { findConfigFile } from "../config/find-config-file.ts";
import { InvalidInput, PkgIndexError } from "../errors.ts";
import { readGithubAddresses, tryParseRemote } from "../github/addresses.ts";
import { parseRepositoryName, type RepositoryName } from "../github/repository-name.ts";
import type { TokenSources } from "../github/token.ts";
import { probeProgram } from "../io/probe-program.ts";
import type { CommandContext } from "./context.ts";
import { loadIndexConfig } from "./common-options.ts";

/** The repository of the index, and in words what named it. */
export interface IndexRepository {
  readonly repository: RepositoryName;
  readonly source: string;
}

/** The value of a check, its refusal as a usage error of `option`. */
export function parseOption<T>(option: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new PkgIndexError({
      code: "usage",
      path: option,
      message: error.message,
      hint: error.hint,
      cause: error,
    });
  }
}

/**
 * The repository of the index: `--index`, else `[automation] index`, else what the git remote of the current folder
 * means. Throws a `PkgIndexError` with exit code 2 where none of them names one.
 */
export async function findIndexRepository(
  options: { readonly index?: string; readonly config?: string },
  context: CommandContext,
): Promise<IndexRepository> {
  if (options.index !== undefined)
    return { repository: parseOption("--index", options.index, parseRepositoryName), source: "--index" };
  const { automation } = await loadIndexConfig(
    options.config === undefined ? {} : { config: options.config },
    context,
  );
  if (automation.index !== undefined)
    return { repository: parseRepositoryName(automation.index), source: "[automation] index" };
  const found = await readRemote(context);
  if (found !== undefined) return { repository: found, source: "the git remote" };
  throw new PkgIndexError({
    code: "usage",
    path: "--index",
    message:
      "nothing says which repository is the index: no option, no [automation] index, no git remote on GitHub",
    hint: "name it, such as --index octo-org/packages",
  });
}

/** What the remote of the current branch of the repository in a folder, else `origin`, means on this GitHub. */
export async function readRemote(
  { host }: CommandContext,
  folder: string = host.cwd(),
): Promise<RepositoryName | undefined> {
  const { server } = readGithubAddresses(host.env);
  const options = { cwd: folder, environment: host.env };
  const answer = await probeProgram("git", ["ls-remote", "--get-url"], options);
  return answer?.code === 0 ? tryParseRemote(answer.stdout.trim(), server) : undefined;
}

/** Where a token may be. */
export function toTokenSources(
  options: { readonly tokenFile?: string; readonly config?: string },
  { host }: CommandContext,
): TokenSources {
  const [cwd, environment] = [host.cwd(), host.env];
  const overrides = options.config === undefined ? {} : { config: options.config };
  const config = findConfigFile(overrides, { cwd, environment, version: "" });
  return {
    tokenFile: options.tokenFile,
    environment,
    cwd,
    configFolder: config === undefined ? undefined : dirname(config.path),
  };
}
