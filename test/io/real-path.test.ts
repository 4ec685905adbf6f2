import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { realPathOfNearest } from "../../src/io/real-path.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

describe("realPathOfNearest", () => {
  function makeLinks(): string {
    const folder = temporaryDirectory();
    makeTree(folder, { "real/file": "x" });
    symlinkSync("real", join(folder, "link"));
    symlinkSync("nowhere", join(folder, "broken"));
    symlinkSync("circle", join(folder, "circle"));
    return folder;
  }

  it.each([
    ["real/file", "real/file"],
    ["link/file", "real/file"],
    ["link", "real"],
    ["link/new/deep", "real/new/deep"],
    ["new/deep", "new/deep"],
    ["real/file/below", "real/file/below"],
    ["link/file/below", "real/file/below"],
  ])("%s leads to %s", (path, expected) => {
    const folder = makeLinks();
    expect(realPathOfNearest(join(folder, path))).toEqual({ path: join(folder, expected) });
  });

  it.each([
    ["broken", "is a symbolic link to nothing"],
    ["broken/new", "is a symbolic link to nothing"],
    ["circle", "is a loop of symbolic links"],
    ["circle/new", "is a loop of symbolic links"],
    ["n".repeat(300), "cannot be looked at (ENAMETOOLONG)"],
  ])("%.20s leads nowhere that can be known", (path, fault) => {
    expect(realPathOfNearest(join(makeLinks(), path))).toEqual({ fault });
  });
});
