import { compare as libraryCompare } from "@renovatebot/pep440";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InvalidInput } from "../../src/errors.ts";
import {
  canonicalVersion,
  compareVersions,
  parseVersion,
  tryParseVersion,
} from "../../src/packaging/version.ts";

const HUGE = "123456789012345678901234567890";

/** Oldest first; the versions of one row are equal. */
const IN_ORDER: readonly (readonly string[])[] = [
  ["0", "0.0", "00", "v0", "0!0"],
  ["0.0.post1"],
  ["1.dev0", "1.0dev", "1-dev", "1_DEV_0"],
  ["1.dev1"],
  ["1.0a1.dev1"],
  ["1.0a1", "1.0.alpha1", "1.0-ALPHA-1", "1.0_a.01"],
  ["1.0a1.post0.dev2"],
  ["1.0a1.post0", "1.0a1-0", "1.0a1.rev"],
  ["1.0a2"],
  ["1.0a10"],
  ["1.0b0", "1.0beta"],
  ["1.0rc1", "1.0c1", "1.0pre1", "1.0.preview-1"],
  ["1.0rc1+local"],
  ["1", "1.0", "1.0.0", "v1.0", "V1", " 1.0\n", "0!1", "01.00"],
  ["1+0x10", "1+0X10"],
  ["1+1e5"],
  ["1+a"],
  ["1+a.b"],
  ["1+a.0"],
  ["1+abc", "1+ABC", "1.0+abc"],
  ["1+abc.1", "1+abc-01", "1+abc_1"],
  ["1+infinity", "1+Infinity"],
  ["1+0", "1+00"],
  ["1+0.a"],
  ["1+5", "1+05"],
  ["1+10"],
  [`1+${HUGE}`],
  ["1.0.post0.dev1"],
  ["1.0.post0", "1.0-0", "1.0.r0", "1.0post", "1.0.rev0"],
  ["1.0.post1", "1.0-1", "1.0-r1"],
  ["1.0.1"],
  ["1.1.dev1"],
  ["1.1"],
  ["1.9"],
  ["1.10"],
  ["9007199254740992"],
  ["9007199254740993"],
  [HUGE, `0${HUGE}`, `${HUGE}.0`],
  [`${HUGE.slice(0, -1)}1`],
  [`${HUGE}0`],
  ["1!0.dev0"],
  ["1!0.1"],
  ["43!2026.2.12"],
];

describe("parseVersion", () => {
  it.each([
    ["1.0", "1.0"],
    ["1.0.0", "1.0.0"],
    ["v1.0", "1.0"],
    ["V1", "1"],
    [" \t1.0\r\n", "1.0"],
    ["\u00a0\u20291.0\u001c\u0085", "1.0"],
    ["01.002", "1.2"],
    ["0!1.0", "1.0"],
    ["00!1.0", "1.0"],
    ["43!2026.2.12", "43!2026.2.12"],
    ["1.0ALPHA", "1.0a0"],
    ["1.0-beta_2", "1.0b2"],
    ["1.0c3", "1.0rc3"],
    ["1.0.preview4", "1.0rc4"],
    ["1.0pre", "1.0rc0"],
    ["1.0-1", "1.0.post1"],
    ["1.0a--1", "1.0a0.post1"],
    ["1.0r5", "1.0.post5"],
    ["1.0-REV", "1.0.post0"],
    ["1.0dev", "1.0.dev0"],
    ["1.0_dev.03", "1.0.dev3"],
    ["1.0a1.post2.dev3+l", "1.0a1.post2.dev3+l"],
    ["1.0.post2.dev3", "1.0.post2.dev3"],
    ["1.0+Ubuntu-1_A", "1.0+ubuntu.1.a"],
    ["1.0+007", "1.0+7"],
    ["1.0+0x10", "1.0+0x10"],
    ["1.0+1e5", "1.0+1e5"],
    ["1.0+Infinity", "1.0+infinity"],
    ["9007199254740993.0", "9007199254740993.0"],
    [`${HUGE}!${HUGE}.1rc${HUGE}+${HUGE}`, `${HUGE}!${HUGE}.1rc${HUGE}+${HUGE}`],
  ])("normalizes %j to %j", (text, normalized) => {
    expect(parseVersion(text).text).toBe(normalized);
    expect(parseVersion(normalized).text).toBe(normalized);
  });

  it.each([
    "",
    " ",
    "v",
    "1.",
    ".1",
    "1..0",
    "1.0-",
    "1.0+",
    "1.0+a..b",
    "1.0+a+b",
    "1.0_cu121",
    "1.0 rc1",
    "1!",
    "!1",
    "1!2!3",
    "-1",
    "1.0.dev1.post1",
    "1.0a1b1",
    "1.x",
    "latest",
    "1.0\u0000",
    "\uFEFF1.0",
    "\u0661.\u0662",
    "1.\uFF10",
    "1.0.po\u017Ft1",
    "1.0+\u212A",
    "1.0\n2.0",
    "1".repeat(256),
    "1.".repeat(5000) + "1",
    "1.0+" + "a.".repeat(5000),
  ])("refuses %j", (text) => {
    expect(tryParseVersion(text)).toBeUndefined();
    expect(() => parseVersion(text)).toThrow(InvalidInput);
    expect(() => parseVersion(text)).toThrow(expect.objectContaining({ code: "version" }));
  });

  it("takes a version as long as a file name", () => {
    expect(parseVersion(`1.${"9".repeat(253)}`).text).toHaveLength(255);
  });

  it.each([
    ["1.0", false, false],
    ["1.0.post1", false, false],
    ["1.0+dev1", false, false],
    ["1.0a1", true, false],
    ["1.0rc1.post1", true, false],
    ["1.0.dev0", true, true],
    ["1.0.post1.dev0", true, true],
    ["1.0b2.dev3", true, true],
  ])("%s: pre-release %s, development release %s", (text, isPrerelease, isDevelopment) => {
    expect(parseVersion(text)).toMatchObject({ isPrerelease, isDevelopment });
  });
});

describe("compareVersions", () => {
  it("orders every pair as PEP 440 says", () => {
    const rows = IN_ORDER.flatMap((row, rank) => row.map((text) => ({ rank, version: parseVersion(text) })));
    const wrong = rows.flatMap((a) =>
      rows
        .filter((b) => Math.sign(compareVersions(a.version, b.version)) !== Math.sign(a.rank - b.rank))
        .map((b) => [a.version.text, b.version.text]),
    );
    expect(wrong).toEqual([]);
  });

  it("agrees with the library wherever its numbers are exact", () => {
    fc.assert(
      fc.property(spelledVersion, spelledVersion, (a, b) => {
        const ours = compareVersions(parseVersion(a), parseVersion(b));
        expect(Math.sign(ours)).toBe(Math.sign(libraryCompare(a, b)));
      }),
      { numRuns: 500 },
    );
  });
});

describe("canonicalVersion", () => {
  it.each([
    ["1.0", "1"],
    ["1.0.0", "1"],
    ["1.10", "1.10"],
    ["10.0", "10"],
    ["0.0", "0"],
    ["0", "0"],
    ["1.0.1.0", "1.0.1"],
    ["2!0.0", "2!0"],
    ["1.0rc0", "1rc0"],
    ["1.0.0.post0", "1.post0"],
    ["1.0.dev0", "1.dev0"],
    ["1.0+1.0", "1+1.0"],
    ["1.0.0a0.post0.dev0+x.0", "1a0.post0.dev0+x.0"],
  ])("of %s is %s", (text, canonical) => {
    expect(canonicalVersion(parseVersion(text))).toBe(canonical);
  });

  it("is equal exactly where the versions are", () => {
    const versions = IN_ORDER.flat().map(parseVersion);
    for (const a of versions) {
      for (const b of versions) {
        expect(canonicalVersion(a) === canonicalVersion(b)).toBe(compareVersions(a, b) === 0);
      }
    }
  });
});

const number = fc.integer({ min: 0, max: 30 }).map(String);
const optional = (part: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(""), part);
const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(""));

const spelledVersion = joined(
  optional(number.map((epoch) => `${epoch}!`)),
  fc.array(number, { minLength: 1, maxLength: 4 }).map((release) => release.join(".")),
  optional(joined(fc.constantFrom("a", ".beta", "-rc", "c", "preview"), number)),
  optional(joined(fc.constantFrom(".post", "-", "rev"), number)),
  optional(joined(fc.constantFrom(".dev", "dev"), number)),
  optional(
    fc
      .array(fc.oneof(number, fc.constantFrom("a", "ubuntu", "cu121x")), { minLength: 1, maxLength: 3 })
      .map((local) => `+${local.join(".")}`),
  ),
);
