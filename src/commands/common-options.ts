/** The options that commands on an index share. */
import type { Command } from "commander";
import type { Commander, CommandContext } from "./context.ts";
import type { Config } from "../config/config.ts";
import type { UpdateOptions } from "./update-index.ts";

export interface IndexOptions {
  readonly root?: string;
  readonly config?: string;
  readonly layout?: string;
  readonly json?: true;
}

export interface WriteOptions extends IndexOptions {
  readonly dryRun?: true;
  readonly lockTimeout: number;
}

/** `--root`, `--config`, `--layout` and `--json`. */
export function addIndexOptions(command: Command, { Option }: Commander): Command {
  return command
    .option("--root <dir>", "the published folder (default: [index] root, else index)")
    .option("--config <file>", "the configuration file (default: pkgindex.toml, here or in a parent folder)")
    .addOption(
      new Option("--layout <layout>", "where pages go (default: [index] layout, else simple)").choices([
        "simple",
        "flat",
      ]),
    )
    .option("--json", "print one JSON object to stdout instead of text");
}

/** The same, and `--dry-run` and `--lock-timeout`. */
export function addWriteOptions(command: Command, commander: Commander): Command {
  const parse = (text: string): number => parseSeconds(text, commander);
  return addIndexOptions(command, commander)
    .option("--dry-run", "print what would be written and deleted; change nothing")
    .option("--lock-timeout <seconds>", "how long to wait for another run on the same index", parse, 60);
}

function parseSeconds(text: string, { InvalidArgumentError }: Commander): number {
  const seconds = Number(text);
  if (text.trim() === "" || !Number.isFinite(seconds) || seconds < 0 || seconds > 86_400) {
    throw new InvalidArgumentError("It must be a number of seconds from 0 to 86400.");
  }
  return seconds;
}

/** Settles the configuration from the options, the environment and the file. Throws a `PkgIndexError` with all faults. */
export async function loadIndexConfig(
  options: IndexOptions,
  { host, version }: CommandContext,
): Promise<Config> {
  const { loadConfig } = await import("../config/load-config.ts");
  const { root, config, layout } = options;
  return loadConfig({ root, config, layout }, { cwd: host.cwd(), environment: host.env, version });
}

/** How a command that decides something brings the index up to date. */
export function toUpdateOptions(
  config: Config,
  options: WriteOptions,
  { host, terminal }: CommandContext,
): Omit<UpdateOptions, "decide"> {
  return {
    config,
    mode: options.dryRun ? "dry-run" : "apply",
    rebuild: false,
    skipInvalid: false,
    allowReplace: false,
    allowMove: false,
    allowEmpty: false,
    lockTimeoutMs: options.lockTimeout * 1000,
    jobs: undefined,
    environment: host.env,
    cwd: host.cwd(),
    terminal,
  };
}
