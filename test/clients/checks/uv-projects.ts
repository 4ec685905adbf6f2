/** What uv must get for a project: its lock, its environment, and back again. */
import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@iarna/toml";

import { inputFile } from "../corpus.ts";
import {
  expectFailure,
  expectFormat,
  expectImports,
  expectSuccess,
  expectWords,
  fileUrl,
  openHtmlTap,
  writeInput,
  type Check,
  type Situation,
} from "../check.ts";
import type { Finished } from "../support/run-program.ts";
import { LOCKED, uv, WHEELS } from "./run-uv.ts";

const MODULES = ["demo_dep", "demo_epoch", "demo_late", "demo_local", "demo_pkg", "demo_source"] as const;

interface LockedFile {
  readonly url?: string;
  readonly path?: string;
  readonly hash: string;
  readonly size?: number;
  readonly "upload-time"?: string;
}

interface UvLock {
  readonly package: readonly {
    readonly name: string;
    readonly sdist?: LockedFile;
    readonly wheels?: readonly LockedFile[];
  }[];
}

function projectText(indexUrl: string, dependencies: readonly string[]): string {
  return [
    "[project]",
    'name = "client"',
    'version = "1"',
    'requires-python = ">=3.9"',
    `dependencies = ${JSON.stringify(dependencies)}`,
    "[tool.uv]",
    "package = false",
    "[[tool.uv.index]]",
    'name = "corp"',
    `url = ${JSON.stringify(indexUrl)}`,
    "default = true",
    "",
  ].join("\n");
}

function makeProject(
  { folder }: Situation,
  indexUrl: string,
  dependencies: readonly string[] = ["demo-dep[more]", "demo-late", "demo-source"],
  name = "project",
): string {
  const project = join(folder, name);
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "pyproject.toml"), projectText(indexUrl, dependencies));
  return project;
}

async function lock(situation: Situation, indexUrl: string, name?: string): Promise<string> {
  const project = makeProject(situation, indexUrl, undefined, name);
  expectSuccess(await uv(situation, ["lock", "--no-cache"], project));
  return readFileSync(join(project, "uv.lock"), "utf8");
}

export const UV_PROJECT_CHECKS: readonly Check[] = [
  {
    name: "lock has address, hash, size and upload time of every file",
    clients: ["uv"],
    async run(situation) {
      const locked = parse(await lock(situation, situation.indexUrl)) as unknown as UvLock;
      const files = locked.package.flatMap(({ sdist, wheels = [] }) => [
        ...(sdist ? [sdist] : []),
        ...wheels,
      ]);
      const got = files.map((file) => {
        const name = decodeURIComponent((file.url ?? file.path ?? "").split("/").at(-1) ?? "");
        const input = inputFile(name);
        assert.equal(file.hash, `sha256:${input.sha256}`, name);
        if (situation.formats !== "file")
          assert.equal(file.url?.replaceAll("!", "%21"), fileUrl(situation, name));
        assert.equal(file.size, input.bytes.length, name);
        assert.equal(Date.parse(file["upload-time"] ?? ""), Date.parse(input.uploadTime), name);
        return name;
      });
      assert.deepEqual(got.toSorted(), LOCKED.toSorted());
    },
  },
  {
    name: "the same lock from HTML and JSON",
    clients: ["uv"],
    applies: ({ formats }) => formats === "negotiated",
    async run(situation) {
      const json = await lock(situation, situation.indexUrl, "json");
      expectFormat(situation, "json");
      const tap = await openHtmlTap(situation);
      try {
        const html = await lock(
          situation,
          situation.indexUrl.replace(new URL(situation.rootUrl).origin, tap.origin),
          "html",
        );
        assert.ok(tap.requests().some(({ type }) => type.startsWith("text/html")));
        assert.ok(!tap.requests().some(({ type }) => type.includes("json")));
        assert.equal(
          html.replaceAll(tap.origin, "ORIGIN"),
          json.replaceAll(new URL(situation.rootUrl).origin, "ORIGIN"),
        );
      } finally {
        await tap.stop();
      }
    },
  },
  {
    name: "lock --check, sync --frozen, and the modules run",
    clients: ["uv"],
    async run(situation) {
      await lock(situation, situation.indexUrl);
      const project = join(situation.folder, "project");
      expectSuccess(await uv(situation, ["lock", "--check"], project));
      expectSuccess(await uv(situation, ["sync", "--frozen"], project));
      const run = ["run", "--frozen", "python", "-c", `import ${MODULES.join(", ")}`];
      expectSuccess(await uv(situation, run, project));
    },
  },
  {
    name: "require-hashes",
    clients: ["uv"],
    async run(situation) {
      const line = (name: string, hash: string): string =>
        `${inputFile(name).project}==${inputFile(name).version} --hash=sha256:${hash}\n`;
      const good = writeInput(
        situation,
        "good.txt",
        WHEELS.map((name) => line(name, inputFile(name).sha256)).join(""),
      );
      const install = (file: string, target: string): Promise<Finished> =>
        uv(situation, [
          "pip",
          "install",
          "--no-config",
          "--default-index",
          situation.indexUrl,
          "--target",
          target,
          "--require-hashes",
          "-r",
          file,
        ]);
      expectSuccess(await install(good, "target"));
      await expectImports(situation, join(situation.folder, "target"), ["demo_dep", "demo_epoch"]);
      const bad = writeInput(situation, "bad.txt", line("demo_late-2.0-py3-none-any.whl", "0".repeat(64)));
      expectFailure(await install(bad, "other"), /[Hh]ash mismatch/);
    },
  },
  {
    name: "an sdist is built and installed",
    clients: ["uv"],
    async run(situation) {
      const args = [
        "pip",
        "install",
        "--no-config",
        "--default-index",
        situation.indexUrl,
        "--target",
        "target",
        "--no-binary",
        "demo-pkg",
        "demo-source",
        "demo-pkg",
      ];
      expectSuccess(await uv(situation, args));
      await expectImports(situation, join(situation.folder, "target"), ["demo_source", "demo_pkg"]);
    },
  },
  {
    name: "add writes a source that is tied to the index",
    clients: ["uv"],
    async run(situation) {
      const project = join(situation.folder, "project");
      mkdirSync(project);
      const text = '[project]\nname = "client"\nversion = "1"\nrequires-python = ">=3.9"\n';
      writeFileSync(join(project, "pyproject.toml"), text);
      expectSuccess(
        await uv(situation, ["add", "--index", `corp=${situation.indexUrl}`, "demo-local"], project),
      );
      const written = readFileSync(join(project, "pyproject.toml"), "utf8");
      assert.match(written, /^demo-local = \{ index = "corp" \}$/m);
      assert.match(written, /^\s*"demo-local>=1\.0\+cu121",?$|"demo-local>=1\.0"/m);
    },
  },
  {
    name: "export to pylock.toml, whose hashes and sizes are enforced",
    clients: ["uv"],
    async run(situation) {
      const project = makeProject(situation, situation.indexUrl);
      expectSuccess(await uv(situation, ["export", "--format", "pylock.toml", "-o", "pylock.toml"], project));
      const install = (file: string, target: string): Promise<Finished> =>
        uv(situation, ["pip", "install", "--no-cache", "--target", target, "-r", file], project);
      expectSuccess(await install("pylock.toml", "target"));
      await expectImports(situation, join(project, "target"), MODULES);
      const text = readFileSync(join(project, "pylock.toml"), "utf8");
      writeFileSync(join(project, "pylock.other.toml"), text.replaceAll(/size = \d+/g, "size = 5"));
      const other = await install("pylock.other.toml", "other");
      if (situation.formats === "file") {
        expectSuccess(other);
        return "does not compare the size of a file on disk";
      }
      expectFailure(other, /Size mismatch/);
    },
  },
  {
    name: "publish --check-url knows what is there",
    clients: ["uv"],
    applies: ({ formats }) => formats !== "file",
    async run(situation) {
      const { filename, bytes } = inputFile("demo_pkg-1.0-py3-none-any.whl");
      const path = join(situation.folder, filename);
      // Nothing may be sent: whoever did would knock at the proxy.
      const to = ["--check-url", situation.indexUrl, "--publish-url", "http://upload.example.org/legacy/"];
      const publish = (): Promise<Finished> => uv(situation, ["publish", ...to, "--token", "none", path]);
      writeFileSync(path, bytes);
      expectWords(expectSuccess(await publish()), /already exists, skipping/);
      writeFileSync(path, inputFile("demo_pkg-0.9-py3-none-any.whl").bytes);
      expectFailure(await publish(), /do not match/);
    },
  },
];
