/** The files that a person hands in, and what `build.json` beside them says of their source. */
import { basename, dirname, join, resolve } from "node:path";
import {
  checkBuiltFiles,
  findSource,
  readBuildReport,
  type ReadReport,
} from "../builds/read-build-report.ts";
import type { Source } from "../catalog/record-events.ts";
import { PkgIndexError } from "../errors.ts";
import { listFolder, statIfExists } from "../io/files.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";

/** Where files were built from, by the paths that were given. */
export async function readSources(
  files: readonly string[],
  cwd: string,
): Promise<ReadonlyMap<string, Source>> {
  const sources = new Map<string, Source>();
  for (const file of files) {
    const path = resolve(cwd, file);
    const source = await findSource(path);
    if (source !== undefined) sources.set(file, source);
  }
  return sources;
}

/** The files that are to be published. */
export interface HandedIn {
  /** Paths as they were given, or below the folder that was. */
  readonly files: readonly string[];
  readonly sources: ReadonlyMap<string, Source>;
  /** The one report of all files; undefined where there is none, or several. */
  readonly report: ReadReport | undefined;
}

/**
 * Takes files, and folders with what is in them. A file beside a `build.json` must be what that says. Throws a
 * `PkgIndexError` otherwise.
 */
export async function takeFiles(given: readonly string[], cwd: string): Promise<HandedIn> {
  const files: string[] = [];
  const sources = new Map<string, Source>();
  const reports = new Map<string, ReadReport | undefined>();
  for (const path of given) {
    const isFolder = statIfExists(resolve(cwd, path))?.isDirectory() === true;
    const folder = isFolder ? path : dirname(path);
    const absolute = resolve(cwd, folder);
    if (!reports.has(absolute)) {
      const found = readBuildReport(absolute, folder);
      if (found !== undefined) await checkBuiltFiles(absolute, folder, found);
      reports.set(absolute, found);
    }
    const report = reports.get(absolute);
    const taken = isFolder ? listTaken(folder, absolute, report) : [path];
    for (const file of taken) {
      files.push(file);
      if (report?.files.some((built) => built.file === basename(file)) === true)
        sources.set(file, { repository: report.repository, commit: report.commit });
    }
  }
  const [report, ...others] = reports.values();
  return { files, sources, report: others.length === 0 ? report : undefined };
}

function listTaken(folder: string, absolute: string, report: ReadReport | undefined): readonly string[] {
  const names =
    report?.files.map(({ file }) => file) ??
    listFolder(absolute)
      .map(({ name }) => name)
      .filter((name) => looksLikeDistribution(name))
      .toSorted();
  if (names.length > 0) return names.map((name) => join(folder, name));
  throw new PkgIndexError({
    code: "no-match",
    path: folder,
    message: "holds no wheel and no sdist",
    hint: "name the folder that pkgindex build has written, or the files",
  });
}
