/** `pkgindex host`: prints what a host needs to serve the index, or writes it into place. */
import { dirname, relative, resolve, sep } from "node:path";
import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import type { Config } from "../config/config.ts";
import { InvalidInput, PkgIndexError, type ExitCode } from "../errors.ts";
import type { Host, HostFacts, HostFile } from "../hosts/host.ts";
import { addIndexOptions, loadIndexConfig, type IndexOptions } from "./common-options.ts";

interface HostOptions extends IndexOptions {
  readonly write?: true;
  readonly serveFrom?: string;
}

const EXAMPLES = `
Without a target it lists them. What it prints says which file is which; --write puts each where the host looks for it:
below the repository (.github/workflows, functions, hosting) or into the published root (_headers, _routes.json). A file
that somebody else wrote or changed is never overwritten. The name and the port of a server come from [index] url.

Examples:
  $ pkgindex host                          list the targets
  $ pkgindex host nginx > pkgindex.conf    one file, ready to be included
  $ pkgindex host github-pages --write     write the workflow into .github/workflows`;

/** Declares the options and what runs. */
export function declare(command: Command, context: CommandContext, done: (exitCode: ExitCode) => void): void {
  addIndexOptions(command, context.commander)
    .argument("[target]", "the host, by its name")
    .description(
      "Prints the configuration that a host needs to serve the index as PyPI would: content negotiation, media types, " +
        "caching, a page for what is not there, and nothing but the index.",
    )
    .option("--write", "write the files into place instead of printing them")
    .option("--serve-from <dir>", "where the root lies on the server (default: where it is here)")
    .addHelpText("after", EXAMPLES)
    .action(async (target: string | undefined, options: HostOptions) =>
      done(await host(target, options, context)),
    );
}

async function host(
  target: string | undefined,
  options: HostOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  if (target === undefined) {
    const { ALL_HOSTS } = await import("../hosts/all-hosts.ts");
    if (options.json) terminal.print(JSON.stringify({ targets: ALL_HOSTS.map(describe) }, undefined, 2));
    else {
      const width = Math.max(...ALL_HOSTS.map(({ name }) => name.length));
      for (const { name, summary } of ALL_HOSTS) terminal.print(`${name.padEnd(width)}  ${summary}`);
    }
    return 0;
  }
  const found = await requireHost(target);
  const config = await loadIndexConfig(options, context);
  const repository = await findRepositoryOf(config, context.host.cwd());
  const facts = toFacts(config, options, context, repository);
  const files = renderFiles(found, facts);
  if (options.write) {
    const { writeHostFiles } = await import("./write-host-files.ts");
    return writeHostFiles(
      found,
      facts,
      files,
      { config, repository, cwd: context.host.cwd() },
      options,
      terminal,
    );
  }
  if (options.json) {
    const shown = files.map(({ place, path, text }) => ({ place, path, text }));
    const steps = found.nextSteps(facts);
    terminal.print(JSON.stringify({ ...describe(found), files: shown, nextSteps: steps }, undefined, 2));
    return 0;
  }
  for (const [index, { place, path, text, comment }] of files.entries()) {
    if (index > 0) terminal.print("");
    const where = place === "root" && config.rootDisplay !== "." ? `${config.rootDisplay}/${path}` : path;
    terminal.print(`${comment} ---- ${where} ----`);
    if (text !== "") terminal.print(text.trimEnd());
  }
  for (const step of found.nextSteps(facts)) terminal.talk(`next: ${step}`);
  if (!found.negotiates) terminal.talk(noNegotiation(config.jsonRoot));
  return 0;
}

function describe({ name, summary, negotiates, tested }: Host): object {
  return { target: name, summary, negotiates, tested };
}

function noNegotiation(hasJsonRoot: boolean): string {
  return (
    "note: this host cannot negotiate: one address gives one format, HTML. " +
    (hasJsonRoot
      ? "The second root, simple-json/, is there for a proxy that can set its type"
      : "[index] json-root = true makes a second root of JSON pages, simple-json/, for a proxy that can set its type")
  );
}

/** The host of that name. Throws a `PkgIndexError` with exit code 2 where there is none. */
export async function requireHost(target: string): Promise<Host> {
  const { ALL_HOSTS } = await import("../hosts/all-hosts.ts");
  const found = ALL_HOSTS.find(({ name }) => name === target);
  if (found === undefined) throw await unknownTarget(target, ALL_HOSTS);
  return found;
}

async function unknownTarget(target: string, hosts: readonly Host[]): Promise<PkgIndexError> {
  const { nearestNames } = await import("../packaging/nearest-names.ts");
  const names = hosts.map(({ name }) => name);
  const [nearest] = nearestNames(target, names);
  return new PkgIndexError({
    code: "usage",
    path: target,
    message: "is no host that pkgindex knows",
    hint: nearest === undefined ? `the hosts are ${names.join(", ")}` : `did you mean ${nearest}?`,
  });
}

async function findRepositoryOf(config: Config, cwd: string): Promise<string> {
  const { findRepository } = await import("../config/repository.ts");
  return findRepository(config.file === undefined ? cwd : dirname(resolve(cwd, config.file)));
}

/** What the files of a host are made from. A folder to serve from that is given is one of another machine. */
export function toFacts(
  config: Config,
  { serveFrom }: Pick<HostOptions, "serveFrom">,
  { host: { cwd } }: CommandContext,
  repository: string,
): HostFacts {
  const path = relative(repository, config.root).split(sep).join("/");
  return {
    layout: config.layout,
    url: config.url,
    jsonRoot: config.jsonRoot,
    // A folder of another machine is taken as it is written.
    servedFrom: serveFrom === undefined ? config.root : resolve(cwd(), serveFrom),
    rootInRepository: path === "" ? "." : path,
    cli: config.automation.cli,
  };
}

/** The files of a host. Throws a `PkgIndexError` with exit code 2 where it cannot write a path or an address. */
export function renderFiles(found: Host, facts: HostFacts): readonly HostFile[] {
  try {
    return found.render(facts);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new PkgIndexError({
      code: "usage",
      path: found.name,
      message: error.message,
      hint: error.hint,
      cause: error,
    });
  }
}
