/** `pkgindex workflows install`: puts the workflow into a source repository that brings its packages to the index. */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { settleCli } from "../config/rules/automation.ts";
import { settleIndexUrl } from "../config/rules/index-url.ts";
import type { Config } from "../config/config.ts";
import { displayPath } from "../config/display-path.ts";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { readGithubAddresses } from "../github/addresses.ts";
import { parseRepositoryName, sameRepository } from "../github/repository-name.ts";
import {
  fillSourceWorkflow,
  SOURCE_WORKFLOW,
  sourceTemplate,
  type WorkflowMode,
} from "../github/workflow-files.ts";
import { parseWorkflowTrigger } from "../github/workflow-trigger.ts";
import { sealText } from "../hosts/stamp.ts";
import { hasEntry, statIfExists } from "../io/files.ts";
import { readShippedFile } from "../io/shipped-files.ts";
import { formatProblem, toVisible } from "../io/terminal.ts";
import { simpleAddress } from "../simple/layout.ts";
import { loadIndexConfig } from "./common-options.ts";
import { parseOption, readRemote } from "./github-command.ts";
import { pagesAddress } from "./scaffold-texts.ts";
import { settleOption } from "./settle-option.ts";
import { formatNextSteps, keptProblem, noIndexUrl, noRepository } from "./workflows-words.ts";
import { formatDifference, lookAtPlace, writePlace, type FilePlace } from "./file-places.ts";

interface InstallOptions {
  readonly mode: WorkflowMode;
  readonly on: string;
  readonly index?: string;
  readonly indexUrl?: string;
  readonly cli?: string;
  readonly config?: string;
  readonly force?: true;
  readonly json?: true;
}

const EXAMPLES = `
In pull mode the index fetches the source and builds it; in push mode the source builds, and pushes the wheel into the index.
The file is ${SOURCE_WORKFLOW} in both. Run again with other options it is brought up to date;
where you changed it, the difference is shown and it stays, unless --force is given.

Examples:
  $ pkgindex workflows install --index octo-org/wheels
  $ pkgindex workflows install ../demo --mode push --on release --index octo-org/wheels
  $ pkgindex workflows install --mode push --index octo-org/wheels --index-url https://packages.example.org/simple/
  $ pkgindex workflows install --on 'tags:nightly-*' --index octo-org/wheels
  $ pkgindex workflows install --on branch:main --index octo-org/wheels`;

/** Declares the options and what runs. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  const { Option } = context.commander;
  command.description("Puts the workflow into a source repository that brings its packages to the index.");
  command
    .command("install")
    .summary("write the workflow, or bring it up to date")
    .copyInheritedSettings(command)
    .argument("[dir]", "the source repository", ".")
    .description(
      "Writes the workflow of a source repository, filled in, and says what a person has to do once: the token, and where it goes.",
    )
    .addOption(
      new Option("--mode <mode>", "who builds: the index (pull) or the source repository (push)")
        .choices(["pull", "push"])
        .default("pull"),
    )
    .option("--on <trigger>", "tags:PATTERN, release or branch:NAME", "tags:v*")
    .option("--index <owner/repo>", "the repository of the index (default: [automation] index)")
    .option(
      "--index-url <url>",
      "in push mode: what pip is given to find there what a wheel needs (default: [index] url, else the address on GitHub Pages)",
    )
    .option("--cli <spec>", "what npm installs to have pkgindex (default: [automation] cli)")
    .option("--config <file>", "the configuration file (default: pkgindex.toml, here or in a parent folder)")
    .option("--force", "overwrite a workflow that was written or changed by another hand")
    .option("--json", "print one JSON object to stdout instead of text")
    .addHelpText("after", EXAMPLES)
    .action(async (directory: string, options: InstallOptions) =>
      done(await install(directory, options, context)),
    );
}

async function install(
  directory: string,
  options: InstallOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { host, terminal } = context;
  const trigger = parseOption("--on", options.on, parseWorkflowTrigger);
  const given = options.index;
  if (given !== undefined) parseOption("--index", given, parseRepositoryName);
  const base = resolve(host.cwd(), directory);
  const display = displayPath(base, host.cwd());
  if (statIfExists(base)?.isDirectory() !== true) {
    throw new PkgIndexError({
      code: "usage",
      path: display,
      message: "there is no such folder",
      hint: "name the folder of the source repository",
    });
  }
  if (options.indexUrl !== undefined && options.mode === "pull") {
    throw new PkgIndexError({
      code: "usage",
      path: "--index-url",
      message: "is for push mode alone: in pull mode the index builds, and knows where it is",
      hint: "leave it out, or give --mode push",
    });
  }
  const config = await loadIndexConfig(
    options.config === undefined ? {} : { config: options.config },
    context,
  );
  const { automation } = config;
  const index = given ?? automation.index;
  if (index === undefined) {
    throw new PkgIndexError({
      code: "usage",
      path: "--index",
      message: "is not given, and no [automation] index is set",
      hint: "name the repository of the index, such as --index octo-org/wheels",
    });
  }
  const cli = checkCli(options.cli, automation.cli);
  const template = readShippedFile(sourceTemplate(options.mode));
  const indexUrl =
    options.mode === "push" ? findIndexUrl(options.indexUrl, index, config, context) : undefined;
  const text = sealText(fillSourceWorkflow(template, { cli, index, indexUrl, trigger }));
  const place = lookAtPlace({ base, path: SOURCE_WORKFLOW, text }, host.cwd());
  const isKept = place.state === "foreign" && options.force !== true;
  const difference = place.state === "foreign" ? await formatDifference(place) : [];
  if (place.state !== "unchanged" && !isKept) writePlace(place);
  const steps = isKept ? [] : formatNextSteps(options.mode, index, indexUrl, await readRemote(context, base));
  const problems = [
    ...(isKept ? [keptProblem(place.display)] : []),
    ...(hasEntry(resolve(base, ".git")) ? [] : [noRepository(display)]),
    ...(options.mode === "push" && indexUrl === undefined ? [noIndexUrl(place.display)] : []),
  ];
  if (options.json) {
    const file = { path: place.display, state: stateOf(place, isKept) };
    const { mode, on } = options;
    terminal.print(
      JSON.stringify(
        { mode, on, index, indexUrl: indexUrl ?? null, cli, file, difference, nextSteps: steps, problems },
        undefined,
        2,
      ),
    );
    return isKept ? 1 : 0;
  }
  for (const line of difference) terminal.print(line);
  terminal.print(toVisible(`${stateOf(place, isKept)} ${place.display}`));
  for (const problem of problems) terminal.talk(formatProblem(problem));
  for (const step of steps) terminal.talk(`next: ${step}`);
  return isKept ? 1 : 0;
}

function stateOf({ state }: FilePlace, isKept: boolean): string {
  if (isKept) return "kept";
  return state === "new" ? "written" : state === "unchanged" ? "unchanged" : "updated";
}

/** The address of the simple API: what is given, else what the configuration of that index says, else that on Pages. */
function findIndexUrl(
  option: string | undefined,
  index: string,
  { automation, layout, url }: Config,
  { host }: CommandContext,
): string | undefined {
  if (option !== undefined) return settleOption("--index-url", settleIndexUrl(option));
  const isConfigured =
    automation.index !== undefined &&
    sameRepository(parseRepositoryName(automation.index), parseRepositoryName(index));
  const isGithubCom = readGithubAddresses(host.env).server === "https://github.com";
  const root = (isConfigured ? url : undefined) ?? (isGithubCom ? pagesAddress(index) : undefined);
  return root === undefined ? undefined : simpleAddress(root, isConfigured ? layout : "simple");
}

/** A relative path would be looked up in the source repository, which no job that publishes has. */
function checkCli(option: string | undefined, configured: string): string {
  const label = option === undefined ? "[automation] cli" : "--cli";
  const cli = settleOption(label, settleCli(option ?? configured));
  if (!isRelativePath(cli)) return cli;
  throw new PkgIndexError({
    code: "usage",
    path: label,
    message: `${JSON.stringify(cli)} is a path in the repository of the index, and source repositories do not have it`,
    hint: "give --cli a package, a git address or the address of a tarball",
  });
}

/** As npm tells them from packages and repositories: https://docs.npmjs.com/cli/configuring-npm/package-spec */
function isRelativePath(cli: string): boolean {
  if (/^\.{1,2}(?:\/|$)|^~\/|^file:(?!\/)/i.test(cli)) return true;
  return /\.(?:tgz|tar\.gz|tar)$/i.test(cli) && !/^(?:\/|[a-z][a-z+.-]*:)/i.test(cli);
}
