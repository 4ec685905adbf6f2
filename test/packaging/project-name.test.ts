import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InvalidInput } from "../../src/errors.ts";
import { normalizeProjectName, parseProjectName } from "../../src/packaging/project-name.ts";

describe("parseProjectName", () => {
  it.each([
    ["demo", "demo"],
    ["Demo.PKG", "demo-pkg"],
    ["demo__pkg", "demo-pkg"],
    ["a-_.b", "a-b"],
    ["x", "x"],
    ["0", "0"],
    ["2to3", "2to3"],
    ["A.-._.-B", "a-b"],
  ])("%j is the project %j", (raw, name) => {
    expect(parseProjectName(raw)).toBe(name);
  });

  it.each([
    "",
    "-demo",
    "demo-",
    "_",
    ".demo",
    "demo pkg",
    "demo\n",
    "\ndemo",
    "démo",
    "de/mo",
    "\u212Aelvin",
    "ma\u017Fs",
    "demo\u0000",
    "../demo",
    "demo\uFFFD",
  ])("refuses %j", (raw) => {
    expect(() => parseProjectName(raw)).toThrow(InvalidInput);
    expect(() => parseProjectName(raw)).toThrow(/is no project name/);
  });

  it("names the rule in a code, and the input in plain ASCII", () => {
    const error = caught(() => parseProjectName("de\u202Emo\u0007"));
    expect(error.code).toBe("project-name");
    expect(error.message).toContain('"de\\u{202e}mo\\u{7}"');
  });

  it("takes a megabyte of separators without a slow regular expression", () => {
    expect(() => parseProjectName(`a${"-._".repeat(400_000)}`)).toThrow(/1200001 characters/);
  });

  it("gives a name that it takes again, and does not change", () => {
    const spelled = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}[A-Za-z0-9]$/);
    fc.assert(
      fc.property(spelled, (raw) => {
        const name = parseProjectName(raw);
        expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
        expect(parseProjectName(name)).toBe(name);
      }),
    );
  });
});

describe("normalizeProjectName", () => {
  it("does not check the name", () => {
    expect(normalizeProjectName("-_Not A Name_.")).toBe("-not a name-");
  });
});

function caught(run: () => unknown): InvalidInput {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
