/** Which project a source tree says that it is, before any of its code runs. */
import { isValidProjectName, normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";

/** What is known before the build; an undefined version is made by the build. */
export interface ExpectedProject {
  readonly name: ProjectName;
  readonly version: string | undefined;
  /** What says so. */
  readonly source: string;
}

/** The files that may say it, as text; undefined where there is none. `pyproject` is parsed. */
export interface SourceMetadata {
  readonly pyproject: PyprojectMetadata | undefined;
  readonly setupCfg: string | undefined;
  readonly setupPy: string | undefined;
}

/** What `pyproject.toml` says, where it says it as text. */
export interface PyprojectMetadata {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly isVersionDynamic: boolean;
}

/**
 * The project by `pyproject.toml` (https://packaging.python.org/en/latest/specifications/pyproject-toml/#name), else
 * `setup.cfg`, else a text in `setup.py`, else by the repository's name.
 */
export function findExpectedProject(metadata: SourceMetadata, repository: string): ExpectedProject {
  const { pyproject, setupCfg, setupPy } = metadata;
  const candidates: readonly (readonly [string | undefined, string, string | undefined])[] = [
    [
      pyproject?.name,
      "pyproject.toml",
      pyproject?.isVersionDynamic === true ? undefined : pyproject?.version,
    ],
    [findInSetupCfg(setupCfg ?? "", "name"), "setup.cfg", undefined],
    [/\bname\s*=\s*(["'])([^"'\n]+)\1/.exec(setupPy ?? "")?.[2], "setup.py", undefined],
  ];
  for (const [name, source, version] of candidates)
    if (name !== undefined && isValidProjectName(name))
      return { name: normalizeProjectName(name), version, source };
  return { name: normalizeProjectName(repository), version: undefined, source: "the repository's name" };
}

/** A value of `[metadata]`; none where it is taken from elsewhere (`attr:`, `file:`). */
function findInSetupCfg(text: string, key: string): string | undefined {
  const section = /^\[metadata\]\s*$([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(text)?.[1] ?? "";
  const value = new RegExp(`^${key}\\s*[=:]\\s*(\\S.*?)\\s*$`, "m").exec(section)?.[1];
  return value === undefined || /^(?:attr|file):/.test(value) ? undefined : value;
}
