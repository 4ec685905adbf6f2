import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll } from "vitest";

import { PkgIndexError } from "../../src/errors.ts";
import type { Config, ConfigOverrides } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load-config.ts";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files (a name that ends in `/` is a folder), outside of any repository of this machine. */
export function makeFolder(files: Record<string, string | Uint8Array> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "pkgindex-config-")));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(name.endsWith("/") ? path : dirname(path), { recursive: true });
    if (!name.endsWith("/")) writeFileSync(path, content);
  }
  return folder;
}

interface World {
  readonly overrides?: ConfigOverrides;
  readonly environment?: Record<string, string>;
  readonly version?: string;
}

/** The configuration of a run in `cwd`, with an environment that has nothing but what the test gives. */
export function load(
  cwd: string,
  { overrides = {}, environment = {}, version = "0.1.0" }: World = {},
): Promise<Config> {
  return loadConfig(overrides, { cwd, environment, version });
}

/** The error of a run that has to fail. */
export async function loadError(cwd: string, world: World = {}): Promise<PkgIndexError> {
  try {
    await load(cwd, world);
  } catch (error) {
    if (error instanceof PkgIndexError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

/** The faults of a run that has to fail, each as the line that a person reads. */
export async function loadFaults(cwd: string, world: World = {}): Promise<string[]> {
  const { problems } = await loadError(cwd, world);
  return problems.map(({ path, message, hint }) => `${path}: ${message}; ${hint}`);
}
