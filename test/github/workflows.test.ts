/** What every workflow may do, from its YAML: a runner that gives each job one token could not show it. */
import { expect, describe, test } from "vitest";
import { parseDocument } from "yaml";
import {
  fillIndexWorkflow,
  fillSourceWorkflow,
  INDEX_WORKFLOW,
  sourceTemplate,
} from "../../src/github/workflow-files.ts";
import { parseWorkflowTrigger } from "../../src/github/workflow-trigger.ts";
import { githubPages } from "../../src/hosts/github-pages.ts";
import { isSealed, sealText } from "../../src/hosts/stamp.ts";
import { FACTS } from "../hosts/facts.ts";
import { allWorkflows, readProjectFile } from "../support/all-workflows.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly needs?: string;
  readonly "timeout-minutes"?: number;
}

interface Workflow {
  readonly "run-name"?: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function parse(text: string): Workflow {
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  expect(document.errors).toEqual([]);
  expect(document.warnings).toEqual([]);
  return document.toJS() as Workflow;
}

const WORKFLOWS = [...allWorkflows()].map(([name, text]) => ({ name, text }));

test("there are as many as are meant", () => {
  const names = WORKFLOWS.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      INDEX_WORKFLOW,
      ".github/workflows/pkgindex-pages.yml",
      "update_workflows/pull.yml",
      "update_workflows/push.yml",
      "init, without Pages",
      "host github-pages",
    ]),
  );
  expect(names.length).toBeGreaterThan(20);
});

describe.each(WORKFLOWS)("$name", ({ name, text }) => {
  const workflow = parse(text);
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps ?? []);

  test("has no expression in a script, and gives the shell nothing from an event", () => {
    for (const { run, env } of steps) {
      expect(run ?? "").not.toContain("${{");
      for (const value of Object.values(env ?? {}))
        expect(String(value)).not.toMatch(/client_payload|inputs|head_ref|ref_name|\.title|\.body/);
    }
    for (const { with: settings } of steps)
      expect(JSON.stringify(settings ?? {})).not.toMatch(/client_payload|inputs\./);
  });

  test("pins every action by a full commit, with its version beside it", () => {
    for (const line of text.split("\n").filter((candidate) => /^\s*(?:- )?uses:/.test(candidate))) {
      if (/uses: \.\//.test(line)) continue;
      expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test("gives rights by job alone, and a time-out to each", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) {
      expect(job.permissions).toBeDefined();
      if (job.uses === undefined) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  test("leaves no credentials in a checkout", () => {
    for (const step of steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")))
      expect(step.with?.["persist-credentials"]).toBe(false);
  });

  test("uses no cache, which a job with other code in it could have filled", () => {
    // The checks of this project itself publish nothing.
    if (name === ".github/workflows/ci.yml") return expect(jobs.length).toBe(2);
    for (const step of steps) {
      expect(step.uses ?? "").not.toContain("/cache");
      expect(Object.keys(step.with ?? {})).not.toContain("cache");
      if (step.uses?.startsWith("actions/setup-node@"))
        expect(step.with?.["package-manager-cache"]).toBe(false);
    }
  });

  test("a job that can write, or has a secret, runs no code of a source repository", () => {
    for (const job of jobs) {
      const script = JSON.stringify(job.steps ?? []);
      const isStrong =
        Object.values(job.permissions ?? {}).includes("write") || /secrets\.|github\.token/.test(script);
      const builds = /pkgindex\\" build|setup-python|npm run/.test(script);
      expect(isStrong && builds).toBe(false);
    }
  });
});

describe("the workflow of an index", () => {
  const workflow = parse(readProjectFile(INDEX_WORKFLOW));
  const { build, publish, deploy } = workflow.jobs;

  test("starts by the event and by hand, with the inputs that callers know", () => {
    expect(workflow.on).toEqual({
      repository_dispatch: { types: ["update_package_index"] },
      workflow_dispatch: {
        inputs: Object.fromEntries(
          ["source_repo", "source_org", "dependency_ref"].map((name) => [
            name,
            { description: expect.any(String) as string, required: true, type: "string" },
          ]),
        ),
      },
    });
  });

  test("names what it adds in its title, by which issue-update --wait knows its run", () => {
    const either = (name: string): string => `\${{ github.event.client_payload.${name} || inputs.${name} }}`;
    expect(workflow["run-name"]).toBe(
      `Add ${either("source_org")}/${either("source_repo")} at ${either("dependency_ref")}`,
    );
  });

  test("queues, and cancels nothing", () => {
    expect(workflow.concurrency).toEqual({ group: "update-python-pkg-index", queue: "max" });
  });

  test("three jobs in a row, each with its own rights", () => {
    expect(Object.keys(workflow.jobs)).toEqual(["build", "publish", "deploy"]);
    expect(build?.permissions).toEqual({ contents: "read" });
    expect(publish).toMatchObject({ needs: "build", permissions: { contents: "write" } });
    expect(deploy).toMatchObject({
      needs: "publish",
      permissions: { contents: "read", pages: "write", "id-token": "write" },
      uses: "./.github/workflows/pkgindex-pages.yml",
    });
    expect(JSON.stringify(build)).not.toMatch(/secrets|github\.token|TOKEN/);
  });

  test("installs the program in one way, from one place, like every other workflow", () => {
    const installs = WORKFLOWS.flatMap(({ text }) =>
      Object.values(parse(text).jobs).flatMap((job) =>
        (job.steps ?? []).filter(({ name }) => name === "Install pkgindex").map(({ run }) => run),
      ),
    );
    expect(installs.length).toBeGreaterThan(20);
    expect(new Set(installs).size).toBe(1);
    expect(workflow.env).toEqual({ PKGINDEX_CLI: "." });
  });

  test("is as init would write it here, and so is the one that publishes the pages", () => {
    const text = readProjectFile(INDEX_WORKFLOW);
    expect(isSealed(text)).toBe(true);
    expect(sealText(fillIndexWorkflow(text, { cli: ".", hasPages: true }))).toBe(text);
    const [pages] = githubPages.render({ ...FACTS, cli: ".", rootInRepository: "index" });
    expect(readProjectFile(".github/workflows/pkgindex-pages.yml")).toBe(pages?.text);
  });

  test("without Pages it ends with the push", () => {
    const filled = parse(
      fillIndexWorkflow(readProjectFile(INDEX_WORKFLOW), { cli: "a'b\"c", hasPages: false }),
    );
    expect(Object.keys(filled.jobs)).toEqual(["build", "publish"]);
    expect(filled.env).toEqual({ PKGINDEX_CLI: "a'b\"c" });
  });
});

describe("the workflow of a source repository", () => {
  test.each([
    ["tags:a'b\"c#{}: *", undefined],
    ["tags:a'b\"c#{}*", { push: { tags: ["a'b\"c#{}*"] } }],
    ["tags:*", { push: { tags: ["*"] } }],
    ["branch:yes", { push: { branches: ["yes"] } }],
    ["branch:1.0", { push: { branches: ["1.0"] } }],
    ["release", { release: { types: ["published"] } }],
  ])("--on %s becomes what Actions reads", (text, on) => {
    if (on === undefined) {
      expect(() => parseWorkflowTrigger(text)).toThrow();
      return;
    }
    for (const mode of ["pull", "push"] as const) {
      const values = {
        cli: "pkgindex@1",
        index: "octo-org/wheels",
        indexUrl: undefined,
        trigger: parseWorkflowTrigger(text),
      };
      const filled = parse(fillSourceWorkflow(readProjectFile(sourceTemplate(mode)), values));
      expect(filled.on).toEqual({ ...on, workflow_dispatch: null });
      const address = mode === "push" ? { INDEX_URL: "" } : {};
      expect(filled.env).toEqual({ PKGINDEX_CLI: "pkgindex@1", INDEX: "octo-org/wheels", ...address });
    }
  });

  test("pull mode has one job with no rights, which sends the commit", () => {
    const { jobs } = parse(readProjectFile(sourceTemplate("pull")));
    expect(Object.values(jobs).map(({ permissions }) => permissions)).toEqual([{}]);
    expect(jobs["ask"]?.steps?.at(-1)?.run).toContain('--ref "$GITHUB_SHA"');
  });

  test("push mode builds without the token, and publishes what fits to the digest", () => {
    const { build, publish } = parse(readProjectFile(sourceTemplate("push"))).jobs;
    expect(JSON.stringify(build)).not.toMatch(/secrets|TOKEN/);
    expect(JSON.stringify(build)).toContain('--index-url \\"$INDEX_URL\\"');
    expect(publish?.permissions).toEqual({});
    expect(publish?.steps?.at(-1)?.run).toContain('--digest "$DIGEST"');
    expect(publish?.steps?.some(({ uses }) => uses?.startsWith("actions/checkout@"))).toBe(false);
  });
});
