import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { RESERVED_FOLDERS } from "../../src/config/rules/folder-patterns.ts";
import { LAYOUTS } from "../../src/simple/layout.ts";
import { load, loadFaults, makeFolder } from "./scratch-folder.ts";

/** Each value of a table in a file of its own, with its faults below it; `{}` in `toml` is the value. */
async function faultTable(toml: string, values: readonly string[], cwd = makeFolder()): Promise<string> {
  const rows: string[] = [];
  for (const value of values) {
    const written = JSON.stringify(value).replaceAll("\u007f", "\\u007f");
    writeFileSync(
      join(cwd, "pkgindex.toml"),
      toml.replace("{}", () => written),
    );
    rows.push([written, ...(await loadFaults(cwd))].join("\n    "));
  }
  return rows.join("\n");
}

describe("index.layout", () => {
  it("is simple or flat", async () => {
    expect(await faultTable("index.layout = {}", ["flta", "Simple", ""])).toMatchInlineSnapshot(`
      ""flta"
          pkgindex.toml: index.layout: "flta" is not a layout; write "simple" or "flat"
      "Simple"
          pkgindex.toml: index.layout: "Simple" is not a layout; write "simple" or "flat"
      ""
          pkgindex.toml: index.layout: "" is not a layout; write "simple" or "flat""
    `);
    expect(await loadFaults(makeFolder(), { overrides: { layout: "spiral" } })).toMatchInlineSnapshot(`
      [
        "--layout: "spiral" is not a layout; write "simple" or "flat"",
      ]
    `);
    expect(await loadFaults(makeFolder(), { environment: { PKGINDEX_LAYOUT: "x" } })).toMatchInlineSnapshot(`
      [
        "PKGINDEX_LAYOUT: "x" is not a layout; write "simple" or "flat"",
      ]
    `);
  });
});

describe("index.url", () => {
  it("is a published http address", async () => {
    const values = [
      "",
      "packages.example.org",
      "//packages.example.org/",
      "https:packages.example.org",
      "ftp://packages.example.org/",
      "file:///srv/index",
      "https://",
      "https://exa mple.org/",
      " https://example.org",
      "https:\\\\example.org\\x",
      "https://example.org:99999/",
      "https://[::1/",
      "https://me:s3cret@example.org/",
      "https://token@example.org/",
      "https://@example.org/",
      "me:s3cret@example.org",
      "ftp://me:s3cret@example.org/?token=s3cret",
      "https://example.org/?token=s3cret",
      "https://example.org/?",
      "https://example.org/#top",
    ];
    const table = await faultTable("index.url = {}", values);
    expect(table).toMatchInlineSnapshot(`
      """
          pkgindex.toml: index.url: an address starts with https:// or http://, and "" does not; write the address that the root is served under, such as "https://packages.example.org/"
      "packages.example.org"
          pkgindex.toml: index.url: an address starts with https:// or http://, and "packages.example.org" does not; write the address that the root is served under, such as "https://packages.example.org/"
      "//packages.example.org/"
          pkgindex.toml: index.url: an address starts with https:// or http://, and "//packages.example.org/" does not; write the address that the root is served under, such as "https://packages.example.org/"
      "https:packages.example.org"
          pkgindex.toml: index.url: an address starts with https:// or http://, and "https:packages.example.org" does not; write the address that the root is served under, such as "https://packages.example.org/"
      "ftp://packages.example.org/"
          pkgindex.toml: index.url: an address starts with https:// or http://, not with "ftp://"; write the address that the root is served under, such as "https://packages.example.org/"
      "file:///srv/index"
          pkgindex.toml: index.url: an address starts with https:// or http://, not with "file://"; write the address that the root is served under, such as "https://packages.example.org/"
      "https://"
          pkgindex.toml: index.url: "https://" is not an address; write the address that the root is served under, such as "https://packages.example.org/"
      "https://exa mple.org/"
          pkgindex.toml: index.url: an address has no blanks, backslashes or control characters; write the address that the root is served under, such as "https://packages.example.org/"
      " https://example.org"
          pkgindex.toml: index.url: an address has no blanks, backslashes or control characters; write the address that the root is served under, such as "https://packages.example.org/"
      "https:\\\\\\\\example.org\\\\x"
          pkgindex.toml: index.url: an address has no blanks, backslashes or control characters; write the address that the root is served under, such as "https://packages.example.org/"
      "https://example.org:99999/"
          pkgindex.toml: index.url: "https://example.org:99999/" is not an address; write the address that the root is served under, such as "https://packages.example.org/"
      "https://[::1/"
          pkgindex.toml: index.url: "https://[::1/" is not an address; write the address that the root is served under, such as "https://packages.example.org/"
      "https://me:s3cret@example.org/"
          pkgindex.toml: index.url: has a user name or a password in it, and the address is published on every page; take them out; clients are given credentials by their own configuration
      "https://token@example.org/"
          pkgindex.toml: index.url: has a user name or a password in it, and the address is published on every page; take them out; clients are given credentials by their own configuration
      "https://@example.org/"
          pkgindex.toml: index.url: has a user name or a password in it, and the address is published on every page; take them out; clients are given credentials by their own configuration
      "me:s3cret@example.org"
          pkgindex.toml: index.url: an address starts with https:// or http://, and this one does not; write the address that the root is served under, such as "https://packages.example.org/"
      "ftp://me:s3cret@example.org/?token=s3cret"
          pkgindex.toml: index.url: an address starts with https:// or http://, not with "ftp://"; write the address that the root is served under, such as "https://packages.example.org/"
      "https://example.org/?token=s3cret"
          pkgindex.toml: index.url: has a query (from ? on), and file names are put behind the address; take it out
      "https://example.org/?"
          pkgindex.toml: index.url: has a query (from ? on), and file names are put behind the address; take it out
      "https://example.org/#top"
          pkgindex.toml: index.url: has a fragment (from # on), and file names are put behind the address; take it out"
    `);
    const messages = table.split("\n").filter((line) => line.startsWith("    "));
    expect(messages).toHaveLength(values.length);
    expect(messages.join("\n")).not.toContain("s3cret");
  });

  it.each([
    ["http://localhost:8080", "http://localhost:8080/"],
    ["HTTPS://Example.ORG:443/Wheels", "https://example.org/Wheels/"],
    ["https://example.org/a/../b///", "https://example.org/b/"],
    ["https://example.org/@scope/a:b", "https://example.org/@scope/a:b/"],
    ["https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9/"],
    ["https://[::1]:8000/x%20y/", "https://[::1]:8000/x%20y/"],
    [`https://example.org/${"/".repeat(200_000)}x`, `https://example.org/${"/".repeat(200_000)}x/`],
  ])("%.40s ends in one slash", async (written, settled) => {
    expect(await load(makeFolder(), { environment: { PKGINDEX_URL: written } })).toMatchObject({
      url: settled,
    });
    expect(await load(makeFolder(), { environment: { PKGINDEX_URL: settled } })).toMatchObject({
      url: settled,
    });
  });
});

describe("index.title and index.description", () => {
  it("are text without control characters, and a title is not empty", async () => {
    const values = ["", "  ", "a\nb", "a\u001b[31mb", "a\u007f", "a\u0085b"];
    expect(await faultTable("index.title = {}", values)).toMatchInlineSnapshot(`
      """
          pkgindex.toml: index.title: is empty; write a title, or leave the key out
      "  "
          pkgindex.toml: index.title: is empty; write a title, or leave the key out
      "a\\nb"
          pkgindex.toml: index.title: has the control character U+000A; take the character out; the value is one line of text
      "a\\u001b[31mb"
          pkgindex.toml: index.title: has the control character U+001B; take the character out; the value is one line of text
      "a\\u007f"
          pkgindex.toml: index.title: has the control character U+007F; take the character out; the value is one line of text
      "ab"
          pkgindex.toml: index.title: has the control character U+0085; take the character out; the value is one line of text"
    `);
    expect(await faultTable("index.description = {}", ["a\u0007", "a\rb"])).toMatchInlineSnapshot(`
      ""a\\u0007"
          pkgindex.toml: index.description: has the control character U+0007; take the character out; the value is one line of text
      "a\\rb"
          pkgindex.toml: index.description: has the control character U+000D; take the character out; the value is one line of text"
    `);
  });

  it("an empty description is none", async () => {
    const cwd = makeFolder({ "pkgindex.toml": 'index.description = " "' });
    expect((await load(cwd)).description).toBeUndefined();
  });
});

describe("index.packages and index.ignore", () => {
  it("stay below the root and out of the folders of pkgindex", async () => {
    const values = [
      "",
      "/srv/wheels",
      "../up",
      "a/../../b",
      ".",
      "./",
      "a\u0000b",
      "-",
      ".pkgindex",
      ".pkgindex/records",
      "simple-json",
      "simple",
      "./simple/**",
      "pypi/",
      "project",
    ];
    expect(await faultTable("index.packages = [{}]", values)).toMatchInlineSnapshot(`
      """
          pkgindex.toml: index.packages: has an empty entry; write a name or a glob relative to the published root
      "/srv/wheels"
          pkgindex.toml: index.packages: "/srv/wheels" is an absolute path; write a name or a glob relative to the published root
      "../up"
          pkgindex.toml: index.packages: "../up" leaves the published root by ".."; write a name or a glob relative to the published root
      "a/../../b"
          pkgindex.toml: index.packages: "a/../../b" leaves the published root by ".."; write a name or a glob relative to the published root
      "."
          pkgindex.toml: index.packages: "." is the published root itself; write a name or a glob relative to the published root
      "./"
          pkgindex.toml: index.packages: "./" is the published root itself; write a name or a glob relative to the published root
      "a\\u0000b"
          pkgindex.toml: index.packages: "a\\u{0}b" has the control character U+0000; take the character out; the value is one line of text
      "-"
          pkgindex.toml: index.packages: "-" is a folder of pkgindex itself; rename the package subfolder
      ".pkgindex"
          pkgindex.toml: index.packages: ".pkgindex" is a folder of pkgindex itself; rename the package subfolder
      ".pkgindex/records"
          pkgindex.toml: index.packages: ".pkgindex" is a folder of pkgindex itself; rename the package subfolder
      "simple-json"
          pkgindex.toml: index.packages: "simple-json" is a folder of pkgindex itself; rename the package subfolder
      "simple"
          pkgindex.toml: index.packages: "simple" is a folder of pkgindex itself in the simple layout; rename the package subfolder, for example to "simple-files"
      "./simple/**"
          pkgindex.toml: index.packages: "simple" is a folder of pkgindex itself in the simple layout; rename the package subfolder, for example to "simple-files"
      "pypi/"
          pkgindex.toml: index.packages: "pypi" is a folder of pkgindex itself in the simple layout; rename the package subfolder, for example to "pypi-files"
      "project"
          pkgindex.toml: index.packages: "project" is a folder of pkgindex itself in the simple layout; rename the package subfolder, for example to "project-files""
    `);
    expect(await faultTable("index.ignore = [{}]", ["", "/x", "../x"])).toMatchInlineSnapshot(`
      """
          pkgindex.toml: index.ignore: has an empty entry; write a name or a glob relative to the published root
      "/x"
          pkgindex.toml: index.ignore: "/x" is an absolute path; write a name or a glob relative to the published root
      "../x"
          pkgindex.toml: index.ignore: "../x" leaves the published root by ".."; write a name or a glob relative to the published root"
    `);
  });

  it("all faults of a list are reported", async () => {
    const cwd = makeFolder({ "pkgindex.toml": 'index.packages = ["/a", "b", "../c", 3, "pypi"]' });
    expect(await loadFaults(cwd)).toHaveLength(4);
  });

  it("the flat layout has fewer folders of its own", async () => {
    const packages = 'index.packages = ["simple", "pypi", "project", "-x", "a/simple-json"]';
    const cwd = makeFolder({ "pkgindex.toml": `index.layout = "flat"\n${packages}` });
    expect((await load(cwd)).packages).toHaveLength(5);
    expect(await loadFaults(cwd, { overrides: { layout: "simple" } })).toHaveLength(3);
    // With a layout that is none, only what holds for both is said.
    expect(await loadFaults(cwd, { overrides: { layout: "spiral" } })).toHaveLength(1);
  });

  it("the reserved folders are those of the layouts", () => {
    expect(LAYOUTS.flat.reserved).toStrictEqual(RESERVED_FOLDERS.always);
    expect(LAYOUTS.simple.reserved).toStrictEqual([...RESERVED_FOLDERS.always, ...RESERVED_FOLDERS.simple]);
  });

  it("ignored folders may be the reserved ones", async () => {
    const cwd = makeFolder({ "pkgindex.toml": 'index.ignore = ["./simple/", "project/**"]' });
    expect((await load(cwd)).ignore).toStrictEqual(["simple", "project/**"]);
  });

  it("a list in a variable names the variable", async () => {
    const environment = { PKGINDEX_PACKAGES: "dace,../up" };
    expect(await loadFaults(makeFolder(), { environment })).toMatchInlineSnapshot(`
      [
        "PKGINDEX_PACKAGES: "../up" leaves the published root by ".."; write a name or a glob relative to the published root",
      ]
    `);
  });
});

describe("a path in the file", () => {
  const outside = makeFolder({ "templates/": "" });
  const repository = makeFolder({
    ".git/": "",
    "conf/pkgindex.toml": "",
    "conf/templates/": "",
    "templates/": "",
    "a-file": "",
  });
  const conf = join(repository, "conf");
  symlinkSync(outside, join(conf, "link"));
  symlinkSync("../templates", join(conf, "inner-link"));
  symlinkSync("nowhere", join(conf, "broken"));
  symlinkSync("loop", join(conf, "loop"));
  symlinkSync("../.git", join(conf, "git-link"));

  it("stays in the repository", async () => {
    const values = [
      "",
      "../../x",
      "a/../../../x",
      outside,
      conf,
      "link",
      "link/new/folder",
      "broken",
      "broken/new",
      "loop",
      "../.git/hooks",
      "git-link",
      "../a-file",
      "a\u0000b",
    ];
    const table = await faultTable("index.root = {}", values, conf);
    expect(table.replaceAll(outside, "<outside>").replaceAll(repository, "<repository>"))
      .toMatchInlineSnapshot(`
      """
          pkgindex.toml: index.root: is empty; name a folder ("." is the folder itself)
      "../../x"
          pkgindex.toml: index.root: "../../x" leaves the repository; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT
      "a/../../../x"
          pkgindex.toml: index.root: "a/../../../x" leaves the repository; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT
      "<outside>"
          pkgindex.toml: index.root: "<outside>" is an absolute path; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT
      "<repository>/conf"
          pkgindex.toml: index.root: "<repository>/conf" is an absolute path; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT
      "link"
          pkgindex.toml: index.root: "link" leaves the repository through a symbolic link; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT
      "link/new/folder"
          pkgindex.toml: index.root: "link/new/folder" leaves the repository through a symbolic link; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT
      "broken"
          pkgindex.toml: index.root: "broken" is a symbolic link to nothing; mend the link or remove it
      "broken/new"
          pkgindex.toml: index.root: "broken/new" is a symbolic link to nothing; mend the link or remove it
      "loop"
          pkgindex.toml: index.root: "loop" is a loop of symbolic links; mend the link or remove it
      "../.git/hooks"
          pkgindex.toml: index.root: "../.git/hooks" lies in git's own folder; name another folder
      "git-link"
          pkgindex.toml: index.root: "git-link" lies in git's own folder; name another folder
      "../a-file"
          pkgindex.toml: index.root: "../a-file" is not a folder; name a folder
      "a\\u0000b"
          pkgindex.toml: index.root: has the control character U+0000; take the character out; the value is one line of text"
    `);
  });

  it("may leave its folder, but not the repository, and may go through a link that stays inside", async () => {
    for (const [written, root] of [
      ["../public", join(repository, "public")],
      ["inner-link/new", join(conf, "inner-link/new")],
      ["..", repository],
      ["..public", join(conf, "..public")],
    ] as const) {
      writeFileSync(join(conf, "pkgindex.toml"), `index.root = ${JSON.stringify(written)}`);
      expect((await load(conf)).root).toBe(root);
    }
  });

  it("below a file is a folder that does not exist, and no way around the rule", async () => {
    writeFileSync(join(conf, "pkgindex.toml"), 'index.root = "../a-file/below"');
    expect((await load(conf)).root).toBe(join(repository, "a-file/below"));
    expect(await faultTable("index.root = {}", ["../a-file/../../x", "../a-file/../.git"], conf))
      .toMatchInlineSnapshot(`
        ""../a-file/../../x"
            pkgindex.toml: index.root: "../a-file/../../x" leaves the repository; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT
        "../a-file/../.git"
            pkgindex.toml: index.root: "../a-file/../.git" lies in git's own folder; name another folder"
      `);
  });

  it("without git, the repository is the folder of the file", async () => {
    const cwd = makeFolder({ "pkgindex.toml": "" });
    expect(await faultTable("index.root = {}", ["../x"], cwd)).toMatchInlineSnapshot(`
      ""../x"
          pkgindex.toml: index.root: "../x" leaves the repository; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT"
    `);
  });

  it("the default is held to the same rule", async () => {
    const cwd = makeFolder({ ".git/": "" });
    symlinkSync(outside, join(cwd, "index"));
    expect(await loadFaults(cwd)).toMatchInlineSnapshot(`
      [
        "index.root: "index" leaves the repository through a symbolic link; name a folder of the repository, or give the path by --root or PKGINDEX_ROOT",
      ]
    `);
  });

  it("the templates are a folder that exists", async () => {
    const values = ["", "nowhere", "../a-file", "../a-file/below", "link/templates", "/etc"];
    expect(await faultTable("templates.dir = {}", values, conf)).toMatchInlineSnapshot(`
      """
          pkgindex.toml: templates.dir: is empty; name a folder ("." is the folder itself)
      "nowhere"
          pkgindex.toml: templates.dir: there is no folder "nowhere"; make the folder, or mend its name
      "../a-file"
          pkgindex.toml: templates.dir: "../a-file" is not a folder; name a folder
      "../a-file/below"
          pkgindex.toml: templates.dir: there is no folder "../a-file/below"; make the folder, or mend its name
      "link/templates"
          pkgindex.toml: templates.dir: "link/templates" leaves the repository through a symbolic link; name a folder of the repository, or give the path by PKGINDEX_TEMPLATES_DIR
      "/etc"
          pkgindex.toml: templates.dir: "/etc" is an absolute path; name a folder of the repository, or give the path by PKGINDEX_TEMPLATES_DIR"
    `);
    const environment = { PKGINDEX_TEMPLATES_DIR: "nowhere" };
    expect(await loadFaults(makeFolder(), { environment })).toMatchInlineSnapshot(`
      [
        "PKGINDEX_TEMPLATES_DIR: there is no folder "nowhere"; make the folder, or mend its name",
      ]
    `);
  });
});

describe("retention", () => {
  const faultsOf = (lines: readonly string[]): Promise<string[]> =>
    loadFaults(makeFolder({ "pkgindex.toml": ["[retention]", ...lines].join("\n") }));

  it.each(["keep", "keep-prereleases", "keep-development", "days"])("%s is from 1 up", async (key) => {
    for (const number of [0, -1, -9_007_199_254_740_991, 1_000_001, 9_007_199_254_740_991]) {
      expect(await faultsOf([`${key} = ${number}`])).toStrictEqual([
        `pkgindex.toml: retention.${key}: ${number} is not from 1 to 1000000; write a larger number, or leave the key out to set no bound`,
      ]);
    }
  });

  it("grace-days is from 0 up", async () => {
    for (const number of [-1, 1_000_001]) {
      expect(await faultsOf([`grace-days = ${number}`])).toStrictEqual([
        `pkgindex.toml: retention.grace-days: ${number} is not from 0 to 1000000; write a number of days`,
      ]);
    }
  });

  it("the ends of the ranges are in them", async () => {
    const bounds = (least: number, grace: number) =>
      `[retention]\nkeep = ${least}\nkeep-prereleases = ${least}\nkeep-development = ${least}\ndays = ${least}\ngrace-days = ${grace}`;
    for (const [least, grace] of [
      [1, 0],
      [1_000_000, 1_000_000],
    ] as const) {
      const cwd = makeFolder({ "pkgindex.toml": bounds(least, grace) });
      expect((await load(cwd)).retention).toStrictEqual({
        keep: least,
        keepPrereleases: least,
        keepDevelopment: least,
        days: least,
        never: [],
        graceDays: grace,
      });
    }
  });

  it("never has requirements and file names", async () => {
    const values = [
      "",
      "  ",
      "demo=1.0",
      "demo 1.0",
      "demo==",
      "demo,",
      "demo==1.0,",
      "demo[extra]",
      "demo; python_version > '3'",
      "demo @ https://example.org/demo.whl",
      "-demo",
      "==1.0",
      "a/demo-1.0-py3-none-any.whl",
      "demo-1.0.whl",
      "demo.tar.gz",
      "d\u00e9mo",
      "d\u001bmo",
    ];
    expect(await faultTable("retention.never = [{}]", values)).toMatchInlineSnapshot(`
      """
          pkgindex.toml: retention.never: "": it is empty; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "  "
          pkgindex.toml: retention.never: "  ": it is empty; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo=1.0"
          pkgindex.toml: retention.never: "demo=1.0": "=1.0" starts with no operator such as == or < (equal is ==); write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo 1.0"
          pkgindex.toml: retention.never: "demo 1.0": behind the name stands "1.0", which starts with no operator such as == or <; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo=="
          pkgindex.toml: retention.never: "demo==": no version stands behind "=="; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo,"
          pkgindex.toml: retention.never: "demo,": behind the name stands ",", which starts with no operator such as == or <; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo==1.0,"
          pkgindex.toml: retention.never: "demo==1.0,": a part between its commas is empty; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo[extra]"
          pkgindex.toml: retention.never: "demo[extra]": extras are no part of it: every file has all of its extras; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo; python_version > '3'"
          pkgindex.toml: retention.never: "demo; python_version > '3'": an environment marker (;) is no part of it; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo @ https://example.org/demo.whl"
          pkgindex.toml: retention.never: "demo @ https://example.org/demo.whl": as the name of a file, "demo @ https://example.org/demo.whl" is wrong: the file name has a space; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "-demo"
          pkgindex.toml: retention.never: "-demo": its project name "-demo" is not valid: letters, digits, ".", "_" and "-" make a name, with a letter or digit at both ends; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "==1.0"
          pkgindex.toml: retention.never: "==1.0": "==1.0" does not start with a project's name; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "a/demo-1.0-py3-none-any.whl"
          pkgindex.toml: retention.never: "a/demo-1.0-py3-none-any.whl": as the name of a file, "a/demo-1.0-py3-none-any.whl" is wrong: the file name has a path separator ("/"); write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo-1.0.whl"
          pkgindex.toml: retention.never: "demo-1.0.whl": as the name of a file, "demo-1.0.whl" is wrong: a wheel's name has five or six parts separated by hyphens, this one has 2; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "demo.tar.gz"
          pkgindex.toml: retention.never: "demo.tar.gz": as the name of a file, "demo.tar.gz" is wrong: it has no hyphen between name and version; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "démo"
          pkgindex.toml: retention.never: "démo": "d\\u{e9}mo" has a character that is not printable ASCII; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)
      "d\\u001bmo"
          pkgindex.toml: retention.never: "d\\u001bmo": "d\\u{1b}mo" has a character that is not printable ASCII; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)"
    `);
  });

  it("never keeps what it takes as it is written", async () => {
    const never = [
      "demo",
      "Grid_Tools>=1,<2",
      "demo==1!1.0+cpu",
      "demo-1.0-py3-none-any.whl",
      "demo-1.0.tar.gz",
    ];
    const cwd = makeFolder({ "pkgindex.toml": `retention.never = ${JSON.stringify(never)}` });
    expect((await load(cwd)).retention.never).toStrictEqual(never);
  });

  it("all faults come at once: types, ranges and each SPEC", async () => {
    const lines = [
      'never = ["demo", "demo=1.0", 7, ""]',
      "keep = 0",
      "keep-prereleases = 2.5",
      "keep-development = '30'",
      "days = -7",
      "grace-days = -1",
    ];
    expect(await faultsOf(lines)).toMatchInlineSnapshot(`
      [
        "pkgindex.toml: retention.days: -7 is not from 1 to 1000000; write a larger number, or leave the key out to set no bound",
        "pkgindex.toml: retention.grace-days: -1 is not from 0 to 1000000; write a number of days",
        "pkgindex.toml: retention.keep: 0 is not from 1 to 1000000; write a larger number, or leave the key out to set no bound",
        "pkgindex.toml: retention.keep-development: found the string "30", wanted a whole number; write it like this: keep-development = 30",
        "pkgindex.toml: retention.keep-prereleases: found the number 2.5, wanted a whole number; write it like this: keep-prereleases = 3",
        "pkgindex.toml: retention.never: found the number 7, wanted only strings in the list; write it like this: never = ["dace==1.0", "grid-tools"]",
        "pkgindex.toml: retention.never: "demo=1.0": "=1.0" starts with no operator such as == or < (equal is ==); write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)",
        "pkgindex.toml: retention.never: "": it is empty; write a project (demo), a requirement ("demo==1.0", "demo>=1,<2") or a file name of the index (demo-1.0-py3-none-any.whl)",
      ]
    `);
  });

  it("no variable sets it", async () => {
    const environment = {
      PKGINDEX_RETENTION_KEEP: "0",
      PKGINDEX_KEEP: "0",
      PKGINDEX_DAYS: "0",
      PKGINDEX_NEVER: ",",
    };
    expect((await load(makeFolder(), { environment })).retention.keep).toBeUndefined();
  });
});

describe("required-version", () => {
  it("is a range that includes the running version", async () => {
    const values = ["", "latest", "not a range", ">=0.2", "^1", "<0.1.0", `>=0.1.0${" ".repeat(300)}`];
    expect(await faultTable("required-version = {}", values)).toMatchInlineSnapshot(`
      """
          pkgindex.toml: required-version: "" is not a version range; write a range such as ">=0.1.0 <2"
      "latest"
          pkgindex.toml: required-version: "latest" is not a version range; write a range such as ">=0.1.0 <2"
      "not a range"
          pkgindex.toml: required-version: "not a range" is not a version range; write a range such as ">=0.1.0 <2"
      ">=0.2"
          pkgindex.toml: required-version: this is pkgindex 0.1.0, and the repository wants ">=0.2"; run a pkgindex of that range, or change the range
      "^1"
          pkgindex.toml: required-version: this is pkgindex 0.1.0, and the repository wants "^1"; run a pkgindex of that range, or change the range
      "<0.1.0"
          pkgindex.toml: required-version: this is pkgindex 0.1.0, and the repository wants "<0.1.0"; run a pkgindex of that range, or change the range
      ">=0.1.0                                                                                                                                                                                                                                                                                                            "
          pkgindex.toml: required-version: ">=0.1.0                                                                         …" (307 characters) is not a version range; write a range such as ">=0.1.0 <2""
    `);
  });

  it.each([
    ["0.1.0", ">=0.1.0"],
    ["0.1.0", "*"],
    ["0.1.9", "~0.1.2"],
    ["1.4.0", "0.x || >=1.2 <2"],
    ["0.2.0-rc.1", ">=0.1.0"],
  ])("%s is in %s", async (version, range) => {
    const cwd = makeFolder({ "pkgindex.toml": `required-version = "${range}"` });
    expect(await load(cwd, { version })).toMatchObject({ file: "pkgindex.toml" });
  });

  it("comes first among faults that sort before it", async () => {
    const cwd = makeFolder({ "pkgindex.toml": "required-version = 3\na = 1\n" });
    const [first, second] = await loadFaults(cwd, { overrides: { layout: "x" } });
    expect(first).toMatch(/^pkgindex.toml: required-version: found the number 3, wanted a string/);
    expect(second).toMatch(/^--layout/);
  });
});

describe("automation", () => {
  it("index and allow name repositories as GitHub does", async () => {
    const values = [
      "octo-org",
      "octo-org/demo/x",
      "-octo/demo",
      "octo-org/..",
      "octo-org/demo.git",
      "o/$(id)",
    ];
    for (const value of values) {
      const lines = (toml: string): Promise<string[]> => loadFaults(makeFolder({ "pkgindex.toml": toml }));
      const [index, ...others] = await lines(`automation.index = ${JSON.stringify(value)}`);
      expect(others).toStrictEqual([]);
      expect(index).toMatch(/^pkgindex\.toml: automation\.index: .*(?:GitHub|owner\/repo)/);
      const [allow] = await lines(`automation.allow = ["octo-org/demo", ${JSON.stringify(value)}]`);
      expect(allow?.replace("allow", "index")).toBe(index);
    }
    const cwd = makeFolder({
      "pkgindex.toml":
        '[automation]\nindex = "Octo-Org/wheels"\nallow = ["octo-org/demo", "octo_short/a.b-c_d"]',
    });
    expect((await load(cwd)).automation).toMatchObject({
      index: "Octo-Org/wheels",
      allow: ["octo-org/demo", "octo_short/a.b-c_d"],
      replace: false,
    });
  });

  it("cli is one word that npm takes", async () => {
    const values = ["", "--ignore-scripts", "pkgindex @1", "pkgindex\nx", "x${{github.token}}", "a\u0007b"];
    expect(await faultTable("automation.cli = {}", values)).toMatchInlineSnapshot(`
      """
          pkgindex.toml: automation.cli: is empty; write what npm installs, such as "pkgindex@^1", "./tools/pkgindex.tgz" or a git address
      "--ignore-scripts"
          pkgindex.toml: automation.cli: starts with a hyphen, as options do; write what npm installs, such as "pkgindex@^1", "./tools/pkgindex.tgz" or a git address
      "pkgindex @1"
          pkgindex.toml: automation.cli: has blanks in it, and what npm installs is one word; write what npm installs, such as "pkgindex@^1", "./tools/pkgindex.tgz" or a git address
      "pkgindex\\nx"
          pkgindex.toml: automation.cli: has blanks in it, and what npm installs is one word; write what npm installs, such as "pkgindex@^1", "./tools/pkgindex.tgz" or a git address
      "x\${{github.token}}"
          pkgindex.toml: automation.cli: has "\${{" in it, which GitHub would evaluate; write what npm installs, such as "pkgindex@^1", "./tools/pkgindex.tgz" or a git address
      "a\\u0007b"
          pkgindex.toml: automation.cli: has the control character U+0007; take the character out; the value is one line of text"
    `);
    const good = [
      "pkgindex@^1",
      "./tools/pkgindex.tgz",
      ".",
      "git+https://github.com/octo-org/pkgindex.git#v1",
    ];
    for (const cli of good) {
      const cwd = makeFolder({ "pkgindex.toml": `automation.cli = ${JSON.stringify(cli)}` });
      expect((await load(cwd)).automation.cli).toBe(cli);
    }
    expect((await load(makeFolder({ ".git/": "" }))).automation.cli).toMatch(/^pkgindex@\^\d/);
  });
});
