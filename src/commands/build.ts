/** `pkgindex build`: from a ref of a source repository to tested wheels, without trust in what is built. */
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import type { Config } from "../config/config.ts";
import { settleIndexUrl } from "../config/rules/index-url.ts";
import { PkgIndexError, type ExitCode } from "../errors.ts";
import { readGithubAddresses } from "../github/addresses.ts";
import { checkBuildRequest, readBuildEvent, type BuildRequest } from "../github/build-request.ts";
import { toGitTarget } from "../github/publish-target.ts";
import { formatRepositoryName } from "../github/repository-name.ts";
import { isInActions } from "../io/actions-files.ts";
import { hasEntry } from "../io/files.ts";
import { isValidProjectName, normalizeProjectName } from "../packaging/project-name.ts";
import { HTML_PAGE, LAYOUTS, simpleAddress } from "../simple/layout.ts";
import { checkAllowed } from "./allow-list.ts";
import { loadIndexConfig } from "./common-options.ts";
import type { CommandContext } from "./context.ts";
import { reportBuild } from "./report-build.ts";
import { settleOption } from "./settle-option.ts";

export interface BuildOptions {
  readonly owner?: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly event?: string;
  readonly source?: string;
  readonly out: string;
  readonly backend?: string;
  readonly sdist?: true;
  readonly python?: string;
  readonly indexUrl?: string;
  readonly deps: boolean;
  readonly project?: string;
  readonly timeout: number;
  readonly config?: string;
  readonly json?: true;
}

/** Declares the command. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  const { InvalidArgumentError } = context.commander;
  command
    .option("--owner <owner>", "who owns the source repository")
    .option("--repo <repo>", "its name")
    .option("--ref <ref>", "a full commit id, or the name of a branch or a tag")
    .option(
      "--event <file>",
      "take these three from the event that the workflow was started by, if the index allows it",
    )
    .option("--source <dir|url>", "clone from here instead of GitHub")
    .option("--out <dir>", "where wheels and build.json go", "dist")
    .option("--backend <name>", "build, uv, or a command (default: build where Python has it, else pip)")
    .option("--sdist", "build an sdist as well")
    .option("--python <version>", "the Python to build and test with (default: python3)")
    .option(
      "--index-url <url>",
      "where what a wheel needs is besides the package index, as pip is given it (default: the index here, else [index] url)",
    )
    .option("--no-deps", "do not install what a wheel needs to test it")
    .option("--project <name>", "the project that is expected (default: what pyproject.toml says)")
    .option(
      "--timeout <seconds>",
      "for each step",
      (text) => {
        const seconds = Number(text);
        if (text.trim() === "" || !Number.isFinite(seconds) || seconds <= 0 || seconds > 86_400)
          throw new InvalidArgumentError("It must be a number of seconds above 0, up to 86400.");
        return seconds;
      },
      1800,
    )
    .option(
      "--config <file>",
      "the index's configuration file (default: pkgindex.toml, here or in a parent folder)",
    )
    .option("--json", "print build.json to stdout instead of text")
    .description(
      "Checks a source repository out at a ref and builds its wheels in a clean environment, without credentials. Refuses what " +
        "is not one release of the expected project, or not honest about its contents, installs each wheel into a fresh virtual " +
        "environment, checks its imports and dependencies, and writes the wheels with a build.json.",
    )
    .addHelpText(
      "after",
      `
A command as --backend is run by sh in the checkout; its wheels are taken from the folder in PKGINDEX_OUT, or from dist/.

build.json: {"version": 1, "repository", "commit", "ref", "tools": {name: version}, "files": [{"file", "sha256", "size"}]}

Examples:
  $ pkgindex build --owner octo-org --repo demo --ref v1.0
  $ pkgindex build --owner octo-org --repo demo --ref main --source ../demo --out dist`,
    )
    .action(async (options: BuildOptions) => {
      done(await build(options, context));
    });
}

async function build(options: BuildOptions, context: CommandContext): Promise<ExitCode> {
  const { host, terminal, version } = context;
  const cwd = host.cwd();
  const request = toRequest(options, cwd);
  const config = await loadIndexConfig(
    options.config === undefined ? {} : { config: options.config },
    context,
  );
  if (options.event !== undefined) checkAllowed(request, config, config.file ?? "this index");
  const { project, backend, python } = options;
  if (backend?.trim() === "") throw refuse("--backend", "is empty", "write build, uv or a command");
  if (python?.trim() === "") throw refuse("--python", "is empty", "write a version, such as 3.12, or a path");
  if (project !== undefined && !isValidProjectName(project))
    throw refuse(
      "--project",
      `${JSON.stringify(project)} is no name of a project`,
      "write it as in pyproject.toml",
    );
  // A workflow hands on an empty one where nobody has filled it in.
  const given = options.indexUrl ? settleOption("--index-url", settleIndexUrl(options.indexUrl)) : undefined;
  const addresses = readGithubAddresses(host.env);
  const name = formatRepositoryName(request);
  const url =
    options.source === undefined
      ? `${addresses.server}/${name}.git`
      : toGitTarget(options.source, cwd, addresses, "--source").url;
  const { buildProject } = await import("./build-project.ts");
  const built = await buildProject({
    request,
    url,
    out: resolve(cwd, options.out),
    outDisplay: options.out,
    backend: options.backend,
    sdist: options.sdist === true,
    python: options.python,
    dependencies: options.deps,
    project: project === undefined ? undefined : normalizeProjectName(project),
    indexUrl: given ?? (await findIndexUrl(config)),
    timeoutMs: options.timeout * 1000,
    environment: host.env,
    isInActions: isInActions(host.env),
    cwd,
    settingsFolder: config.file === undefined ? cwd : dirname(resolve(cwd, config.file)),
    version,
    terminal,
  });
  return reportBuild(built, options, context);
}

function toRequest({ owner, repo, ref, event }: BuildOptions, cwd: string): BuildRequest {
  if (event === undefined)
    return checkBuildRequest({ owner, repo, ref }, { owner: "--owner", repo: "--repo", ref: "--ref" });
  if (owner !== undefined || repo !== undefined || ref !== undefined)
    throw refuse("--event", "stands for --owner, --repo and --ref", "give it, or the three");
  return readBuildEvent(resolve(cwd, event), event);
}

/** The index that the wheel will join: as it lies here, else as it is served. A sparse checkout may lack the files themselves. */
async function findIndexUrl({ root, layout, url }: Config): Promise<string | undefined> {
  const folder = join(root, LAYOUTS[layout].listDirectory);
  const served = url === undefined ? undefined : simpleAddress(url, layout);
  if (!hasEntry(join(folder, HTML_PAGE))) return served;
  const { openGitFolder } = await import("../io/git.ts");
  const isWhole = (await openGitFolder(root))?.isSparse !== true;
  return isWhole || served === undefined ? `${pathToFileURL(folder).href}/` : served;
}

function refuse(path: string, message: string, hint: string): PkgIndexError {
  return new PkgIndexError({ code: "usage", path, message, hint });
}
