import { describe, expect, it } from "vitest";
import { InvalidInput } from "../../src/errors.ts";
import {
  checkOwner,
  checkRepository,
  formatRepositoryName,
  parseRepositoryName,
  sameRepository,
} from "../../src/github/repository-name.ts";

describe("checkOwner", () => {
  it.each([
    "a",
    "0",
    "octo-org",
    "GridTools",
    "a-b-c",
    // From before the rule of today.
    "octo-",
    // Managed by an enterprise.
    "mona-cat_octo",
    "a".repeat(39),
  ])("takes %j", (name) => {
    expect(checkOwner(name)).toBe(name);
  });

  it.each([
    "",
    "-octo",
    "octo--org",
    "_octo",
    "octo_",
    "octo.org",
    "octo org",
    "octo/org",
    "octo\n",
    "\u0000",
    "öcto",
    "\u212Aelvin",
    "..",
    "$(id)",
    "--upload-pack=x",
    "a".repeat(40),
    "a".repeat(65_536),
  ])("refuses %j", (name) => {
    expect(() => checkOwner(name)).toThrow(InvalidInput);
    expect(() => checkOwner(name)).toThrow(/is no name of a GitHub account/);
  });
});

describe("checkRepository", () => {
  it.each(["a", "python-pkg-index", ".github", "a.b", "a..b", "_", "-", "x.git.x", "git", "a".repeat(100)])(
    "takes %j",
    (name) => {
      expect(checkRepository(name)).toBe(name);
    },
  );

  it.each([
    "",
    ".",
    "..",
    "a.git",
    "a.GIT",
    ".git",
    "a b",
    "a/b",
    "a\\b",
    "a\n",
    "a;id",
    "`id`",
    "ä",
    "a".repeat(101),
  ])("refuses %j", (name) => {
    expect(() => checkRepository(name)).toThrow(/is no name of a GitHub repository/);
  });
});

describe("parseRepositoryName", () => {
  it("gives both parts as they were written", () => {
    expect(parseRepositoryName("GridTools/python-pkg-index")).toEqual({
      owner: "GridTools",
      repo: "python-pkg-index",
    });
    expect(formatRepositoryName({ owner: "a", repo: "b" })).toBe("a/b");
  });

  it.each([
    "",
    "a",
    "/",
    "a/",
    "/b",
    "a/b/c",
    "a//b",
    "a/b/",
    "https://github.com/a/b",
    "a/..",
    "../b",
    "a\n/b",
  ])("refuses %j", (text) => {
    expect(() => parseRepositoryName(text)).toThrow(InvalidInput);
  });
});

it("two names are the same repository in any case", () => {
  const left = { owner: "GridTools", repo: "Dace" };
  expect(sameRepository(left, { owner: "gridtools", repo: "dACE" })).toBe(true);
  expect(sameRepository(left, { owner: "gridtools", repo: "dace2" })).toBe(false);
  expect(sameRepository(left, { owner: "gridtool", repo: "sdace" })).toBe(false);
});
