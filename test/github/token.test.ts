import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PkgIndexError } from "../../src/errors.ts";
import { readToken, requireToken, type TokenSources } from "../../src/github/token.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

function sources(change: Partial<TokenSources> = {}): TokenSources {
  return {
    tokenFile: undefined,
    environment: {},
    cwd: temporaryDirectory(),
    configFolder: undefined,
    ...change,
  };
}

const ALL = { PKG_UPDATE_TOKEN: "one", GH_TOKEN: "two", GITHUB_TOKEN: "three" };

describe("readToken", () => {
  it("takes the file that is named before all else", () => {
    const cwd = temporaryDirectory();
    makeTree(cwd, { "mine.txt": "file-token\n", ".token": "other" });
    expect(readToken(sources({ cwd, tokenFile: "mine.txt", environment: ALL }))).toEqual({
      value: "file-token",
      source: "mine.txt",
    });
  });

  it("takes the variables in their order, and an empty one for none", () => {
    expect(readToken(sources({ environment: ALL }))).toEqual({ value: "one", source: "PKG_UPDATE_TOKEN" });
    expect(readToken(sources({ environment: { ...ALL, PKG_UPDATE_TOKEN: "" } }))?.value).toBe("two");
    expect(readToken(sources({ environment: { GITHUB_TOKEN: " three\n" } }))?.value).toBe("three");
  });

  it("takes .token in the current folder, then beside pkgindex.toml", () => {
    const cwd = temporaryDirectory();
    const configFolder = temporaryDirectory();
    makeTree(configFolder, { ".token": "\ufeffconfigured\r\n" });
    expect(readToken(sources({ cwd, configFolder }))).toEqual({
      value: "configured",
      source: join(configFolder, ".token"),
    });
    makeTree(cwd, { ".token": "here" });
    expect(readToken(sources({ cwd, configFolder }))).toEqual({ value: "here", source: ".token" });
    expect(readToken(sources({ cwd, environment: { GH_TOKEN: "two" } }))?.value).toBe("two");
  });

  it("finds none where there is none, and requireToken says where to put it", () => {
    expect(readToken(sources())).toBeUndefined();
    const error = caught(() => requireToken(sources()));
    expect(error).toMatchObject({ exitCode: 2, path: "token" });
    expect(error.hint).toContain("PKG_UPDATE_TOKEN");
    const environment = { GITHUB_ACTIONS: "true", PKG_UPDATE_TOKEN: "" };
    expect(() => requireToken(sources({ environment }))).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining("gh secret set PKG_UPDATE_TOKEN") as string,
      }) as Error,
    );
  });

  it.each([
    ["an empty file", "", "is empty"],
    ["blanks", " \n\n", "is empty"],
    ["two lines", "canary\nsecond", "no token"],
    ["two words", "token canary", "no token"],
    ["a control character", "can\u0000ary", "no token"],
    ["letters that no header takes", "canäry", "no token"],
    ["20 KB", "canary".repeat(4000), "too large"],
  ])("refuses %s with exit code 2 and repeats nothing of it", (_, text, message) => {
    const cwd = temporaryDirectory();
    makeTree(cwd, { t: text });
    const error = caught(() => readToken(sources({ cwd, tokenFile: "t" })));
    expect(error).toMatchObject({ exitCode: 2, path: "t" });
    expect(error.message).toContain(message);
    expect(`${error.message}${error.hint}`).not.toMatch(/can.?ry/);
  });

  it("refuses a named file that is absent, and a folder", () => {
    const cwd = temporaryDirectory();
    expect(caught(() => readToken(sources({ cwd, tokenFile: "absent", environment: ALL }))).exitCode).toBe(2);
    mkdirSync(join(cwd, ".token"));
    expect(caught(() => readToken(sources({ cwd }))).message).toBe("is not a file");
  });

  it("refuses a line break in a variable", () => {
    expect(caught(() => readToken(sources({ environment: { GH_TOKEN: "a\nb" } }))).path).toBe("GH_TOKEN");
  });
});

function caught(action: () => unknown): PkgIndexError {
  try {
    action();
  } catch (error) {
    if (error instanceof PkgIndexError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
