/** The form of a rule: from a written value to a settled one, or to everything that is wrong with it. */
import type { Problem } from "../errors.ts";

/** Where a value came from. */
export type Origin = "command line" | "environment" | "file" | "default";

/** One thing that is wrong; the place is added by the step that found it. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What a rule returns instead of a value. */
export class Refusal {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    this.faults = faults;
  }
}

/** What a rule may look at besides the value. */
export interface RuleContext {
  readonly origin: Origin;
  /** The folder that a relative path starts from. */
  readonly folder: string;
  readonly cwd: string;
  /** Absolute path of the repository that a path from the file must stay in. */
  readonly repository: string;
  /** The option or variable that takes this value too, for hints. */
  readonly elsewhere: string;
  /** The running version of pkgindex. */
  readonly version: string;
  /** The layout as written, which may be no layout. */
  readonly layout: string;
}

/** A value out of its range: `message` is the rule and how the value breaks it, `hint` is what to do. */
export function refuse(message: string, hint: string, code = "config-value"): Refusal {
  return new Refusal([{ code, message, hint }]);
}

/** A fault with its place: the file and the dotted key, an option, or an environment variable. */
export function configProblem(path: string, fault: Fault): Problem {
  return { code: fault.code, severity: "error", path, message: fault.message, hint: fault.hint };
}
