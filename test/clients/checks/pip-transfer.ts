/** What pip must fetch, verify, lock and install. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@iarna/toml";

import { inputFile } from "../corpus.ts";
import {
  bestFormat,
  expectFailure,
  expectFiles,
  expectImports,
  expectSidecarsOnly,
  expectSuccess,
  fetched,
  fileUrl,
  pipVersion,
  runClient,
  writeInput,
  type Check,
} from "../check.ts";
import type { Finished } from "../support/run-program.ts";
import { DEPENDENCIES, download, isAtLeast, pip } from "./run-pip.ts";

function requirementsWithHashes(filenames: readonly string[]): string {
  return filenames
    .map(
      (name) =>
        `${inputFile(name).project}==${inputFile(name).version} --hash=sha256:${inputFile(name).sha256}`,
    )
    .join("\n");
}

export const PIP_TRANSFER_CHECKS: readonly Check[] = [
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
