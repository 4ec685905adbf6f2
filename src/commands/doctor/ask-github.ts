/** The part of `doctor` that asks GitHub: who is the index, can it be reached, and what it has to say. */
import type { Config } from "../../config/config.ts";
import { PkgIndexError } from "../../errors.ts";
import { readGithubAddresses } from "../../github/addresses.ts";
import { createGithubClient } from "../../github/client.ts";
import { parseRepositoryName, sameRepository } from "../../github/repository-name.ts";
import type { Token } from "../../github/token.ts";
import { SYSTEM_CLOCK } from "../../io/clock.ts";
import type { CommandContext } from "../context.ts";
import { findIndexRepository, parseOption, readRemote, type IndexRepository } from "../github-command.ts";
import { checkGithub } from "./check-github.ts";
import { checkSource, readIndexOfSource } from "./check-source.ts";
import { problem, warning, type Finding } from "./finding.ts";

interface AskOptions {
  readonly index?: string;
  readonly config?: string;
  readonly offline?: true;
}

/** How long GitHub may take for an answer: a doctor is not waited for. */
const TIMEOUT_MS = 8000;

export async function askGithub(
  options: AskOptions,
  context: CommandContext,
  config: Config | undefined,
  token: Token | undefined,
): Promise<readonly Finding[]> {
  const { host, version } = context;
  // A configuration that is broken names no index; it has its own lines.
  if (config === undefined && options.index === undefined) return [];
  try {
    const { api } = readGithubAddresses(host.env);
    const indexOfSource = readIndexOfSource(host.cwd());
    const { repository: index } = await findIndex(options, context, config, indexOfSource);
    if (options.offline)
      return [warning("github", "not asked, as --offline wants it", "run it without --offline for the rest")];
    const clock = SYSTEM_CLOCK;
    // A deadline that is now: nothing is asked twice.
    const deadline = clock.now();
    const userAgent = `pkgindex/${version}`;
    const client = createGithubClient({ api, token, userAgent, clock, deadline, timeoutMs: TIMEOUT_MS });
    const source = indexOfSource === undefined ? undefined : await readRemote(context);
    const findings = await checkGithub({ client, token, index, config, now: clock.now() });
    if (source === undefined || sameRepository(source, index)) return findings;
    return [...findings, ...(await checkSource(client, source))];
  } catch (error) {
    if (!(error instanceof PkgIndexError)) throw error;
    const { path = "GitHub", message, hint } = error;
    if (error.code === "unreachable" || error.code === "rate-limited")
      return [warning("github", `${path}: ${message}; the rest was not asked`, hint)];
    if (path === "--index" && options.index === undefined)
      return [warning("index-repository", `${message}; GitHub was not asked`, hint)];
    return [problem("index-repository", `${path}: ${message}`, hint)];
  }
}

/** As other commands find it; in a source repository, the index that its workflow names. */
function findIndex(
  options: AskOptions,
  context: CommandContext,
  config: Config | undefined,
  indexOfSource: string | undefined,
): IndexRepository | Promise<IndexRepository> {
  if (options.index !== undefined || config?.automation.index !== undefined || indexOfSource === undefined)
    return findIndexRepository(options, context);
  return { repository: parseOption("INDEX", indexOfSource, parseRepositoryName), source: "the workflow" };
}
