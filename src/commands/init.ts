/** `pkgindex init`: makes an index repository, or takes over one that `generator.py` made. What is there already is kept. */
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import type { Config } from "../config/config.ts";
import { displayPath } from "../config/display-path.ts";
import { CONFIG_FILE_NAME } from "../config/find-config-file.ts";
import { loadConfig } from "../config/load-config.ts";
import { settleCli, settleRepository } from "../config/rules/automation.ts";
import { HOST_NAMES } from "../config/rules/host.ts";
import { PkgIndexError, type ExitCode, type Problem } from "../errors.ts";
import { hasEntry, isBelowGit, makeFolder, statIfExists } from "../io/files.ts";
import { writePlace, lookAtPlace, type FilePlace } from "./file-places.ts";
import { settleScaffold, type ScaffoldOptions } from "./init-settings.ts";
import { reportInit } from "./report-init.ts";
import { planScaffold } from "./scaffold-files.ts";
import { renderConfigFile } from "./scaffold-texts.ts";
import { settleOption } from "./settle-option.ts";
import { surveyAncestor, type AncestorSurvey } from "./survey-ancestor.ts";
import { toWriteError } from "./write-error.ts";

interface InitOptions extends ScaffoldOptions {
  readonly adopt?: true;
  readonly json?: true;
}

const EXAMPLES = `
It writes pkgindex.toml, a README for those who install from the index, .gitattributes, the workflow that adds packages, what the
host needs, and an empty index. A file that is there already is kept, and the difference is shown. Run again, it brings up to
date what it wrote itself.

--adopt takes over a repository whose pages generator.py made, with package folders at its root: the addresses stay the same, the
old pages are replaced, and upload times come from git's history. It lists what nobody needs any more, and deletes none of it.

Examples:
  $ pkgindex init wheels --index octo-org/wheels
  $ pkgindex init --host nginx
  $ pkgindex init --adopt --index octo-org/wheels`;

/** Declares the options and what runs. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  const { Option } = context.commander;
  command
    .argument("[dir]", "the folder of the repository; it is made where there is none", ".")
    .description("Makes an index repository: configuration, workflows, README and a valid, empty index.")
    .option("--index <owner/repo>", "the repository on GitHub that this is, or is to be")
    .addOption(
      new Option("--layout <layout>", "where pages go (default: simple)").choices(["simple", "flat"]),
    )
    .addOption(
      new Option("--host <target>", "where the index is published (default: github-pages)").choices(
        HOST_NAMES,
      ),
    )
    .option(
      "--cli <spec>",
      "what npm installs in workflows to have pkgindex (default: this version, from npm)",
    )
    .option("--adopt", "take over a repository whose pages generator.py made")
    .option("--json", "print one JSON object to stdout instead of text")
    .addHelpText("after", EXAMPLES)
    .action(async (directory: string, options: InitOptions) => done(await init(directory, options, context)));
}

async function init(directory: string, options: InitOptions, context: CommandContext): Promise<ExitCode> {
  const { host, version, terminal } = context;
  checkOptions(options);
  const cwd = host.cwd();
  const repository = resolve(cwd, directory);
  const display = displayPath(repository, cwd);
  const stats = statIfExists(repository);
  if (stats?.isDirectory() === false) throw inTheWay(display);
  const survey = options.adopt ? await surveyForAdoption(repository, display) : undefined;
  const path = join(repository, CONFIG_FILE_NAME);
  // The environment speaks of one run, and what is written stays.
  const readConfig = (): Promise<Config> => loadConfig({ config: path }, { cwd, environment: {}, version });
  const existing = hasEntry(path) ? await readConfig() : undefined;
  const { readGithubAddresses } = await import("../github/addresses.ts");
  const isGithubCom = readGithubAddresses(host.env).server === "https://github.com";
  const settings = settleScaffold(options, { existing, repository, ancestor: survey, isGithubCom, version });
  if (survey !== undefined) checkAdoption(settings, displayPath(path, cwd));

  makeFolderAt(repository, display);
  const configPlace = lookAtPlace(
    { base: repository, path: CONFIG_FILE_NAME, text: renderConfigFile(settings) },
    cwd,
  );
  if (configPlace.state === "new") writePlace(configPlace);
  // What stays counts, be it what was wanted or not: all that follows must fit to it.
  const config = await readConfig();
  const scaffold = await planScaffold(config, config.host ?? settings.host, repository, context);
  const places: readonly FilePlace[] = [configPlace, ...scaffold.files.map((file) => lookAtPlace(file, cwd))];
  makeFolderAt(config.root, config.rootDisplay);
  for (const place of places.slice(1))
    if (place.state === "new" || place.state === "outdated") writePlace(place);
  const { makeIndex } = await import("./make-index.ts");
  const index = await makeIndex(config, survey, context);
  const notes = [
    ...(hasEntry(join(repository, ".git")) || !isBelowGit(repository) ? [] : [notTheTop(display)]),
    ...(survey !== undefined && !isBelowGit(repository) ? [noHistory(display)] : []),
  ];
  return reportInit(
    { display, config, places, index, survey, notes, nextSteps: scaffold.nextSteps },
    options.json === true,
    terminal,
  );
}

function makeFolderAt(path: string, display: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    throw toWriteError(error, display) ?? error;
  }
}

function checkOptions({ index, cli }: InitOptions): void {
  if (index !== undefined) settleOption("--index", settleRepository(index));
  if (cli !== undefined) settleOption("--cli", settleCli(cli));
}

/** What there is to take over. Throws a `PkgIndexError` where that is nothing, or where its history is cut off. */
async function surveyForAdoption(repository: string, display: string): Promise<AncestorSurvey> {
  const survey = surveyAncestor(repository);
  if (survey === undefined) {
    throw new PkgIndexError({
      code: "no-index",
      path: display,
      message:
        "there is nothing to take over: no folder with wheels at its root, and no page of generator.py",
      hint: "name the top folder of the repository, or run pkgindex init without --adopt",
    });
  }
  const git = isBelowGit(repository)
    ? await (await import("../io/git.ts")).openGitFolder(repository)
    : undefined;
  if (git?.isShallow !== true) return survey;
  throw new PkgIndexError({
    code: "problems",
    path: display,
    message:
      "git has the newest commits alone (a shallow clone), and upload times come from all of them, once",
    hint: "fetch the rest: git fetch --unshallow",
  });
}

/** The addresses of such an index are those of the flat layout, with the repository itself as its root. */
function checkAdoption({ root, layout }: { root: string; layout: string }, configFile: string): void {
  if (root === "." && layout === "flat") return;
  throw new PkgIndexError({
    code: "usage",
    path: root === "." ? "--layout" : configFile,
    message: `--adopt keeps the addresses, which takes the flat layout and "." as root, not ${layout} and ${JSON.stringify(root)}`,
    hint: "leave --layout out, and correct the configuration file if there is one",
  });
}

function inTheWay(path: string): PkgIndexError {
  return new PkgIndexError({
    code: "usage",
    path,
    message: "is no folder",
    hint: "name a folder, or a new one",
  });
}

function notTheTop(path: string): Problem {
  return {
    code: "no-repository",
    severity: "note",
    path,
    message: "is not the top of its git repository, and GitHub reads workflows from there alone",
    hint: "run pkgindex init in the top folder, or make this one a repository of its own: git init",
  };
}

function noHistory(path: string): Problem {
  return {
    code: "no-history",
    severity: "note",
    path,
    message: "is no git repository, so that the files count as uploaded now",
    hint: "run it in a clone to have the upload times from git",
  };
}
