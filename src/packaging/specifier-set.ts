import { hasPythonWhitespace, stripPythonWhitespace } from "./python-whitespace.ts";
import { tryParseVersion } from "./version.ts";

// A version's text holds no operator character, so the longest operator that fits is the one that is meant.
const SPECIFIER = /^(===|~=|==|!=|<=|>=|<|>)(.*)$/s;
const RELEASE_PREFIX = /^v?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*\.\*$/i;
const TWO_RELEASE_PARTS = /^v?(?:[0-9]+!)?[0-9]+\.[0-9]/i;

/**
 * True where `text` is a set of version specifiers, what `Requires-Python` holds: `>=3.9, !=3.10.*, <4`. Empty is
 * valid and means any version; empty parts between commas are passed over, as `packaging` does.
 * https://packaging.python.org/en/latest/specifications/version-specifiers/#version-specifiers (PEP 440)
 */
export function isValidSpecifierSet(text: string): boolean {
  return text.split(",").every((part) => {
    const specifier = stripPythonWhitespace(part);
    return specifier === "" || isValidSpecifier(specifier);
  });
}

function isValidSpecifier(specifier: string): boolean {
  const [, operator, rest] = SPECIFIER.exec(specifier) ?? [];
  if (operator === undefined || rest === undefined) return false;
  const version = stripPythonWhitespace(rest);
  // `===` compares strings and takes any text, even none; `;` and `)` would end it in a requirement.
  if (operator === "===") return !/[;)]/.test(version) && !hasPythonWhitespace(version);
  if (tryParseVersion(version) === undefined) {
    return (operator === "==" || operator === "!=") && RELEASE_PREFIX.test(version);
  }
  if (operator === "==" || operator === "!=") return true;
  if (version.includes("+")) return false;
  return operator !== "~=" || TWO_RELEASE_PARTS.test(version);
}
