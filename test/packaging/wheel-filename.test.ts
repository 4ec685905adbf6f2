import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InvalidInput } from "../../src/errors.ts";
import { parseWheelFilename, wheelIdentity } from "../../src/packaging/wheel-filename.ts";

describe("parseWheelFilename", () => {
  it("gives every part, as spelled and as meant", () => {
    const filename = "Demo_Pkg-1.0RC1-2_b-cp311.CP312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";
    const wheel = parseWheelFilename(filename);
    expect({ ...wheel, version: wheel.version.text }).toEqual({
      filename,
      rawName: "Demo_Pkg",
      name: "demo-pkg",
      version: "1.0rc1",
      rawVersion: "1.0RC1",
      buildTag: "2_b",
      pythonTags: ["cp311", "cp312"],
      abiTags: ["abi3"],
      platformTags: ["manylinux_2_17_x86_64", "manylinux2014_x86_64"],
    });
  });

  it.each([
    ["dace-43!2026.2.12-py3-none-any.whl", "dace", "43!2026.2.12"],
    ["demo-1.0+cu121-py3-none-any.whl", "demo", "1.0+cu121"],
    ["demo-1.0+cu121.gitabc-py3-none-any.whl", "demo", "1.0+cu121.gitabc"],
    ["zope.interface-7.0-cp312-cp312-win_amd64.whl", "zope-interface", "7.0"],
    ["a-0-py2.py3-none-any.whl", "a", "0"],
    ["demo-1.0_rc1-py3-none-any.whl", "demo", "1.0rc1"],
    ["demo-1.0-1-py3-none-any.whl", "demo", "1.0"],
  ])("%s is %s %s", (filename, name, version) => {
    const wheel = parseWheelFilename(filename);
    expect([wheel.name, wheel.version.text]).toEqual([name, version]);
  });

  it.each([
    ["foo-1.0.whl", "a wheel's name has five or six parts separated by hyphens, this one has 2"],
    ["foo-1.0-py3-none.whl", "separated by hyphens, this one has 4"],
    ["foo.whl", "this one has 1"],
    ["foo-bar-1.0-1-py3-none-any.whl", 'this one has 7 (a hyphen in the name is written as "_")'],
    ["foo-bar-1.0-py3-none-any.whl", 'its version "bar" is no version'],
    ["foo-1.0_cu121-py3-none-any.whl", 'its version "1.0_cu121" is no version'],
    ["foo--py3-none-any.whl", 'its version "" is no version'],
    ["-1.0-py3-none-any.whl", 'its project name "" is not valid'],
    ["_foo-1.0-py3-none-any.whl", 'its project name "_foo" is not valid'],
    ["foo+x-1.0-py3-none-any.whl", 'its project name "foo+x" is not valid'],
    ["foo__bar-1.0-py3-none-any.whl", "two underscores in a row"],
    ["foo-1.0-b1-py3-none-any.whl", 'its build tag "b1" is not a digit'],
    ["foo-1.0--py3-none-any.whl", 'its build tag "" is not a digit'],
    ["foo-1.0-1!-py3-none-any.whl", 'its build tag "1!"'],
    ["foo-1.0--none-any.whl", 'its python tag "" is empty'],
    ["foo-1.0-py2..py3-none-any.whl", 'its python tag "py2..py3" is empty, or has an empty member'],
    ["foo-1.0-3-none-any.whl", 'its python tag "3" has the member "3"'],
    ["foo-1.0-py3-none-.whl", 'its platform tag "" is empty'],
    ["foo-1.0-py3-no+ne-any.whl", 'its abi tag "no+ne" has the member "no+ne"'],
    ["foo-1.0-py3-none-any.WHL", 'it ends in ".WHL"'],
    ["foo-1.0-py3-none-any.whl.metadata", 'it does not end in ".whl"'],
    ["foo-1.0-py3-none-any.tar.gz", 'it does not end in ".whl"'],
    ["", "the file name is empty"],
    ["foo-1.0-py3-none-any.whl\n", "a control character (U+000A)"],
    ["foo\u0000-1.0-py3-none-any.whl", "a control character (U+0000)"],
    ["foo-1.0\u009b-py3-none-any.whl", "a control character (U+009B)"],
    ["foo/foo-1.0-py3-none-any.whl", 'a path separator ("/")'],
    ["foo\\foo-1.0-py3-none-any.whl", "a path separator"],
    ["fo\uFFFD-1.0-py3-none-any.whl", "bytes that are not valid UTF-8"],
    ["fo\uDC80-1.0-py3-none-any.whl", "half of a surrogate pair (U+DC80)"],
    ["föö-1.0-py3-none-any.whl", "a character that is not ASCII (U+00F6)"],
    ["\u212Afoo-1.0-py3-none-any.whl", "a character that is not ASCII (U+212A)"],
    ["foo- 1.0-py3-none-any.whl", "a space"],
    ["foo-1.0-1<b>-py3-none-any.whl", 'the character "<"'],
    [`foo-1.0-py3-none-${"a".repeat(300)}.whl`, "a file name has at most 255 characters, this one has 321"],
  ])("refuses %j: %s", (filename, reason) => {
    expect(() => parseWheelFilename(filename)).toThrow(InvalidInput);
    expect(() => parseWheelFilename(filename)).toThrow(
      expect.objectContaining({ code: "wheel-filename", message: expect.stringContaining(reason) as string }),
    );
  });

  it("gives the same refusal the second time, when the parts are known already", () => {
    const messages = [1, 2].map(() => {
      try {
        return parseWheelFilename("foo-1.0_x-py3-none-any.whl").name;
      } catch (error) {
        return String(error);
      }
    });
    expect(messages[0]).toContain("is no version");
    expect(messages[1]).toBe(messages[0]);
  });

  it("gives parts from which the file name can be put together again", () => {
    fc.assert(
      fc.property(
        spelledName,
        fc.constantFrom("1.0", "1!2.0rc1+x.1"),
        spelledBuild,
        (name, version, build) => {
          const filename = `${name}-${version}${build}-py3-none-any.whl`;
          const wheel = parseWheelFilename(filename);
          expect([wheel.rawName, wheel.rawVersion]).toEqual([name, version]);
          expect(wheel.buildTag === undefined ? "" : `-${wheel.buildTag}`).toBe(build);
        },
      ),
    );
  });

  it("throws nothing but InvalidInput, whatever the name", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `${text}-1-py3-none-any.whl`),
        ),
        (filename) => {
          try {
            expect(parseWheelFilename(filename).filename).toBe(filename);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidInput);
          }
        },
      ),
    );
  });
});

describe("wheelIdentity", () => {
  it.each([
    ["Demo_Pkg-1.0-py3-none-any.whl", "demo.pkg-1.0.0-py3-none-any.whl"],
    ["demo-1.0-py2.py3-none-any.whl", "demo-1.0-py3.py2.py3-none-any.whl"],
    ["demo-1.0-01-py3-none-any.whl", "demo-1.0-1-py3-none-any.whl"],
    ["demo-1.0+Cu.1-py3-none-any.whl", "demo-1.0+cu_01-py3-none-any.whl"],
    ["demo-1.0-py3-NONE-any.whl", "demo-v1-py3-none-any.whl"],
  ])("is equal for %s and %s", (a, b) => {
    expect(identityOf(a)).toBe(identityOf(b));
  });

  it.each([
    ["demo-1.0-py3-none-any.whl", "demo-1.0.1-py3-none-any.whl"],
    ["demo-1.0-py3-none-any.whl", "demo-1.0-0-py3-none-any.whl"],
    ["demo-1.0-1-py3-none-any.whl", "demo-1.0-10-py3-none-any.whl"],
    ["demo-1.0-py3-none-any.whl", "demo-1.0+l-py3-none-any.whl"],
    ["demo-1.0-py3-none-any.whl", "demo-1!1.0-py3-none-any.whl"],
    ["demo-1.0-py3-none-any.whl", "demo-1.0-py2.py3-none-any.whl"],
    ["demo-1.0-py3-none-any.whl", "demo2-1.0-py3-none-any.whl"],
  ])("differs for %s and %s", (a, b) => {
    expect(identityOf(a)).not.toBe(identityOf(b));
  });
});

const spelledName = fc
  .stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._]{0,12}[A-Za-z0-9])?$/)
  .filter((name) => !name.includes("__"));
const spelledBuild = fc.oneof(fc.constant(""), fc.stringMatching(/^-[0-9][a-z0-9_]{0,5}$/));

function identityOf(filename: string): string {
  return wheelIdentity(parseWheelFilename(filename));
}
