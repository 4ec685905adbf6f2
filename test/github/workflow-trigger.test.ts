/** `--on` of `pkgindex workflows install`. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { InvalidInput } from "../../src/errors.ts";
import { fillSourceWorkflow, sourceTemplate } from "../../src/github/workflow-files.ts";
import { parseWorkflowTrigger, type WorkflowTrigger } from "../../src/github/workflow-trigger.ts";
import { readProjectFile } from "../support/all-workflows.ts";

test.each([
  ["release", { kind: "release" }],
  ["tags:v*", { kind: "tags", pattern: "v*" }],
  ["tags:__gt4py-next-integration_*", { kind: "tags", pattern: "__gt4py-next-integration_*" }],
  ["tags:v[0-9]+.[0-9]+.[0-9]+", { kind: "tags", pattern: "v[0-9]+.[0-9]+.[0-9]+" }],
  ["tags:**", { kind: "tags", pattern: "**" }],
  ["tags:größe-*", { kind: "tags", pattern: "größe-*" }],
  ["tags:it's\"#{}", { kind: "tags", pattern: "it's\"#{}" }],
  ["branch:main", { kind: "branch", pattern: "main" }],
  ["branch:release/1.x", { kind: "branch", pattern: "release/1.x" }],
  ["branch:release/**", { kind: "branch", pattern: "release/**" }],
  // Wildcards of Actions that git allows in names.
  ["branch:c++!", { kind: "branch", pattern: "c\\+\\+\\!" }],
])("%s is understood", (text, trigger) => {
  expect(parseWorkflowTrigger(text)).toEqual(trigger);
});

test.each([
  "",
  "tag:v*",
  "Release",
  "release:x",
  "tags:",
  "branch:",
  "tags: v*",
  "tags:v 1",
  "tags:v\n  workflow_dispatch:",
  "tags:a\u2028b",
  "tags:a\u001bb",
  "tags:!v*",
  "tags:-v*",
  "tags:refs/tags/v*",
  "branch:refs/heads/main",
  "branch:a..b",
  "branch:/a",
  "branch:a/",
  "branch:a//b",
  "branch:.a",
  "branch:a/.b",
  "branch:a.lock",
  "branch:a.",
  "branch:a@{1}",
  "branch:a\\b",
  "branch:a:b",
  "tags:${{github.token}}",
  `tags:${"x".repeat(256)}`,
])("%j is refused, with what can be written", (text) => {
  expect(() => parseWorkflowTrigger(text)).toThrow(InvalidInput);
  try {
    parseWorkflowTrigger(text);
  } catch (error) {
    expect(error).toMatchObject({
      code: "workflow-trigger",
      hint: 'write "tags:v*", "release" or "branch:main"',
    });
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect((error as Error).message).not.toMatch(/[\u0000-\u001f\u2028]/);
  }
});

/** What every run of the next test fills in, in the workflow. */
const EXPECTED = { env: { PKGINDEX_CLI: "pkgindex@1", INDEX: "octo-org/wheels", INDEX_URL: "" } };

test("whatever a pattern is, it is refused, or Actions reads it and nothing more", () => {
  const template = readProjectFile(sourceTemplate("push"));
  const values = { cli: "pkgindex@1", index: "octo-org/wheels", indexUrl: undefined };
  const letters = fc.constantFrom(..."ab*/-_.'\"#{}[]:,&!|>%@`$~ \n\t\\\u0085\u2028é");
  const pattern = fc.string({ unit: letters, maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom("tags", "branch"), pattern, (kind, text) => {
      let trigger: WorkflowTrigger;
      try {
        trigger = parseWorkflowTrigger(`${kind}:${text}`);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInput);
        return;
      }
      if (trigger.kind === "release") throw new Error("nobody asked for releases");
      const filled = parse(fillSourceWorkflow(template, { ...values, trigger })) as { on: unknown };
      const key = kind === "tags" ? "tags" : "branches";
      expect(filled.on).toEqual({ push: { [key]: [trigger.pattern] }, workflow_dispatch: null });
      if (kind === "tags") expect(trigger.pattern).toBe(text);
      expect({ ...filled, on: 0 }).toEqual({ ...(parse(template) as object), ...EXPECTED, on: 0 });
    }),
    { numRuns: 300 },
  );
});
