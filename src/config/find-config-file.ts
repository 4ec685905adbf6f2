import { join, resolve } from "node:path";

import { hasEntry } from "../io/files.ts";
import type { ConfigContext, ConfigOverrides } from "./config.ts";
import { foldersUpwards, isRepository } from "./repository.ts";

/** The name of the configuration file where none is named. */
export const CONFIG_FILE_NAME = "pkgindex.toml";

/** The environment variable that names the configuration file. */
export const CONFIG_FILE_VARIABLE = "PKGINDEX_CONFIG";

/** A configuration file that is to be read. */
export interface ConfigFileLocation {
  /** Absolute path. */
  readonly path: string;
  /** What named the file, `--config` or `PKGINDEX_CONFIG`; undefined where it was found by looking. */
  readonly namedBy: string | undefined;
}

/**
 * The configuration file of a run: the one that the command line or the environment names, whether it exists or
 * not; else the nearest `pkgindex.toml` in the working directory and its parents.
 *
 * The search ends with the folder that holds `.git`, or with the user's home, since what lies above belongs to
 * somebody else; where neither is met, with the root of the file system.
 */
export function findConfigFile(
  overrides: ConfigOverrides,
  context: ConfigContext,
): ConfigFileLocation | undefined {
  const { cwd, environment } = context;
  if (overrides.config !== undefined) return { path: resolve(cwd, overrides.config), namedBy: "--config" };
  const fromEnvironment = environment[CONFIG_FILE_VARIABLE];
  if (fromEnvironment) return { path: resolve(cwd, fromEnvironment), namedBy: CONFIG_FILE_VARIABLE };

  const home = environment["HOME"] ? resolve(environment["HOME"]) : undefined;
  for (const folder of foldersUpwards(cwd)) {
    const path = join(folder, CONFIG_FILE_NAME);
    // A broken link or a folder of that name is found too: reading it says what is wrong with it.
    if (hasEntry(path)) return { path, namedBy: undefined };
    if (folder === home || isRepository(folder)) return undefined;
  }
  return undefined;
}
