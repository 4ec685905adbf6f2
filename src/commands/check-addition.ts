/** What `add` checks of a given file before it looks at the index. */
import { basename, join, resolve } from "node:path";
import { inspect, type Inspection } from "../archive/inspect.ts";
import { parseFilename, type ParsedFilename } from "../archive/parse-filename.ts";
import { verifyWheel } from "../archive/verify-wheel.ts";
import type { Source } from "../catalog/record-events.ts";
import type { Config } from "../config/config.ts";
import { InvalidInput, type Problem } from "../errors.ts";
import { copyIntoStaging, statIfExists } from "../io/files.ts";
import { openFile } from "../io/open-file.ts";
import type { DecisionContext } from "./update-index.ts";

export interface AdditionOptions {
  readonly folder: string | undefined;
  /** Where each given file was built from, where that is known. */
  readonly sourceOf: (given: string) => Source | undefined;
  readonly allowReplace: boolean;
  /** What allows it, where it is not allowed. */
  readonly replaceHint: string;
  /** Absolute path that the given files are relative to. */
  readonly cwd: string;
  readonly config: Pick<Config, "root" | "rootDisplay" | "packages" | "ignore">;
}

/** A file that passed all checks that need no look at the index. */
export interface CheckedFile {
  readonly given: string;
  readonly filename: string;
  readonly parsed: ParsedFilename;
  /** Absolute path of the copy, or of the file itself in a run that writes nothing. */
  readonly staged: string;
  readonly stagedSidecar: string | undefined;
  readonly inspection: Inspection;
}

/**
 * Copies the file `given` (relative to `cwd`) into the staging folder and checks the copy: its name, what `generate` checks,
 * and each entry of its RECORD. `index` tells the copies of one run apart. Undefined, and more `problems`, where it fails.
 */
export async function checkFile(
  given: string,
  index: number,
  cwd: string,
  { staging, startedMs, git }: DecisionContext,
  problems: Problem[],
): Promise<CheckedFile | undefined> {
  const original = resolve(cwd, given);
  const filename = basename(original);
  try {
    const stats = statIfExists(original);
    if (stats === undefined) throw new InvalidInput("no-such-file", "there is no such file", "mend the path");
    if (!stats.isFile()) {
      const what = stats.isDirectory() ? "is a folder" : "is no regular file";
      throw new InvalidInput(
        "not-a-file",
        `${what}; distribution files are added one by one`,
        "name the files in it",
      );
    }
    if (!/\.(?:whl|tar\.gz|zip)$/i.test(filename)) {
      throw new InvalidInput(
        "filename-extension",
        "is no distribution file: the name of a wheel ends in .whl, that of an sdist in .tar.gz or .zip",
        "give what the build put into dist/",
      );
    }
    const parsed = parseFilename(filename);
    const staged =
      staging === undefined ? original : copyIntoStaging(original, join(staging, `add-${index}`));
    const stagedSidecar = staging === undefined ? undefined : join(staging, `add-${index}.metadata`);
    const outcome = await inspect({
      file: staged,
      filename,
      hash: true,
      gitObjectFormat: git?.objectFormat,
      sidecar: undefined,
      staging: stagedSidecar,
      stagingTime: startedMs,
    });
    if (!outcome.ok) problems.push({ severity: "error", path: given, ...outcome.fault });
    else {
      const faults = parsed.kind === "wheel" ? await verifyContents(staged, parsed) : [];
      problems.push(...faults.map((fault): Problem => ({ severity: "error", path: given, ...fault })));
      const sidecar = parsed.kind === "wheel" ? stagedSidecar : undefined;
      return { given, filename, parsed, staged, stagedSidecar: sidecar, inspection: outcome.inspection };
    }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    problems.push(error.toProblem(given));
  }
  return undefined;
}

async function verifyContents(
  path: string,
  parsed: ParsedFilename,
): Promise<readonly Omit<Problem, "severity" | "path">[]> {
  const file = openFile(path);
  try {
    return await verifyWheel(file, parsed);
  } finally {
    file.close();
  }
}
