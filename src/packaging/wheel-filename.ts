import { InvalidInput } from "../errors.ts";
import { boundedMemo } from "./bounded-memo.ts";
import { filenameFault, LONGEST_FILENAME } from "./filename-fault.ts";
import { isValidProjectName, normalizeProjectName, type ProjectName } from "./project-name.ts";
import { quoteText } from "./quote-text.ts";
import { canonicalVersion, tryParseVersion, type Version } from "./version.ts";

/** What a wheel's file name says: `{name}-{version}(-{build})-{python}-{abi}-{platform}.whl`. */
export interface WheelFilename {
  readonly filename: string;
  /** The name as it is spelled in the file name. */
  readonly rawName: string;
  readonly name: ProjectName;
  readonly version: Version;
  /** The version as it is spelled in the file name, `+local` and epoch included. */
  readonly rawVersion: string;
  /** Starts with a digit. */
  readonly buildTag: string | undefined;
  /** The members of the compressed tag sets, in lower case, in the order of the file name. */
  readonly pythonTags: readonly string[];
  readonly abiTags: readonly string[];
  readonly platformTags: readonly string[];
}

const HINT =
  "the form is {name}-{version}(-{build tag})-{python tag}-{abi tag}-{platform tag}.whl, for example demo_pkg-1.0-py3-none-any.whl; build the wheel again rather than rename it";

/** Name, version, build tag and the three tag sets as one; what is in them is looked at afterwards. */
const PARTS = /^([\w.+!]*)-([\w.+!]*)-(?:([\w.+!]*)-)?((?:[\w.+!]*-){2}[\w.+!]*)\.whl$/;
const BUILD_TAG = /^[0-9][A-Za-z0-9_.]*$/;
const TAG = /^[A-Za-z0-9_]+$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

// An index repeats names, versions and tag sets in file after file.
const parseNamePart = boundedMemo(20_000, (raw) => {
  if (raw.includes("__")) {
    throw refusal(`its project name ${quoteText(raw)} has two underscores in a row, a wheel's name has one`);
  }
  if (!isValidProjectName(raw)) {
    throw refusal(
      `its project name ${quoteText(raw)} is not valid: it starts and ends with a letter or digit, with letters, digits, "_" and "." between`,
    );
  }
  return normalizeProjectName(raw);
});
const parseVersionPart = boundedMemo(20_000, (raw) => {
  const version = tryParseVersion(raw);
  if (version === undefined)
    throw refusal(`its version ${quoteText(raw)} is no version as PEP 440 defines it`);
  return version;
});
const parseTagPart = boundedMemo(20_000, (raw) => {
  const [python = "", abi = "", platform = ""] = raw.toLowerCase().split("-");
  return {
    pythonTags: parseTagSet(python, "python", IDENTIFIER),
    abiTags: parseTagSet(abi, "abi", TAG),
    platformTags: parseTagSet(platform, "platform", TAG),
  };
});

/**
 * The parts of a wheel's file name (no directories). Throws `InvalidInput` ("wheel-filename") that says which part is wrong.
 * https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention
 */
export function parseWheelFilename(filename: string): WheelFilename {
  const parts = filename.length > LONGEST_FILENAME ? null : PARTS.exec(filename);
  if (parts === null) throw refusal(formFault(filename));
  const [, rawName = "", rawVersion = "", buildTag, tagPart = ""] = parts;
  const name = parseNamePart(rawName);
  const version = parseVersionPart(rawVersion);
  if (buildTag !== undefined && !BUILD_TAG.test(buildTag)) {
    throw refusal(
      `its build tag ${quoteText(buildTag)} is not a digit with letters, digits, "_" and "." after it`,
    );
  }
  const { pythonTags, abiTags, platformTags } = parseTagPart(tagPart);
  return { filename, rawName, name, version, rawVersion, buildTag, pythonTags, abiTags, platformTags };
}

/** Why `filename` does not even divide into the parts of a wheel's name. */
function formFault(filename: string): string {
  const fault = filenameFault(filename);
  if (fault !== undefined) return fault;
  if (!filename.endsWith(".whl")) {
    return filename.toLowerCase().endsWith(".whl")
      ? `it ends in ${quoteText(filename.slice(-4))}, installers only take ".whl" in lower case`
      : 'it does not end in ".whl"';
  }
  const count = filename.split("-").length;
  const advice = count > 6 ? ' (a hyphen in the name is written as "_")' : "";
  return `a wheel's name has five or six parts separated by hyphens, this one has ${count}${advice}`;
}

/**
 * A key that is equal for two spellings of one distribution (`Demo-1.0-py2.py3-…`, `demo-1.0.0-py3.py2-…`): normalized
 * name, canonical version, build tag with its number plain, tags sorted and without doubles.
 */
export function wheelIdentity(wheel: WheelFilename): string {
  const build = wheel.buildTag?.replace(/^0+(?=[0-9])/, "") ?? "";
  const tags = `${tagSetKey(wheel.pythonTags)}-${tagSetKey(wheel.abiTags)}-${tagSetKey(wheel.platformTags)}`;
  return `${wheel.name}/${canonicalVersion(wheel.version)}/${build}/${tags}`;
}

function tagSetKey(tags: readonly string[]): string {
  return tags.length === 1 ? (tags[0] ?? "") : [...new Set(tags)].toSorted().join(".");
}

function parseTagSet(raw: string, kind: string, member: RegExp): readonly string[] {
  const tags = raw.split(".");
  for (const tag of tags) {
    if (tag === "") throw refusal(`its ${kind} tag ${quoteText(raw)} is empty, or has an empty member`);
    if (!member.test(tag)) {
      throw refusal(
        `its ${kind} tag ${quoteText(raw)} has the member ${quoteText(tag)}: letters, digits and "_" make a tag` +
          (member === IDENTIFIER ? ", with no digit at the start" : ""),
      );
    }
  }
  return tags;
}

function refusal(message: string): InvalidInput {
  return new InvalidInput("wheel-filename", message, HINT);
}
