/**
 * `build.json`: what `pkgindex build` says of the files beside it. Version 1 has the keys `version`, `repository`
 * (`owner/repo`), `commit` (full), `ref` (as it was asked for), `tools` (names and versions) and `files`
 * (`file`, `sha256`, `size`).
 */
import { InvalidInput } from "../errors.ts";

export const BUILD_REPORT = "build.json";

export interface BuiltFile {
  readonly file: string;
  /** Hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

export interface BuildReport {
  readonly version: 1;
  readonly repository: string;
  readonly commit: string;
  readonly ref: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly files: readonly BuiltFile[];
}

/** The text of a report; files sorted by name. */
export function formatBuildReport({ repository, commit, ref, tools, files }: BuildReport): string {
  const sorted = files.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  return `${JSON.stringify({ version: 1, repository, commit, ref, tools, files: sorted }, undefined, 2)}\n`;
}

/** Parses a report. Throws `InvalidInput` for anything that `formatBuildReport` would not have written. */
export function parseBuildReport(text: string): BuildReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid("is no JSON");
  }
  if (!isObject(value)) throw invalid("is no JSON object");
  const { version, repository, commit, ref, tools, files } = value;
  if (version !== 1) {
    throw new InvalidInput(
      "build-report",
      `has the version ${JSON.stringify(version)}, and this pkgindex knows version 1`,
      "use one version of pkgindex to build and to publish",
    );
  }
  if (typeof repository !== "string" || !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw invalid('"repository" is no owner/repo');
  if (typeof commit !== "string" || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw invalid('"commit" is no full commit id');
  if (typeof ref !== "string") throw invalid('"ref" is no text');
  if (!isObject(tools) || !Object.values(tools).every((tool) => typeof tool === "string"))
    throw invalid('"tools" is no object of texts');
  if (!Array.isArray(files) || files.length === 0) throw invalid('"files" is no list of files');
  const names = new Set(files.map(checkFile));
  if (names.size !== files.length) throw invalid('"files" names a file twice');
  return {
    version,
    repository,
    commit,
    ref,
    tools: tools as Record<string, string>,
    files: files as BuiltFile[],
  };
}

function checkFile(value: unknown): string {
  if (!isObject(value)) throw invalid('"files" has an entry that is no object');
  const { file, sha256, size } = value;
  if (typeof file !== "string" || file === "" || /[/\\\0]/.test(file) || file.startsWith("."))
    throw invalid('"files" has an entry whose "file" is no file name');
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256))
    throw invalid('"files" has an entry whose "sha256" is not 64 hexadecimal digits');
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw invalid('"files" has an entry whose "size" is no size in bytes');
  return file;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): InvalidInput {
  return new InvalidInput(
    "build-report",
    message,
    "build again, and publish what pkgindex build has written",
  );
}
