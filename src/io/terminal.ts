/** How the program speaks: data on stdout, talk on stderr, colour and progress on a terminal alone. */
import type { Problem } from "../errors.ts";
import { hideCommands, isInActions } from "./actions-files.ts";

/** The part of `process` that a command may touch; tests hand in their own. */
export interface Host {
  readonly argv: readonly string[];
  readonly cwd: () => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  exitCode?: number | string | null | undefined;
}

export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface Terminal {
  /** A line of data, to stdout. */
  readonly print: (line: string) => void;
  /** A line of talk, to stderr; in GitHub Actions, nothing in it is a command. */
  readonly talk: (line: string) => void;
  /** A line that GitHub Actions is to take for a command, to stderr. */
  readonly command: (line: string) => void;
  /** In GitHub Actions: the errors that were talked of, for the annotation of a run that fails. */
  readonly errors: readonly string[];
  /** Shows how far the work is, once it takes longer than a second. */
  readonly progress: (label: string, done: number, total: number) => void;
  /** Takes the progress bar away. */
  readonly endProgress: () => void;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
}

const ERROR = "error: ";
/** An annotation names no more. */
const MOST_ERRORS = 10;
const PROGRESS_AFTER_MS = 1000;
const PROGRESS_EVERY_MS = 80;

/** A terminal over the host's streams. */
export function createTerminal(host: Pick<Host, "stdout" | "stderr" | "env">): Terminal {
  const { stdout, stderr, env } = host;
  const hasColour = stdout.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const style = (open: number, close: number) => (text: string) =>
    hasColour ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  const inActions = isInActions(env);
  const errors: string[] = [];
  const started = Date.now();
  let shownAt = 0;
  const endProgress = (): void => {
    if (shownAt > 0) stderr.write("\r\x1b[K");
    shownAt = 0;
  };
  return {
    print: (line) => {
      endProgress();
      stdout.write(`${line}\n`);
    },
    talk: (line) => {
      endProgress();
      if (inActions && line.startsWith(ERROR) && errors.length < MOST_ERRORS)
        errors.push(line.slice(ERROR.length));
      stderr.write(`${inActions ? hideCommands(line) : line}\n`);
    },
    command: (line) => {
      endProgress();
      stderr.write(`${line}\n`);
    },
    errors,
    progress: (label, done, total) => {
      const now = Date.now();
      if (stderr.isTTY !== true || now - started < PROGRESS_AFTER_MS || now - shownAt < PROGRESS_EVERY_MS)
        return;
      shownAt = now;
      stderr.write(`\r${formatProgress(label, done, total, stderr.columns ?? 80)}\x1b[K`);
    },
    endProgress,
    bold: style(1, 22),
    dim: style(2, 22),
  };
}

function formatProgress(label: string, done: number, total: number, columns: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const width = Math.max(5, Math.min(40, columns - label.length - percent.length - 5));
  const filled = Math.round(share * width);
  return `${label} [${"=".repeat(filled)}${" ".repeat(width - filled)}] ${percent}`;
}

/** Text from outside, fit for a line of the terminal: control characters become visible escapes. */
export function toVisible(text: string): string {
  return text.replace(
    /[\0-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    },
  );
}

/** A problem as one line: the input, the rule, what to do. */
export function formatProblem(problem: Problem): string {
  const label = problem.severity === "error" ? "error" : "note";
  return toVisible(`${label}: ${problem.path}: ${problem.message} (hint: ${problem.hint})`);
}

/** A size for people: `854 B`, `12.3 kB`, `1.9 GB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `1 file`, `2 files`, `71,000 files`. */
export function formatCount(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A whole number with a comma at each thousand. `toLocaleString` would load the data of all languages for it. */
export function formatNumber(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
