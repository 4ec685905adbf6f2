/** `pkgindex publish`: push mode, remote. Adds files to the index of another repository, and pushes. */
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { readRecordedProject } from "./recorded-project.ts";
import type { ReadReport } from "../builds/read-build-report.ts";
import type { Config } from "../config/config.ts";
import { PkgIndexError, type ExitCode, type Problem } from "../errors.ts";
import { readGithubAddresses } from "../github/addresses.ts";
import { readBuildEvent, type BuildRequest } from "../github/build-request.ts";
import { checkRef, isCommitId } from "../github/git-ref.ts";
import { toCredentials, toGitTarget, toIndexTarget, type PublishTarget } from "../github/publish-target.ts";
import { formatRepositoryName, parseRepositoryName, sameRepository } from "../github/repository-name.ts";
import { readToken } from "../github/token.ts";
import { withTemporaryFolder } from "../io/temporary-folder.ts";
import { checkAllowed } from "./allow-list.ts";
import { takeFiles } from "./built-files.ts";
import type { CommandContext } from "./context.ts";
import type { Addition } from "./decide-addition.ts";
import { parseOption, toTokenSources } from "./github-command.ts";
import { publishFiles, type Publication } from "./publish-files.ts";
import { formatCommitMessage, writePublishSummary } from "./publish-words.ts";
import { reportDecision } from "./report-update.ts";

interface PublishOptions {
  readonly index?: string;
  readonly git?: string;
  readonly branch: string;
  readonly message?: string;
  readonly timeout: number;
  readonly folder?: string;
  readonly tokenFile?: string;
  readonly config?: string;
  readonly event?: string;
  readonly digest?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  const { InvalidArgumentError } = context.commander;
  command
    .argument("<file...>", "wheels and sdists, or the folder that pkgindex build has written")
    .option("--index <owner/repo>", "the repository of the index on GitHub (default: [automation] index)")
    .option("--git <url>", "the same by its address for git, or by its folder")
    .option("--branch <name>", "the branch that is pushed to", "main")
    .option("--message <text>", "the commit message (default: what is added, and from where)")
    .option("--folder <name>", "the package subfolder (default: the project's own, else its normalized name)")
    .option(
      "--timeout <seconds>",
      "how long to try, where others push as well",
      (text) => {
        const seconds = Number(text);
        if (text.trim() === "" || !Number.isFinite(seconds) || seconds <= 0 || seconds > 86_400)
          throw new InvalidArgumentError("It must be a number of seconds above 0, up to 86400.");
        return seconds;
      },
      300,
    )
    .option(
      "--token-file <file>",
      "a file with the token (default: PKG_UPDATE_TOKEN, GH_TOKEN, GITHUB_TOKEN, .token)",
    )
    .option("--config <file>", "the configuration file here, which may name the index")
    .option(
      "--event <file>",
      "the event that the workflow was started by: only what it asked for is published",
    )
    .option("--digest <sha256>", "what build.json must be, as pkgindex build has said")
    .option("--dry-run", "print what would be written; push nothing")
    .option("--json", "print one JSON object to stdout instead of text")
    .description(
      "Adds files to the index in another repository and pushes it, however many do so at once: what is there is fetched, " +
        "never the wheels, and all is done again on what is new. The rules of pkgindex add hold. Files beside a build.json " +
        "get their source from it.",
    )
    .addHelpText(
      "after",
      `
What is there already is no error. --json prints {"added", "replaced", "alreadyThere", "repository", "branch", "commit",
"attempts", "problems"}; commit is null where nothing was pushed.

Examples:
  $ pkgindex publish dist --index octo-org/packages
  $ pkgindex publish demo-1.0-py3-none-any.whl --git ../packages.git --dry-run`,
    )
    .action(async (files: string[], options: PublishOptions) => {
      done(await publish(files, options, context));
    });
}

async function publish(
  given: readonly string[],
  options: PublishOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { host, terminal, version } = context;
  const cwd = host.cwd();
  const addresses = readGithubAddresses(host.env);
  checkOptions(options);
  const { loadConfig } = await import("../config/load-config.ts");
  const needsConfig = options.index === undefined && options.git === undefined;
  const local =
    needsConfig || options.config !== undefined
      ? await loadConfig({ config: options.config }, { cwd, environment: host.env, version })
      : undefined;
  const target = toTarget(options, local, cwd, addresses);
  const request =
    options.event === undefined ? undefined : readBuildEvent(resolve(cwd, options.event), options.event);
  const { files, sources, report } = await takeFiles(given, cwd);
  checkReport(report, options, request);
  const token = readToken(toTokenSources(options, context));
  // Another index's settings are none of this one's.
  const environment = Object.fromEntries(
    Object.entries(host.env).filter(([name]) => !name.startsWith("PKGINDEX_")),
  );
  const publication = await withTemporaryFolder((workFolder) =>
    publishFiles({
      files,
      sourceOf: (file) => sources.get(file),
      folder: options.folder,
      target,
      branch: options.branch,
      credentials: toCredentials(target, token, addresses),
      workFolder,
      timeoutMs: options.timeout * 1000,
      dryRun: options.dryRun === true,
      environment,
      cwd,
      terminal,
      loadConfig: (folder) => loadConfig({}, { cwd: folder, environment, version }),
      checkIndex: (config) => {
        if (request !== undefined) checkAllowed(request, config, target.display);
      },
      judge: (addition, config) => (request === undefined ? [] : findOtherOwners(addition, config, request)),
      message: (addition) => options.message ?? formatCommitMessage(addition, report),
    }),
  );
  if (options.dryRun !== true) writePublishSummary(host.env, publication, target, report);
  return reportPublication(publication, target, options, context);
}

function checkOptions({ branch, index, git, message, digest }: PublishOptions): void {
  const refuse = (path: string, text: string, hint: string): PkgIndexError =>
    new PkgIndexError({ code: "usage", path, message: text, hint });
  if (index !== undefined && git !== undefined)
    throw refuse("--git", "and --index both name the repository", "give one of them");
  parseOption("--branch", branch, checkRef);
  if (branch.startsWith("refs/") || isCommitId(branch))
    throw refuse("--branch", `${JSON.stringify(branch)} is no short name of a branch`, "write it like main");
  if (message?.trim() === "")
    throw refuse("--message", "is empty", "say what the commit does, or leave it out");
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest))
    throw refuse("--digest", "is not 64 hexadecimal digits", "give the output digest of pkgindex build");
}

function toTarget(
  { index, git }: PublishOptions,
  local: Config | undefined,
  cwd: string,
  addresses: ReturnType<typeof readGithubAddresses>,
): PublishTarget {
  if (git !== undefined) return toGitTarget(git, cwd, addresses);
  const name = index ?? local?.automation.index;
  if (name === undefined) {
    throw new PkgIndexError({
      code: "usage",
      path: "--index",
      message: "is missing: it must be known which repository holds the index",
      hint: "give --index owner/repo or --git URL, or write [automation] index into pkgindex.toml",
    });
  }
  const path = index === undefined ? "automation.index" : "--index";
  return parseOption(path, name, (text) => toIndexTarget(text, addresses));
}

/** Holds what was built against what was asked for, and against what the job that built it has said. */
function checkReport(
  report: ReadReport | undefined,
  { event, digest }: PublishOptions,
  request: BuildRequest | undefined,
): void {
  if (event === undefined && digest === undefined) return;
  const refuse = (message: string): PkgIndexError =>
    new PkgIndexError({
      code: "problems",
      path: "build.json",
      message,
      hint: "publish the folder that pkgindex build has written for this event, as it has left it",
    });
  if (report === undefined) throw refuse("is missing: it must say where the files were built from");
  if (digest !== undefined && report.digest !== digest)
    throw refuse(`is not the one that was built: its sha256 is ${report.digest}, not ${digest}`);
  if (request === undefined) return;
  const asked = formatRepositoryName(request);
  if (!sameRepository(parseRepositoryName(report.repository), request))
    throw refuse(`says that ${report.repository} was built, and the event asks for ${asked}`);
  const isAsked = isCommitId(request.ref)
    ? report.commit === request.ref.toLowerCase()
    : report.ref === request.ref;
  if (!isAsked)
    throw refuse(
      `says that ${report.ref} at ${report.commit} was built, and the event asks for ${request.ref}`,
    );
}

/** What comes by itself may not take over a project that is built from another repository. */
function findOtherOwners({ change }: Addition, config: Config, request: BuildRequest): readonly Problem[] {
  return [...change.projects].flatMap((name): Problem | [] => {
    const owners = new Set<string>();
    for (const { state } of readRecordedProject(config, name).files)
      if (state.source !== undefined) owners.add(state.source.repository);
    const asked = formatRepositoryName(request);
    const isOwner = [...owners].some((owner) => owner.toLowerCase() === asked.toLowerCase());
    if (owners.size === 0 || isOwner) return [];
    return {
      code: "other-repository",
      severity: "error",
      path: name,
      message: `is built from ${[...owners].join(", ")}, and this comes from ${asked}`,
      hint: "where the project has moved, publish its first release from there by hand: pkgindex publish without --event",
    };
  });
}

function reportPublication(
  publication: Publication,
  target: PublishTarget,
  { branch, json, dryRun }: PublishOptions,
  { terminal }: CommandContext,
): ExitCode {
  const { addition, update, config, commit, attempts } = publication;
  const { added, replaced, alreadyThere } = addition;
  const shown = (path: string): string => join(config.rootDisplay, path);
  const where = `${target.display}, branch ${branch}`;
  const lines = [
    ...added.map((path) => `added          ${shown(path)}`),
    ...replaced.map((path) => `replaced       ${shown(path)}`),
    ...alreadyThere.map((path) => `already there  ${shown(path)}`),
    ...(commit === undefined ? [] : [`pushed         ${commit.slice(0, 12)} to ${where}`]),
  ];
  if (commit === undefined && dryRun !== true) terminal.talk(`nothing to publish: ${where} has all of it`);
  const result = {
    added: added.map(shown),
    replaced: replaced.map(shown),
    alreadyThere: alreadyThere.map(shown),
    repository: target.display,
    branch,
    commit: commit ?? null,
    attempts,
  };
  return reportDecision(update, config, terminal, { json: json === true, lines, result });
}
