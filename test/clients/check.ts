/** What a check is: one thing that one client must be able to do with the index on one host. */
import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { cleanEnvironment } from "./clean-environment.ts";
import { inputFile } from "./corpus.ts";
import type { InstalledClient } from "./environments.ts";
import type { PublishedTree } from "./published-tree.ts";
import { runProgram, type Finished, type RunOptions } from "./support/run-program.ts";
import { openTap, type LoggedRequest, type Tap } from "./support/tap.ts";

/**
 * What a client gets at an address: the format that it asks for, HTML alone, JSON alone (a second root), or what it
 * reads from the disk by itself.
 */
export type Formats = "negotiated" | "html" | "json" | "file";

/** Where a check runs, and what it has at hand. */
export interface Situation {
  readonly client: InstalledClient;
  readonly formats: Formats;
  readonly tree: PublishedTree;
  /** The address of the root as the client sees it, without a trailing slash. */
  readonly rootUrl: string;
  /** The address to give to a client: it ends in a slash. */
  readonly indexUrl: string;
  /** The same of a second index, on a plain static host. It has `demo-elsewhere` alone. */
  readonly secondUrl: string;
  /** Where the host itself listens; undefined for `file://`. */
  readonly upstream: string | undefined;
  readonly basePath: string;
  /** A new folder for this check alone. */
  readonly folder: string;
  readonly proxy: string;
  /** All requests of this check so far; none for `file://`. */
  readonly requests: () => readonly LoggedRequest[];
  readonly forget: () => void;
}

/** A check. It throws where the client does not get what it must. */
export interface Check {
  readonly name: string;
  /** Names of clients, or of their family: `pip` stands for all of them. */
  readonly clients: readonly string[];
  /** False where the client or the host has no such thing. */
  readonly applies?: (situation: Pick<Situation, "client" | "formats">) => boolean;
  /** May return a sentence: a limit of the client's own, which the check has seen to be still there. */
  readonly run: (situation: Situation) => Promise<string | void>;
}

/** Runs a module of the client's virtual environment (`python -m MODULE`) in the check's folder. */
export function runClient(
  { client, folder, proxy }: Situation,
  module: string,
  args: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<Finished> {
  const cwd = options.cwd ?? folder;
  mkdirSync(cwd, { recursive: true });
  return runProgram(client.python, ["-m", module, ...args], {
    ...options,
    cwd,
    env: { ...cleanEnvironment(folder, client.python, proxy), ...options.env },
  });
}

/** Throws with everything that the program said unless it ended with exit code 0. */
export function expectSuccess(finished: Finished): Finished {
  if (finished.code !== 0)
    throw new Error(`${finished.command}: exit code ${finished.code}\n${finished.all}`);
  return finished;
}

/** Throws unless the program failed, and said something like this. */
export function expectFailure(finished: Finished, words: RegExp): Finished {
  if (finished.code === 0)
    throw new Error(`${finished.command}: should have failed, and did not\n${finished.all}`);
  return expectWords(finished, words);
}

/** Throws unless the program said something like this. */
export function expectWords(finished: Finished, words: RegExp): Finished {
  if (!words.test(finished.all))
    throw new Error(`${finished.command}: did not say ${words}\n${finished.all}`);
  return finished;
}

/** The folder holds these files of the corpus and no others, byte for byte. */
export function expectFiles(folder: string, filenames: readonly string[]): void {
  assert.deepEqual(readdirSync(folder).toSorted(), filenames.toSorted());
  for (const name of filenames) {
    const isSame = readFileSync(join(folder, name)).equals(inputFile(name).bytes);
    assert.ok(isSame, `${name} has other bytes than were put into the index`);
  }
}

/** The modules can be imported from `folder`, by the client's Python. */
export async function expectImports(
  { client, folder: home, proxy }: Situation,
  folder: string,
  modules: readonly string[],
): Promise<void> {
  const program = `import sys; sys.path.insert(0, sys.argv[1]); import ${modules.join(", ")}`;
  const env = cleanEnvironment(home, client.python, proxy);
  expectSuccess(await runProgram(client.python, ["-I", "-c", program, folder], { env, cwd: home }));
}

/** The modules can be imported from the virtual environment that a client made in a project. */
export async function expectInstalled(
  situation: Situation,
  project: string,
  modules: readonly string[],
): Promise<void> {
  const libraries = join(project, ".venv", "lib");
  const [python = ""] = readdirSync(libraries);
  await expectImports(situation, join(libraries, python, "site-packages"), modules);
}

/** Writes a file of the check's own, and returns its path. */
export function writeInput({ folder }: Situation, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The requested paths below the root, still encoded, without repetition: what was fetched. */
export function fetched({ requests, basePath }: Situation): string[] {
  return [...new Set(requests().map(({ path }) => path.slice(basePath.length + 1)))];
}

/** Every release was resolved by its sidecar: no wheel was asked for, nothing in parts, nothing by HEAD. */
export function expectSidecarsOnly(situation: Situation, filenames: readonly string[]): void {
  if (situation.formats === "file") return;
  const paths = fetched(situation).map((path) => decodeURIComponent(path.split("/").at(-1) ?? ""));
  assert.deepEqual(
    paths.filter((name) => name.endsWith(".whl")),
    [],
    "a wheel was fetched though its sidecar says all",
  );
  const sidecars = new Set(paths.filter((name) => name.endsWith(".metadata")));
  for (const name of filenames)
    assert.ok(sidecars.has(`${name}.metadata`), `${name}.metadata was not fetched`);
  const odd = situation.requests().filter(({ method, range }) => method !== "GET" || range !== "");
  assert.deepEqual(odd, [], "asked in parts or by HEAD");
}

/** What a client that reads JSON gets there. */
export function bestFormat({ formats }: Pick<Situation, "formats">): "json" | "html" {
  return formats === "negotiated" || formats === "json" ? "json" : "html";
}

/** All pages came in the format that this host can give to this client. */
export function expectFormat(situation: Situation, format: "json" | "html"): void {
  const type = format === "json" ? "application/vnd.pypi.simple.v1+json" : "text/html; charset=utf-8";
  const pages = situation
    .requests()
    .filter(({ path, status }) => path.endsWith("/") && status === 200)
    .map((request) => request.type.toLowerCase());
  assert.ok(pages.length > 0, "no page was asked for");
  assert.deepEqual([...new Set(pages)], [type]);
}

/** The address under which the index offers this file. */
export function fileUrl({ rootUrl }: Situation, filename: string): string {
  const { folder } = inputFile(filename);
  const encode = (text: string): string => encodeURIComponent(text).replaceAll("!", "%21");
  return `${rootUrl}/${encode(folder)}/${encode(filename)}`;
}

/** Another way to the same host, on which a client is given HTML whatever it asks for. */
export async function openHtmlTap({ upstream }: Situation): Promise<Tap> {
  if (upstream === undefined) throw new Error("there is no host in front of file://");
  return openTap(upstream, { accept: "text/html" });
}

/** The major and minor version of a pip. */
export function pipVersion(client: InstalledClient): number {
  const [major, minor] = client.version.split(".").map(Number);
  return (major ?? 0) + (minor ?? 0) / 10;
}
