/** What an index repository is scaffolded from: the command line beats what its `pkgindex.toml` says, which beats defaults. */
import { relative, sep } from "node:path";
import type { Config } from "../config/config.ts";
import { defaultCli } from "../config/load-config.ts";
import type { HostName } from "../config/rules/host.ts";
import type { LayoutName } from "../simple/layout.ts";
import { pagesAddress, type ScaffoldSettings } from "./scaffold-texts.ts";

export interface ScaffoldOptions {
  readonly index?: string;
  readonly layout?: LayoutName;
  readonly host?: HostName;
  readonly cli?: string;
}

/** What is known besides the options. */
export interface ScaffoldFacts {
  /** The configuration that is there already. */
  readonly existing: Config | undefined;
  /** Absolute path of the repository. */
  readonly repository: string;
  /** Where an index of `generator.py` is taken over: its title, and what was never published. */
  readonly ancestor: { readonly title: string | undefined; readonly ignore: readonly string[] } | undefined;
  /** Whether GitHub is github.com, whose Pages have addresses that can be told. */
  readonly isGithubCom: boolean;
  readonly version: string;
}

const DEFAULT_TITLE = "Python package index";

/** Every value that the scaffold needs. */
export function settleScaffold(options: ScaffoldOptions, facts: ScaffoldFacts): ScaffoldSettings {
  const { existing, repository, ancestor, isGithubCom, version } = facts;
  const host = options.host ?? existing?.host ?? "github-pages";
  const index = options.index ?? existing?.automation.index;
  const isOnPages = host === "github-pages" && isGithubCom;
  return {
    root:
      existing === undefined
        ? ancestor === undefined
          ? "index"
          : "."
        : relative(repository, existing.root).split(sep).join("/") || ".",
    layout: options.layout ?? existing?.layout ?? (ancestor === undefined ? "simple" : "flat"),
    url: existing?.url ?? (isOnPages && index !== undefined ? pagesAddress(index) : undefined),
    title: existing?.title ?? ancestor?.title ?? DEFAULT_TITLE,
    description: existing?.description,
    packages: existing?.packages ?? [],
    ignore: existing?.ignore ?? ancestor?.ignore ?? [],
    host,
    index,
    allow: existing?.automation.allow ?? [],
    cli: options.cli ?? existing?.automation.cli ?? defaultCli(version),
    replace: existing?.automation.replace ?? false,
  };
}
