/** Finds METADATA in a wheel (https://packaging.python.org/en/latest/specifications/binary-distribution-format/). */
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import { readIdentity } from "../packaging/core-metadata.ts";
import { normalizeProjectName } from "../packaging/project-name.ts";
import { canonicalVersion, tryParseVersion } from "../packaging/version.ts";
import { readCentralDirectory, walkCentralDirectory } from "./central-directory.ts";
import type { ParsedFilename } from "./parse-filename.ts";
import { readMetadataEntry } from "./zip-entry.ts";

const REBUILD = "build the wheel again with its own build tool";

/** The exact bytes of METADATA. Throws `InvalidInput` for a wheel that breaks the rules or that belongs to another name. */
export async function readWheelMetadata(source: ByteSource, expected: ParsedFilename): Promise<Buffer> {
  const directory = readCentralDirectory(source);
  const distInfos = new Set<string>();
  const metadata = walkCentralDirectory(directory, (name) => {
    const slash = name.indexOf("/");
    if (slash === -1 || !name.startsWith(".dist-info", slash - 10)) return false;
    distInfos.add(name.slice(0, slash));
    return name.startsWith("/METADATA", slash) && name.length === slash + 9;
  });
  const [distInfo, ...others] = distInfos;
  if (distInfo === undefined) {
    throw new InvalidInput("dist-info", "has no .dist-info folder, a wheel has exactly one", REBUILD);
  }
  if (others.length > 0) {
    const names = [...distInfos].toSorted().slice(0, 3).join(", ");
    throw new InvalidInput(
      "dist-info",
      `has ${distInfos.size} .dist-info folders (${names}), a wheel has exactly one`,
      REBUILD,
    );
  }
  if (!fitsFilename(distInfo, expected)) {
    throw new InvalidInput(
      "dist-info",
      `its folder ${distInfo} is of another project or version than the file name`,
      REBUILD,
    );
  }
  const [entry, ...duplicates] = metadata;
  if (entry === undefined) throw new InvalidInput("metadata", `${distInfo} has no METADATA`, REBUILD);
  if (duplicates.length > 0)
    throw new InvalidInput("metadata", `${distInfo} has METADATA more than once`, REBUILD);
  return readMetadataEntry(source, directory, entry);
}

function fitsFilename(distInfo: string, expected: ParsedFilename): boolean {
  const stem = distInfo.slice(0, -".dist-info".length);
  const hyphen = stem.lastIndexOf("-");
  if (hyphen === -1 || normalizeProjectName(stem.slice(0, hyphen)) !== expected.name) return false;
  const rawVersion = stem.slice(hyphen + 1);
  return rawVersion === expected.rawVersion || isSameVersion(rawVersion.replaceAll("_", "-"), expected);
}

function isSameVersion(text: string, expected: ParsedFilename): boolean {
  const version = tryParseVersion(text);
  return version !== undefined && canonicalVersion(version) === canonicalVersion(expected.version);
}

/** Refuses core metadata whose Name or Version is missing, invalid, or another than the file name's. Returns Requires-Python. */
export function checkIdentity(metadata: Buffer, expected: ParsedFilename, where: string): string | undefined {
  const { name, version, requiresPython } = readIdentity(metadata);
  if (name === undefined || name === "")
    throw new InvalidInput("metadata-name", `${where} has no Name`, REBUILD);
  if (normalizeProjectName(name) !== expected.name) {
    throw new InvalidInput(
      "metadata-name",
      `${where} says Name: ${JSON.stringify(name)}, the file name says ${expected.rawName}`,
      REBUILD,
    );
  }
  if (version === undefined || version === "") {
    throw new InvalidInput("metadata-version", `${where} has no Version`, REBUILD);
  }
  if (!isSameVersion(version, expected)) {
    const rule = tryParseVersion(version) === undefined ? ", which is no version of PEP 440" : "";
    throw new InvalidInput(
      "metadata-version",
      `${where} says Version: ${JSON.stringify(version)}${rule}, the file name says ${expected.rawVersion}`,
      REBUILD,
    );
  }
  return requiresPython;
}
