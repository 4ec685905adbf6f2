import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { load, loadFaults, makeFolder } from "./scratch-folder.ts";

const TITLED = '[index]\ntitle = "Found"';

describe("the search for pkgindex.toml", () => {
  it("takes the nearest one of the working directory and its parents", async () => {
    const folder = makeFolder({ "pkgindex.toml": "", "a/pkgindex.toml": TITLED, "a/b/c/": "" });
    const cwd = join(folder, "a/b/c");
    expect(await load(cwd)).toMatchObject({
      file: "../../pkgindex.toml",
      title: "Found",
      root: join(folder, "a/index"),
      rootDisplay: "../../index",
    });
  });

  it.each(["folder", "file"])("ends with the folder that holds .git, here a %s", async (kind) => {
    const folder = makeFolder({
      "pkgindex.toml": TITLED,
      [kind === "folder" ? "repository/.git/" : "repository/.git"]: "gitdir: elsewhere",
      "repository/sub/": "",
    });
    expect((await load(join(folder, "repository/sub"))).file).toBeUndefined();
  });

  it("looks into the folder that holds .git", async () => {
    const folder = makeFolder({ ".git/": "", "pkgindex.toml": TITLED, "sub/": "" });
    expect((await load(join(folder, "sub"))).file).toBe("../pkgindex.toml");
  });

  it("ends with the home of the user", async () => {
    const folder = makeFolder({ "pkgindex.toml": TITLED, "home/me/work/": "" });
    const cwd = join(folder, "home/me/work");
    expect((await load(cwd)).file).toBe("../../../pkgindex.toml");
    expect((await load(cwd, { environment: { HOME: join(folder, "home/me") } })).file).toBeUndefined();
  });

  it("finds a broken link instead of passing it by", async () => {
    const folder = makeFolder();
    symlinkSync("gone.toml", join(folder, "pkgindex.toml"));
    expect(await loadFaults(folder)).toMatchInlineSnapshot(`
      [
        "pkgindex.toml: is a symbolic link to a file that does not exist; mend the link",
      ]
    `);
  });
});

describe("a named file", () => {
  const folder = makeFolder({ "pkgindex.toml": "", "conf/other.toml": TITLED, "conf/third.toml": "" });

  it("beats the search, and the command line beats PKGINDEX_CONFIG", async () => {
    const environment = { PKGINDEX_CONFIG: "conf/other.toml" };
    expect(await load(folder, { environment })).toMatchObject({
      file: "conf/other.toml",
      title: "Found",
      root: join(folder, "conf/index"),
    });
    const overrides = { config: "conf/third.toml" };
    expect(await load(folder, { environment, overrides })).toMatchObject({ file: "conf/third.toml" });
  });

  it("has to exist", async () => {
    const faults = [
      ...(await loadFaults(folder, { overrides: { config: "no/such.toml" } })),
      ...(await loadFaults(folder, { environment: { PKGINDEX_CONFIG: "missing.toml" } })),
      ...(await loadFaults(folder, { overrides: { config: "" } })),
    ];
    expect(faults).toMatchInlineSnapshot(`
      [
        "--config: there is no file "no/such.toml"; name a file that exists",
        "PKGINDEX_CONFIG: there is no file "missing.toml"; name a file that exists",
        ".: is not a file; name a TOML file, or put one in its place",
      ]
    `);
  });
});
