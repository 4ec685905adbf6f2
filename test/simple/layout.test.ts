import { describe, expect, it } from "vitest";

import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import { HTML_PAGE, joinPath, JSON_PAGE, LAYOUTS } from "../../src/simple/layout.ts";

const PROJECT = normalizeProjectName("demo-pkg");

describe("LAYOUTS", () => {
  it("the simple layout has its pages below simple/", () => {
    const { name, listDirectory, projectDirectory } = LAYOUTS.simple;
    expect([name, listDirectory, projectDirectory(PROJECT)]).toEqual(["simple", "simple", "simple/demo-pkg"]);
  });

  it("the flat layout has its pages at the root, and a project's in the folder of its name", () => {
    const { name, listDirectory, projectDirectory } = LAYOUTS.flat;
    expect([name, listDirectory, projectDirectory(PROJECT)]).toEqual(["flat", "", "demo-pkg"]);
  });

  it("each reserves what pkgindex writes below the root", () => {
    expect(LAYOUTS.simple.reserved.toSorted()).toEqual([
      "-",
      ".pkgindex",
      "project",
      "pypi",
      "simple",
      "simple-json",
    ]);
    expect(LAYOUTS.flat.reserved.toSorted()).toEqual(["-", ".pkgindex", "simple-json"]);
  });
});

describe("joinPath", () => {
  it("joins a folder and a name, and leaves the root out", () => {
    expect(joinPath("simple/demo-pkg", HTML_PAGE)).toBe("simple/demo-pkg/index.html");
    expect(joinPath("", JSON_PAGE)).toBe("index.v1.json");
  });
});
