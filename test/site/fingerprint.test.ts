import { describe, expect, it } from "vitest";

import { fingerprintOf } from "../../src/site/fingerprint.ts";
import type { TemplateSource } from "../../src/site/template-source.ts";

const SOURCES: readonly TemplateSource[] = [
  { name: "simple/project", text: "project", file: "templates/simple/project.eta" },
  { name: "simple/list", text: "list", file: "templates/simple/list.eta" },
];
const SETTINGS = { layout: "simple", url: undefined, title: "Index" };
const FINGERPRINT = fingerprintOf(SOURCES, SETTINGS);

describe("fingerprintOf", () => {
  it("is 16 hexadecimal digits", () => {
    expect(FINGERPRINT).toMatch(/^[0-9a-f]{16}$/);
  });

  it("is the same on every machine and in every run", () => {
    expect(FINGERPRINT).toMatchInlineSnapshot(`"4f3b48ab8884006a"`);
  });

  it("does not depend on where the templates lie", () => {
    const moved = SOURCES.map((source) => ({ ...source, file: `/elsewhere/${source.file}` }));
    expect(fingerprintOf(moved, { ...SETTINGS })).toBe(FINGERPRINT);
  });

  it.each([
    [
      "a template's text",
      SOURCES.map((source, index) => ({ ...source, text: index ? "lisT" : source.text })),
      SETTINGS,
    ],
    [
      "a template's text by a newline",
      SOURCES.map((source) => ({ ...source, text: `${source.text}\n` })),
      SETTINGS,
    ],
    [
      "which template says what",
      SOURCES.map((source, index) => ({ ...source, text: SOURCES[1 - index]!.text })),
      SETTINGS,
    ],
    ["how many templates there are", SOURCES.slice(1), SETTINGS],
    ["the title", SOURCES, { ...SETTINGS, title: "Index " }],
    ["the layout", SOURCES, { ...SETTINGS, layout: "flat" }],
    ["a setting that was not there", SOURCES, { ...SETTINGS, url: "https://packages.example.org/" }],
    ["a text moved from one setting to the next", SOURCES, { ...SETTINGS, title: undefined, url: "Index" }],
  ] as const)("changes with %s", (_, sources, settings) => {
    expect(fingerprintOf(sources, settings)).not.toBe(FINGERPRINT);
  });
});
