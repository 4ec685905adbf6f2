/** Reads `build.json`, and holds the files beside it against what it says of them. */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { InvalidInput, toProblemsError, type Problem } from "../errors.ts";
import { listFolder, readLimited, statIfExists, streamFile, systemErrorCode } from "../io/files.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import { BUILD_REPORT, parseBuildReport, type BuildReport } from "./build-report.ts";

/** A report as it was read. */
export interface ReadReport extends BuildReport {
  /** The SHA-256 of its own bytes, in hexadecimal. */
  readonly digest: string;
}

const LARGEST_REPORT = 1024 * 1024;

/** The report in a folder; undefined where there is none. Throws a `PkgIndexError` where it cannot be used. */
export function readBuildReport(folder: string, display: string): ReadReport | undefined {
  const path = join(folder, BUILD_REPORT);
  const shown = join(display, BUILD_REPORT);
  try {
    const bytes = readLimited(path, LARGEST_REPORT);
    if (bytes === "no file" || bytes.length > LARGEST_REPORT)
      throw new InvalidInput("build-report", "is no report of a build", "build again");
    const digest = createHash("sha256").update(bytes).digest("hex");
    return { ...parseBuildReport(bytes.toString("utf8")), digest };
  } catch (error) {
    if (error instanceof InvalidInput) throw toProblemsError([error.toProblem(shown)]);
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === undefined) throw error;
    throw toProblemsError([
      {
        code: "unreadable",
        severity: "error",
        path: shown,
        message: `cannot be read (${code})`,
        hint: "make it readable",
      },
    ]);
  }
}

/**
 * Holds every file of a report against it, and refuses distribution files in its folder that it does not know. Throws a
 * `PkgIndexError` with all that is wrong.
 */
export async function checkBuiltFiles(folder: string, display: string, report: BuildReport): Promise<void> {
  const problems: Problem[] = [];
  const refuse = (file: string, message: string): void => {
    const hint = "build again, and publish the folder as pkgindex build has left it";
    problems.push({ code: "build-report", severity: "error", path: join(display, file), message, hint });
  };
  for (const { file, sha256, size } of report.files) {
    const stats = statIfExists(join(folder, file));
    if (stats?.isFile() !== true) refuse(file, `is not there, and ${BUILD_REPORT} lists it`);
    else if (stats.size !== size || (await hashFile(join(folder, file))) !== sha256)
      refuse(file, `is not what ${BUILD_REPORT} lists: its bytes have changed since it was built`);
  }
  const known = new Set(report.files.map(({ file }) => file));
  for (const { name } of listFolder(folder)) {
    if (looksLikeDistribution(name) && !known.has(name)) refuse(name, `is not in ${BUILD_REPORT}`);
  }
  if (problems.length > 0) throw toProblemsError(problems);
}

/** Where a file was built from, if it lies as it was built beside a report that lists it. */
export async function findSource(
  file: string,
): Promise<{ readonly repository: string; readonly commit: string } | undefined> {
  const report = readBuildReport(dirname(file), dirname(file));
  const built = report?.files.find((entry) => entry.file === basename(file));
  if (report === undefined || built === undefined || statIfExists(file)?.size !== built.size)
    return undefined;
  if ((await hashFile(file)) !== built.sha256) return undefined;
  return { repository: report.repository, commit: report.commit };
}

/** The SHA-256 of a file, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(streamFile(path), hash);
  return hash.digest("hex");
}
