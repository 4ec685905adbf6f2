/** Ten runs of a workflow that publish at the same time, by the step of the workflow itself. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";

import { INDEX_WORKFLOW, sourceTemplate } from "../../../src/github/workflow-files.ts";
import { FakeGithub } from "../../support/github/fake-github.ts";
import type { FakeRepository } from "../../support/github/fake-repository.ts";
import { makeTree, temporaryDirectory } from "../../support/make-tree.ts";
import { makeWheel } from "../../support/make-wheel.ts";
import { MAIN, runCli } from "../../support/run-cli.ts";
import { checkEveryCommit } from "../support/every-commit.ts";
import { e2ePython, NEEDS_PYTHON, pipDownload } from "../support/pip.ts";
import { startPythonServer } from "../support/python-server.ts";
import { prepareStep, readLastStep, type WorkflowStep } from "./step.ts";

vi.setConfig({ testTimeout: 300_000 });

const INDEX = "octo-org/wheels";
const RUNS = 10;

/** Half of the runs add to one project, whose page all of them change; the others bring one of their own. */
const RELEASES = Array.from({ length: RUNS }, (_, number) =>
  number % 2 === 0 ? { name: "demo", version: `1.${number}` } : { name: `project-${number}`, version: "1.0" },
);

/** Holds every push until as many have come as there are runs: all of them are made for the same commit. */
const BARRIER = `#!/bin/sh
cat >/dev/null
mkdir -p "$PWD/waiting" && : >"$PWD/waiting/$$"
tries=0
while [ "$(ls "$PWD/waiting" | wc -l)" -lt ${RUNS} ] && [ "$tries" -lt 1200 ]; do sleep 0.1; tries=$((tries + 1)); done
`;

/** What a runner has for the job that publishes: the artifact of the job before, the program, and the event. */
function prepareRunner(
  step: WorkflowStep,
  { name, version }: { readonly name: string; readonly version: string },
  github: FakeGithub,
): {
  readonly file: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
} {
  const folder = temporaryDirectory();
  const { filename, bytes } = makeWheel({ name, version });
  const commit = createHash("sha1").update(filename).digest("hex");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const repository = `octo-org/${name}`;
  const report = JSON.stringify({
    version: 1,
    repository,
    commit,
    ref: commit,
    tools: { python: "3.13.0" },
    files: [{ file: filename, sha256, size: bytes.length }],
  });
  const payload = { source_org: "octo-org", source_repo: name, dependency_ref: commit };
  makeTree(folder, {
    [`temp/wheels/${filename}`]: bytes,
    "temp/wheels/build.json": report,
    "temp/pkgindex/node_modules/.bin/pkgindex": `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`,
    "event.json": JSON.stringify({ action: "update_package_index", client_payload: payload }),
  });
  chmodSync(join(folder, "temp/pkgindex/node_modules/.bin/pkgindex"), 0o755);
  mkdirSync(join(folder, "workspace"));
  const prepared = prepareStep(step, folder, {
    "github.event.repository.default_branch": "main",
    "needs.build.outputs.digest": createHash("sha256").update(report).digest("hex"),
    "github.token": "the-token",
    "secrets.PKG_UPDATE_TOKEN": "the-token",
  });
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    ...github.environment,
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_REPOSITORY: INDEX,
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    RUNNER_TEMP: join(folder, "temp"),
    ...prepared.environment,
  };
  return { file: prepared.file, folder, environment };
}

/** Starts the shell of a step, which waits for a line before it begins. */
function startStep({ file, folder, environment }: ReturnType<typeof prepareRunner>): {
  readonly ready: Promise<void>;
  readonly begin: () => void;
  readonly done: Promise<{ readonly code: number | null; readonly said: string }>;
  readonly end: () => void;
} {
  const child = spawn("bash", ["-c", 'echo ready; read -r _; exec bash -e "$1" </dev/null', "bash", file], {
    cwd: join(folder, "workspace"),
    env: environment,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  const ready = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes("ready\n")) resolve();
      });
  });
  const done = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, said }));
  });
  return { ready, begin: () => child.stdin.end("\n"), done, end: () => child.kill() };
}

function readFiles(folder: string): Readonly<Record<string, Buffer>> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path))]));
}

async function makeIndex(github: FakeGithub): Promise<FakeRepository> {
  const folder = temporaryDirectory();
  const names = [...new Set(RELEASES.map(({ name }) => `octo-org/${name}`))];
  writeFileSync(join(folder, "pkgindex.toml"), `[automation]\nallow = ${JSON.stringify(names)}\n`);
  mkdirSync(join(folder, "index"));
  const made = await runCli(["generate", "--allow-empty", "--quiet"], { cwd: folder });
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const repository = github.addRepository(INDEX, { files: readFiles(folder) });
  writeFileSync(join(repository.gitDirectory, "hooks/pre-receive"), BARRIER);
  chmodSync(join(repository.gitDirectory, "hooks/pre-receive"), 0o755);
  github.addToken("the-token", { rights: { [INDEX]: { contents: "write" } } });
  return repository;
}

describe.each([
  ["pull mode", INDEX_WORKFLOW],
  ["push mode", sourceTemplate("push")],
])("ten runs at once in %s", (_, workflow) => {
  test.runIf(e2ePython !== undefined)(
    `all publish: the index is the union, and valid at every commit; pip takes each${NEEDS_PYTHON}`,
    async () => {
      const step = readLastStep(workflow, "publish");
      const github = await FakeGithub.start();
      const shells: ReturnType<typeof startStep>[] = [];
      try {
        const index = await makeIndex(github);
        const runners = RELEASES.map((release) => prepareRunner(step, release, github));
        for (const runner of runners) shells.push(startStep(runner));
        await Promise.all(shells.map(({ ready }) => ready));
        for (const { begin } of shells) begin();
        const ended = await Promise.all(shells.map(({ done }) => done));
        for (const { code, said } of ended) expect(code, said).toBe(0);
        // Nine of them were too late for the commit that they were made for.
        expect(ended.filter(({ said }) => said.includes("somebody else was faster")).length).toBe(RUNS - 1);
        expect(index.git(["rev-list", "--count", "main"])).toBe(String(RUNS + 1));
        for (const { folder } of runners)
          expect(readFileSync(join(folder, "summary.md"), "utf8")).toContain("## Published");
        const clone = await checkEveryCommit(index.gitDirectory);
        const server = await startPythonServer(join(clone, "index"));
        for (const { name, version } of RELEASES) {
          const downloaded = await pipDownload(`${server.url}/simple/`, [`${name}==${version}`]);
          expect(downloaded.code, downloaded.all).toBe(0);
        }
        await server.stop();
      } finally {
        for (const { end } of shells) end();
        await github.close();
      }
    },
  );
});
