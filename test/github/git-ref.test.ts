/** Refs, with git itself as the judge. */
import { execFileSync, spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { InvalidInput } from "../../src/errors.ts";
import { checkRef, isCommitId } from "../../src/github/git-ref.ts";

// Each question to git is a process of its own.
vi.setConfig({ testTimeout: 60_000 });

function accepts(ref: string): boolean {
  try {
    return checkRef(ref) === ref;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return false;
  }
}

function gitAccepts(ref: string): boolean {
  return spawnSync("git", ["check-ref-format", "--allow-onelevel", ref]).status === 0;
}

describe("checkRef", () => {
  it.each([
    "main",
    "v1.0",
    "refs/heads/main",
    "refs/tags/__gt4py-next-integration_2026_02_12",
    "feature/a-b",
    "HEAD",
    "a@b",
    "1!2.0+local",
    "a'b",
    "a;b$(id)",
    "größe",
    "a.locks",
    "a".repeat(40),
    "0123456789abcdef0123456789abcdef01234567",
    "0123456789ABCDEF0123456789ABCDEF01234567",
    "a".repeat(255),
  ])("takes %j", (ref) => {
    expect(checkRef(ref)).toBe(ref);
  });

  it.each([
    ["", "is empty"],
    ["-", "begins with a hyphen"],
    ["--upload-pack=touch x", "begins with a hyphen"],
    ["-u", "begins with a hyphen"],
    ["main\n", "control character"],
    ["a\nb", "control character"],
    ["a\r\nX: y", "control character"],
    ["a\u0000", "control character"],
    ["a\u0085b", "control character"],
    ["a\ud800", "half a character"],
    ["a b", "blank"],
    ["a~1", "~"],
    ["a^", "~ ^"],
    ["HEAD:pyproject.toml", "~ ^ :"],
    ["+refs/heads/*:refs/heads/*", "*"],
    ["a?", "?"],
    ["a[b]", "["],
    ["a\\b", "\\"],
    ["..", "two dots"],
    ["../../etc", "two dots"],
    ["a..b", "two dots"],
    ["main@{1}", "@{"],
    ["@", "single @"],
    ["/main", "slash"],
    ["main/", "slash"],
    ["a//b", "slash"],
    [".a", "begins with a dot"],
    ["a/.b", "begins with a dot"],
    ["a.lock", ".lock"],
    ["a.lock/b", ".lock"],
    ["main.", "ends with a dot"],
    ["0".repeat(40), "no commit"],
    ["0".repeat(64), "no commit"],
    ["a".repeat(256), "255 bytes"],
    ["ä".repeat(128), "255 bytes"],
    ["a".repeat(65_536), "255 bytes"],
  ])("refuses %j", (ref, fault) => {
    expect(() => checkRef(ref)).toThrow(InvalidInput);
    expect(() => checkRef(ref)).toThrow(fault);
  });

  it("repeats nothing of a hostile ref that acts on a terminal, and not all of a long one", () => {
    expect(() => checkRef("a\u001b[2J\u202e")).toThrow('"a\\u{1b}[2J\\u{202e}"');
    expect(() => checkRef("a".repeat(65_536))).toThrow(/^.{0,300}$/);
  });

  it("agrees with git on every text of characters that matter to it", () => {
    const parts = fc.constantFrom(
      "a",
      "b/c",
      "/",
      ".",
      "..",
      "@",
      "{",
      "@{",
      ".lock",
      "-",
      "~",
      "^",
      ":",
      "?",
      "*",
      "[",
      "\\",
      " ",
      "\n",
      "\t",
      "\u007f",
      "ü",
      "\u{1f600}",
      "refs/heads/",
      "HEAD",
      "'",
      '"',
      "$(id)",
      "&",
      "|",
      "%2e",
    );
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (chosen) => {
        const ref = chosen.join("");
        // A hyphen first is git's own business: it takes such a ref, and its commands take it for an option.
        expect(accepts(ref), JSON.stringify(ref)).toBe(gitAccepts(ref) && !ref.startsWith("-"));
      }),
      { numRuns: 150 },
    );
  });

  it("takes nothing that git refuses, whatever the text is", () => {
    const text = fc
      .string({ unit: "binary", minLength: 1, maxLength: 8 })
      .filter((ref) => !ref.includes("\0"));
    fc.assert(
      fc.property(text, (ref) => {
        if (accepts(ref)) expect(gitAccepts(ref), JSON.stringify(ref)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

it("a full object id is one of SHA-1 or SHA-256, nothing shorter", () => {
  expect(
    isCommitId(execFileSync("git", ["hash-object", "--stdin"], { input: "", encoding: "utf8" }).trim()),
  ).toBe(true);
  expect(isCommitId("a".repeat(64))).toBe(true);
  expect(isCommitId("A".repeat(40))).toBe(true);
  for (const text of ["a".repeat(39), "a".repeat(41), "g".repeat(40), `${"a".repeat(40)}\n`, "main", ""])
    expect(isCommitId(text), JSON.stringify(text)).toBe(false);
});
