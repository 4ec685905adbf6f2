import { InvalidInput } from "../errors.ts";
import { quoteText } from "./quote-text.ts";

/** A project's name in its normalized form: `demo-pkg` for `Demo.PKG`. Two names are one project if this is equal. */
export type ProjectName = string & { readonly __brand: "ProjectName" };

// No `i` flag: with `u` it would let U+212A (Kelvin sign) and U+017F (long s) through as k and s.
const VALID_NAME = /^(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])$/;

/**
 * The normalized form of `raw`: lower case, each run of `-`, `_` and `.` one hyphen. Does not check that `raw` is a name.
 * https://packaging.python.org/en/latest/specifications/name-normalization/#name-normalization (PEP 503)
 */
export function normalizeProjectName(raw: string): ProjectName {
  return raw.replace(/[-_.]+/g, "-").toLowerCase() as ProjectName;
}

const NORMALIZED_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** True where `raw` is a project's name in its normalized form. */
export function isNormalizedName(raw: string): raw is ProjectName {
  return NORMALIZED_NAME.test(raw);
}

/** True where `raw` is a project's name in any of its spellings. */
export function isValidProjectName(raw: string): boolean {
  return VALID_NAME.test(raw);
}

/**
 * The normalized form of `raw`. Throws `InvalidInput` ("project-name") where `raw` is no valid name: ASCII letters,
 * digits, `.`, `_` and `-`, with a letter or digit at both ends.
 * https://packaging.python.org/en/latest/specifications/name-normalization/#name-format (PEP 508)
 */
export function parseProjectName(raw: string): ProjectName {
  if (!isValidProjectName(raw)) {
    throw new InvalidInput(
      "project-name",
      `${quoteText(raw)} is no project name: it may hold ASCII letters, digits, ".", "_" and "-", and starts and ends with a letter or digit`,
      "write the name as the project's METADATA has it",
    );
  }
  return normalizeProjectName(raw);
}
