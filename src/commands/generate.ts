/** `pkgindex generate`: scans the package subfolders and brings every page of the index up to date. */
import { InvalidArgumentError, Option, type Command } from "commander";
import type { CommandContext } from "../cli.ts";
import type { ExitCode } from "../errors.ts";

interface GenerateOptions {
  readonly root?: string;
  readonly config?: string;
  readonly layout?: string;
  readonly dryRun?: true;
  readonly check?: true;
  readonly rebuild?: true;
  readonly skipInvalid?: true;
  readonly allowReplace?: true;
  readonly allowMove?: true;
  readonly allowEmpty?: true;
  readonly lockTimeout: number;
  readonly jobs?: number;
  readonly json?: true;
  readonly quiet?: true;
}

const EXAMPLES = `
Examples:
  $ pkgindex generate                      update the index in ./index
  $ pkgindex generate --root wheels        another folder
  $ pkgindex generate --dry-run            only say what would change
  $ pkgindex generate --check              exit 1 where the index is not up to date, for CI`;

/** Declares the options and what runs. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  command
    .description(
      "Scans the package subfolders of the root for wheels and sdists and brings every page up to date: the project " +
        "list, the project pages in HTML and JSON, and the metadata sidecars. Only what changed is read and written.",
    )
    .option("--root <dir>", "the published folder (default: [index] root, else index)")
    .option("--config <file>", "the configuration file (default: pkgindex.toml, here or in a parent folder)")
    .addOption(
      new Option("--layout <layout>", "where pages go (default: [index] layout, else simple)").choices([
        "simple",
        "flat",
      ]),
    )
    .option("--dry-run", "print what would be written and deleted; change nothing")
    .option("--check", "compare every byte, write nothing, exit 1 if the index is not what would be written")
    .option("--rebuild", "read every file again and compare every page")
    .option("--skip-invalid", "leave bad files out and publish the rest; the exit code is 1 still")
    .option("--allow-replace", "accept other bytes under a published file name")
    .option("--allow-move", "accept that a published file lies in another folder")
    .option("--allow-empty", "accept an index without files")
    .option(
      "--lock-timeout <seconds>",
      "how long to wait for another run on the same index",
      parseSeconds,
      60,
    )
    .option("--jobs <number>", "how many threads read files (default: one a core)", parseJobs)
    .option("--json", "print one JSON object to stdout instead of the summary")
    .option("--quiet", "print problems only")
    .addHelpText("after", EXAMPLES)
    .action(async (options: GenerateOptions) => done(await generate(options, context)));
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !Number.isFinite(seconds) || seconds < 0 || seconds > 86_400) {
    throw new InvalidArgumentError("It must be a number of seconds from 0 to 86400.");
  }
  return seconds;
}

function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) {
    throw new InvalidArgumentError("It must be a whole number from 1 to 256.");
  }
  return jobs;
}

async function generate(
  options: GenerateOptions,
  { host, terminal, version }: CommandContext,
): Promise<ExitCode> {
  const [{ loadConfig }, { updateIndex }, { reportUpdate }] = await Promise.all([
    import("../config/load-config.ts"),
    import("./update-index.ts"),
    import("./report-update.ts"),
  ]);
  const { root, config: configFile, layout } = options;
  const config = await loadConfig(
    {
      ...(root === undefined ? {} : { root }),
      ...(configFile === undefined ? {} : { config: configFile }),
      ...(layout === undefined ? {} : { layout }),
    },
    { cwd: host.cwd(), environment: host.env, version },
  );
  const mode = options.check ? "check" : options.dryRun ? "dry-run" : "apply";
  const update = await updateIndex({
    config,
    mode,
    rebuild: options.rebuild === true,
    skipInvalid: options.skipInvalid === true,
    allowReplace: options.allowReplace === true,
    allowMove: options.allowMove === true,
    allowEmpty: options.allowEmpty === true,
    lockTimeoutMs: options.lockTimeout * 1000,
    jobs: options.jobs,
    environment: host.env,
    cwd: host.cwd(),
    terminal,
  });
  return reportUpdate(update, config, terminal, {
    json: options.json === true,
    quiet: options.quiet === true,
  });
}
