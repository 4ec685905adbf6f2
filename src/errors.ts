/**
 * What a user can get wrong, and the exit code that it earns.
 *
 * A `PkgIndexError` is a failure that a person can mend; anything else that is thrown is a bug and ends with
 * exit code 3. The text of an error names the input (`path`), then the rule (`message`), then what to do
 * (`hint`); each starts in lower case and has no full stop at the end, so that they join into one line.
 */

/** Exit codes: 0 done, 1 problems found or the work could not be done, 2 usage or configuration, 3 a bug. */
export type ExitCode = 0 | 1 | 2 | 3;

const EXIT_CODES = {
  usage: 2,
  "config-syntax": 2,
  "config-invalid": 2,
  "template-broken": 2,
  "root-missing": 2,
  problems: 1,
  "no-match": 1,
  locked: 1,
  "cannot-write": 1,
  "cannot-read": 1,
  "cannot-listen": 1,
  "no-index": 1,
  unreachable: 1,
  "rate-limited": 1,
  "github-refused": 1,
  "push-refused": 1,
  "timed-out": 1,
  "build-failed": 1,
} as const satisfies Record<string, ExitCode>;

/** The name of a kind of failure: stable, for scripts. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** One thing that is wrong with one input; what `--json` lists under `problems`. */
export interface Problem {
  /** Stable kebab-case name of the rule, for scripts. */
  readonly code: string;
  /** `error`: nothing is written. `note`: the run goes on, the person should know. */
  readonly severity: "error" | "note";
  /** The input: a path as the user would type it, or a dotted configuration key. */
  readonly path: string;
  /** The rule, and how the input breaks it. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** A failure that the person who runs the command can mend. */
export class PkgIndexError extends Error {
  override readonly name = "PkgIndexError";
  readonly code: ErrorCode;
  readonly path: string | undefined;
  readonly hint: string;
  /** Where one failure stands for several (a configuration file with five faults), all of them. */
  readonly problems: readonly Problem[];

  constructor(options: {
    code: ErrorCode;
    message: string;
    hint: string;
    path?: string;
    problems?: readonly Problem[];
    cause?: unknown;
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.path = options.path;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }

  get exitCode(): ExitCode {
    return EXIT_CODES[this.code];
  }
}

/** An error that stands for all problems that were found. */
export function toProblemsError(problems: readonly Problem[]): PkgIndexError {
  const count = problems.length;
  return new PkgIndexError({
    code: "problems",
    message: `${count} problem${count === 1 ? "" : "s"} found`,
    hint: "nothing was changed",
    problems,
  });
}

/**
 * A string from outside that does not follow its specification: what the parsers in `packaging/` and `archive/`
 * throw. The caller knows the file that it came from and turns it into a `Problem`.
 */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  /** Stable kebab-case name of the rule that is broken. */
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }

  /** This failure as a problem of the input at `path`. */
  toProblem(path: string): Problem {
    return { code: this.code, severity: "error", path, message: this.message, hint: this.hint };
  }
}
