/** Copies of the demo's distribution files, and the built program run on them as a user runs it. */
import { appendFileSync, copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { runCli, type CliOptions, type CliResult } from "../../support/run-cli.ts";

/** The committed demo: the root that the README's first command fills. */
export const demoRoot = fileURLToPath(new URL("../../../index/", import.meta.url));

/** What every file of a test tree is uploaded at. */
export const UPLOAD_TIME = "2026-01-01T00:00:00Z";

const DISTRIBUTION_FILE = /\.(?:whl|tar\.gz)$/;

/** Runs `pkgindex generate` on `root`, away from any configuration, with a fixed upload time. */
export function generate(
  root: string,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<CliResult> {
  return runCli(["generate", "--root", root, ...args], {
    cwd: dirname(root),
    ...options,
    env: { SOURCE_DATE_EPOCH: String(Date.parse(UPLOAD_TIME) / 1000), ...options.env },
  });
}

/** Like `generate`, and throws with what the command said unless it ends with exit code 0. */
export async function generateWell(root: string, args: readonly string[] = []): Promise<CliResult> {
  const result = await generate(root, args);
  if (result.code !== 0) {
    throw new Error(
      `pkgindex generate ended with exit code ${result.code}:\n${result.stdout}\n${result.stderr}`,
    );
  }
  return result;
}

/** The paths of the demo's wheels and sdists below its root. */
export function demoFiles(): string[] {
  return readdirSync(demoRoot, { recursive: true, encoding: "utf8" }).filter((path) =>
    DISTRIBUTION_FILE.test(path),
  );
}

/** Copies the demo's wheels and sdists, and no page, to `root`. */
export function copyDemoFiles(root: string): void {
  for (const path of demoFiles()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(join(demoRoot, path), join(root, path));
  }
}

/** Makes a complete index of the demo's files at `root`. */
export async function makeDemoIndex(root: string, args: readonly string[] = []): Promise<void> {
  copyDemoFiles(root);
  await generateWell(root, args);
}

/** Adds a hand-written line to a project's records. */
export function addRecord(root: string, project: string, record: Readonly<Record<string, unknown>>): void {
  const folder = join(root, ".pkgindex", "records");
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, `${project}.jsonl`), `${JSON.stringify(record)}\n`);
}
