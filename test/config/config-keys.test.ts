import { expect, it } from "vitest";

import { CONFIG_KEYS, CONFIG_KEY_ROWS } from "../../src/config/config-keys.ts";
import { parseConfig } from "../../src/config/parse-config.ts";

const ROWS = [...CONFIG_KEY_ROWS];

it("the keys are those of the design", () => {
  expect(Object.keys(CONFIG_KEYS)).toStrictEqual([
    "required-version",
    "index.root",
    "index.layout",
    "index.url",
    "index.title",
    "index.description",
    "index.packages",
    "index.ignore",
    "index.json-root",
    "index.host",
    "templates.dir",
    "site.enabled",
    "site.accent",
    "site.accent-dark",
    "site.logo",
    "site.links",
    "site.footer",
    "site.remote-images",
    "retention.keep",
    "retention.keep-prereleases",
    "retention.keep-development",
    "retention.days",
    "retention.never",
    "retention.grace-days",
    "automation.index",
    "automation.allow",
    "automation.cli",
    "automation.replace",
  ]);
});

it.each(ROWS)("%s is described in one line", (_name, { description }) => {
  expect(description).toMatch(/^\S.{10,110}[^\s.]$/);
});

it.each(ROWS)("%s has an example of its own type", async (name, row) => {
  const { values, problems } = await parseConfig(`${name} = ${row.example}`, "pkgindex.toml");
  expect(problems).toStrictEqual([]);
  const value = values.get(name);
  expect(Array.isArray(value)).toBe(row.type === "list of strings");
  expect(typeof value === "number").toBe(row.type === "whole number");
  expect(typeof value === "boolean").toBe(row.type === "true or false");
});

it.each(ROWS.filter(([, { environment }]) => environment !== undefined))(
  "%s has the variable that its name leads to",
  (name, { environment }) => {
    const words = name.replace(/^index\./, "").replace(/[.-]/g, "_");
    expect(environment).toBe(`PKGINDEX_${words.toUpperCase()}`);
  },
);
