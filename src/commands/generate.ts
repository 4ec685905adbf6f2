/** `pkgindex generate`: scans the package subfolders and brings every page of the index up to date. */
import type { Command } from "commander";
import type { Commander, CommandContext } from "./context.ts";
import type { ExitCode } from "../errors.ts";
import { addWriteOptions, loadIndexConfig, toUpdateOptions, type WriteOptions } from "./common-options.ts";

interface GenerateOptions extends WriteOptions {
  readonly check?: true;
  readonly rebuild?: true;
  readonly skipInvalid?: true;
  readonly allowReplace?: true;
  readonly allowMove?: true;
  readonly allowEmpty?: true;
  readonly jobs?: number;
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
  addWriteOptions(command, context.commander)
    .description(
      "Scans the package subfolders of the root for wheels and sdists and brings every page up to date: the project " +
        "list, the project pages in HTML and JSON, and the metadata sidecars, and the site for people. Only what changed is read and written.",
    )
    .option("--check", "compare every byte, write nothing, exit 1 if the index is not what would be written")
    .option("--rebuild", "read every file again and compare every page")
    .option("--skip-invalid", "leave bad files out and publish the rest; the exit code is 1 still")
    .option("--allow-replace", "accept other bytes under a published file name")
    .option("--allow-move", "accept that a published file lies in another folder")
    .option("--allow-empty", "accept an index without files")
    .option("--jobs <number>", "how many threads read files (default: one a core)", (text) =>
      parseJobs(text, context.commander),
    )
    .option("--quiet", "print problems only")
    .addHelpText("after", EXAMPLES)
    .action(async (options: GenerateOptions) => done(await generate(options, context)));
}

function parseJobs(text: string, { InvalidArgumentError }: Commander): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) {
    throw new InvalidArgumentError("It must be a whole number from 1 to 256.");
  }
  return jobs;
}

async function generate(options: GenerateOptions, context: CommandContext): Promise<ExitCode> {
  const [config, { updateIndex }, { reportUpdate }] = await Promise.all([
    loadIndexConfig(options, context),
    import("./update-index.ts"),
    import("./report-update.ts"),
  ]);
  const update = await updateIndex({
    ...toUpdateOptions(config, options, context),
    ...(options.check ? { mode: "check" } : {}),
    rebuild: options.rebuild === true,
    skipInvalid: options.skipInvalid === true,
    allowReplace: options.allowReplace === true,
    allowMove: options.allowMove === true,
    allowEmpty: options.allowEmpty === true,
    jobs: options.jobs,
  });
  const { json, quiet } = options;
  return reportUpdate(update, config, context.terminal, { json: json === true, quiet: quiet === true });
}
