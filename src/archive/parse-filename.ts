/** What a distribution file's name says, wheel or sdist alike. */
import type { ProjectName } from "../packaging/project-name.ts";
import { parseSdistFilename, sdistIdentity } from "../packaging/sdist-filename.ts";
import type { Version } from "../packaging/version.ts";
import { parseWheelFilename, wheelIdentity } from "../packaging/wheel-filename.ts";

export interface ParsedFilename {
  readonly kind: "wheel" | "sdist";
  readonly name: ProjectName;
  readonly rawName: string;
  readonly version: Version;
  readonly rawVersion: string;
  /** Equal for two spellings of one distribution. */
  readonly identity: string;
}

/** Parses the name of a wheel or an sdist. Throws `InvalidInput` where it breaks its specification. */
export function parseFilename(filename: string): ParsedFilename {
  if (filename.toLowerCase().endsWith(".whl")) {
    const wheel = parseWheelFilename(filename);
    const { name, rawName, version, rawVersion } = wheel;
    return { kind: "wheel", name, rawName, version, rawVersion, identity: wheelIdentity(wheel) };
  }
  const sdist = parseSdistFilename(filename);
  const { name, rawName, version, rawVersion } = sdist;
  return { kind: "sdist", name, rawName, version, rawVersion, identity: sdistIdentity(sdist) };
}
