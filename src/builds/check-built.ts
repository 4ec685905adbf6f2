/** Holds what a build has left against what was expected: one release of one project, in whole and honest files. */
import { basename } from "node:path";
import { inspect } from "../archive/inspect.ts";
import { parseFilename, type ParsedFilename } from "../archive/parse-filename.ts";
import { verifyWheel } from "../archive/verify-wheel.ts";
import { InvalidInput, type Problem } from "../errors.ts";
import { openFile } from "../io/open-file.ts";
import { canonicalVersion, tryParseVersion } from "../packaging/version.ts";
import type { BuiltFile } from "./build-report.ts";
import type { ExpectedProject } from "./expected-project.ts";

/** A distribution file that has passed. */
export interface CheckedFile extends BuiltFile {
  /** Absolute path. */
  readonly path: string;
  readonly parsed: ParsedFilename;
}

/** Checks all files. What is wrong joins `problems`. */
export async function checkBuilt(
  paths: readonly string[],
  expected: ExpectedProject,
  sdist: boolean,
  problems: Problem[],
): Promise<readonly CheckedFile[]> {
  const checked: CheckedFile[] = [];
  for (const path of paths.toSorted()) {
    const file = await checkFile(path, expected, problems);
    if (file !== undefined) checked.push(file);
  }
  if (problems.length > 0) return checked;
  const refuse = (path: string, message: string, hint: string): void =>
    void problems.push({ code: "unexpected-build", severity: "error", path, message, hint });
  if (!checked.some(({ parsed }) => parsed.kind === "wheel"))
    refuse(expected.name, "the build has left no wheel", "see what it says above");
  const releases = new Set(checked.map(({ parsed }) => canonicalVersion(parsed.version)));
  if (releases.size > 1) {
    const files = checked.map(({ file }) => file).join(", ");
    refuse(expected.name, `the build has left several releases: ${files}`, "build one release at a time");
  }
  const sdists = checked.filter(({ parsed }) => parsed.kind === "sdist");
  if (sdists.length > (sdist ? 1 : 0)) {
    const [first] = sdists;
    refuse(first?.file ?? "", "is an sdist that nobody has asked for", "ask for one with --sdist");
  }
  return checked;
}

async function checkFile(
  path: string,
  expected: ExpectedProject,
  problems: Problem[],
): Promise<CheckedFile | undefined> {
  const file = basename(path);
  const report = (fault: Pick<Problem, "code" | "message" | "hint">): void =>
    void problems.push({ severity: "error", path: file, ...fault });
  try {
    const parsed = parseFilename(file);
    if (parsed.name !== expected.name) {
      report({
        code: "unexpected-build",
        message: `is of the project ${parsed.name}, and ${expected.source} says ${expected.name}`,
        hint: "a repository is built for its own project; name it in pyproject.toml, or with --project",
      });
      return undefined;
    }
    const version = expected.version === undefined ? undefined : tryParseVersion(expected.version);
    if (version !== undefined && canonicalVersion(version) !== canonicalVersion(parsed.version)) {
      report({
        code: "unexpected-build",
        message: `has another version than ${expected.source}, which says ${expected.version}`,
        hint: "the build must not invent a version where the project has one",
      });
      return undefined;
    }
    const outcome = await inspect({
      file: path,
      filename: file,
      hash: true,
      gitObjectFormat: undefined,
      sidecar: undefined,
      staging: undefined,
      stagingTime: 0,
    });
    if (!outcome.ok) {
      report(outcome.fault);
      return undefined;
    }
    const faults = parsed.kind === "wheel" ? await verifyContents(path, parsed) : [];
    faults.forEach(report);
    const { sha256 = "", size } = outcome.inspection;
    return faults.length > 0 ? undefined : { path, file, parsed, sha256, size };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    report(error);
    return undefined;
  }
}

async function verifyContents(
  path: string,
  parsed: ParsedFilename,
): Promise<readonly Pick<Problem, "code" | "message" | "hint">[]> {
  const file = openFile(path);
  try {
    return await verifyWheel(file, parsed);
  } finally {
    file.close();
  }
}
