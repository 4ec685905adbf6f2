import { describe, expect, it } from "vitest";

import { InvalidInput } from "../../src/errors.ts";
import { formatSpec, matchesSpec, parseSpec } from "../../src/packaging/spec.ts";

describe("parseSpec", () => {
  it.each([
    ["dace", "dace", ""],
    ["  Dace_Core ", "dace-core", ""],
    ["dace==43!2026.2.12", "dace", "==43!2026.2.12"],
    ["dace<2", "dace", "<2"],
    ["dace >=1, <2", "dace", ">=1,<2"],
    ["dace\t>= 1 ,\t<2", "dace", ">=1,<2"],
    ["dace~=1.4", "dace", "~=1.4"],
    ["dace==1.*", "dace", "==1.*"],
    ["dace!=1!2.*", "dace", "!=1!2.*"],
    ["dace===1.0+cu121", "dace", "===1.0+cu121"],
    ["dace===1.0.zip", "dace", "===1.0.zip"],
    ["a.b-c_d<=1rc1", "a-b-c-d", "<=1rc1"],
  ])("reads %j as a requirement", (text, project, specifiers) => {
    expect(parseSpec(text)).toEqual({ kind: "requirement", project, specifiers });
  });

  it.each([
    ["dace-43!2026.2.12-py3-none-any.whl", "dace"],
    ["Dace_Core-1.0+cu121-1-cp312-cp312-linux_x86_64.whl", "dace-core"],
    ["dace-1.0.tar.gz", "dace"],
    ["dace.core-1.0-rc1.zip", "dace-core"],
  ])("reads %j as a file name", (filename, project) => {
    expect(parseSpec(filename)).toEqual({ kind: "file", filename, project });
  });

  it.each([
    ["", /empty/],
    [" \t", /empty/],
    ["==1.0", /does not start with a project's name/],
    ["*", /does not start with a project's name/],
    ["-dace", /project name "-dace" is not valid/],
    ["dace.==1", /project name "dace\." is not valid/],
    ["dace[cuda]", /extras/],
    ["dace[cuda]<2", /extras/],
    ['dace<2; python_version < "3"', /marker/],
    ["dace;", /marker/],
    ["dace @ https://host.example/dace-1.0.tgz", /address/],
    ["dace@1.0", /address/],
    ["https://host.example/simple/dace/", /address/],
    ["git+ssh://host.example/dace", /address/],
    ["./dace", /path/],
    ["dace/dace-1.0", /path/],
    ["C:\\dace", /address/],
    ["dace\\x", /path/],
    ["dace (>=1)", /parentheses/],
    ["dace 1.0", /behind the name stands "1\.0"/],
    ["dace*", /behind the name stands "\*"/],
    ["dace,", /behind the name stands ","/],
    ["dace,<2", /behind the name stands ",<2"/],
    ["dace<2,", /part between its commas is empty/],
    ["dace>=1,,<2", /part between its commas is empty/],
    ["dace>=1,2", /"2" starts with no operator/],
    ["dace=1.0", /"=1\.0" starts with no operator such as == or < \(equal is ==\)/],
    ["dace==", /no version stands behind "=="/],
    ["dace===", /no version stands behind "==="/],
    ["dace<1.*", /"<1\.\*" is no version specifier/],
    ["dace~=1", /"~=1" is no version specifier/],
    ["dace==nightly", /"==nightly" is no version specifier/],
    ["dace<1.0+cu121", /is no version specifier/],
    ["dace>=1 <2", /is no version specifier/],
    ["dacé", /printable ASCII/],
    ["dace\u0000", /printable ASCII/],
    ["dace===\u001b[31m", /printable ASCII/],
    ["dace\n<2", /printable ASCII/],
    ["dace-1.0.whl", /as the name of a file, "dace-1\.0\.whl" is wrong: .*five or six parts/],
    ["dace-1.0-py3-none-any.WHL", /lower case/],
    ["dace-nightly.tar.gz", /version "nightly"/],
    ["dist/dace-1.0-py3-none-any.whl", /path separator/],
    ["../dace-1.0.tar.gz", /path separator/],
  ])("refuses %j and says why", (text, reason) => {
    const fault = faultOf(() => parseSpec(text));
    expect(fault).toBeInstanceOf(InvalidInput);
    expect(fault).toMatchObject({ code: "spec", hint: expect.stringContaining("demo>=1,<2") });
    expect((fault as InvalidInput).message).toMatch(reason);
    expect((fault as InvalidInput).message).toMatch(/^[ -~…]*$/);
  });

  it("refuses what is longer than any honest one, before it looks at the parts", () => {
    for (const part of ["a", "-", ".", "=", ",", "<1,", " ", "a/", "1."]) {
      expect(() => parseSpec(`a${part.repeat(300_000)}!`)).toThrow(/at most 1000 are allowed/);
    }
    expect(parseSpec(`dace${"!=1.0,".repeat(100)}!=2.0`)).toMatchObject({ project: "dace" });
  });
});

describe("formatSpec", () => {
  it.each([
    ["Dace >= 1 , < 2", "dace>=1,<2"],
    ["dace", "dace"],
    ["Dace-1.0-py3-none-any.whl", "Dace-1.0-py3-none-any.whl"],
  ])("writes %j as %j, which is read as the same", (text, formatted) => {
    const spec = parseSpec(text);
    expect(formatSpec(spec)).toBe(formatted);
    expect(parseSpec(formatted)).toEqual(spec);
  });
});

describe("matchesSpec", () => {
  /** Each line: a SPEC's specifiers, the versions that it means, and some that it does not. */
  it.each([
    ["", "1.0 2.0rc1 1!0.dev1 1.0+cu121", ""],
    ["==1.0", "1 1.0 1.0.0 1.0+cu121 1.0+1.0", "1.0.1 1.0rc1 1.0.post1 1.0.dev0 1!1.0"],
    ["==1.0+cu121", "1.0+cu121 1.0.0+CU121", "1.0 1.0+cu118 1.0+cu121.1"],
    ["!=1.0", "1.1 1.0rc1 1.0.post1", "1 1.0 1.0+cu121"],
    ["!=1.0+cu121", "1.0 1.0+cu118", "1.0+cu121"],
    ["==43!2026.2.12", "43!2026.2.12", "2026.2.12 43!2026.2.13"],
    ["<2", "1.9 1.9+cu121 1.9rc1", "2 2.0rc1 2.0.dev1 2.0a1+local 2.1 1!1"],
    ["<2rc1", "2.0a1 2.0.dev1 1.9", "2.0rc1 2.0rc2 2.0"],
    ["<2.post1", "2 2rc1 2+local", "2.post1 2.post1.dev0 2.1"],
    ["<=2", "2 2.0 2rc1 2+cu121 1", "2.post1 2.0.1"],
    [">2", "2.0.1 2.1rc1 1!0", "2 2.post1 2.post1.dev0 2+local 2rc1"],
    [">2rc1", "2rc2 2 2.post1", "2rc1 2rc1.post1 2rc1+local 2b1"],
    [">2.post1", "2.post2 2.0.1", "2.post1 2 2.post1+local"],
    [">2.dev1", "2.dev2 2 2.post1 2rc1", "2.dev1 2.dev1+local 2.dev0"],
    [">=2", "2 2+cu121 2.post1 3rc1", "2rc1 1"],
    ["~=1.4", "1.4 1.4.5 1.9 1.10rc1", "2.0 1.3 1.4rc1 2.0.dev0"],
    ["~=1.4.2", "1.4.2 1.4.10 1.4.2.post1", "1.5 1.4.1"],
    ["~=1!1.4rc1", "1!1.4rc1 1!1.9", "1.4 1!2"],
    ["==1.*", "1 1.9 1.0rc1 1.0+cu121 1.dev0", "10 1!1 2"],
    ["==1.0.*", "1 1.0 1.0.7 1rc1", "1.1 1.1.dev0 10"],
    ["!=1.4.*", "1.5 2 1", "1.4 1.4.9 1.4rc1"],
    ["===1.0+CU121", "1.0+cu121", "1.0 1.0.0+cu121"],
    [">=1,<2,!=1.5", "1 1.4 1.6", "0.9 1.5 2"],
    ["==1.90071992547409930001", "1.90071992547409930001", "1.90071992547409930002"],
  ])("takes %j for %j and not for %j", (specifiers, meant, others) => {
    const spec = parseSpec(`dace${specifiers}`);
    const matching = [...words(meant), ...words(others)].filter((version) =>
      matchesSpec(spec, { filename: "dace-0-py3-none-any.whl", version }),
    );
    expect(matching).toEqual(words(meant));
  });

  it("takes the version from the caller, in any spelling", () => {
    const spec = parseSpec("dace==1.0rc1");
    expect(matchesSpec(spec, { filename: "dace-1.0.c1-py3-none-any.whl", version: "1.0.C1" })).toBe(true);
    expect(matchesSpec(spec, { filename: "dace-1.0-py3-none-any.whl", version: "no version" })).toBe(false);
  });

  it("means files of its own project only", () => {
    for (const text of ["dace", "dace<2"]) {
      const spec = parseSpec(text);
      expect(matchesSpec(spec, { filename: "Dace-1.0-py3-none-any.whl", version: "1.0" })).toBe(true);
      expect(matchesSpec(spec, { filename: "dace-1.0.tar.gz", version: "1.0" })).toBe(true);
      expect(matchesSpec(spec, { filename: "dace_core-1.0-py3-none-any.whl", version: "1.0" })).toBe(false);
      expect(matchesSpec(spec, { filename: "dace-core-1.0.tar.gz", version: "1.0" })).toBe(false);
      expect(matchesSpec(spec, { filename: "notes.txt", version: "1.0" })).toBe(false);
    }
  });

  it("means one file by its exact name", () => {
    const spec = parseSpec("dace-1.0-py3-none-any.whl");
    expect(matchesSpec(spec, { filename: "dace-1.0-py3-none-any.whl", version: "1.0" })).toBe(true);
    expect(matchesSpec(spec, { filename: "dace-1.0-py2-none-any.whl", version: "1.0" })).toBe(false);
    expect(matchesSpec(spec, { filename: "dace-1.0.tar.gz", version: "1.0" })).toBe(false);
  });
});

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

function faultOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
