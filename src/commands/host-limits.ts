/** Says what the host would refuse, before it does. */
import { dirname, join, resolve } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import type { Config } from "../config/config.ts";
import { findRepository } from "../config/repository.ts";
import type { Problem } from "../errors.ts";
import {
  findLimitBreaks,
  HOST_LIMITS,
  PAGES_WORKFLOW,
  type LimitBreak,
  type PublishedSizes,
} from "../hosts/limits.ts";
import { countHomePages } from "../simple/site-paths.ts";
import { hasEntry } from "../io/files.ts";

const HOST_NAMES_IN_ADDRESSES: readonly (readonly [ending: string, host: string])[] = [
  [".github.io", "github-pages"],
  [".pages.dev", "cloudflare-pages"],
  [".netlify.app", "netlify"],
  [".cloudfront.net", "s3"],
  [".amazonaws.com", "s3"],
];

/** How many files the published tree has, with its pages. */
export function toPublishedSizes(
  { sizes, projects }: Catalog,
  { layout, url, jsonRoot, site }: Config,
): PublishedSizes {
  const hasSite = Number(site.enabled);
  const perProject = 2 + 2 * hasSite + Number(layout === "simple" && url !== undefined) + Number(jsonRoot);
  // The list in each form, and what stands beside it; what the site has once.
  const once = 3 + Number(jsonRoot) + hasSite * (8 + countHomePages(projects.length));
  return { ...sizes, files: sizes.files + perProject * projects.length + once };
}

/**
 * The limits that the tree breaks, as notes: those of the host that is configured, or that its address or its files show; where
 * the host is not known, one note that names all that would refuse it.
 */
export function checkHostLimits(sizes: PublishedSizes, config: Config, cwd: string): readonly Problem[] {
  const hosts = config.host === undefined ? detectHosts(config, cwd) : [config.host];
  const known = hosts.flatMap((host) => findLimitBreaks(host, sizes));
  if (hosts.length > 0) return known.map((found) => toProblem(found, whatToDo(found)));
  const breaks = Object.keys(HOST_LIMITS).flatMap((host) => findLimitBreaks(host, sizes));
  const [first] = breaks;
  if (first === undefined) return [];
  const samePlace = breaks.filter(({ path }) => path === first.path);
  const message = samePlace.map((found) => found.message).join("; ");
  const hint = 'say where it is published with [index] host; "other" is a host without limits';
  return [toProblem({ ...first, message }, hint)];
}

/** The hosts that the configuration or the files of `pkgindex host --write` show. */
function detectHosts(config: Config, cwd: string): readonly string[] {
  const { url, root, file } = config;
  const hosts = new Set<string>();
  const name = url === undefined ? "" : new URL(url).hostname;
  for (const [ending, host] of HOST_NAMES_IN_ADDRESSES) if (name.endsWith(ending)) hosts.add(host);
  const repository = findRepository(file === undefined ? cwd : dirname(resolve(cwd, file)));
  if (hasEntry(join(repository, PAGES_WORKFLOW))) hosts.add("github-pages");
  if (hasEntry(join(root, "_routes.json"))) hosts.add("cloudflare-pages");
  if (hasEntry(join(repository, "netlify.toml"))) hosts.add("netlify");
  if (hasEntry(join(repository, "hosting/s3"))) hosts.add("s3");
  for (const server of ["nginx.conf", "Caddyfile", "apache.conf"])
    if (hasEntry(join(repository, "hosting", server))) hosts.add("other");
  return [...hosts];
}

function whatToDo({ host }: LimitBreak): string {
  const source = HOST_LIMITS[host]?.source ?? "";
  return `publish it on another host, or less of it (pkgindex prune); see ${source}`;
}

function toProblem({ path, message }: LimitBreak, hint: string): Problem {
  return { code: "host-limit", severity: "note", path, message, hint };
}
