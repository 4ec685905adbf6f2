/** What is known of a key of `pkgindex.toml`. */
import type { Refusal, RuleContext } from "./rule.ts";

type Settled = string | number | boolean | readonly string[] | undefined;

interface Row<Written> {
  /** What the key takes when nothing gives it a value; undefined: it has none. */
  readonly default: Written | undefined;
  /** A value that makes sense, as TOML. */
  readonly example: string;
  /** The environment variable that beats the file; a list is separated by commas. */
  readonly environment: string | undefined;
  /** The option that beats both. */
  readonly option: "root" | "layout" | undefined;
  /** One line for the reference. */
  readonly description: string;
  /** From the written value to the settled one, or to everything that is wrong with it. */
  readonly rule: (written: Written, context: RuleContext) => Settled | Refusal | Promise<Settled | Refusal>;
}

/** One key of the configuration. */
export type ConfigKey =
  | ({ readonly type: "string" } & Row<string>)
  | ({ readonly type: "whole number" } & Row<number>)
  | ({ readonly type: "true or false" } & Row<boolean>)
  | ({ readonly type: "list of strings" } & Row<readonly string[]>);
