/**
 * The keys of `pkgindex.toml`, as data: what `load-config.ts` checks a file against, and what the reference in the
 * README is written from. A new key is a row here and a line in `Config`.
 */
import type { Refusal, RuleContext } from "./rule.ts";
import { settleRoot, settleTemplatesDirectory } from "./rules/folders.ts";

type Settled = string | number | boolean | readonly string[] | undefined;

interface Row<Written> {
  /** What the key takes when nothing gives it a value; undefined: it has none. */
  readonly default: Written | undefined;
  /** A value that makes sense, as TOML. */
  readonly example: string;
  /** The environment variable that beats the file; a list is separated by commas. */
  readonly environment: string | undefined;
  /** The option that beats both. */
  readonly option: "root" | "layout" | undefined;
  /** One line for the reference. */
  readonly description: string;
  /** From the written value to the settled one, or to everything that is wrong with it. */
  readonly rule: (written: Written, context: RuleContext) => Settled | Refusal | Promise<Settled | Refusal>;
}

/** One key of the configuration. */
export type ConfigKey =
  | ({ readonly type: "string" } & Row<string>)
  | ({ readonly type: "whole number" } & Row<number>)
  | ({ readonly type: "true or false" } & Row<boolean>)
  | ({ readonly type: "list of strings" } & Row<readonly string[]>);

/** Every key by its dotted name, in the order of the reference. Most rules are loaded where a key is written: few are. */
export const CONFIG_KEYS = {
  "required-version": {
    type: "string",
    default: undefined,
    example: '">=0.1.0 <2"',
    environment: undefined,
    option: undefined,
    description: "The versions of pkgindex that may work on this repository, as an npm range; checked first",
    rule: async (...written) =>
      (await import("./rules/required-version.ts")).settleRequiredVersion(...written),
  },
  "index.root": {
    type: "string",
    default: "index",
    example: '"index"',
    environment: "PKGINDEX_ROOT",
    option: "root",
    description:
      "The published root: the folder with the package subfolders, which the pages are written into",
    rule: settleRoot,
  },
  "index.layout": {
    type: "string",
    default: "simple",
    example: '"simple"',
    environment: "PKGINDEX_LAYOUT",
    option: "layout",
    description: '"simple" puts the pages for installers under simple/, "flat" puts them at the root',
    rule: async (written) => (await import("./rules/layout.ts")).settleLayout(written),
  },
  "index.url": {
    type: "string",
    default: undefined,
    example: '"https://packages.example.org/"',
    environment: "PKGINDEX_URL",
    option: undefined,
    description: "The address that the root is served under, for what needs absolute links",
    rule: async (written) => (await import("./rules/index-url.ts")).settleIndexUrl(written),
  },
  "index.title": {
    type: "string",
    default: "Python package index",
    example: '"Packages of the grid team"',
    environment: "PKGINDEX_TITLE",
    option: undefined,
    description: "The title of the pages for people",
    rule: async (written) => (await import("./rules/texts.ts")).settleTitle(written),
  },
  "index.description": {
    type: "string",
    default: undefined,
    example: '"Wheels that are not on PyPI"',
    environment: "PKGINDEX_DESCRIPTION",
    option: undefined,
    description: "A sentence or two below the title",
    rule: async (written) => (await import("./rules/texts.ts")).settleDescription(written),
  },
  "index.packages": {
    type: "list of strings",
    default: [],
    example: '["dace", "grid-*"]',
    environment: "PKGINDEX_PACKAGES",
    option: undefined,
    description: "The package subfolders of the root, as names or globs; empty takes every folder",
    rule: async (written, context) =>
      (await import("./rules/folder-patterns.ts")).settlePackages(written, context),
  },
  "index.ignore": {
    type: "list of strings",
    default: [],
    example: '["**/old"]',
    environment: "PKGINDEX_IGNORE",
    option: undefined,
    description: "What is left out below the root, as globs",
    rule: async (written) => (await import("./rules/folder-patterns.ts")).settleIgnore(written),
  },
  "index.json-root": {
    type: "true or false",
    default: false,
    example: "true",
    environment: "PKGINDEX_JSON_ROOT",
    option: undefined,
    description:
      "Makes a second root, simple-json/, whose pages are all JSON, for hosts that cannot negotiate",
    rule: (written) => written,
  },
  "index.host": {
    type: "string",
    default: undefined,
    example: '"github-pages"',
    environment: "PKGINDEX_HOST",
    option: undefined,
    description:
      'Where the root is published, as pkgindex host names it: generate warns of its limits; "other" has none',
    rule: async (written) => (await import("./rules/host.ts")).settleHost(written),
  },
  "templates.dir": {
    type: "string",
    default: undefined,
    example: '"templates"',
    environment: "PKGINDEX_TEMPLATES_DIR",
    option: undefined,
    description: "A folder with templates of your own; each one replaces the built-in template of its name",
    rule: settleTemplatesDirectory,
  },
  "site.enabled": {
    type: "true or false",
    default: true,
    example: "false",
    environment: undefined,
    option: undefined,
    description: "Makes the pages for people",
    rule: (written) => written,
  },
  "site.accent": {
    type: "string",
    default: undefined,
    example: '"#0b6e4f"',
    environment: undefined,
    option: undefined,
    description: "The colour of links and buttons; it is made darker or lighter where it could not be read",
    rule: async (written) => (await import("./rules/site.ts")).settleColor(written),
  },
  "site.accent-dark": {
    type: "string",
    default: undefined,
    example: '"#7fd1ae"',
    environment: undefined,
    option: undefined,
    description: "The same where the page is dark; unset takes accent",
    rule: async (written) => (await import("./rules/site.ts")).settleColor(written),
  },
  "site.logo": {
    type: "string",
    default: undefined,
    example: '"logo.svg"',
    environment: undefined,
    option: undefined,
    description: "A picture beside the title: SVG, PNG, JPEG, WebP or GIF, at most 512 KiB",
    rule: async (written, context) => (await import("./rules/site.ts")).settleLogo(written, context),
  },
  "site.links": {
    type: "list of strings",
    default: [],
    example: '["Documentation https://docs.example.org/"]',
    environment: undefined,
    option: undefined,
    description: "Links at the top of each page: a label, a blank, and an address",
    rule: async (written) => (await import("./rules/site.ts")).settleLinks(written),
  },
  "site.footer": {
    type: "string",
    default: undefined,
    example: '"Questions: packages@example.org"',
    environment: undefined,
    option: undefined,
    description: "A sentence at the foot of each page",
    rule: async (written) => (await import("./rules/texts.ts")).settleDescription(written),
  },
  "site.remote-images": {
    type: "true or false",
    default: false,
    example: "true",
    environment: undefined,
    option: undefined,
    description:
      "Shows the pictures that descriptions load from elsewhere, which tells others who reads them",
    rule: (written) => written,
  },
  "retention.keep": {
    type: "whole number",
    default: undefined,
    example: "10",
    environment: undefined,
    option: undefined,
    description: "How many of a project's newest final releases pkgindex prune keeps; unset keeps all",
    rule: async (written) => (await import("./rules/retention.ts")).settleCount(written),
  },
  "retention.keep-prereleases": {
    type: "whole number",
    default: undefined,
    example: "3",
    environment: undefined,
    option: undefined,
    description: "The same for pre-releases",
    rule: async (written) => (await import("./rules/retention.ts")).settleCount(written),
  },
  "retention.keep-development": {
    type: "whole number",
    default: undefined,
    example: "30",
    environment: undefined,
    option: undefined,
    description: "The same for development releases, such as nightlies",
    rule: async (written) => (await import("./rules/retention.ts")).settleCount(written),
  },
  "retention.days": {
    type: "whole number",
    default: undefined,
    example: "365",
    environment: undefined,
    option: undefined,
    description: "A release is kept until its newest file is older than this many days; unset sets no age",
    rule: async (written) => (await import("./rules/retention.ts")).settleCount(written),
  },
  "retention.never": {
    type: "list of strings",
    default: [],
    example: '["dace==1.0", "grid-tools"]',
    environment: undefined,
    option: undefined,
    description: "Requirements and file names that prune never touches",
    rule: async (written) => (await import("./rules/retention.ts")).settleNever(written),
  },
  "retention.grace-days": {
    type: "whole number",
    default: 30,
    example: "30",
    environment: undefined,
    option: undefined,
    description: "How many days a release stays yanked before prune deletes it",
    rule: async (written) => (await import("./rules/retention.ts")).settleDays(written),
  },
  "automation.index": {
    type: "string",
    default: undefined,
    example: '"octo-org/wheels"',
    environment: undefined,
    option: undefined,
    description: "The repository of the index on GitHub, which issue-update and publish speak to",
    rule: async (written) => (await import("./rules/automation.ts")).settleRepository(written),
  },
  "automation.allow": {
    type: "list of strings",
    default: [],
    example: '["octo-org/demo"]',
    environment: undefined,
    option: undefined,
    description: "The source repositories whose packages the index builds and takes; empty lets nobody in",
    rule: async (written) => (await import("./rules/automation.ts")).settleAllow(written),
  },
  "automation.cli": {
    type: "string",
    default: undefined,
    example: '"pkgindex@^0.1.0"',
    environment: undefined,
    option: undefined,
    description:
      "What npm installs in workflows to have pkgindex: a package, a tarball, a path or a git address",
    rule: async (written) => (await import("./rules/automation.ts")).settleCli(written),
  },
  "automation.replace": {
    type: "true or false",
    default: false,
    example: "true",
    environment: undefined,
    option: undefined,
    description: "Lets a build of another commit take the place of a published file of the same name",
    rule: (written) => written,
  },
} as const satisfies Readonly<Record<string, ConfigKey>>;

/** The dotted name of a key. */
export type ConfigKeyName = keyof typeof CONFIG_KEYS;

/** The rows, for code that treats every key alike. */
export const CONFIG_KEY_ROWS: ReadonlyMap<string, ConfigKey> = new Map<string, ConfigKey>(
  Object.entries(CONFIG_KEYS),
);
