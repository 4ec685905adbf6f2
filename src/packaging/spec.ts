/** SPEC, what a person writes on the command line to name files of the index: a requirement, or one file's name. */
import { InvalidInput } from "../errors.ts";
import { boundedMemo } from "./bounded-memo.ts";
import { isValidProjectName, normalizeProjectName, type ProjectName } from "./project-name.ts";
import { stripPythonWhitespace } from "./python-whitespace.ts";
import { quoteText } from "./quote-text.ts";
import { parseSdistFilename } from "./sdist-filename.ts";
import { isValidSpecifierSet } from "./specifier-set.ts";
import { compareVersions, tryParseVersion, type Version } from "./version.ts";
import { parseWheelFilename } from "./wheel-filename.ts";

/** Which files of one project are meant. `specifiers` is plain (`>=1,<2`), and empty for all versions. */
export type Spec =
  | { readonly kind: "file"; readonly filename: string; readonly project: ProjectName }
  | { readonly kind: "requirement"; readonly project: ProjectName; readonly specifiers: string };

const HINT =
  'write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)';

const LONGEST = 1000;
const DISTRIBUTION = /^[^=<>~]*\.(?:whl|tar\.gz|zip)$/i;
const NAME_AND_REST = /^([A-Za-z0-9._-]*)(.*)$/s;
const PRINTABLE = /^[ -~\t]*$/;
const OPERATOR = /^(===|~=|==|!=|<=|>=|<|>)(.*)$/s;

/**
 * Parses a SPEC. What ends in `.whl`, `.tar.gz` or `.zip` is a file's name; else it is a project's name, and version
 * specifiers behind it if only some versions are meant. An empty part between commas is refused, though PEP 440 has no
 * quarrel with it: `demo,$LIMIT` with an empty variable must not mean every version. Throws `InvalidInput` ("spec").
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/ (PEP 508)
 */
export function parseSpec(text: string): Spec {
  const spec = stripPythonWhitespace(text);
  if (spec === "") throw refusal("it is empty");
  if (spec.length > LONGEST) {
    throw refusal(`it has ${spec.length} characters, at most ${LONGEST} are allowed`);
  }
  if (DISTRIBUTION.test(spec)) return parseFileSpec(spec);
  if (!PRINTABLE.test(spec)) throw refusal(`${quoteText(spec)} has a character that is not printable ASCII`);
  if (/^[a-z][a-z0-9+.-]*:/i.test(spec)) throw refusal(`${quoteText(spec)} is an address`);
  if (/^[^=<>~;@[]*[/\\]/.test(spec)) throw refusal(`${quoteText(spec)} is a path`);
  const [, name = "", rest = ""] = NAME_AND_REST.exec(spec) ?? [];
  if (!isValidProjectName(name)) {
    throw refusal(
      name === ""
        ? `${quoteText(spec)} does not start with a project's name`
        : `its project name ${quoteText(name)} is not valid: letters, digits, ".", "_" and "-" make a name, with a letter or digit at both ends`,
    );
  }
  const project = normalizeProjectName(name);
  return { kind: "requirement", project, specifiers: parseSpecifiers(stripPythonWhitespace(rest)) };
}

function parseFileSpec(filename: string): Spec {
  try {
    const { name } = /\.whl$/i.test(filename) ? parseWheelFilename(filename) : parseSdistFilename(filename);
    return { kind: "file", filename, project: name };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw refusal(`as the name of a file, ${quoteText(filename)} is wrong: ${error.message}`);
  }
}

function parseSpecifiers(text: string): string {
  if (text === "") return "";
  if (text.startsWith("[")) throw refusal("extras are no part of it: every file has all of its extras");
  if (text.startsWith("@")) throw refusal("an address is no part of it");
  if (text.includes(";")) throw refusal("an environment marker (;) is no part of it");
  if (text.startsWith("(")) throw refusal("the versions stand in parentheses, which are no part of it");
  if (!/^[=<>~!]/.test(text)) {
    throw refusal(`behind the name stands ${quoteText(text)}, which starts with no operator such as == or <`);
  }
  return text.split(",").map(parseSpecifier).join(",");
}

function parseSpecifier(part: string): string {
  const specifier = stripPythonWhitespace(part);
  if (specifier === "") throw refusal("a part between its commas is empty");
  const [, operator, rest = ""] = OPERATOR.exec(specifier) ?? [];
  if (operator === undefined) {
    const meant = /^=[^=<>~!]/.test(specifier) ? " (equal is ==)" : "";
    throw refusal(`${quoteText(specifier)} starts with no operator such as == or <${meant}`);
  }
  const version = stripPythonWhitespace(rest);
  if (version === "") throw refusal(`no version stands behind ${quoteText(operator)}`);
  const plain = operator + version;
  if (!isValidSpecifierSet(plain))
    throw refusal(`${quoteText(specifier)} is no version specifier of PEP 440`);
  return plain;
}

function refusal(message: string): InvalidInput {
  return new InvalidInput("spec", message, HINT);
}

/** The SPEC as `parseSpec` takes it, with normalized name and without blanks. */
export function formatSpec(spec: Spec): string {
  return spec.kind === "file" ? spec.filename : spec.project + spec.specifiers;
}

/**
 * Whether a SPEC means this file, given with its version in any spelling. Only files of the SPEC's own project match. Versions
 * compare as for pip with `--pre`: pre-releases always count (but `<2` leaves out those of 2), and `==1.0` means `1.0+local` too.
 * https://packaging.python.org/en/latest/specifications/version-specifiers/#version-specifiers (PEP 440)
 */
export function matchesSpec(
  spec: Spec,
  file: { readonly filename: string; readonly version: string },
): boolean {
  if (spec.kind === "file") return spec.filename === file.filename;
  if (projectOf(file.filename) !== spec.project) return false;
  if (spec.specifiers === "") return true;
  const version = tryParseVersion(file.version);
  return version !== undefined && compileSpecifiers(spec.specifiers).every((accepts) => accepts(version));
}

function projectOf(filename: string): ProjectName | undefined {
  try {
    return (filename.endsWith(".whl") ? parseWheelFilename(filename) : parseSdistFilename(filename)).name;
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}

type Accepts = (version: Version) => boolean;

/**
 * Decided on the keys of `version.ts`. `satisfies` of `@renovatebot/pep440` strips the local part of both sides (`==1.0+a`
 * takes `1.0+b`), does not pad (`==1.0.*` refuses `1`) and decides `<` and `>` by the release alone (`>1.0.post1` refuses `1.0.post2`).
 */
const compileSpecifiers = boundedMemo(1000, (specifiers) => specifiers.split(",").map(compileSpecifier));

function compileSpecifier(specifier: string): Accepts {
  const [, operator = "", text = ""] = OPERATOR.exec(specifier) ?? [];
  if (operator === "===") return ({ text: own }) => own === text.toLowerCase();
  if (text.endsWith(".*")) {
    const startsAlike = startsWithRelease(text.slice(0, -2));
    return operator === "==" ? startsAlike : (version) => !startsAlike(version);
  }
  const limit = tryParseVersion(text);
  if (limit === undefined) return () => false;
  // A local part counts only where the specifier has one itself.
  const isExact = limit.text.includes("+");
  const compare = (version: Version): number =>
    compareVersions(isExact ? version : withoutSuffix(version, "+"), limit);
  if (operator === "==") return (version) => compare(version) === 0;
  if (operator === "!=") return (version) => compare(version) !== 0;
  if (operator === "<=") return (version) => compare(version) <= 0;
  if (operator === ">=") return (version) => compare(version) >= 0;
  if (operator === "~=") {
    const startsAlike = startsWithRelease(releaseOf(limit).split(".").slice(0, -1).join("."));
    return (version) => compare(version) >= 0 && startsAlike(version);
  }
  if (operator === "<") {
    // The oldest of its pre-releases bounds a final version: none of them is meant.
    const bound = limit.isPrerelease ? limit : tryParseVersion(`${limit.text}.dev0`);
    return (version) => bound !== undefined && compareVersions(version, bound) < 0;
  }
  if (limit.isDevelopment || limit.text.includes(".post")) return (version) => compare(version) > 0;
  // Its post-releases are not meant either.
  return (version) => compare(version) > 0 && compareVersions(withoutSuffix(version, ".post"), limit) !== 0;
}

/** The version without what starts with `mark`: `+` for the local part, `.post` for that of a post-release too. */
function withoutSuffix(version: Version, mark: "+" | ".post"): Version {
  const at = version.text.indexOf(mark);
  return at === -1 ? version : (tryParseVersion(version.text.slice(0, at)) ?? version);
}

/** Epoch and release: `1!2.0` of `1!2.0rc1.post2+local`. */
function releaseOf(version: Version): string {
  return /^(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*/.exec(version.text)?.[0] ?? "";
}

/** `==1.2.*`: the release starts with these numbers, as if it had as many zeros behind it as it takes. */
function startsWithRelease(prefix: string): Accepts {
  const wanted = tryParseVersion(prefix);
  if (wanted === undefined) return () => false;
  const dotted = `${wanted.text}.`;
  const length = dotted.split(".").length;
  return (version) => {
    const release = releaseOf(version);
    const missing = Math.max(0, length - release.split(".").length);
    return `${release}.${"0.".repeat(missing)}`.startsWith(dotted);
  };
}
