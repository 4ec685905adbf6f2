/** From a dispatch to the run that it began, and on to its end. */
import type { Clock } from "../io/clock.ts";
import { UPDATE_EVENT } from "./dispatch.ts";
import { formatRepositoryName, type RepositoryName } from "./repository-name.ts";
import { listDispatchedRuns, readRun, type Run, type RunsOf } from "./runs.ts";

export interface Patience {
  readonly clock: Clock;
  /** Until when, in milliseconds since the epoch. */
  readonly deadline: number;
}

/** Times between two looks: short ones first, for what is done soon. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

/** How long GitHub may take from a dispatch to its run; it is seconds, on bad days more. */
const LONGEST_START_MS = 180_000;

/** The id of the newest run before a dispatch is sent: ids only grow, and clocks of two machines differ. */
export async function readNewestRunId(of: RunsOf): Promise<number> {
  return (await listDispatchedRuns(of)).reduce((newest, { id }) => Math.max(newest, id), 0);
}

/** What the run of a dispatch is known by. */
export interface WantedRun {
  readonly source: RepositoryName;
  readonly ref: string;
  /** The id of the newest run before the dispatch. */
  readonly after: number;
  /** When the dispatch was taken, in milliseconds since the epoch, by GitHub's clock. */
  readonly since: number;
}

/** What came of looking for a run. */
export interface FoundRun {
  readonly run: Run | undefined;
  /** Whether the run's title says that it is the one. */
  readonly isSure: boolean;
  /** How many other runs began since the dispatch. */
  readonly others: number;
}

/** How long a title that says nothing is left alone: a better one may come. */
const DOUBT_MS = 10_000;

/**
 * The run that a dispatch for `source` at `ref` began. GitHub does not say which it is. The workflows of pkgindex have
 * source and ref in their title (`run-name`); of a workflow without one, whose title is the type of the event, the first
 * that began after the dispatch is taken. Runs of one source and ref do the same work, so that any of them will do.
 */
export async function findRun(
  of: RunsOf,
  wanted: WantedRun,
  { clock, deadline }: Patience,
): Promise<FoundRun> {
  const begin = clock.now();
  const end = Math.min(deadline, begin + LONGEST_START_MS);
  // GitHub's times are whole seconds.
  const since = Math.floor(wanted.since / 1000) * 1000;
  for (let pause = FIRST_PAUSE_MS; ; pause = longer(pause)) {
    const begun = (await listDispatchedRuns(of))
      .filter(({ id, createdAt }) => id > wanted.after || createdAt >= since)
      .toReversed();
    const isPatient = clock.now() - begin < DOUBT_MS;
    const run =
      begun.find(({ title }) => fit(title, wanted) === "yes") ??
      begun.find(({ title }) => fit(title, wanted) === "maybe") ??
      (isPatient ? undefined : begun.find(({ title }) => fit(title, wanted) === "unknown"));
    if (run !== undefined) return { run, isSure: fit(run.title, wanted) === "yes", others: begun.length - 1 };
    if (clock.now() + pause > end) return { run: undefined, isSure: false, others: begun.length };
    await clock.sleep(pause);
  }
}

/**
 * How a title fits: `maybe` is that of a workflow without a `run-name`, or with the source alone; `unknown` names no
 * repository at all.
 */
function fit(title: string, { source, ref }: WantedRun): "yes" | "maybe" | "unknown" | "no" {
  const name = formatRepositoryName(source).toLowerCase();
  const text = title.toLowerCase();
  if (hasWord(text, name) && hasWord(title, ref)) return "yes";
  if (text === UPDATE_EVENT || (hasWord(text, name) && text.endsWith(name))) return "maybe";
  return text.includes("/") ? "no" : "unknown";
}

/** The run at its end, or as it is when the time is over. `onChange` is told of each new status. */
export async function followRun(
  of: RunsOf,
  run: Run,
  { clock, deadline }: Patience,
  onChange: (run: Run) => void,
): Promise<Run> {
  let current = run;
  onChange(current);
  for (let pause = FIRST_PAUSE_MS; current.status !== "completed"; pause = longer(pause)) {
    if (clock.now() + pause > deadline) return current;
    await clock.sleep(pause);
    const next = await readRun(of, run.id);
    if (next.status !== current.status) onChange(next);
    current = next;
  }
  return current;
}

/** Whether a name stands in a text, and is not a part of a longer one: `v1` is not in `dace@v1.0`. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const around = `${text.charAt(at - 1)}${text.charAt(at + word.length)}`;
    if (!/[\w./-]/.test(around)) return true;
  }
  return false;
}

function longer(pause: number): number {
  return Math.min(LONGEST_PAUSE_MS, pause * 1.5);
}
