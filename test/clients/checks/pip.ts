/** What pip must get, old and new: `pip` stands for every version in `clients.json`. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@iarna/toml";

import { BETWEEN, inputFile, MANY } from "../corpus.ts";
import {
  bestFormat,
  expectFailure,
  expectFiles,
  expectFormat,
  expectImports,
  expectSidecarsOnly,
  expectSuccess,
  expectWords,
  fetched,
  fileUrl,
  pipVersion,
  runClient,
  writeInput,
  type Check,
  type Situation,
} from "../check.ts";
import type { Finished } from "../support/run-program.ts";

/** What is typed, and the one file that must come: no yank, no pre-release, nothing for another Python. */
const DOWNLOADS: Readonly<Record<string, string>> = {
  "demo-pkg": "demo_pkg-1.0-py3-none-any.whl",
  "demo-epoch": "demo_epoch-43!2025.12.17-py3-none-any.whl",
  "demo-local": "demo_local-1.0+cu121-py3-none-any.whl",
  "demo-late": "demo_late-2.0-py3-none-any.whl",
  "demo-pre": "demo_pre-1.0b2-py3-none-any.whl",
  "demo-odd-name": "demo_odd_name-1.0-py3-none-any.whl",
  "demo-old-form": "Demo_Old.Form-1.0-py3-none-any.whl",
  "demo-many": `demo_many-0.${MANY}-py3-none-any.whl`,
  "demo-source": "demo_source-1.0.tar.gz",
};

/** Names as people type them. */
const SPELLINGS = ["DEMO__pkg", "demo.ODD-name", "Demo_Old.Form", "Demo-Epoch"] as const;

/** What an exact pin must bring: yanked releases, too. */
const PINNED: Readonly<Record<string, string>> = {
  "demo-pkg==1.1": "demo_pkg-1.1-py3-none-any.whl",
  "demo-epoch==2030.1": "demo_epoch-2030.1-py3-none-any.whl",
  "demo-local===1.0": "demo_local-1.0-py3-none-any.whl",
  "demo-late==1.0": "demo_late-1.0-py3-none-any.whl",
  "demo-yanked==1.0": "demo_yanked-1.0-py3-none-any.whl",
  "demo-many==0.7": "demo_many-0.7-py3-none-any.whl",
};

const DEPENDENCIES = [
  "demo_dep-1.0-py3-none-any.whl",
  "demo_pkg-1.0-py3-none-any.whl",
  "demo_local-1.0+cu121-py3-none-any.whl",
  "demo_epoch-43!2025.12.17-py3-none-any.whl",
] as const;

const NOT_FOUND = /No matching distribution found/;

function pip(situation: Situation, args: readonly string[]): Promise<Finished> {
  const [command = "", ...rest] = args;
  const options = ["--no-cache-dir", "--index-url", situation.indexUrl];
  return runClient(situation, "pip", [command, ...options, ...rest]);
}

function download(situation: Situation, args: readonly string[]): Promise<Finished> {
  return pip(situation, ["download", "--no-deps", "-d", "got", ...args]);
}

function isAtLeast(version: number): (situation: Pick<Situation, "client">) => boolean {
  return ({ client }) => pipVersion(client) >= version;
}

function requirementsWithHashes(filenames: readonly string[]): string {
  return filenames
    .map(
      (name) =>
        `${inputFile(name).project}==${inputFile(name).version} --hash=sha256:${inputFile(name).sha256}`,
    )
    .join("\n");
}

export const PIP_CHECKS: readonly Check[] = [
  {
    name: "download takes the right file of each project",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await download(situation, Object.keys(DOWNLOADS)));
      expectFiles(join(situation.folder, "got"), Object.values(DOWNLOADS));
    },
  },
  {
    name: "JSON where the host negotiates, HTML elsewhere",
    clients: ["pip"],
    applies: ({ formats }) => formats !== "file",
    async run(situation) {
      expectSuccess(await download(situation, ["demo-pkg"]));
      const readsJson = pipVersion(situation.client) >= 22.2;
      expectFormat(situation, readsJson ? bestFormat(situation) : "html");
    },
  },
  {
    name: "names in odd spellings",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await download(situation, SPELLINGS));
      expectFiles(join(situation.folder, "got"), [
        "demo_pkg-1.0-py3-none-any.whl",
        "demo_odd_name-1.0-py3-none-any.whl",
        "Demo_Old.Form-1.0-py3-none-any.whl",
        "demo_epoch-43!2025.12.17-py3-none-any.whl",
      ]);
      const failed = situation.requests().filter(({ status }) => status >= 300);
      assert.deepEqual(failed, [], "asked for something that is not there");
    },
  },
  {
    name: "exact pins reach yanked, older and local releases",
    clients: ["pip"],
    async run(situation) {
      const finished = expectSuccess(await download(situation, Object.keys(PINNED)));
      expectFiles(join(situation.folder, "got"), Object.values(PINNED));
      expectWords(finished, /Reason for being yanked: broken "build" & 1 < 2, größer/);
      expectWords(finished, /Reason for being yanked: <none given>/);
    },
  },
  {
    name: "a project whose releases are all yanked",
    clients: ["pip"],
    async run(situation) {
      const finished = await download(situation, ["demo-yanked"]);
      if (pipVersion(situation.client) >= 21.1) {
        expectFailure(finished, NOT_FOUND);
        return;
      }
      expectWords(expectSuccess(finished), /is a yanked version/);
      return "takes a yanked release where all of them are, with a warning";
    },
  },
  {
    name: "quarantined and missing projects are not found",
    clients: ["pip"],
    async run(situation) {
      expectFailure(await download(situation, ["demo-quarantined"]), NOT_FOUND);
      expectFailure(await download(situation, ["demo-nowhere"]), NOT_FOUND);
      if (situation.formats === "file") return;
      const answers = situation.requests().map(({ path, status }) => `${path.split("/").at(-2)} ${status}`);
      assert.deepEqual([...new Set(answers)], ["demo-quarantined 200", "demo-nowhere 404"]);
    },
  },
  {
    name: "requires-python",
    clients: ["pip"],
    async run(situation) {
      expectFailure(await download(situation, ["demo-pkg==2.0"]), NOT_FOUND);
      const other = ["--python-version", "3.99", "--only-binary", ":all:", "demo-pkg"];
      expectSuccess(await download(situation, other));
      expectFiles(join(situation.folder, "got"), ["demo_pkg-2.0-py3-none-any.whl"]);
    },
  },
  {
    name: "pre-releases when asked for",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await download(situation, ["--pre", "demo-pkg"]));
      expectFiles(join(situation.folder, "got"), ["demo_pkg-1.2rc1-py3-none-any.whl"]);
    },
  },
  {
    name: "install with dependencies and an extra",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await pip(situation, ["install", "--target", "target", "Demo.Dep[more]"]));
      const modules = ["demo_dep", "demo_pkg", "demo_local", "demo_epoch"];
      await expectImports(situation, join(situation.folder, "target"), modules);
    },
  },
  {
    name: "an sdist is built and installed",
    clients: ["pip"],
    async run(situation) {
      expectSuccess(await pip(situation, ["install", "--target", "target", "demo-source"]));
      await expectImports(situation, join(situation.folder, "target"), ["demo_source"]);
      expectSuccess(await download(situation, ["--no-binary", ":all:", "demo-pkg"]));
      expectFiles(join(situation.folder, "got"), ["demo_pkg-1.0.tar.gz"]);
    },
  },
  {
    name: "each file is asked for once, the sidecar first",
    clients: ["pip"],
    applies: ({ client, formats }) => formats !== "file" && pipVersion(client) >= 22.3,
    async run(situation) {
      expectSuccess(await download(situation, ["demo-pkg"]));
      const paths = situation.requests().map(({ path }) => path.slice(situation.basePath.length + 1));
      const page = `${situation.tree.simplePath}demo-pkg/`;
      const wheel = "demo/demo_pkg-1.0-py3-none-any.whl";
      if (pipVersion(situation.client) >= 23.2) assert.deepEqual(paths, [page, `${wheel}.metadata`, wheel]);
      else {
        const readsSidecar = situation.requests().some(({ type }) => type.includes("+json"));
        assert.deepEqual(paths, [page, wheel]);
        assert.equal(readsSidecar, bestFormat(situation) === "json");
        return "does not know PEP 714: it reads no sidecar, and the wheel once";
      }
    },
  },
  {
    name: "resolves from sidecars alone",
    clients: ["pip"],
    applies: isAtLeast(25.3),
    async run(situation) {
      const args = [
        "install",
        "--dry-run",
        "--ignore-installed",
        "--quiet",
        "--report",
        "-",
        "demo-dep[more]",
      ];
      const { stdout } = expectSuccess(await pip(situation, args));
      const report = JSON.parse(stdout) as { install: { download_info: { url: string } }[] };
      const urls = report.install.map(({ download_info: { url } }) => url.replaceAll("!", "%21"));
      assert.deepEqual(urls.toSorted(), DEPENDENCIES.map((name) => fileUrl(situation, name)).toSorted());
      expectSidecarsOnly(situation, DEPENDENCIES);
    },
  },
  {
    name: "require-hashes",
    clients: ["pip"],
    async run(situation) {
      const names = [...DEPENDENCIES, "demo_source-1.0.tar.gz"];
      const good = writeInput(situation, "good.txt", requirementsWithHashes(names));
      expectSuccess(await download(situation, ["--require-hashes", "-r", good]));
      expectFiles(join(situation.folder, "got"), names);
      const text = requirementsWithHashes(names.slice(0, 1)).replace(/sha256:.{8}/, "sha256:00000000");
      const bad = writeInput(situation, "bad.txt", text);
      expectFailure(await download(situation, ["--require-hashes", "-r", bad]), /DO NOT MATCH THE HASHES/);
    },
  },
  {
    name: "lock",
    clients: ["pip"],
    applies: isAtLeast(25.1),
    async run(situation) {
      expectSuccess(await pip(situation, ["lock", "-o", "pylock.toml", "demo-dep[more]"]));
      const lock = parse(readFileSync(join(situation.folder, "pylock.toml"), "utf8")) as unknown as {
        packages: { wheels: { url: string; name: string; hashes: { sha256: string } }[] }[];
      };
      const wheels = lock.packages.flatMap((entry) => entry.wheels);
      const wanted = DEPENDENCIES.map((name) => [name, fileUrl(situation, name), inputFile(name).sha256]);
      const got = wheels.map(({ name, url, hashes }) => [name, url.replaceAll("!", "%21"), hashes.sha256]);
      assert.deepEqual(got.toSorted(), wanted.toSorted());
    },
  },
  {
    name: "index versions",
    clients: ["pip"],
    applies: isAtLeast(21.2),
    async run(situation) {
      const { stdout } = expectSuccess(await pip(situation, ["index", "versions", "demo-pkg"]));
      assert.match(stdout, /^Available versions: 1\.0, 0\.9$/m);
      const many = expectSuccess(await pip(situation, ["index", "versions", "demo-many"]));
      assert.equal(/^Available versions: (.*)$/m.exec(many.stdout)?.[1]?.split(", ").length, MANY);
    },
  },
  {
    name: "uploaded-prior-to",
    clients: ["pip"],
    applies: isAtLeast(26),
    async run(situation) {
      const finished = await download(situation, ["--uploaded-prior-to", BETWEEN, "demo-late"]);
      if (bestFormat(situation) === "json") {
        expectSuccess(finished);
        expectFiles(join(situation.folder, "got"), ["demo_late-1.0-py3-none-any.whl"]);
        return;
      }
      if (situation.formats === "file") {
        expectSuccess(finished);
        expectFiles(join(situation.folder, "got"), ["demo_late-2.0-py3-none-any.whl"]);
        return "does not apply it to file://";
      }
      expectFailure(finished, /does not provide upload-time metadata/);
      return "reads upload times from JSON alone, and stops at an HTML page";
    },
  },
  {
    name: "a second run uses its cache",
    clients: ["pip"],
    applies: ({ client, formats }) => formats !== "file" && pipVersion(client) >= 26.2,
    async run(situation) {
      const args = ["--cache-dir", "cache", "--trusted-host", "127.0.0.1", "--index-url", situation.indexUrl];
      const run = (folder: string, extra: readonly string[] = []): Promise<Finished> =>
        runClient(situation, "pip", ["download", "--no-deps", "-d", folder, ...args, ...extra, "demo-pkg"]);
      expectSuccess(await run("first"));
      situation.forget();
      expectSuccess(await run("second"));
      assert.deepEqual(fetched(situation), [], "asked again though the host said how long an answer is good");
      expectSuccess(await run("third", ["--refresh-package", "demo-pkg"]));
      const [page] = situation.requests();
      assert.deepEqual([page?.conditional, page?.status], [true, 304], "the page is not revalidated");
    },
  },
];
