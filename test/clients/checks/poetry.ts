/** What Poetry must get. It speaks HTTP only, so there is no `file://` here. */
import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@iarna/toml";

import { inputFile } from "../corpus.ts";
import {
  bestFormat,
  expectFailure,
  expectFormat,
  expectInstalled,
  expectSidecarsOnly,
  expectSuccess,
  expectWords,
  runClient,
  type Check,
  type Situation,
} from "../check.ts";
import type { Finished } from "../support/run-program.ts";

interface PoetryLock {
  readonly package: readonly {
    readonly name: string;
    readonly version: string;
    readonly files: readonly { readonly file: string; readonly hash: string }[];
    readonly source: { readonly url: string };
  }[];
}

/** By version, as Poetry locks: every file of the release. */
const LOCKED = [
  "demo_dep-1.0-py3-none-any.whl",
  "demo_epoch-43!2025.12.17-py3-none-any.whl",
  "demo_late-2.0-py3-none-any.whl",
  "demo_local-1.0+cu121-py3-none-any.whl",
  "demo_pkg-1.0-py3-none-any.whl",
  "demo_pkg-1.0.tar.gz",
] as const;

const isHttp = ({ formats }: Pick<Situation, "formats">): boolean => formats !== "file";

function poetry(situation: Situation, args: readonly string[]): Promise<Finished> {
  return runClient(situation, "poetry", args, { cwd: join(situation.folder, "project") });
}

/** A project whose only source is the index. */
async function makeProject(
  situation: Situation,
  priority: "primary" | "explicit" = "primary",
): Promise<string> {
  const project = join(situation.folder, "project");
  mkdirSync(project);
  const text =
    '[project]\nname = "client"\nversion = "1"\nrequires-python = ">=3.9,<3.99"\n[tool.poetry]\npackage-mode = false\n';
  writeFileSync(join(project, "pyproject.toml"), text);
  expectSuccess(
    await poetry(situation, ["source", "add", `--priority=${priority}`, "corp", situation.indexUrl]),
  );
  return project;
}

function readLock(project: string): PoetryLock {
  return parse(readFileSync(join(project, "poetry.lock"), "utf8")) as unknown as PoetryLock;
}

async function tryToAdd(situation: Situation, requirement: string): Promise<Finished> {
  return poetry(situation, ["add", "--lock", requirement]);
}

export const POETRY_CHECKS: readonly Check[] = [
  {
    name: "add locks every file with its hash, from sidecars",
    clients: ["poetry"],
    applies: isHttp,
    async run(situation) {
      const project = await makeProject(situation);
      expectSuccess(await poetry(situation, ["add", "--lock", "demo-dep[more]", "demo-late"]));
      const lock = readLock(project);
      const got = lock.package.flatMap(({ files }) => files.map(({ file, hash }) => `${file} ${hash}`));
      assert.deepEqual(
        got.toSorted(),
        LOCKED.map((name) => `${name} sha256:${inputFile(name).sha256}`).toSorted(),
      );
      const sources = new Set(lock.package.map(({ source }) => source.url));
      assert.deepEqual([...sources], [situation.indexUrl.slice(0, -1)]);
      expectSidecarsOnly(
        situation,
        LOCKED.filter((name) => name.endsWith(".whl")),
      );
      expectFormat(situation, bestFormat(situation));
    },
  },
  {
    name: "install from the lock, and the modules run",
    clients: ["poetry"],
    applies: isHttp,
    async run(situation) {
      const project = await makeProject(situation);
      expectSuccess(await poetry(situation, ["add", "Demo.Dep[more]", "Demo_Old.Form", "demo-source"]));
      expectSuccess(await poetry(situation, ["check", "--lock"]));
      await expectInstalled(situation, project, ["demo_dep", "demo_epoch", "demo_old_form", "demo_source"]);
    },
  },
  {
    name: "yanked, quarantined and missing projects are not found",
    clients: ["poetry"],
    applies: isHttp,
    async run(situation) {
      await makeProject(situation);
      for (const name of ["demo-yanked", "demo-quarantined", "demo-nowhere"]) {
        expectFailure(await tryToAdd(situation, name), /Could not find a matching version of package/);
      }
    },
  },
  {
    name: "exact pins reach yanked and older releases",
    clients: ["poetry"],
    applies: isHttp,
    async run(situation) {
      const project = await makeProject(situation);
      const finished = expectSuccess(
        await poetry(situation, ["add", "--lock", "demo-pkg==1.1", "demo-epoch==2030.1", "demo-local===1.0"]),
      );
      expectWords(finished, /locked version 1\.1 for demo-pkg is a yanked version/);
      const pins = readLock(project).package.map(({ name, version }) => `${name} ${version}`);
      assert.deepEqual(pins, ["demo-epoch 2030.1", "demo-local 1.0+cu121", "demo-pkg 1.1"]);
      expectWords(finished, /broken "build" & 1 < 2, größer/);
      return 'takes "===1.0" for "==1.0", which 1.0+cu121 fits, too';
    },
  },
  {
    name: "requires-python and pre-releases",
    clients: ["poetry"],
    applies: isHttp,
    async run(situation) {
      const project = await makeProject(situation);
      expectFailure(await tryToAdd(situation, "demo-pkg==2.0"), /requires Python >=3\.99/);
      expectFailure(await tryToAdd(situation, "demo-pkg"), /Using version \^2\.0 for demo-pkg/);
      expectSuccess(await poetry(situation, ["add", "--lock", "--allow-prereleases", "demo-pkg<2"]));
      expectSuccess(await poetry(situation, ["add", "--lock", "demo-pre"]));
      const pins = readLock(project).package.map(({ name, version }) => `${name} ${version}`);
      assert.deepEqual(pins, ["demo-pkg 1.2rc1", "demo-pre 1.0b2"]);
      return "add without a version takes the newest release, also where the project's Python is too old for it";
    },
  },
  {
    name: "an explicit source, and PyPI is not asked for what it has",
    clients: ["poetry"],
    applies: isHttp,
    async run(situation) {
      const project = await makeProject(situation, "explicit");
      expectSuccess(await poetry(situation, ["add", "--lock", "--source", "corp", "demo-late"]));
      assert.deepEqual(
        readLock(project).package.map(({ name, source }) => `${name} ${source.url}`),
        [`demo-late ${situation.indexUrl.slice(0, -1)}`],
      );
    },
  },
];
