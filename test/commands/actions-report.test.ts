/** What a run in GitHub Actions shows a person: text from outside on the summary page, and one annotation where it fails. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { formatCell, formatCommit, formatText } from "../../src/commands/actions-report.ts";
import { formatAnnotation } from "../../src/io/actions-files.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { runCli } from "../support/run-cli.ts";

test.each([
  ["v1.0", "`v1.0`"],
  ["a|b", "`a\\|b`"],
  ["a`<img src=x>`b", "`` a`<img src=x>`b ``"],
  ["``a", "``` ``a ```"],
  ["a\n## b", "`a\\u000a## b`"],
])("%j is code on the summary page, and nothing else", (text, code) => {
  expect(formatCell(text)).toBe(code);
});

test("plain text on the summary page is no markup", () => {
  expect(formatText("[a](https://b) <i> `c` *d*\n# e")).toBe(
    "\\[a\\]\\(https\\://b\\) \\<i\\> \\`c\\` \\*d\\*\\\\u000a\\# e",
  );
});

test("a commit is linked", () => {
  expect(formatCommit("https://github.com", "octo-org/demo", "0".repeat(40))).toBe(
    `[octo-org/demo](https://github.com/octo-org/demo) at [\`${"0".repeat(40)}\`](https://github.com/octo-org/demo/commit/${"0".repeat(40)})`,
  );
});

test("an annotation is one line", () => {
  expect(formatAnnotation("a:b,c", "100 %\r\n::x")).toBe("::error title=a%3Ab%2Cc::100 %25%0D%0A::x");
});

test.each<[string, readonly string[], RegExp]>([
  [
    "a bad file",
    ["generate"],
    /^::error title=pkgindex generate::index\/a\/a-1-py3-none-any\.whl: .*index\/b\/b-1/,
  ],
  ["a wrong option", ["generate", "--nonsense"], /^::error title=pkgindex generate::unknown option/],
  ["no such folder", ["generate", "--root", "missing"], /^::error title=pkgindex generate::missing: /],
])("%s is one annotation, and none outside of Actions", async (_, args, annotation) => {
  const folder = temporaryDirectory();
  for (const name of ["a", "b"]) {
    mkdirSync(join(folder, "index", name), { recursive: true });
    writeFileSync(join(folder, `index/${name}/${name}-1-py3-none-any.whl`), "no wheel");
  }
  const { code, stderr } = await runCli(args, { cwd: folder, env: { GITHUB_ACTIONS: "true" } });
  expect(code).toBeGreaterThan(0);
  const commands = stderr.split("\n").filter((line) => line.startsWith("::"));
  expect(commands).toEqual([expect.stringMatching(annotation)]);
  expect((await runCli(args, { cwd: folder })).stderr).not.toMatch(/^::/m);
});
