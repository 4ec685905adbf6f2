/** The way that every command takes to the published tree: catalog, pages, plan, and then, if nothing is wrong, the writing. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import type { Change } from "../catalog/change.ts";
import { loadCatalog } from "../catalog/load-catalog.ts";
import { mayMatterToHosts } from "../catalog/tree-sizes.ts";
import type { Config } from "../config/config.ts";
import { displayPath } from "../config/display-path.ts";
import { PkgIndexError, type Problem } from "../errors.ts";
import { hasEntry, isBelowGit, readFileIfExists } from "../io/files.ts";
import type { GitFolder } from "../io/git.ts";
import { readTemplates } from "../io/templates.ts";
import type { Terminal } from "../io/terminal.ts";
import { createTreeWriter } from "../io/tree-writer.ts";
import { openWorkspace, type Workspace } from "../io/workspace.ts";
import { isEmptyPlan, JOURNAL, planPublication, type Plan } from "../publish/plan.ts";
import { fingerprintOf } from "../site/fingerprint.ts";
import {
  SITE_ASSET_NAMES,
  SITE_FORMAT,
  SITE_TEMPLATE_NAMES,
  TEMPLATE_NAMES,
} from "../site/template-source.ts";
import { LAYOUTS, type Layout } from "../simple/layout.ts";
import { requireRoot } from "./index-root.ts";
import { TreeRenderer } from "./tree-renderer.ts";
import { toWriteError } from "./write-error.ts";

export interface UpdateOptions {
  readonly config: Config;
  readonly mode: "apply" | "dry-run" | "check";
  readonly rebuild: boolean;
  readonly skipInvalid: boolean;
  readonly allowReplace: boolean;
  readonly allowMove: boolean;
  readonly allowEmpty: boolean;
  readonly lockTimeoutMs: number;
  readonly jobs: number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly terminal: Terminal;
  /** Whether a page that is not ours may be replaced; none where it is not given. */
  readonly mayReplace?: (path: string, existing: Buffer) => boolean;
  /** What a command decides, once it is alone with the index. It throws where it refuses. */
  readonly decide?: (context: DecisionContext) => Promise<Change>;
  /** Whether the pages are made elsewhere: only files and records are put in place. */
  readonly recordsOnly?: boolean;
}

/** What a decision is made from. */
export interface DecisionContext {
  /** Absolute path. */
  readonly root: string;
  readonly layout: Layout;
  readonly now: Date;
  readonly startedMs: number;
  /** A folder for new files on the index's file system; undefined in a run that writes nothing. */
  readonly staging: string | undefined;
  readonly git: GitFolder | undefined;
}

export interface Update {
  readonly mode: UpdateOptions["mode"];
  readonly catalog: Catalog;
  readonly plan: Plan;
  /** All that is wrong or worth knowing, the catalog's included. */
  readonly problems: readonly Problem[];
  /** Whether something forbids to write. */
  readonly isRefused: boolean;
}

/** What is known of an index whose pages are made elsewhere. */
const NO_PAGES: Catalog = {
  projects: [],
  listed: undefined,
  unchangedProjects: 0,
  isListSound: true,
  problems: [],
  added: [],
  removed: [],
  replaced: [],
  ignored: [],
  newRecords: new Map(),
  sidecars: [],
  orphans: [],
  vanished: [],
  fileCount: 0,
  sizes: { isWhole: false, files: 0, bytes: 0, large: [], fullestFolder: undefined },
  filesRead: 0,
  bytesHashed: 0,
};

/** Faults that leave the rest of the index in doubt: `--skip-invalid` does not pass over them. */
const NOT_SKIPPABLE = new Set([
  "record-invalid",
  "stranger-in-the-way",
  "would-be-empty",
  "unreadable-folder",
  "provenance-url",
  "case-only-difference",
]);

/** Brings the index up to date, or says why not. Throws a `PkgIndexError` where the work cannot be done at all. */
export async function updateIndex(options: UpdateOptions): Promise<Update> {
  const { config, mode, terminal } = options;
  const { root, rootDisplay } = config;
  requireRoot(config);
  const overrides = config.templatesDirectory;
  const { url, title, description, jsonRoot, site } = config;
  const sources = readTemplates(
    site.enabled ? [...TEMPLATE_NAMES, ...SITE_TEMPLATE_NAMES, ...SITE_ASSET_NAMES] : TEMPLATE_NAMES,
    overrides === undefined
      ? undefined
      : { directory: overrides, display: displayPath(overrides, options.cwd) },
  );
  const unknown = overrides === undefined ? [] : await noteUnknownTemplates(overrides, root);
  const logo = site.logo === undefined ? undefined : readFileIfExists(site.logo)?.toString("base64");
  const settings = { layout: config.layout, url, title, description, jsonRoot };
  const fingerprint = fingerprintOf(sources, {
    ...settings,
    site: site.enabled && { ...site, logo, format: SITE_FORMAT },
  });
  const now = timeOfRun(options.environment);
  let workspace: Workspace | undefined;
  try {
    if (mode === "apply") {
      workspace = await openWorkspace(
        join(root, ".pkgindex"),
        options.lockTimeoutMs,
        (holder) => terminal.talk(`waiting for ${holder}, which is writing ${rootDisplay}`),
        (staging) => recover(root, staging),
        () => hasEntry(join(root, JOURNAL)),
      );
    }
    const startedMs = workspace?.startedMs ?? Date.now();
    const git = isBelowGit(root) ? await (await import("../io/git.ts")).openGitFolder(root) : undefined;
    const layout = LAYOUTS[config.layout];
    const change = await options.decide?.({ root, layout, now, startedMs, staging: workspace?.staging, git });
    const writer = workspace && createTreeWriter(root, workspace.staging);
    const compareAll = mode === "check" || options.rebuild;
    const tree = new TreeRenderer({
      config,
      sources,
      fingerprint,
      compareAll,
      allowEmpty: options.allowEmpty,
      jobs: options.jobs ?? availableParallelism(),
      stage: (bytes, mtimeMs = startedMs) => writer?.stage(bytes, mtimeMs),
      change,
      mayReplace: options.mayReplace,
    });
    const catalogOptions = {
      ...options,
      ...config,
      layout,
      hasSite: site.enabled,
      fingerprint,
      compareAll,
      jobs: options.jobs ?? availableParallelism(),
      now,
      startedMs,
      staging: workspace?.staging,
      git,
      change,
      onProgress: (done: number, total: number) => terminal.progress("reading files", done, total),
    };
    const isAlone = options.recordsOnly === true && change !== undefined;
    const catalog = isAlone ? NO_PAGES : await loadCatalog(catalogOptions, () => tree.openSink());
    const { wanted, problems: found } = isAlone
      ? { wanted: tree.finishRecords(change), problems: [] }
      : await tree.finish(catalog);
    const hasFaults = found.some(({ severity, code }) => severity === "error" && code !== "would-be-empty");
    // Where faults stop the run anyway, that nothing is left to list is no news.
    const faults =
      hasFaults && !options.skipInvalid ? found.filter(({ code }) => code !== "would-be-empty") : found;
    const problems = [...unknown, ...faults, ...(await findHostLimits(catalog, options))];
    const plan = planPublication(wanted);
    const isRefused = problems.some(
      ({ severity, code }) => severity === "error" && (!options.skipInvalid || NOT_SKIPPABLE.has(code)),
    );
    if (writer !== undefined && !isRefused && !(isEmptyPlan(plan) && plan.touches.length === 0)) {
      const { applyPlan } = await import("../publish/apply.ts");
      await applyPlan(plan, writer, root, startedMs, (done, total) =>
        terminal.progress("writing", done, total),
      );
    }
    return { mode, catalog, plan, problems, isRefused };
  } catch (error) {
    throw toWriteError(error, rootDisplay) ?? error;
  } finally {
    workspace?.close();
  }
}

/** What lies in the owner's folder of templates to no effect. */
async function noteUnknownTemplates(directory: string, root: string): Promise<readonly Problem[]> {
  const { findUnknownTemplates } = await import("./unknown-templates.ts");
  return findUnknownTemplates(directory, root);
}

/** What the host would not take. What looks it up is loaded where the tree is large. */
async function findHostLimits(catalog: Catalog, { config, cwd }: UpdateOptions): Promise<readonly Problem[]> {
  if (!mayMatterToHosts(catalog.sizes, catalog.projects.length)) return [];
  const { checkHostLimits, toPublishedSizes } = await import("./host-limits.ts");
  return checkHostLimits(toPublishedSizes(catalog, config), config, cwd);
}

/** Carries out what a killed run had decided, if there was one. */
async function recover(root: string, staging: string): Promise<void> {
  if (!hasEntry(join(root, JOURNAL))) return;
  const { recoverJournal } = await import("../publish/journal.ts");
  await recoverJournal(createTreeWriter(root, staging), root);
}

/** What a run takes for now: `SOURCE_DATE_EPOCH`, else the clock. Throws a `PkgIndexError` where that is no time. */
export function timeOfRun({ SOURCE_DATE_EPOCH: text }: Readonly<Record<string, string | undefined>>): Date {
  if (text === undefined || text === "") return new Date();
  const date = new Date(Number(text) * 1000);
  if (/^\d{1,12}$/.test(text) && !Number.isNaN(date.getTime())) return date;
  throw new PkgIndexError({
    code: "usage",
    path: "SOURCE_DATE_EPOCH",
    message: `must be a whole number of seconds since 1970, and is ${JSON.stringify(text)}`,
    hint: "set it right, or unset it",
  });
}
