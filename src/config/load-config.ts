/** The configuration in four steps: read, parse, normalize, rules. Every step tells all that is wrong, not the first. */
import { dirname } from "node:path";

import { PkgIndexError, type Problem } from "../errors.ts";
import { checkSettings, type SettledValues } from "./check-settings.ts";
import type { Config, ConfigContext, ConfigOverrides } from "./config.ts";
import { displayPath } from "./display-path.ts";
import { findConfigFile } from "./find-config-file.ts";
import { normalizeConfig } from "./normalize-config.ts";
import type { ParsedConfig } from "./parse-config.ts";
import type { ReadConfig } from "./read-config-file.ts";
import { findRepository } from "./repository.ts";

/**
 * The configuration of a run. Throws `PkgIndexError` with exit code 2 and every fault of the file, the environment
 * and the command line in `problems`: `required-version` first, then by the place of the fault.
 *
 * The values that take part are those that count: a value of the file that the command line replaces must have the
 * right type, but no rule looks at it.
 */
export async function loadConfig(overrides: ConfigOverrides, context: ConfigContext): Promise<Config> {
  const location = findConfigFile(overrides, context);
  const file = location && { path: location.path, display: displayPath(location.path, context.cwd) };

  let read: ReadConfig = { text: undefined, problems: [] };
  let parsed: ParsedConfig = { values: new Map(), problems: [] };
  if (location !== undefined && file !== undefined) {
    const [{ readConfigFile }, { parseConfig }] = await Promise.all([
      import("./read-config-file.ts"),
      import("./parse-config.ts"),
    ]);
    read = readConfigFile(location, file.display);
    if (read.text !== undefined) parsed = await parseConfig(read.text, file.display);
  }
  // The folder of a file that cannot be read may not exist either: the rest is then checked as without a file.
  const base = read.text === undefined ? undefined : file;
  const settings = normalizeConfig(parsed.values, base, overrides, context);
  const { cwd, version } = context;
  const repository = findRepository(base === undefined ? cwd : dirname(base.path));
  const checked = await checkSettings(settings, { cwd, version, repository });

  // Spread into a list, not into arguments: a file of 1 MiB has room for more faults than a call takes.
  const problems: readonly Problem[] = [...read.problems, ...parsed.problems, ...checked.problems];
  if (checked.values === undefined || problems.length > 0) throw toError(problems, file?.display);
  return toConfig(checked.values, file?.display, context);
}

/** The version of the program that workflows install where nothing else is written: a compatible one, from npm. */
export function defaultCli(version: string): string {
  return `pkgindex@^${version}`;
}

function toConfig(values: SettledValues, file: string | undefined, { cwd, version }: ConfigContext): Config {
  return {
    file,
    root: values["index.root"],
    rootDisplay: displayPath(values["index.root"], cwd),
    layout: values["index.layout"],
    url: values["index.url"],
    title: values["index.title"],
    description: values["index.description"],
    packages: values["index.packages"],
    ignore: values["index.ignore"],
    jsonRoot: values["index.json-root"],
    host: values["index.host"],
    templatesDirectory: values["templates.dir"],
    site: {
      enabled: values["site.enabled"],
      accent: values["site.accent"],
      accentDark: values["site.accent-dark"],
      logo: values["site.logo"],
      links: values["site.links"],
      footer: values["site.footer"],
      remoteImages: values["site.remote-images"],
    },
    retention: {
      keep: values["retention.keep"],
      keepPrereleases: values["retention.keep-prereleases"],
      keepDevelopment: values["retention.keep-development"],
      days: values["retention.days"],
      never: values["retention.never"],
      graceDays: values["retention.grace-days"],
    },
    automation: {
      index: values["automation.index"],
      allow: values["automation.allow"],
      cli: values["automation.cli"] ?? defaultCli(version),
      replace: values["automation.replace"],
    },
  };
}

function toError(problems: readonly Problem[], file: string | undefined): PkgIndexError {
  const [count, them] = problems.length === 1 ? ["1 fault", "it"] : [`${problems.length} faults`, "them"];
  const isOnlyFile = problems.every(({ path }) => path === file || path.startsWith(`${file}: `));
  return new PkgIndexError({
    code: problems.some(({ code }) => code === "config-syntax") ? "config-syntax" : "config-invalid",
    message: `the configuration has ${count}`,
    hint: `correct ${them} and run the command again`,
    problems: problems.toSorted(byPlace),
    ...(file !== undefined && isOnlyFile ? { path: file } : {}),
  });
}

/** A file that is written for another version may have faults only because of that, so this is said first. */
function byPlace(left: Problem, right: Problem): number {
  const order = Number(isAboutVersion(right)) - Number(isAboutVersion(left));
  if (order !== 0 || left.path === right.path) return order;
  return left.path < right.path ? -1 : 1;
}

function isAboutVersion(problem: Problem): boolean {
  return problem.path.endsWith(": required-version");
}
