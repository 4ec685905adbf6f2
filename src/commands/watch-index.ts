/** `serve --watch`: keeps the index up to date while distribution files come and go. */
import { displayBelow } from "./index-root.ts";
import { basename } from "node:path";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import type { Config } from "../config/config.ts";
import { PkgIndexError } from "../errors.ts";
import { formatCount, formatProblem, toVisible, type Terminal } from "../io/terminal.ts";
import { watchFolders } from "../io/watch-folders.ts";
import { LAYOUTS } from "../simple/layout.ts";
import type { Update } from "./update-index.ts";

/** How long nothing may have changed before the index is brought up to date: a copy that goes on is waited for. */
const QUIET_MS = 400;

/** How many lines one update prints at most. */
const SHOWN = 20;

export interface IndexWatch {
  readonly close: () => void;
}

/**
 * Runs `update` once, and again after each change; never two at a time. Says a line for each change, and each problem once as
 * long as it lasts. Resolves when the first update is done.
 */
export async function watchIndex(
  config: Config,
  terminal: Terminal,
  update: () => Promise<Update>,
): Promise<IndexWatch> {
  const { root } = config;
  const { reserved } = LAYOUTS[config.layout];
  const report = createChangeReport(config, terminal);
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;
  let isClosed = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    try {
      report.tell(await update());
    } catch (error) {
      report.tellFailure(error);
    }
    isRunning = false;
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (isClosed) return;
    timer = setTimeout(() => {
      if (isRunning) return schedule();
      // First watch new folders, then look into them: what comes in between is seen twice, and never missed.
      watcher.rescan();
      void run();
    }, QUIET_MS);
  };
  const watcher = watchFolders(root, {
    // Pages, sidecars and records are the index's own: their changes must not wake it up.
    entersFolder: (path) => !basename(path).startsWith(".") && !reserved.includes(path),
    concernsFile: (path) => {
      const name = basename(path);
      return !name.startsWith(".") && (looksLikeDistribution(name) || name.endsWith(".provenance"));
    },
    onChange: schedule,
    onError: (path, reason) =>
      terminal.talk(toVisible(`note: ${path || config.rootDisplay}: changes here go unseen (${reason})`)),
  });
  await run();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      watcher.close();
    },
  };
}

interface ChangeReport {
  readonly tell: (update: Update) => void;
  readonly tellFailure: (error: unknown) => void;
}

function createChangeReport(config: Config, terminal: Terminal): ChangeReport {
  let told: ReadonlySet<string> = new Set();
  const tellProblems = (lines: readonly string[]): void => {
    for (const line of lines) if (!told.has(line)) terminal.talk(line);
    told = new Set(lines);
  };
  return {
    tell: ({ catalog, problems, isRefused }) => {
      const hadErrors = [...told].some((line) => line.startsWith("error: "));
      tellProblems(
        problems.map((problem) => formatProblem({ ...problem, path: displayBelow(config, problem.path) })),
      );
      if (isRefused) return;
      const lines = [
        ...catalog.added.map((path) => `added ${path}`),
        ...catalog.replaced.map((path) => `replaced ${path}`),
        ...catalog.removed.map((path) => `removed ${path}`),
      ];
      for (const line of lines.slice(0, SHOWN)) terminal.talk(toVisible(line));
      if (lines.length > SHOWN) terminal.talk(`and ${formatCount(lines.length - SHOWN, "other change")}`);
      if (lines.length === 0 && hadErrors) terminal.talk("the index is up to date again");
    },
    tellFailure: (error) => {
      // Even a bug must not end the serving of what is there.
      const isKnown = error instanceof PkgIndexError;
      const { path = config.rootDisplay, message, hint } = isKnown ? error : toBug(error);
      tellProblems([toVisible(`error: ${path}: ${message} (hint: ${hint})`)]);
    },
  };
}

function toBug(error: unknown): { readonly path?: string; readonly message: string; readonly hint: string } {
  return { message: `the update failed: ${String(error)}`, hint: "run pkgindex generate to see more" };
}
