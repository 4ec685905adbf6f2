import type { Problem } from "../errors.ts";
import { quoteText } from "../packaging/quote-text.ts";
import type { ConfigKey } from "./config-key.ts";
import { CONFIG_KEY_ROWS, type CONFIG_KEYS, type ConfigKeyName } from "./config-keys.ts";
import type { Setting } from "./normalize-config.ts";
import { configProblem, Refusal, refuse, type RuleContext } from "./rule.ts";

type SettledBy<Row extends ConfigKey> =
  Exclude<Awaited<ReturnType<Row["rule"]>>, Refusal> | (Row["default"] extends undefined ? undefined : never);

/** The settled value of every key. */
export type SettledValues = { readonly [Name in ConfigKeyName]: SettledBy<(typeof CONFIG_KEYS)[Name]> };

/** The outcome of the step "rules": the values, or all faults of all of them. */
export type CheckedSettings =
  | { readonly values: SettledValues; readonly problems: readonly [] }
  | { readonly values?: undefined; readonly problems: readonly Problem[] };

/** What the rules look at that is the same for every key. */
export type RuleSurroundings = Pick<RuleContext, "cwd" | "repository" | "version">;

/** The step "rules": each value is given to the rule of its key. */
export async function checkSettings(
  settings: ReadonlyMap<string, Setting>,
  surroundings: RuleSurroundings,
): Promise<CheckedSettings> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  const layout = String(settings.get("index.layout")?.value);
  for (const [name, row] of CONFIG_KEY_ROWS) {
    const setting = settings.get(name);
    if (setting === undefined) continue;
    const { origin, folder, label } = setting;
    const context = { ...surroundings, origin, folder, layout, elsewhere: nameElsewhere(row) };
    // A default needs no rule, but for the root, which becomes an absolute path.
    const isSettled = origin === "default" && name !== "index.root";
    const outcome = isSettled ? setting.value : await applyRule(row, setting.value, context);
    if (outcome instanceof Refusal)
      for (const fault of outcome.faults) problems.push(configProblem(label, fault));
    else values[name] = outcome;
  }
  // Each value was made by the rule of its key, which is what the type says.
  return problems.length > 0 ? { problems } : { values: values as SettledValues, problems: [] };
}

function nameElsewhere(row: ConfigKey): string {
  return [row.option && `--${row.option}`, row.environment].filter((name) => name !== undefined).join(" or ");
}

/** A value has the type of its row: `parse` saw to it for the file, `normalize` for the environment. */
function applyRule(
  row: ConfigKey,
  value: Setting["value"],
  context: RuleContext,
): ReturnType<ConfigKey["rule"]> {
  if (row.type === "string") return row.rule(String(value), context);
  if (row.type === "whole number") return row.rule(Number(value), context);
  if (row.type === "true or false") {
    // From the environment it comes as text.
    if (typeof value === "boolean") return row.rule(value, context);
    if (value === "true" || value === "false") return row.rule(value === "true", context);
    return refuse(`found ${quoteText(String(value))}, wanted true or false`, "write true or false");
  }
  return row.rule(typeof value === "object" ? value : [String(value)], context);
}
