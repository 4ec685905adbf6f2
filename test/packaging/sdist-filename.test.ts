import { describe, expect, it } from "vitest";

import { InvalidInput } from "../../src/errors.ts";
import { looksLikeSdist } from "../../src/packaging/distribution-name.ts";
import { parseSdistFilename, sdistIdentity } from "../../src/packaging/sdist-filename.ts";

describe("parseSdistFilename", () => {
  it.each([
    ["demo_pkg-1.0.tar.gz", "demo-pkg", "1.0", "demo_pkg", "1.0", ".tar.gz"],
    ["Demo-Pkg-1.0.zip", "demo-pkg", "1.0", "Demo-Pkg", "1.0", ".zip"],
    ["zope.interface-7.0.tar.gz", "zope-interface", "7.0", "zope.interface", "7.0", ".tar.gz"],
    ["foo-1!2.0+l.1.tar.gz", "foo", "1!2.0+l.1", "foo", "1!2.0+l.1", ".tar.gz"],
    ["foo-1.0-rc1.tar.gz", "foo", "1.0rc1", "foo", "1.0-rc1", ".tar.gz"],
    ["foo-bar-1.0-beta-post2.zip", "foo-bar", "1.0b0.post2", "foo-bar", "1.0-beta-post2", ".zip"],
    ["foo-2-1.0.tar.gz", "foo-2", "1.0", "foo-2", "1.0", ".tar.gz"],
    // As `packaging` reads it; a post-release of 1.0 has to be spelled foo-1.0.post1.
    ["foo-1.0-1.tar.gz", "foo-1-0", "1", "foo-1.0", "1", ".tar.gz"],
  ])("%s is %s %s", (filename, name, version, rawName, rawVersion, extension) => {
    const sdist = parseSdistFilename(filename);
    expect({ ...sdist, version: sdist.version.text }).toEqual({
      filename,
      name,
      version,
      rawName,
      rawVersion,
      extension,
    });
  });

  it.each([
    ["foo.tar.gz", "it has no hyphen between name and version"],
    ["foo-bar.tar.gz", 'its version "bar" is no version'],
    ["foo-.zip", 'its version "" is no version'],
    ["foo-1.0-any-thing.zip", 'its version "thing" is no version'],
    ["-1.0.tar.gz", "its project name is empty"],
    ["-1.0-rc1.tar.gz", 'its version "rc1" is no version'],
    ["_foo-1.0.tar.gz", 'its project name "_foo" is not valid'],
    ["foo!-1.0.tar.gz", 'its project name "foo!" is not valid'],
    ["foo-1.0.tar.bz2", 'it ends in neither ".tar.gz" nor ".zip"'],
    ["foo-1.0.TAR.GZ", "in upper case"],
    ["foo-1.0.Zip", "in upper case"],
    ["", "the file name is empty"],
    ["dir/foo-1.0.tar.gz", "a path separator"],
    ["foo-1.0\u0007.tar.gz", "a control character (U+0007)"],
    ["foo\uFFFD-1.0.tar.gz", "bytes that are not valid UTF-8"],
    ["foo- 1.0.tar.gz", "a space"],
    [`${"a-".repeat(200)}1.zip`, "at most 255 characters"],
  ])("refuses %j: %s", (filename, reason) => {
    expect(() => parseSdistFilename(filename)).toThrow(InvalidInput);
    expect(() => parseSdistFilename(filename)).toThrow(
      expect.objectContaining({ code: "sdist-filename", message: expect.stringContaining(reason) as string }),
    );
  });
});

describe("sdistIdentity", () => {
  it("is equal for two spellings of one sdist, and differs by version and extension", () => {
    const [first, same, ...others] = [
      "Demo_Pkg-1.0.tar.gz",
      "demo.pkg-1.0.0.tar.gz",
      "demo_pkg-1.0.zip",
      "demo_pkg-1.0.1.tar.gz",
      "demo-1.0.tar.gz",
    ].map((filename) => sdistIdentity(parseSdistFilename(filename)));
    expect(same).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
  });
});

describe("looksLikeSdist", () => {
  it.each([
    ["foo-1.0.tar.gz", true],
    ["foo-1.0.zip", true],
    ["foo-2-bar.zip", true],
    ["docs.zip", false],
    ["manual-draft.tar.gz", false],
    ["foo-v1.tar.gz", false],
    ["foo-1.0.whl", false],
    ["foo-1.0.tar.bz2", false],
  ])("%s: %s", (filename, expected) => {
    expect(looksLikeSdist(filename)).toBe(expected);
  });
});
