/** The README says what the program does: its commands, options and configuration keys. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CONFIG_KEY_ROWS } from "../src/config/config-keys.ts";
import { runCli } from "./support/run-cli.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const lines = readme.split("\n").map((line) => line.replace(/ +/g, " "));

test.each([...CONFIG_KEY_ROWS])("the key %s has its row", (name, row) => {
  const line = lines.find((text) => text.startsWith(`| \`${name}\` |`));
  expect(line, name).toBeDefined();
  expect(line).toContain(row.description);
  if (row.environment !== undefined) expect(line).toContain(`\`${row.environment}\``);
  if (row.default !== undefined && typeof row.default !== "object")
    expect(line).toContain(`\`${row.default}\``);
});

test("every command is there", async () => {
  const { stdout } = await runCli(["--help"]);
  const names = [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== "help");
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(readme).toContain(`pkgindex ${name}`);
});

test("every option of generate is there", async () => {
  const { stdout } = await runCli(["generate", "--help"]);
  const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option);
  expect(options.length).toBeGreaterThan(10);
  for (const option of options) if (option !== "--help") expect(readme).toContain(`\`${option}`);
});
