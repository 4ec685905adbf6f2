/** A small index that `generate` has made, to put something wrong into, and what may be expected of a refusal. */
import { cpSync, existsSync, lstatSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";

import {
  makeTemporaryDirectory,
  makeTree,
  readTree,
  removeDirectory,
  temporaryDirectory,
} from "./make-tree.ts";
import { makeWheel } from "./make-wheel.ts";
import { MAIN, runCli, type CliOptions, type CliResult } from "./run-cli.ts";

/** What `--json` lists under `problems`. */
export interface ReportedProblem {
  readonly code: string;
  readonly severity?: string;
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** What `--json` prints; the keys that tests look at. */
export interface Report {
  readonly added: readonly unknown[];
  readonly removed: readonly unknown[];
  readonly replaced: readonly unknown[];
  readonly problems: readonly ReportedProblem[];
}

/** A repository whose `index/` holds `tools/good-1.0-py3-none-any.whl` and its pages. */
export interface StartedIndex {
  /** The repository: an empty `pkgindex.toml` and `index/`. */
  readonly directory: string;
  readonly root: string;
}

export const GOOD = makeWheel({ name: "good", version: "1.0" });
/** A second wheel that nothing is wrong with: it comes together with the bad input. */
export const FRESH = makeWheel({ name: "fresh", version: "1.0" });

/** Makes the index once per file; the function that comes back hands out copies of it. */
export function useStartedIndex(): (directory?: string) => StartedIndex {
  let original: string;
  beforeAll(async () => {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run "npm run build" first`);
    original = makeTemporaryDirectory();
    makeTree(original, { "pkgindex.toml": "", [`index/tools/${GOOD.filename}`]: GOOD.bytes });
    const result = await generate({ directory: original });
    expect(result.code, transcript(result)).toBe(0);
    expect(existsSync(join(original, "index/simple/good/index.html")), transcript(result)).toBe(true);
  });
  afterAll(() => removeDirectory(original));
  return (directory = temporaryDirectory()) => {
    cpSync(original, directory, { recursive: true, preserveTimestamps: true });
    return { directory, root: join(directory, "index") };
  };
}

/** `pkgindex generate --root index` in that repository. */
export function generate(
  index: { readonly directory: string },
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<CliResult> {
  return runCli(["generate", "--root", "index", ...args], { cwd: index.directory, ...options });
}

/** What a run printed, for the message of an assertion. */
export function transcript(result: CliResult): string {
  return `exit ${result.signal ?? result.code}\n--- stdout\n${result.stdout}\n--- stderr\n${result.stderr}`;
}

/** The one object that a `--json` run prints. */
export function reportOf(result: CliResult): Report {
  try {
    return JSON.parse(result.stdout) as Report;
  } catch (error) {
    throw new Error(`stdout is not one JSON object\n${transcript(result)}`, { cause: error });
  }
}

export function errorsOf(result: CliResult): readonly ReportedProblem[] {
  return reportOf(result).problems.filter(({ severity }) => severity !== "note");
}

export function notesOf(result: CliResult): readonly ReportedProblem[] {
  return reportOf(result).problems.filter(({ severity }) => severity === "note");
}

/** The lines on the terminal that hold this text. */
export function linesWith(result: CliResult, text: string): readonly string[] {
  return `${result.stdout}\n${result.stderr}`.split("\n").filter((line) => line.includes(text));
}

export interface Refusal {
  /** A part of the input's path that the problem must name. */
  readonly input: string;
  /** What any sensible sentence about it says. */
  readonly words: RegExp;
  /** Whether the problem's path must be there when typed in the repository; true by default. */
  readonly typeable?: boolean;
  readonly args?: readonly string[];
  readonly options?: CliOptions;
}

/**
 * The run with this input ends with exit code 1 and leaves every byte below the root as it was; exactly one
 * problem is reported, on one line of the terminal and in the JSON alike. Returns that problem.
 */
export async function expectRefusal(index: StartedIndex, refusal: Refusal): Promise<ReportedProblem> {
  const before = readTree(index.root);
  const [problem, ...others] = await expectRefusals(index, refusal);
  expect(others, "one problem, one line").toEqual([]);
  expect(readTree(index.root)).toEqual(before);
  if (problem === undefined) throw new Error("no problem is reported");
  const text = `${problem.path}: ${problem.message}; ${problem.hint}`;
  expect(problem.path).toContain(refusal.input);
  expect(text).toMatch(refusal.words);
  if (refusal.typeable !== false) {
    expect(() => lstatSync(resolve(index.directory, problem.path)), text).not.toThrow();
  }
  return problem;
}

/** The same for any number of problems: exit code 1, and every problem well-formed and on a line of its own. */
export async function expectRefusals(
  index: StartedIndex,
  { args = [], options = {} }: Pick<Refusal, "args" | "options">,
): Promise<readonly ReportedProblem[]> {
  const plain = await generate(index, args, options);
  expect(plain.code, transcript(plain)).toBe(1);
  const json = await generate(index, [...args, "--json"], options);
  expect(json.code, transcript(json)).toBe(1);
  const errors = errorsOf(json);
  for (const problem of errors) expectWellFormed(problem, plain);
  return errors;
}

/** The problem has all its parts, in the house's words, and one line of the terminal holds them in order. */
export function expectWellFormed(problem: ReportedProblem, plain: CliResult): void {
  const { code, path, message, hint } = problem;
  expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  for (const text of [path, message, hint]) {
    expect(text).not.toBe("");
    expect(text).not.toMatch(/\.$/);
  }
  for (const text of [message, hint]) {
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(text).not.toMatch(/^\p{Lu}\p{Ll}/u);
  }
  // JSON has the path as it is; a terminal must not see the control characters that may be in it.
  const seen = path.split(/\p{Cc}/u).toSorted((a, b) => b.length - a.length)[0] ?? "";
  const lines = linesWith(plain, message).filter((line) => line.includes(seen));
  expect(lines.length, `one line with ${JSON.stringify(problem)} in ${transcript(plain)}`).toBe(1);
  const [line = ""] = lines;
  const places = [line.indexOf(seen), line.indexOf(message), line.lastIndexOf(hint)];
  expect(places, `path, message and hint in this order: ${line}`).toEqual(places.toSorted((a, b) => a - b));
  expect(places, `path, message and hint: ${line}`).not.toContain(-1);
}

/**
 * With `--skip-invalid` the exit code is still 1 and the problem still told; the fresh wheel that came along is
 * published, and nothing is of the projects in `absent`.
 */
export async function expectSkipped(
  index: StartedIndex,
  absent: readonly string[],
  options: CliOptions = {},
): Promise<void> {
  const result = await generate(index, ["--skip-invalid", "--json"], options);
  expect(result.code, transcript(result)).toBe(1);
  expect(errorsOf(result).length, transcript(result)).toBeGreaterThan(0);
  const list = readFileSync(join(index.root, "simple/index.html"), "utf8");
  const projects = [...list.matchAll(/<a [^>]*>([^<]*)<\/a>/g)].map(([, name]) => name);
  expect(projects, transcript(result)).toEqual(expect.arrayContaining(["fresh", "good"]));
  expect(existsSync(join(index.root, "simple/fresh/index.html")), transcript(result)).toBe(true);
  for (const project of absent) {
    expect(projects).not.toContain(project);
    expect(existsSync(join(index.root, `simple/${project}/index.html`))).toBe(false);
  }
}
