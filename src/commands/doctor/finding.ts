/** What `doctor` has to say of one thing. */

/** `problem`: something will not work. `warning`: it may not, or could not be looked at. */
export type Level = "ok" | "warning" | "problem";

export interface Finding {
  /** Stable kebab-case name of what was looked at, for scripts. */
  readonly check: string;
  readonly level: Level;
  /** What was found, and what it means. */
  readonly message: string;
  /** How to mend it; none where there is nothing to mend. */
  readonly hint?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, level: "ok", message };
}

export function warning(check: string, message: string, hint: string): Finding {
  return { check, level: "warning", message, hint };
}

export function problem(check: string, message: string, hint: string): Finding {
  return { check, level: "problem", message, hint };
}
