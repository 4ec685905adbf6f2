/** Options that take what a key of the configuration takes, by the rule of that key. */
import { Refusal } from "../config/rule.ts";
import { PkgIndexError } from "../errors.ts";

/** The value of an option, settled. Throws the first fault as a usage error of `option`. */
export function settleOption<T>(option: string, outcome: T | Refusal): T {
  if (!(outcome instanceof Refusal)) return outcome;
  const [fault] = outcome.faults;
  if (fault === undefined) throw new Error(`${option} is refused without a reason`);
  throw new PkgIndexError({ ...fault, code: "usage", path: option });
}
