// The deep path loads the grammar alone, not the specifiers and the semver-like functions beside it.
import { VERSION_PATTERN } from "@renovatebot/pep440/lib/version.js";

import { InvalidInput } from "../errors.ts";
import { stripPythonWhitespace } from "./python-whitespace.ts";
import { quoteText } from "./quote-text.ts";

/** Sorts by code units as PEP 440 orders versions; equal for equal versions. Nothing else may be read from it. */
export type VersionKey = string & { readonly __brand: "VersionKey" };

/** A PEP 440 version, parsed once. */
export interface Version {
  /** The normalized form, as `str(packaging.version.Version(…))`. Trailing zeros stay: `1.0` is not `1` here. */
  readonly text: string;
  /** A pre-release (`a`, `b`, `rc`) or a development release: what installers pass over unless asked. */
  readonly isPrerelease: boolean;
  /** A development release (`.devN`). */
  readonly isDevelopment: boolean;
  readonly key: VersionKey;
}

/**
 * The grammar is the library's; the numbers and the local part are read here. The library reads numbers with
 * `Number()`, so that those above 2^53 lose digits and very long ones are all `Infinity`; it takes the local
 * parts `0x10` and `1e5` for numbers; it prints `+ubuntu.1` as `+ubuntu,1`; and it parses both versions again
 * for each comparison.
 */
const VERSION = new RegExp(`^${VERSION_PATTERN}$`, "i");

const RELEASE_ONLY = /^[0-9]+(?:\.[0-9]+)*$/;
type Groups = Readonly<Record<string, string | undefined>>;

/** No file name is longer, and a version that is in no file name is in no index. Keeps every count below one byte. */
const LONGEST_VERSION = 255;

const PRE_LETTERS: Readonly<Record<string, "a" | "b" | "rc">> = {
  a: "a",
  alpha: "a",
  b: "b",
  beta: "b",
  c: "rc",
  rc: "rc",
  pre: "rc",
  preview: "rc",
};
const PRE_RANKS = { developmentOnly: "0", a: "1", b: "2", rc: "3", none: "4" } as const;

/**
 * The version that `text` spells; white space around it is ignored, as PEP 440 says. Throws `InvalidInput` ("version").
 * https://packaging.python.org/en/latest/specifications/version-specifiers/#version-scheme (PEP 440)
 */
export function parseVersion(text: string): Version {
  const version = tryParseVersion(text);
  if (version === undefined) {
    throw new InvalidInput(
      "version",
      text.length > LONGEST_VERSION
        ? `a version has at most ${LONGEST_VERSION} characters, this one has ${text.length}`
        : `${quoteText(text)} is no version as PEP 440 defines it`,
      "use a version such as 1.2.3, 1.2rc1, 1.2.post1 or 1!1.2+local",
    );
  }
  return version;
}

/** As `parseVersion`, but `undefined` where `text` is no version. */
export function tryParseVersion(text: string): Version | undefined {
  if (text.length > LONGEST_VERSION) return undefined;
  const stripped = stripPythonWhitespace(text);
  // Most versions are a release and no more; that is read in a third of the time.
  const groups: Groups | undefined = RELEASE_ONLY.test(stripped)
    ? { release: stripped }
    : VERSION.exec(stripped)?.groups;
  if (groups?.["release"] === undefined) return undefined;

  const epoch = plainNumber(groups["epoch"]);
  const release = groups["release"].split(".").map(plainNumber);
  const pre = PRE_LETTERS[groups["pre_l"]?.toLowerCase() ?? ""];
  const preNumber = plainNumber(groups["pre_n"]);
  const hasPost = groups["post"] !== undefined;
  const postNumber = plainNumber(groups["post_n1"] ?? groups["post_n2"]);
  const hasDev = groups["dev"] !== undefined;
  const devNumber = plainNumber(groups["dev_n"]);
  const local = groups["local"]?.toLowerCase().split(/[-_.]/).map(plainLocalPart);

  let normalized = epoch === "0" ? "" : `${epoch}!`;
  normalized += release.join(".");
  if (pre !== undefined) normalized += pre + preNumber;
  if (hasPost) normalized += `.post${postNumber}`;
  if (hasDev) normalized += `.dev${devNumber}`;
  if (local !== undefined) normalized += `+${local.join(".")}`;

  let significant = release.length;
  while (significant > 0 && release[significant - 1] === "0") significant -= 1;
  let key = numberKey(epoch);
  for (let index = 0; index < significant; index += 1) key += numberKey(release[index] ?? "0");
  key += END;
  if (pre !== undefined) key += PRE_RANKS[pre] + numberKey(preNumber);
  else key += hasDev && !hasPost ? PRE_RANKS.developmentOnly : PRE_RANKS.none;
  key += hasPost ? `1${numberKey(postNumber)}` : "0";
  key += hasDev ? `0${numberKey(devNumber)}` : "1";
  if (local !== undefined) for (const part of local) key += localKey(part);
  key += END;

  return {
    text: normalized,
    isPrerelease: pre !== undefined || hasDev,
    isDevelopment: hasDev,
    key: key as VersionKey,
  };
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`: the total order of PEP 440. */
export function compareVersions(a: Version, b: Version): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/**
 * One spelling for all equal versions: as `text`, without trailing zeros in the release (`1.0.0` and `1` are `1`).
 * The same as `packaging.utils.canonicalize_version`.
 */
export function canonicalVersion(version: Version): string {
  const { text } = version;
  if (!text.includes(".0")) return text;
  // The release ends before the first letter or `+`, and before the dot of `.post` and `.dev`.
  const suffix = text.search(/[a-z+]/);
  let end = suffix === -1 ? text.length : suffix;
  if (text.endsWith(".", end)) end -= 1;
  let trimmed = end;
  while (text.endsWith(".0", trimmed)) trimmed -= 2;
  return trimmed === end ? text : text.slice(0, trimmed) + text.slice(end);
}

/** Sorts before the start of every number (a count of at least 1) and of every local part. */
const END = "\0";

/** Sorts as the number does, whatever its size: first how many digits it has, then the digits. */
function numberKey(digits: string): string {
  return String.fromCharCode(digits.length) + digits;
}

/** Words sort before numbers, words as text, and a shorter list before a longer one that starts with it. */
function localKey(part: string): string {
  return /[a-z]/.test(part) ? `1${part}${END}` : `2${numberKey(part)}`;
}

function plainLocalPart(part: string): string {
  return /[a-z]/.test(part) ? part : plainNumber(part);
}

/** Decimal digits without leading zeros. No digits (`1.0rc`) mean 0. */
function plainNumber(digits: string | undefined): string {
  if (digits === undefined) return "0";
  if (digits.length === 1 || !digits.startsWith("0")) return digits;
  return digits.replace(/^0+(?=[0-9])/, "");
}
