/**
 * Publishing into another repository: fetch, take what is there now, add, regenerate, commit, push, until it is in. Pages are
 * never merged: where somebody else was faster, all of it is done again on what they have left.
 */
import { basename, join, relative } from "node:path";
import type { Source } from "../catalog/record-events.ts";
import { RECORDS_ATTRIBUTES, recordPath } from "../catalog/record-files.ts";
import type { Config } from "../config/config.ts";
import { PkgIndexError, toProblemsError, type Problem } from "../errors.ts";
import { IndexClone } from "../github/index-clone.ts";
import type { PublishTarget } from "../github/publish-target.ts";
import { hasEntry, makeFolder } from "../io/files.ts";
import type { GitSettings } from "../io/run-git.ts";
import type { Terminal } from "../io/terminal.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import { normalizeProjectName } from "../packaging/project-name.ts";
import { LAYOUTS, JSON_PAGE, joinPath } from "../simple/layout.ts";
import { SETTINGS_PATTERNS, toPatterns } from "./clone-patterns.ts";
import { decideAddition, type Addition } from "./decide-addition.ts";
import { checkStorage, storeInLfs } from "./file-storage.ts";
import { updateIndex, type DecisionContext, type Update, type UpdateOptions } from "./update-index.ts";

export interface PublishRequest {
  readonly files: readonly string[];
  readonly sourceOf: (file: string) => Source | undefined;
  /** The package subfolder, where it is not the project's own. */
  readonly folder: string | undefined;
  readonly target: PublishTarget;
  readonly branch: string;
  readonly credentials: GitSettings;
  /** An empty folder for the clone. */
  readonly workFolder: string;
  readonly timeoutMs: number;
  readonly dryRun: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** That `files` are relative to. */
  readonly cwd: string;
  readonly terminal: Terminal;
  readonly loadConfig: (folder: string) => Promise<Config>;
  /** Throws where the index does not want what is published. */
  readonly checkIndex: (config: Config) => void;
  /** What is wrong with an addition besides, once it is decided. */
  readonly judge: (addition: Addition, config: Config) => readonly Problem[];
  readonly message: (addition: Addition) => string;
}

export interface Publication {
  readonly addition: Addition;
  readonly update: Update;
  readonly config: Config;
  /** Undefined where all was there already, or in a dry run. */
  readonly commit: string | undefined;
  readonly attempts: number;
}

/** Waiting times between attempts, in milliseconds: by chance, so that not all come at once again. */
const SHORTEST_WAIT = 200;
const LONGEST_WAIT = 5000;

/** Publishes. Throws a `PkgIndexError` where the index or its server refuses, or time is over; then nothing has changed. */
export async function publishFiles(request: PublishRequest): Promise<Publication> {
  const { target, terminal, timeoutMs } = request;
  const deadline = Date.now() + timeoutMs;
  const clone = new IndexClone({
    ...request,
    folder: request.workFolder,
    deadline,
    onRefusal: (words) => talkServer(words, terminal),
  });
  await clone.open(SETTINGS_PATTERNS);
  for (let attempts = 1; ; attempts += 1) {
    const tried = await tryOnce(clone, request);
    if (typeof tried !== "string") return { ...tried, attempts };
    const reason = tried;
    const wait = SHORTEST_WAIT + Math.random() * Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** attempts);
    if (Date.now() + wait >= deadline) throw timedOut(target.display, timeoutMs, attempts, reason);
    terminal.talk(`${target.display}: ${reason}; trying again`);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** One attempt; why there has to be another, where the server was away or somebody else was faster. */
async function tryOnce(
  clone: IndexClone,
  request: PublishRequest,
): Promise<Omit<Publication, "attempts"> | string> {
  try {
    await clone.refresh();
    const added = await addTo(clone, request);
    if (added.commit === undefined) return added;
    const pushed = await clone.push();
    if (pushed.kind === "done") return added;
    if (pushed.kind === "retry") return pushed.reason;
    const { message, hint } = pushed;
    const path = `${request.target.display} (${request.branch})`;
    throw new PkgIndexError({ code: "push-refused", path, message, hint });
  } catch (error) {
    // Also what git fetches when it is needed may not come.
    if (error instanceof PkgIndexError && error.code === "timed-out") return error.message;
    throw error;
  }
}

/** What a server says, each line marked as its own. */
function talkServer(words: string, terminal: Terminal): void {
  const lines = words
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "" && !/^(?:To |Done|Pushing)/.test(line));
  for (const line of lines.slice(0, 40)) terminal.talk(`| ${line.replace(/[\0-\x08\x0b-\x1f\x7f]/g, "")}`);
}

function timedOut(path: string, timeoutMs: number, attempts: number, reason: string): PkgIndexError {
  return new PkgIndexError({
    code: "timed-out",
    path,
    message: `nothing could be published within ${timeoutMs / 1000} s (${attempts} attempt${attempts === 1 ? "" : "s"}): ${reason}`,
    hint: "run again; the index is as it was, and the files are where they were",
  });
}

/** One attempt, up to the commit. */
async function addTo(clone: IndexClone, request: PublishRequest): Promise<Omit<Publication, "attempts">> {
  const { folder } = clone;
  const { target } = request;
  const config = await request.loadConfig(folder);
  request.checkIndex(config);
  await clone.setPatterns(toPatterns(config, folder));
  const root = relative(folder, config.root);
  const recordsOnly = await findOutRecordsOnly(clone, config, root, target.display);
  const options: UpdateOptions = {
    config,
    mode: request.dryRun ? "dry-run" : "apply",
    rebuild: false,
    skipInvalid: false,
    allowReplace: false,
    allowMove: false,
    allowEmpty: false,
    lockTimeoutMs: 0,
    jobs: undefined,
    environment: request.environment,
    cwd: folder,
    terminal: request.terminal,
    recordsOnly,
  };
  let addition: Addition | undefined;
  const inLfs: string[] = [];
  const decide = async (context: DecisionContext): Promise<Addition["change"]> => {
    addition = await decideAddition(
      request.files,
      {
        folder: request.folder,
        sourceOf: request.sourceOf,
        allowReplace: config.automation.replace,
        replaceHint: "[automation] replace = true in the index's pkgindex.toml",
        cwd: request.cwd,
        config,
      },
      context,
    );
    const problems = [...request.judge(addition, config)];
    for (const { path, inspection } of addition.change.incoming) {
      const problem = await checkStorage(
        clone,
        config,
        target.isGithub,
        joinPath(root, path),
        inspection.size,
      );
      if (problem === "lfs") inLfs.push(inspection.sha256 ?? "");
      else if (problem !== undefined) problems.push(problem);
    }
    if (problems.length > 0) throw toProblemsError(problems);
    return addition.change;
  };
  let update = await updateIndex({ ...options, decide });
  if (
    update.isRefused &&
    update.problems.some(({ code }) => code === "input-missing") &&
    addition !== undefined
  ) {
    // A page of these projects does not know all of its files: they are fetched after all.
    await clone.fetchFiles(await findLeftOutFiles(clone, root, addition));
    inLfs.length = 0;
    update = await updateIndex({ ...options, decide });
  }
  if (addition === undefined) throw new Error("nothing was decided");
  if (update.isRefused) throw toProblemsError(update.problems.filter(({ severity }) => severity === "error"));
  if (request.dryRun) return { addition, update, config, commit: undefined };
  const { change } = addition;
  const paths = [
    ...change.incoming.map(({ path }) => path),
    ...[...change.records.keys()].map(recordPath),
    ...(hasEntry(join(config.root, RECORDS_ATTRIBUTES)) ? [RECORDS_ATTRIBUTES] : []),
  ].map((path) => joinPath(root, path));
  const isNothing = change.incoming.length === 0 && change.records.size === 0;
  const commit = isNothing
    ? undefined
    : await clone.commit(paths, recordsOnly ? undefined : root, request.message(addition));
  if (commit !== undefined && inLfs.length > 0) await storeInLfs(clone, inLfs, target.display);
  return { addition, update, config, commit };
}

/** Whether the repository keeps wheels and records alone, and its pages are made where it is deployed. */
async function findOutRecordsOnly(
  clone: IndexClone,
  config: Config,
  root: string,
  display: string,
): Promise<boolean> {
  const list = joinPath(root, joinPath(LAYOUTS[config.layout].listDirectory, JSON_PAGE));
  const hasPages = await clone.isTracked(list);
  if (config.file === undefined && !hasPages && !hasEntry(join(config.root, ".pkgindex"))) {
    throw new PkgIndexError({
      code: "no-index",
      path: display,
      message: "holds no index: there is no pkgindex.toml, no page and no record",
      hint: "make one there with pkgindex init, and push it",
    });
  }
  makeFolder(config.root);
  if (hasPages) return false;
  const hasFiles = (await clone.listLeftOut(root)).some((path) => looksLikeDistribution(basename(path)));
  return hasFiles || (await clone.isIgnored(list));
}

/** Files of the projects concerned that the clone leaves out. */
async function findLeftOutFiles(
  clone: IndexClone,
  root: string,
  { change }: Addition,
): Promise<readonly string[]> {
  const paths = await clone.listLeftOut(root);
  const names = new Set<string>(change.projects);
  return paths.filter((path) => {
    const name = basename(path);
    return looksLikeDistribution(name) && names.has(normalizeProjectName(name.slice(0, name.indexOf("-"))));
  });
}
