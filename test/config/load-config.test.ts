import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { load, loadError, loadFaults, makeFolder } from "./scratch-folder.ts";

const NO_RETENTION = {
  keep: undefined,
  keepPrereleases: undefined,
  keepDevelopment: undefined,
  days: undefined,
  never: [],
  graceDays: 30,
};

const PLAIN_SITE = {
  enabled: true,
  accent: undefined,
  accentDark: undefined,
  logo: undefined,
  links: [],
  footer: undefined,
  remoteImages: false,
};

const NO_AUTOMATION = { index: undefined, allow: [], cli: "pkgindex@^0.1.0", replace: false };

describe("without a file", () => {
  it("every value is its default", async () => {
    const cwd = makeFolder({ ".git/": "" });
    expect(await load(cwd)).toStrictEqual({
      file: undefined,
      root: join(cwd, "index"),
      rootDisplay: "index",
      layout: "simple",
      url: undefined,
      title: "Python package index",
      description: undefined,
      packages: [],
      ignore: [],
      jsonRoot: false,
      host: undefined,
      templatesDirectory: undefined,
      site: PLAIN_SITE,
      retention: NO_RETENTION,
      automation: NO_AUTOMATION,
    });
  });
});

describe("a file with every key", () => {
  it("gives settled values", async () => {
    const cwd = makeFolder({
      "templates/": "",
      "logo.SVG": "<svg/>",
      "pkgindex.toml": `
        required-version = ">=0.1.0 <2"
        [index]
        root = "./public/"
        layout = "flat"
        url = "HTTPS://Packages.example.org/wheels//"
        title = "  Grid wheels "
        description = """
First line
second line
"""
        packages = ["./dace/", "team-*", "a//b"]
        ignore = ["**/old/"]
        json-root = true
        host = "github-pages"
        [templates]
        dir = "templates"
        [site]
        enabled = false
        accent = "#0A6"
        accent-dark = "#7fd1ae"
        logo = "logo.SVG"
        links = ["Documentation: https://docs.example.org/", "Mail mailto:packages@example.org"]
        footer = "Ask us"
        remote-images = true
        [automation]
        index = "octo-org/wheels"
        allow = ["octo-org/demo"]
        cli = "."
        replace = true
        [retention]
        keep = 10
        keep-prereleases = 3
        keep-development = 30
        days = 365
        never = ["dace==1.0", "grid-tools"]
        grace-days = 0`,
    });
    expect(await load(cwd)).toStrictEqual({
      file: "pkgindex.toml",
      root: join(cwd, "public"),
      rootDisplay: "public",
      layout: "flat",
      url: "https://packages.example.org/wheels/",
      title: "Grid wheels",
      description: "First line\nsecond line",
      packages: ["dace", "team-*", "a/b"],
      ignore: ["**/old"],
      jsonRoot: true,
      host: "github-pages",
      templatesDirectory: join(cwd, "templates"),
      site: {
        enabled: false,
        accent: "#00aa66",
        accentDark: "#7fd1ae",
        logo: join(cwd, "logo.SVG"),
        links: ["Documentation https://docs.example.org/", "Mail mailto:packages@example.org"],
        footer: "Ask us",
        remoteImages: true,
      },
      retention: {
        keep: 10,
        keepPrereleases: 3,
        keepDevelopment: 30,
        days: 365,
        never: ["dace==1.0", "grid-tools"],
        graceDays: 0,
      },
      automation: { index: "octo-org/wheels", allow: ["octo-org/demo"], cli: ".", replace: true },
    });
  });

  it("may be empty, and its root may be the folder itself", async () => {
    const cwd = makeFolder({ "pkgindex.toml": "" });
    expect(await load(cwd)).toMatchObject({ file: "pkgindex.toml", rootDisplay: "index" });
    const adopted = makeFolder({ "pkgindex.toml": '[index]\nroot = "."' });
    expect(await load(adopted)).toMatchObject({ root: adopted, rootDisplay: "." });
  });
});

describe("precedence", () => {
  const cwd = makeFolder({
    "own/": "",
    "pkgindex.toml": '[index]\nroot = "file"\nlayout = "flat"\ntitle = "File"\npackages = ["file"]',
  });

  it("the environment beats the file", async () => {
    const environment = {
      PKGINDEX_ROOT: "variable",
      PKGINDEX_LAYOUT: "simple",
      PKGINDEX_URL: "http://localhost:8000",
      PKGINDEX_TITLE: "Variable",
      PKGINDEX_DESCRIPTION: "From outside",
      PKGINDEX_PACKAGES: "a, b-{1,2} ,,c",
      PKGINDEX_IGNORE: "**/x",
      PKGINDEX_JSON_ROOT: "true",
      PKGINDEX_HOST: "nginx",
      PKGINDEX_TEMPLATES_DIR: "own",
    };
    expect(await load(cwd, { environment })).toStrictEqual({
      file: "pkgindex.toml",
      root: join(cwd, "variable"),
      rootDisplay: "variable",
      layout: "simple",
      url: "http://localhost:8000/",
      title: "Variable",
      description: "From outside",
      packages: ["a", "b-{1,2}", "c"],
      ignore: ["**/x"],
      jsonRoot: true,
      host: "nginx",
      templatesDirectory: join(cwd, "own"),
      site: PLAIN_SITE,
      retention: NO_RETENTION,
      automation: NO_AUTOMATION,
    });
  });

  it("true or false comes as a word from the environment, and as nothing else", async () => {
    const environment = { PKGINDEX_JSON_ROOT: "false" };
    expect(await load(cwd, { environment })).toMatchObject({ jsonRoot: false });
    await expect(load(cwd, { environment: { PKGINDEX_JSON_ROOT: "yes" } })).rejects.toMatchObject({
      exitCode: 2,
      problems: [{ path: "PKGINDEX_JSON_ROOT", message: 'found "yes", wanted true or false' }],
    });
  });

  it("a host that is not known has the nearest name in its hint", async () => {
    await expect(load(cwd, { environment: { PKGINDEX_HOST: "github-page" } })).rejects.toMatchObject({
      problems: [{ path: "PKGINDEX_HOST", hint: 'did you mean "github-pages"?' }],
    });
    await expect(load(cwd, { environment: { PKGINDEX_HOST: "zzz" } })).rejects.toMatchObject({
      problems: [{ hint: expect.stringContaining('"nginx", "caddy"') }],
    });
  });

  it("the command line beats the environment", async () => {
    const environment = { PKGINDEX_ROOT: "variable", PKGINDEX_LAYOUT: "flat" };
    const overrides = { root: "option", layout: "simple" };
    expect(await load(cwd, { environment, overrides })).toMatchObject({
      rootDisplay: "option",
      layout: "simple",
      title: "File",
    });
  });

  it("an empty variable counts as unset", async () => {
    const environment = {
      PKGINDEX_ROOT: "",
      PKGINDEX_LAYOUT: "",
      PKGINDEX_CONFIG: "",
      PKGINDEX_PACKAGES: "",
    };
    expect(await load(cwd, { environment })).toMatchObject({
      rootDisplay: "file",
      layout: "flat",
      packages: ["file"],
    });
  });

  it("a value that is beaten is not checked, but its type is", async () => {
    const folder = makeFolder({ "pkgindex.toml": '[index]\nlayout = "spiral"\nroot = 5' });
    const overrides = { layout: "flat", root: "here" };
    expect(await loadFaults(folder, { overrides })).toMatchInlineSnapshot(`
      [
        "pkgindex.toml: index.root: found the number 5, wanted a string; write it like this: root = "index"",
      ]
    `);
  });

  it("a path of the file starts at the file, one from outside at the working directory", async () => {
    const folder = makeFolder({ "pkgindex.toml": '[index]\nroot = "public"', "deep/down/": "" });
    const below = join(folder, "deep/down");
    expect(await load(below)).toMatchObject({ root: join(folder, "public"), rootDisplay: "../../public" });
    expect(await load(below, { overrides: { root: "../x" } })).toMatchObject({
      root: join(folder, "deep/x"),
    });
    expect(await load(below, { environment: { PKGINDEX_ROOT: "y" } })).toMatchObject({
      root: join(below, "y"),
    });
  });

  it("a path from outside may lie anywhere, also behind a link", async () => {
    const elsewhere = makeFolder({ "templates/": "" });
    const folder = makeFolder({ ".git/": "" });
    symlinkSync(elsewhere, join(folder, "link"));
    expect(await load(folder, { overrides: { root: elsewhere } })).toMatchObject({ root: elsewhere });
    const environment = { PKGINDEX_ROOT: "link", PKGINDEX_TEMPLATES_DIR: join(elsewhere, "templates") };
    expect(await load(folder, { environment })).toMatchObject({
      root: join(folder, "link"),
      templatesDirectory: join(elsewhere, "templates"),
    });
  });

  it("a path is shown in its shorter form", async () => {
    const folder = makeFolder({ "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/": "" });
    const below = join(folder, "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z");
    expect((await load(below, { overrides: { root: folder } })).rootDisplay).toBe(folder);
  });
});

describe("many faults", () => {
  it("come all at once: the version first, then by place", async () => {
    const cwd = makeFolder({
      "pkgindex.toml": `
required-version = ">=9"
[index]
layuot = "flat"
title = 5
url = "packages.example.org"
packages = ["dace", "../up", 7, "simple"]
[templates]
dir = "nowhere"
[retention]
keep = 0
days = "365"
kep = 3
never = ["dace", "dace=1.0", 7, ""]
`,
    });
    const error = await loadError(cwd, {
      environment: { PKGINDEX_LAYOUT: "spiral" },
      overrides: { root: "" },
    });
    expect(error).toMatchObject({
      exitCode: 2,
      code: "config-invalid",
      path: undefined,
      message: "the configuration has 15 faults",
      hint: "correct them and run the command again",
    });
    expect(error.problems.map(({ code, severity, path }) => `${code} ${severity} ${path}`)).toStrictEqual([
      "config-required-version error pkgindex.toml: required-version",
      "config-value error --root",
      "config-value error PKGINDEX_LAYOUT",
      "config-unknown-key error pkgindex.toml: index.layuot",
      "config-wrong-type error pkgindex.toml: index.packages",
      "config-value error pkgindex.toml: index.packages",
      "config-wrong-type error pkgindex.toml: index.title",
      "config-value error pkgindex.toml: index.url",
      "config-wrong-type error pkgindex.toml: retention.days",
      "config-value error pkgindex.toml: retention.keep",
      "config-unknown-key error pkgindex.toml: retention.kep",
      "config-wrong-type error pkgindex.toml: retention.never",
      "config-value error pkgindex.toml: retention.never",
      "config-value error pkgindex.toml: retention.never",
      "config-path-missing error pkgindex.toml: templates.dir",
    ]);
  });

  it("come in the same order whatever the order of the file", async () => {
    const lines = ["layout = 1", "root = 2", "title = 3", "url = 4", "rot = 5"];
    const forwards = makeFolder({ "pkgindex.toml": ["[index]", ...lines].join("\n") });
    const backwards = makeFolder({ "pkgindex.toml": ["[index]", ...lines.toReversed()].join("\n") });
    const faults = await loadFaults(forwards);
    expect(faults).toHaveLength(5);
    expect(await loadFaults(backwards)).toStrictEqual(faults);
  });

  it("as many as a file has room for are all reported", async () => {
    const entries = makeFolder({ "pkgindex.toml": `index.packages = [${'"",'.repeat(300_000)}]` });
    expect((await loadError(entries)).message).toBe("the configuration has 300000 faults");
  }, 60_000);

  it("one fault is counted as one, and a fault of the file names the file", async () => {
    const cwd = makeFolder({ "pkgindex.toml": "index = 1" });
    expect(await loadError(cwd)).toMatchObject({
      path: "pkgindex.toml",
      message: "the configuration has 1 fault",
      hint: "correct it and run the command again",
    });
  });

  it("a syntax error has its own code and hides no fault from outside", async () => {
    const cwd = makeFolder({ "pkgindex.toml": "[index" });
    const error = await loadError(cwd, { environment: { PKGINDEX_LAYOUT: "spiral" } });
    expect(error.code).toBe("config-syntax");
    expect(error.problems.map(({ code }) => code)).toStrictEqual(["config-value", "config-syntax"]);
  });
});
