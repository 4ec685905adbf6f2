/** `pkgindex issue-update`: asks the repository of an index to build a source repository at a ref, and to add the result. */
import type { Command } from "commander";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { readGithubAddresses } from "../github/addresses.ts";
import type { PlainRequest } from "../github/client.ts";
import { checkRef } from "../github/git-ref.ts";
import {
  checkOwner,
  checkRepository,
  formatRepositoryName,
  type RepositoryName,
} from "../github/repository-name.ts";
import { readToken, requireToken, type Token } from "../github/token.ts";
import { writeActionsSummary } from "../io/actions-files.ts";
import { SYSTEM_CLOCK } from "../io/clock.ts";
import { toVisible } from "../io/terminal.ts";
import { formatCell } from "./actions-report.ts";
import type { Commander, CommandContext } from "./context.ts";
import { findIndexRepository, parseOption, toTokenSources } from "./github-command.ts";
import type { WaitResult } from "./wait-for-run.ts";

/** Each value may be given by several names: those of issue_update.sh go on working. */
const SPELLINGS = {
  owner: ["--owner", "--source-owner", "--source-org"],
  repo: ["--repo", "--source-repo"],
  ref: ["--ref", "--source-ref", "--source-branch"],
} as const;

const WORDS = {
  owner: "the owner of the source repository",
  repo: "the source repository",
  ref: "the ref of the source",
} as const;

interface IssueUpdateOptions {
  /** By the option's name without hyphens, in camel case: what was given, in order. */
  readonly [spelling: string]: unknown;
  readonly index?: string;
  readonly tokenFile?: string;
  readonly config?: string;
  readonly wait?: true;
  readonly timeout?: number;
  readonly dryRun?: true;
  readonly json?: true;
}

const EXAMPLES = `
The token needs the right "Contents: write" for the repository of the index, and "Actions: read" for --wait where that is
private. It comes from --token-file, PKG_UPDATE_TOKEN, GH_TOKEN, GITHUB_TOKEN, or the file .token in the current folder or
beside pkgindex.toml. GITHUB_API_URL names another GitHub than github.com.

Examples:
  $ pkgindex issue-update --owner GridTools --repo dace --ref "$(git rev-parse HEAD)" --index GridTools/python-pkg-index
  $ pkgindex issue-update --owner octo-org --repo demo --ref v1.2.0 --wait    go on until it is in the index, or failed
  $ pkgindex issue-update --owner octo-org --repo demo --ref main --dry-run   show what would be sent`;

/** Of annotations in Actions. */

const TIMEOUT_SECONDS = 300;
const WAIT_TIMEOUT_SECONDS = 3600;

/** Declares the options and what runs. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  const { Option } = context.commander;
  const collect = (text: string, all: readonly string[] = []): string[] => [...all, text];
  const seconds = (text: string): number => parseSeconds(text, context.commander);
  command
    .description(
      "Asks the repository of an index on GitHub to build a source repository at a ref, to test the wheel and to add it. " +
        "Returns when GitHub has taken the request, or with --wait when the workflow is done.",
    )
    .option("--owner <name>", "the user or the organization of the source repository", collect)
    .option("--repo <name>", "the source repository", collect)
    .option("--ref <ref>", "its commit, branch or tag; a full commit id means one thing for ever", collect);
  for (const spelling of Object.values(SPELLINGS).flatMap(([, ...others]) => others))
    command.addOption(new Option(`${spelling} <value>`).argParser(collect).hideHelp());
  command
    .option("--index <owner/repo>", "the index (default: [automation] index, else the git remote)")
    .option("--token-file <file>", "the file with the token")
    .option("--config <file>", "the configuration file (default: pkgindex.toml, here or in a parent folder)")
    .option("--wait", "follow the run to its end; exit with 1 unless it succeeds")
    .option("--timeout <seconds>", "how long to try and to wait (default: 300, with --wait 3600)", seconds)
    .option("--dry-run", "print the request; send nothing")
    .option("--json", "print one JSON object to stdout instead of text")
    .addHelpText("after", EXAMPLES)
    .action(async (options: IssueUpdateOptions) => {
      done(await issueUpdate(options, context));
    });
}

function parseSeconds(text: string, { InvalidArgumentError }: Commander): number {
  const seconds = Number(text);
  if (/^\d{1,5}$/.test(text) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError("It must be a whole number of seconds from 1 to 86400.");
}

async function issueUpdate(options: IssueUpdateOptions, context: CommandContext): Promise<ExitCode> {
  const { host, terminal, version } = context;
  const source: RepositoryName = {
    owner: takeValue("owner", options, checkOwner),
    repo: takeValue("repo", options, checkRepository),
  };
  const ref = takeValue("ref", options, checkRef);
  const { api, server } = readGithubAddresses(host.env);
  const index = await findIndexRepository(options, context);
  const sources = toTokenSources(options, context);
  const token = options.dryRun ? readToken(sources) : requireToken(sources);

  const [{ createGithubClient }, { prepareDispatch, sendDispatch, toUpdateDispatch }] = await Promise.all([
    import("../github/client.ts"),
    import("../github/dispatch.ts"),
  ]);
  const clock = SYSTEM_CLOCK;
  const timeoutSeconds = options.timeout ?? (options.wait ? WAIT_TIMEOUT_SECONDS : TIMEOUT_SECONDS);
  const deadline = clock.now() + timeoutSeconds * 1000;
  const client = createGithubClient({
    api,
    token,
    userAgent: `pkgindex/${version}`,
    clock,
    deadline,
    onWait: (reason, wait) => terminal.talk(`note: GitHub ${reason}; asking again in ${wait} s`),
  });
  const request = prepareDispatch(client, index.repository, toUpdateDispatch(source, ref));
  const indexName = formatRepositoryName(index.repository);
  if (options.dryRun) {
    printRequest(request, { index: indexName, source: index.source }, token, options, context);
    return 0;
  }

  const of = { client, repository: index.repository, token };
  const { startWait } = await import("./wait-for-run.ts");
  // In JSON there is one object on stdout, and all else is talk.
  const say = options.json ? terminal.talk : terminal.print;
  const wait = options.wait
    ? await startWait(of, { source, ref }, { clock, deadline }, { say, talk: terminal.talk })
    : undefined;
  const { newName, time } = await sendDispatch(client, request, index.repository, token);
  const asked = `${formatRepositoryName(source)} at ${ref}`;
  say(`asked ${indexName} (from ${index.source}) to build ${asked}`);
  if (newName !== undefined)
    terminal.talk(
      toVisible(`note: ${indexName}: the repository is called ${newName} now (hint: write that)`),
    );
  const runs = `${server}/${indexName}/actions`;
  writeActionsSummary(host.env, `Asked [${indexName}](${runs}) to build ${formatCell(asked)}.`);
  const result = await wait?.(time);
  if (options.json) printReport({ index: indexName, request, sent: true, result }, context);
  return result === undefined || result.problem === undefined ? 0 : 1;
}

/** The one value that was given under any of its names. */
function takeValue(
  name: keyof typeof SPELLINGS,
  options: IssueUpdateOptions,
  check: (text: string) => string,
): string {
  const spellings = SPELLINGS[name];
  const given = spellings.flatMap((spelling) => {
    const values = options[toKey(spelling)];
    return Array.isArray(values) ? values.map((value) => ({ spelling, value: String(value) })) : [];
  });
  const [first, second] = given;
  if (first === undefined)
    throw usage(spellings[0], `${WORDS[name]} is missing`, `add ${spellings[0]}, as the help shows`);
  if (second !== undefined)
    throw usage(second.spelling, `${WORDS[name]} is given ${given.length} times`, "give it once");
  return parseOption(first.spelling, first.value, check);
}

function toKey(spelling: string): string {
  return spelling.slice("--".length).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function usage(path: string, message: string, hint: string): PkgIndexError {
  return new PkgIndexError({ code: "usage", path, message, hint });
}

function printRequest(
  request: PlainRequest,
  { index, source }: Readonly<Record<"index" | "source", string>>,
  token: Token | undefined,
  { json }: IssueUpdateOptions,
  context: CommandContext,
): void {
  const { terminal } = context;
  const { method, url, headers, body } = request;
  if (json) printReport({ index, request, sent: false, result: undefined }, context);
  else {
    terminal.print(`${method} ${url}`);
    for (const [name, value] of Object.entries(headers)) terminal.print(`${name}: ${value}`);
    terminal.print(`\n${JSON.stringify(body, undefined, 2)}`);
  }
  const which = token === undefined ? "no token was found" : `the token would be that of ${token.source}`;
  terminal.talk(`note: nothing was sent; the index is named by ${source}; ${which}`);
}

interface Report {
  readonly index: string;
  readonly request: PlainRequest;
  readonly sent: boolean;
  readonly result: WaitResult | undefined;
}

function printReport({ index, request, sent, result }: Report, { terminal }: CommandContext): void {
  const { method, url, body } = request;
  const problems = result?.problem === undefined ? [] : [result.problem];
  const report = {
    index,
    request: { method, url, body },
    sent,
    ...(result?.run ? { run: result.run } : {}),
    problems,
  };
  terminal.print(JSON.stringify(report, undefined, 2));
}
