import { InvalidInput } from "../errors.ts";
import { filenameFault } from "./filename-fault.ts";
import { isValidProjectName, normalizeProjectName, type ProjectName } from "./project-name.ts";
import { quoteText } from "./quote-text.ts";
import { canonicalVersion, tryParseVersion, type Version } from "./version.ts";

/** What a source distribution's file name says: `{name}-{version}.tar.gz`, or `.zip` for older ones. */
export interface SdistFilename {
  readonly filename: string;
  /** The name as it is spelled in the file name. */
  readonly rawName: string;
  readonly name: ProjectName;
  readonly version: Version;
  /** The version as it is spelled in the file name. */
  readonly rawVersion: string;
  readonly extension: ".tar.gz" | ".zip";
}

const HINT = "the form is {name}-{version}.tar.gz, for example demo_pkg-1.0.tar.gz";

/**
 * The parts of an sdist's file name (no directories). The name ends at the last hyphen, as for `packaging`; where the
 * rest is no version (`foo-1.0-rc1`), at an earlier one, the last that leaves a version. Throws `InvalidInput`
 * ("sdist-filename") that says which part is wrong.
 * https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-file-name (PEP 625)
 */
export function parseSdistFilename(filename: string): SdistFilename {
  const fault = filenameFault(filename);
  if (fault !== undefined) throw refusal(fault);
  const extension = filename.endsWith(".tar.gz") ? ".tar.gz" : filename.endsWith(".zip") ? ".zip" : undefined;
  if (extension === undefined) {
    throw refusal(
      /\.(?:tar\.gz|zip)$/i.test(filename)
        ? 'its ending is in upper case, installers only take ".tar.gz" and ".zip" in lower case'
        : 'it ends in neither ".tar.gz" nor ".zip"',
    );
  }
  const stem = filename.slice(0, -extension.length);
  const lastHyphen = stem.lastIndexOf("-");
  if (lastHyphen === -1) throw refusal("it has no hyphen between name and version");

  let hyphen = lastHyphen;
  let version = tryParseVersion(stem.slice(hyphen + 1));
  while (version === undefined && hyphen > 0) {
    hyphen = stem.lastIndexOf("-", hyphen - 1);
    if (hyphen > 0) version = tryParseVersion(stem.slice(hyphen + 1));
  }
  if (version === undefined) {
    throw refusal(`its version ${quoteText(stem.slice(lastHyphen + 1))} is no version as PEP 440 defines it`);
  }
  const rawName = stem.slice(0, hyphen);
  if (!isValidProjectName(rawName)) {
    throw refusal(
      rawName === ""
        ? "its project name is empty"
        : `its project name ${quoteText(rawName)} is not valid: it starts and ends with a letter or digit, with letters, digits, "-", "_" and "." between`,
    );
  }
  const name = normalizeProjectName(rawName);
  return { filename, rawName, name, version, rawVersion: stem.slice(hyphen + 1), extension };
}

/** A key that is equal for two spellings of one sdist: normalized name, canonical version, extension. */
export function sdistIdentity(sdist: SdistFilename): string {
  return `${sdist.name}-${canonicalVersion(sdist.version)}${sdist.extension}`;
}

function refusal(message: string): InvalidInput {
  return new InvalidInput("sdist-filename", message, HINT);
}
