/** What the rest of pkgindex knows of `pkgindex.toml`, the environment and the command line: settled values. */

import type { HostName } from "./rules/host.ts";

/** The shapes of the published tree: simple pages under `simple/`, or directly at the root. */
export type Layout = "simple" | "flat";

/** The configuration of one run: every value has passed its rule, every path is absolute. */
export interface Config {
  /** The path of `pkgindex.toml` as the user would type it, or undefined where there is none. */
  readonly file: string | undefined;
  /** Absolute path of the published root. */
  readonly root: string;
  /** The same as the user would type it: relative to the working directory where that is shorter. */
  readonly rootDisplay: string;
  readonly layout: Layout;
  /** The address that the root is served under: http or https, ends in exactly one `/`. */
  readonly url: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  /** Names or globs of package subfolders, relative to the root; empty means every folder. */
  readonly packages: readonly string[];
  /** Globs of what is left out, relative to the root. */
  readonly ignore: readonly string[];
  /** Whether there is a second root whose `index.html` files hold JSON. */
  readonly jsonRoot: boolean;
  /** The host that the root is published on. */
  readonly host: HostName | undefined;
  /** Absolute path of the folder with the user's own templates. */
  readonly templatesDirectory: string | undefined;
  readonly site: SiteConfig;
  readonly retention: Retention;
  readonly automation: Automation;
}

/** The pages for people. */
export interface SiteConfig {
  readonly enabled: boolean;
  /** `#rrggbb`. */
  readonly accent: string | undefined;
  readonly accentDark: string | undefined;
  /** Absolute path of a picture. */
  readonly logo: string | undefined;
  /** Each a label, a blank, and an address. */
  readonly links: readonly string[];
  readonly footer: string | undefined;
  readonly remoteImages: boolean;
}

/** What `prune` keeps; an undefined bound is none. */
export interface Retention {
  /** How many of the newest releases of each kind stay, per project. */
  readonly keep: number | undefined;
  readonly keepPrereleases: number | undefined;
  readonly keepDevelopment: number | undefined;
  /** The age in days from which a release goes. */
  readonly days: number | undefined;
  /** Requirements and file names that are never touched. */
  readonly never: readonly string[];
  /** How many days a release stays yanked before it is deleted. */
  readonly graceDays: number;
}

/** How source repositories and the index work together on GitHub. */
export interface Automation {
  /** The repository of the index, as `owner/repository`. */
  readonly index: string | undefined;
  /** The source repositories that may be built, as `owner/repository`; none where empty. */
  readonly allow: readonly string[];
  /** What npm installs in workflows to have the program. */
  readonly cli: string;
  /** Whether a build of another commit may take the place of a published file. */
  readonly replace: boolean;
}

/** What the command line gave. */
export interface ConfigOverrides {
  readonly root?: string | undefined;
  readonly config?: string | undefined;
  readonly layout?: string | undefined;
}

/** The world that the configuration is read in. */
export interface ConfigContext {
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The running version of pkgindex, which `required-version` must include. */
  readonly version: string;
}
