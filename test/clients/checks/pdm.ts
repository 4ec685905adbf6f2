/** What PDM must get. */
import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@iarna/toml";

import { BETWEEN, inputFile } from "../corpus.ts";
import {
  bestFormat,
  expectFailure,
  expectFormat,
  expectInstalled,
  expectSidecarsOnly,
  expectSuccess,
  fileUrl,
  runClient,
  type Check,
  type Situation,
} from "../check.ts";
import type { Finished } from "../support/run-program.ts";

interface PdmLock {
  readonly package: readonly {
    readonly name: string;
    readonly version: string;
    readonly files: readonly { readonly file?: string; readonly url?: string; readonly hash: string }[];
  }[];
}

/** What a lock of `demo-dep[more]` and `demo-late` must have. */
const LOCKED = [
  "demo_dep-1.0-py3-none-any.whl",
  "demo_epoch-43!2025.12.17-py3-none-any.whl",
  "demo_late-2.0-py3-none-any.whl",
  "demo_local-1.0+cu121-py3-none-any.whl",
  "demo_pkg-1.0-py3-none-any.whl",
  "demo_pkg-1.0.tar.gz",
] as const;

/** What PDM has beside it: it takes the plain release and its local build for one. */
const MERGED = "demo_local-1.0-py3-none-any.whl";

const NOT_FOUND = /Unable to find candidates for/;

function pdm(situation: Situation, args: readonly string[]): Promise<Finished> {
  return runClient(situation, "pdm", args, { cwd: join(situation.folder, "project") });
}

function makeProject(situation: Situation, dependencies: readonly string[] = []): string {
  const project = join(situation.folder, "project");
  mkdirSync(project);
  const lines = [
    "[project]",
    'name = "client"',
    'version = "1"',
    'requires-python = ">=3.9,<3.99"',
    `dependencies = ${JSON.stringify(dependencies)}`,
    "[tool.pdm]",
    "distribution = false",
    // This name takes the place of PyPI.
    "[[tool.pdm.source]]",
    'name = "pypi"',
    `url = ${JSON.stringify(situation.indexUrl)}`,
    "verify_ssl = false",
    "",
  ];
  writeFileSync(join(project, "pyproject.toml"), lines.join("\n"));
  return project;
}

function readLock(project: string): PdmLock {
  return parse(readFileSync(join(project, "pdm.lock"), "utf8")) as unknown as PdmLock;
}

function pinsOf(project: string): string[] {
  return readLock(project).package.map(({ name, version }) => `${name} ${version}`);
}

export const PDM_CHECKS: readonly Check[] = [
  {
    name: "add locks every file with its hash, from sidecars",
    clients: ["pdm"],
    async run(situation) {
      const project = makeProject(situation);
      expectSuccess(await pdm(situation, ["add", "--no-sync", "demo-dep[more]", "demo-late"]));
      const got = readLock(project).package.flatMap(({ files }) =>
        files.map(({ file, hash }) => `${file} ${hash}`),
      );
      const wanted = [...LOCKED, MERGED].map((name) => `${name} sha256:${inputFile(name).sha256}`);
      assert.deepEqual([...new Set(got)].toSorted(), wanted.toSorted());
      expectSidecarsOnly(
        situation,
        LOCKED.filter((name) => name.endsWith(".whl")),
      );
      if (situation.formats !== "file") expectFormat(situation, bestFormat(situation));
      return "locks 1.0 and 1.0+cu121 as one release unless the local part is pinned";
    },
  },
  {
    name: "lock with static addresses",
    clients: ["pdm"],
    applies: ({ formats }) => formats !== "file",
    async run(situation) {
      const project = makeProject(situation, ["demo-epoch", "demo-local==1.0+cu121"]);
      expectSuccess(await pdm(situation, ["lock", "--strategy", "static_urls"]));
      const urls = readLock(project).package.flatMap(({ files }) =>
        files.map(({ url }) => url?.replaceAll("!", "%21")),
      );
      const wanted = ["demo_epoch-43!2025.12.17-py3-none-any.whl", "demo_local-1.0+cu121-py3-none-any.whl"];
      assert.deepEqual(
        urls,
        wanted.map((name) => fileUrl(situation, name)),
      );
    },
  },
  {
    name: "install from the lock, and the modules run",
    clients: ["pdm"],
    async run(situation) {
      const project = makeProject(situation);
      expectSuccess(await pdm(situation, ["add", "Demo.Dep[more]", "Demo_Old.Form", "demo-source"]));
      expectSuccess(await pdm(situation, ["lock", "--check"]));
      await expectInstalled(situation, project, ["demo_dep", "demo_epoch", "demo_old_form", "demo_source"]);
    },
  },
  {
    name: "yanked, quarantined and missing projects are not found",
    clients: ["pdm"],
    async run(situation) {
      makeProject(situation);
      for (const name of ["demo-yanked", "demo-quarantined", "demo-nowhere"]) {
        expectFailure(await pdm(situation, ["add", "--no-sync", name]), NOT_FOUND);
      }
    },
  },
  {
    name: "exact pins reach yanked and older releases",
    clients: ["pdm"],
    async run(situation) {
      const project = makeProject(situation);
      const wanted = ["demo-pkg==1.1", "demo-epoch==2030.1", "demo-local==1.0+cu121"];
      expectSuccess(await pdm(situation, ["add", "--no-sync", ...wanted]));
      assert.deepEqual(pinsOf(project), ["demo-epoch 2030.1", "demo-local 1.0+cu121", "demo-pkg 1.1"]);
    },
  },
  {
    name: "requires-python and pre-releases",
    clients: ["pdm"],
    async run(situation) {
      const project = makeProject(situation);
      expectFailure(
        await pdm(situation, ["add", "--no-sync", "demo-pkg==2.0"]),
        /Unable to find a resolution/,
      );
      expectSuccess(await pdm(situation, ["add", "--no-sync", "--prerelease", "demo-pkg", "demo-pre"]));
      assert.deepEqual(pinsOf(project), ["demo-pkg 1.2rc1", "demo-pre 1.0b2"]);
    },
  },
  {
    name: "the legacy JSON (pypi.json_api)",
    clients: ["pdm"],
    applies: ({ formats }) => formats !== "file",
    async run(situation) {
      const project = makeProject(situation, ["demo-dep[more]"]);
      expectSuccess(await pdm(situation, ["config", "--local", "pypi.json_api", "true"]));
      expectSuccess(await pdm(situation, ["lock"]));
      const pins = ["demo-dep 1.0", "demo-epoch 43!2025.12.17", "demo-local 1.0", "demo-pkg 1.0"];
      assert.deepEqual([...new Set(pinsOf(project))], pins);
      const asked = situation.requests().filter(({ path }) => path.endsWith("/json"));
      if (!situation.indexUrl.endsWith("/simple/")) assert.deepEqual(asked, []);
      else if (asked.every(({ status }) => status === 404)) {
        assert.ok(asked.some(({ path }) => path.endsWith("/pypi/demo-dep/1.0/json")));
        return "asks for the legacy JSON of a single release, and takes the sidecar where there is none";
      }
    },
  },
  {
    name: "exclude-newer",
    clients: ["pdm"],
    async run(situation) {
      const project = makeProject(situation, ["demo-late"]);
      const finished = await pdm(situation, ["lock", "--exclude-newer", BETWEEN]);
      if (bestFormat(situation) === "json") {
        expectSuccess(finished);
        assert.deepEqual(pinsOf(project), ["demo-late 1.0"]);
        return;
      }
      expectFailure(finished, NOT_FOUND);
      return "reads upload times from JSON alone, and finds nothing on an HTML page";
    },
  },
];
