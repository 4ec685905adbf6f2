/** The pages before a validator of HTML: those for people, those for installers, and those full of hostile text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastGlob from "fast-glob";
import { HtmlValidate } from "html-validate";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { hostileWheels } from "./support/hostile-metadata.ts";
import { manyWheels } from "./support/many-projects.ts";
import { publishSite, type PublishedSite } from "./support/published-site.ts";
import { publishVariedSite } from "./support/varied-projects.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const RULES = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Descriptions and commands stand as they were written, blanks at the ends of lines included.
    "no-trailing-whitespace": "off",
    // A title names the project, and names may be long.
    "long-title": "off",
  },
});

/** Of the pages for installers, which stay as plain as PEP 503 has them and as old clients read them. */
const RULES_OF_SIMPLE_PAGES = new HtmlValidate({ extends: ["html-validate:standard"] });

const INDEXES: readonly { readonly name: string; readonly publish: () => Promise<PublishedSite> }[] = [
  {
    name: "a varied index",
    publish: () =>
      publishVariedSite(
        '[site]\nfooter = "Questions: mail@example.org"\nlinks = ["Docs https://example.org/"]\n',
      ),
  },
  {
    name: "a varied index with an address, in the flat layout",
    publish: () => publishVariedSite('[index]\nlayout = "flat"\nurl = "https://packages.example.org/a/"\n'),
  },
  { name: "a large index", publish: () => publishSite(manyWheels(250)) },
  { name: "an empty index", publish: () => publishSite([]) },
  { name: "a hostile index", publish: () => publishSite(hostileWheels()) },
];

describe.each(INDEXES)("$name", ({ name, publish }) => {
  let site: PublishedSite;
  beforeAll(async () => {
    site = await publish();
  });
  afterAll(() => site?.remove());

  test("has only valid pages", async () => {
    const paths = fastGlob.sync("**/*.html", { cwd: site.root }).toSorted();
    // Pages of a kind that differ in nothing but names say nothing new.
    const chosen = name === "a large index" ? paths.filter((_, index) => index % 25 === 0) : paths;
    expect(chosen.length).toBeGreaterThan(2);
    const faults: string[] = [];
    for (const path of chosen) {
      const text = readFileSync(join(site.root, path), "utf8");
      const isSimple = !/<script/.test(text) && path !== "404.html";
      const report = await (isSimple ? RULES_OF_SIMPLE_PAGES : RULES).validateString(text, path);
      for (const { messages } of report.results)
        for (const { ruleId, message, line, column } of messages)
          faults.push(`${path}:${line}:${column} ${ruleId}: ${message}`);
    }
    expect(faults).toEqual([]);
  });
});
