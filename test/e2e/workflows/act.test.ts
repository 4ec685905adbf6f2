/** The workflows themselves, from a pushed tag to `pip install`: pull mode and push mode, on this machine alone. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { FakeGithub } from "../../support/github/fake-github.ts";
import type { FakeRepository } from "../../support/github/fake-repository.ts";
import {
  makeTemporaryDirectory,
  makeTree,
  removeDirectory,
  temporaryDirectory,
} from "../../support/make-tree.ts";
import { makeWheel } from "../../support/make-wheel.ts";
import { GIT_ENVIRONMENT } from "../../support/git-environment.ts";
import { runCli } from "../../support/run-cli.ts";
import { e2ePython, pipDownload, type Finished } from "../support/pip.ts";
import { startPythonServer } from "../support/python-server.ts";
import { ACT, NEEDS_ACT, runAct, type ActOptions } from "./act.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const canRun = ACT !== undefined && e2ePython !== undefined;

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, {
    cwd,
    env: GIT_ENVIRONMENT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

/** A backend in the project's own tree, so that a build needs no network. */
const BACKEND = `import base64, hashlib, os, zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "demo-%s-py3-none-any.whl" % VERSION
    info = "demo-%s.dist-info" % VERSION
    files = {
        "demo/__init__.py": "version = %r\\n" % VERSION,
        info + "/METADATA": "Metadata-Version: 2.1\\nName: demo\\nVersion: %s\\n" % VERSION + NEEDS,
        info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    record = ""
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += "%s,sha256=%s,%d\\n" % (path, digest, len(text))
        archive.writestr(info + "/RECORD", record + info + "/RECORD,,\\n")
    return name
`;

function sourceFiles(version: string, needs: string): Record<string, string> {
  return {
    "pyproject.toml":
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "demo"\ndynamic = ["version"]\n',
    "backend.py": `VERSION = "${version}"\nNEEDS = "${needs}"\n${BACKEND}`,
  };
}

/** The index and the source on the fake GitHub, with clones of both. */
interface World {
  readonly github: FakeGithub;
  readonly index: FakeRepository;
  readonly source: FakeRepository;
  readonly indexClone: string;
  readonly sourceClone: string;
}

let tarball: string;
let packed: string;

beforeAll(() => {
  if (!canRun) return;
  packed = makeTemporaryDirectory();
  const name = execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", packed], {
    cwd: PROJECT,
    encoding: "utf8",
  }).trim();
  tarball = join(packed, name.split("\n").at(-1) ?? "");
});

afterAll(() => {
  if (canRun) removeDirectory(packed);
});

/** `needs`: a line of METADATA. */
async function makeWorld(mode: "pull" | "push", needs = ""): Promise<World> {
  const github = await FakeGithub.start();
  const index = github.addRepository("octo-org/wheels");
  const source = github.addRepository("octo-org/demo");
  const indexClone = join(temporaryDirectory(), "wheels");
  const sourceClone = join(temporaryDirectory(), "demo");
  for (const clone of [indexClone, sourceClone])
    git(temporaryDirectory(), "init", "--quiet", "--initial-branch=main", clone);
  const environment = { GITHUB_SERVER_URL: github.url };
  const run = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await runCli([...args, "--index", "octo-org/wheels", "--cli", tarball], {
      env: environment,
    });
    expect(code, stderr).toBe(0);
  };
  await run("init", indexClone);
  const config = join(indexClone, "pkgindex.toml");
  // What a build needs of the index comes from where it is served: the job that builds fetches no wheels.
  const served = await startPythonServer(join(indexClone, "index"));
  const where = mode === "push" ? ["--index-url", `${served.url}/simple/`] : [];
  await run("workflows", "install", sourceClone, "--mode", mode, ...where);
  const text = readFileSync(config, "utf8")
    .replace(/^allow = .*$/m, 'allow = ["Octo-Org/demo"]')
    .replace(/^# url = .*$/m, `url = "${served.url}/"`);
  writeFileSync(config, text);
  const helper = makeWheel({ name: "helper-of-demo", version: "2.0" });
  makeTree(indexClone, { [`index/helper/${helper.filename}`]: helper.bytes });
  expect((await runCli(["generate"], { cwd: indexClone })).code).toBe(0);
  makeTree(sourceClone, sourceFiles("1.0", needs));
  for (const [clone, repository] of [
    [indexClone, index],
    [sourceClone, source],
  ] as const) {
    git(clone, "remote", "add", "origin", `${github.url}/${repository.fullName}.git`);
    git(clone, "add", "--all");
    git(clone, "commit", "--quiet", "--message=start");
    git(clone, "push", "--quiet", repository.gitDirectory, "main");
  }
  return { github, index, source, indexClone, sourceClone };
}

function repositoryOf(fullName: string): object {
  const [owner = "", name = ""] = fullName.split("/");
  return { name, full_name: fullName, default_branch: "main", owner: { login: owner } };
}

async function act(
  world: World,
  options: Pick<ActOptions, "event" | "payload" | "secrets" | "workflow"> & {
    readonly on: "index" | "source";
  },
): Promise<{ readonly run: Finished; readonly store: string }> {
  const work = temporaryDirectory();
  const repository = world[options.on].fullName;
  const clone = join(work, "clone");
  git(work, "clone", "--quiet", world[options.on].gitDirectory, clone);
  git(clone, "remote", "set-url", "origin", `https://github.com/${repository}.git`);
  const run = await runAct({
    ...options,
    github: world.github,
    repository,
    clone,
    work,
    payload: { ...options.payload, repository: repositoryOf(repository) },
    path: join(e2ePython ?? "", ".."),
  });
  return { run, store: join(work, "store") };
}

const INDEX_WORKFLOW = ".github/workflows/update-python-pkg-index.yml";
const SOURCE_WORKFLOW = ".github/workflows/python-pkg-index.yml";

/** The commit of the index that is published now, in a folder. */
function checkOut(world: World): string {
  const folder = join(temporaryDirectory(), "published");
  git(temporaryDirectory(), "clone", "--quiet", world.index.gitDirectory, folder);
  return folder;
}

describe(`the workflows, run by act${NEEDS_ACT}`, () => {
  test.runIf(canRun)("pull mode: a tag, the request, the build, the index, its pages, pip", async () => {
    const world = await makeWorld("pull", "Requires-Dist: helper-of-demo\\n");
    try {
      world.github.addToken("source-token", { rights: { "octo-org/wheels": { contents: "write" } } });
      world.github.addToken("run-token", { rights: { "octo-org/wheels": { contents: "write" } } });
      const commit = git(world.sourceClone, "rev-parse", "HEAD");
      const asked = await act(world, {
        on: "source",
        workflow: SOURCE_WORKFLOW,
        event: "push",
        payload: { ref: "refs/tags/v1.0", after: commit },
        secrets: { PKG_UPDATE_TOKEN: "source-token" },
      });
      expect(asked.run.code, asked.run.all).toBe(0);
      expect(world.index.dispatches).toEqual([
        {
          event_type: "update_package_index",
          client_payload: { source_org: "octo-org", source_repo: "demo", dependency_ref: commit },
        },
      ]);
      const [dispatch] = world.index.dispatches;
      const built = await act(world, {
        on: "index",
        workflow: INDEX_WORKFLOW,
        event: "repository_dispatch",
        payload: { action: "update_package_index", client_payload: dispatch?.client_payload },
        secrets: { GITHUB_TOKEN: "run-token" },
      });
      expect(built.run.code, built.run.all).toBe(0);
      const published = checkOut(world);
      expect(existsSync(join(published, "index/demo/demo-1.0-py3-none-any.whl"))).toBe(true);
      const records = readFileSync(join(published, "index/.pkgindex/records/demo.jsonl"), "utf8");
      expect(records).toContain(commit);
      const checked = await runCli(["generate", "--check"], { cwd: published });
      expect(checked.code, checked.stdout + checked.stderr).toBe(0);
      expect(existsSync(join(built.store, "deployed"))).toBe(true);
      const server = await startPythonServer(join(built.store, "pages"));
      const downloaded = await pipDownload(`${server.url}/simple/`, ["demo==1.0", "helper-of-demo"]);
      expect(downloaded.code, downloaded.all).toBe(0);
      for (const { run } of [asked, built]) expect(run.all).not.toMatch(/source-token|run-token/);
    } finally {
      await world.github.close();
    }
  });

  test.runIf(canRun)(
    "a payload for a shell ends in the first job: nothing is run, nothing changes",
    async () => {
      const world = await makeWorld("pull");
      try {
        const before = git(world.index.gitDirectory, "rev-parse", "main");
        const trap = join(temporaryDirectory(), "trap");
        const { run, store } = await act(world, {
          on: "index",
          workflow: INDEX_WORKFLOW,
          event: "repository_dispatch",
          payload: {
            client_payload: {
              source_org: "octo-org",
              source_repo: `demo"; touch ${trap}; echo "$(touch ${trap})`,
              dependency_ref: `--upload-pack=touch ${trap}`,
            },
          },
          secrets: { GITHUB_TOKEN: "run-token" },
        });
        expect(run.code).not.toBe(0);
        expect(run.all).toMatch(/Build and try out[^\n]*error: /);
        expect(run.all).not.toContain("Put it into the index]");
        expect(existsSync(trap)).toBe(false);
        expect(existsSync(join(store, "wheels"))).toBe(false);
        expect(git(world.index.gitDirectory, "rev-parse", "main")).toBe(before);
      } finally {
        await world.github.close();
      }
    },
  );

  test.runIf(canRun)("push mode: a tag, the build, the index", async () => {
    const world = await makeWorld("push", "Requires-Dist: helper-of-demo\\n");
    try {
      world.github.addToken("source-token", { rights: { "octo-org/wheels": { contents: "write" } } });
      const commit = git(world.sourceClone, "rev-parse", "HEAD");
      const { run } = await act(world, {
        on: "source",
        workflow: SOURCE_WORKFLOW,
        event: "push",
        payload: { ref: "refs/tags/v1.0", after: commit },
        secrets: { PKG_UPDATE_TOKEN: "source-token" },
      });
      expect(run.code, run.all).toBe(0);
      const published = checkOut(world);
      expect(existsSync(join(published, "index/demo/demo-1.0-py3-none-any.whl"))).toBe(true);
      const checked = await runCli(["generate", "--check"], { cwd: published });
      expect(checked.code, checked.stdout + checked.stderr).toBe(0);
      const server = await startPythonServer(join(published, "index"));
      const downloaded = await pipDownload(`${server.url}/simple/`, ["demo==1.0"]);
      expect(downloaded.code, downloaded.all).toBe(0);
      expect(run.all).not.toContain("source-token");
    } finally {
      await world.github.close();
    }
  });
});
