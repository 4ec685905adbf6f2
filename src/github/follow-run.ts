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

/** What came of looking for a run; `others` is how many runs began that are somebody else's, or may be. */
export interface FoundRun {
  readonly run: Run | undefined;
  readonly others: number;
}

/**
 * The run that a dispatch for `source` at `ref` began. GitHub does not say which it is. The workflows of pkgindex have
 * source and ref in their title (`run-name`); of a workflow without one, whose title is the type of the event, the first
 * that began after the dispatch is taken. Runs of one source and ref do the same work, so that any of them will do.
 */
export async function findRun(
  of: RunsOf,
  { source, ref, after }: { readonly source: RepositoryName; readonly ref: string; readonly after: number },
  { clock, deadline }: Patience,
): Promise<FoundRun> {
  const name = formatRepositoryName(source).toLowerCase();
  const end = Math.min(deadline, clock.now() + LONGEST_START_MS);
  for (let pause = FIRST_PAUSE_MS; ; pause = longer(pause)) {
    const begun = (await listDispatchedRuns(of)).filter(({ id }) => id > after).toReversed();
    const named = begun.find(({ title }) => hasWord(title.toLowerCase(), name) && hasWord(title, ref));
    const run = named ?? begun.find(({ title }) => saysNoRef(title.toLowerCase(), name));
    if (run !== undefined) return { run, others: named === undefined ? begun.length - 1 : 0 };
    if (clock.now() + pause > end) return { run: undefined, others: begun.length };
    await clock.sleep(pause);
  }
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

/** Whether a title leaves open which ref it is of: that of a workflow without a `run-name`, or with the source alone. */
function saysNoRef(title: string, name: string): boolean {
  return title === UPDATE_EVENT || title === "" || (hasWord(title, name) && title.endsWith(name));
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
