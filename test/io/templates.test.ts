import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { readTemplates } from "../../src/io/templates.ts";
import { TEMPLATE_NAMES } from "../../src/site/template-source.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

const BUILT_IN = new URL("../../templates/", import.meta.url);

function builtInText(name: string): string {
  return readFileSync(new URL(`${name}.eta`, BUILT_IN), "utf8");
}

describe("readTemplates", () => {
  it("has the built-in text of each name, in their order", () => {
    expect(readTemplates(TEMPLATE_NAMES, undefined)).toEqual(
      TEMPLATE_NAMES.map((name) => ({ name, text: builtInText(name), file: `templates/${name}.eta` })),
    );
  });

  it("has the user's text where there is one, and says where it stands", () => {
    const directory = temporaryDirectory();
    makeTree(directory, { "simple/list.eta": "größer", "list.eta": "elsewhere" });
    const overrides = { directory, display: "../our templates" };
    expect(readTemplates(["simple/list", "404"], overrides)).toEqual([
      { name: "simple/list", text: "größer", file: "../our templates/simple/list.eta" },
      { name: "404", text: builtInText("404"), file: "templates/404.eta" },
    ]);
  });

  it("takes an empty file for an override", () => {
    const directory = temporaryDirectory();
    makeTree(directory, { "404.eta": "" });
    expect(readTemplates(["404"], { directory, display: "own" })).toEqual([
      { name: "404", text: "", file: "own/404.eta" },
    ]);
  });

  it("refuses a folder where an override goes: its owner meant one", () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, "404.eta"));
    expect(() => readTemplates(["404"], { directory, display: "own" })).toThrow("is no file");
  });

  it("throws for a name that nobody knows", () => {
    expect(() => readTemplates(["unknown"], undefined)).toThrow("unknown is missing");
  });
});
