/** pip and virtual environments, freed of settings that would change what is measured. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Settings of pip that say where packages come from and whom to trust; all others are dropped. */
const KEPT =
  /^PIP_(INDEX_URL|EXTRA_INDEX_URL|CONFIG_FILE|CERT|CLIENT_CERT|TRUSTED_HOST|PROXY|DEFAULT_TIMEOUT|RETRIES)$/;

/** Makes sure that a virtual environment stands in `folder`; returns an error's text, or undefined. */
export function createEnvironment(folder: string): string | undefined {
  if (existsSync(join(folder, "bin", "pip"))) return undefined;
  return runQuietly("python3", ["-m", "venv", folder]);
}

/** Runs the pip of a virtual environment; returns the end of what it said if it failed, else undefined. */
export function runPip(folder: string, options: readonly string[]): string | undefined {
  return runQuietly(join(folder, "bin", "pip"), [...options, "--quiet", "--disable-pip-version-check"]);
}

function runQuietly(program: string, options: readonly string[]): string | undefined {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("PIP_") || KEPT.test(name)),
  );
  const result = spawnSync(program, options, {
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (result.status === 0) return undefined;
  return result.error?.message ?? result.stderr.trim().split("\n").slice(-2).join(" ");
}
