import { describe, expect, it } from "vitest";

import { parseWheelFilename } from "../../src/packaging/wheel-filename.ts";
import { expandTags, parseWheelFile } from "../../src/packaging/wheel-file.ts";

describe("parseWheelFile", () => {
  it("reads every field", () => {
    const text =
      "Wheel-Version: 1.0\r\nGenerator: setuptools (75.1.0)\r\nRoot-Is-Purelib: true\r\nBuild: 1\r\nTag: py2-none-any\r\nTag: py3-none-any\r\n\r\n";
    expect(parseWheelFile(Buffer.from(text))).toEqual({
      wheelVersion: "1.0",
      generator: "setuptools (75.1.0)",
      rootIsPurelib: true,
      tags: ["py2-none-any", "py3-none-any"],
      build: "1",
    });
  });

  it("knows nothing of an empty file", () => {
    expect(parseWheelFile(new Uint8Array())).toEqual({
      wheelVersion: undefined,
      generator: undefined,
      rootIsPurelib: false,
      tags: [],
      build: undefined,
    });
  });

  it.each([
    ["True", true],
    ["TRUE", true],
    ["false", false],
    ["yes", false],
  ])("takes Root-Is-Purelib: %s for %s", (written, expected) => {
    expect(parseWheelFile(Buffer.from(`root-is-purelib: ${written}\n`)).rootIsPurelib).toBe(expected);
  });
});

describe("expandTags", () => {
  it("multiplies the compressed tag sets", () => {
    expect(expandTags(parseWheelFilename("demo-1.0-py2.py3-none-any.win32.whl"))).toEqual([
      "py2-none-any",
      "py2-none-win32",
      "py3-none-any",
      "py3-none-win32",
    ]);
  });

  it("gives each tag once", () => {
    expect(expandTags(parseWheelFilename("demo-1.0-py3.PY3-none-any.whl"))).toEqual(["py3-none-any"]);
  });
});
