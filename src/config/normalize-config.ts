import { dirname } from "node:path";

import type { ConfigContext, ConfigOverrides } from "./config.ts";
import type { ConfigKey } from "./config-key.ts";
import { CONFIG_KEY_ROWS } from "./config-keys.ts";
import type { WrittenValues } from "./parse-config.ts";
import type { Origin } from "./rule.ts";

/** The value that counts for one key, and where it came from. */
export interface Setting {
  readonly value: string | number | boolean | readonly string[];
  readonly origin: Origin;
  /** What a fault of this value is filed under: `--layout`, `PKGINDEX_LAYOUT`, `pkgindex.toml: index.layout`. */
  readonly label: string;
  /** The folder that a relative path starts from. */
  readonly folder: string;
}

/** The configuration file: its absolute path, and its path as the user would type it. */
export interface NamedFile {
  readonly path: string;
  readonly display: string;
}

/**
 * The step "normalize": command line beats environment beats file beats default; an empty variable counts as unset.
 * A key without a value and without a default is left out.
 */
export function normalizeConfig(
  written: WrittenValues,
  file: NamedFile | undefined,
  overrides: ConfigOverrides,
  { cwd, environment }: ConfigContext,
): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  const folder = file === undefined ? cwd : dirname(file.path);
  for (const [name, row] of CONFIG_KEY_ROWS) {
    const fileLabel = file === undefined ? name : `${file.display}: ${name}`;
    const candidates: readonly (Omit<Setting, "value"> & { value: Setting["value"] | undefined })[] = [
      {
        value: row.option && overrides[row.option],
        origin: "command line",
        label: `--${row.option}`,
        folder: cwd,
      },
      {
        value: readVariable(row, environment),
        origin: "environment",
        label: row.environment ?? "",
        folder: cwd,
      },
      { value: written.get(name), origin: "file", label: fileLabel, folder },
      { value: row.default, origin: "default", label: fileLabel, folder },
    ];
    for (const { value, ...place } of candidates) {
      if (value === undefined) continue;
      settings.set(name, { value, ...place });
      break;
    }
  }
  return settings;
}

function readVariable(
  row: ConfigKey,
  environment: ConfigContext["environment"],
): string | readonly string[] | undefined {
  const text = row.environment && environment[row.environment];
  if (!text) return undefined;
  return row.type === "list of strings" ? splitList(text) : text;
}

/** At commas, but not inside of the braces of a glob: `a-{1,2},b` has two entries. */
function splitList(text: string): readonly string[] {
  return text
    .split(/,(?![^{}]*\})/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
