/** One release's life on the command line, and what the real pip sees of it after each step. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { makeTemporaryDirectory, makeTree, readTree, removeDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { runCli, type CliResult } from "../support/run-cli.ts";
import { NEEDS_PYTHON, e2ePython, pipDownload, runPip } from "./support/pip.ts";
import { startPythonServer, type TestServer } from "./support/python-server.ts";

const PROJECT = "release-life-demo";

describe.skipIf(e2ePython === undefined)(`the life of a release${NEEDS_PYTHON}`, { timeout: 240_000 }, () => {
  let folder: string;
  let server: TestServer;

  beforeAll(async () => {
    folder = makeTemporaryDirectory();
    makeTree(folder, { "index/.gitkeep": "" });
    server = await startPythonServer(join(folder, "index"));
  });
  afterAll(async () => {
    await server?.stop();
    removeDirectory(folder);
  });

  const pkgindex = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder });
  const simple = (): string => `${server.url}/simple/`;

  /** Builds a wheel into a folder and returns its path. */
  function build(version: string, dist = "dist"): string {
    const { filename, bytes } = makeWheel({ name: PROJECT, version, files: { "demo.py": `"${dist}"\n` } });
    makeTree(join(folder, dist), { [filename]: bytes });
    return `${dist}/${filename}`;
  }

  /** The versions that pip offers, newest first; none where it says that there is no such distribution. */
  async function versions(): Promise<string[]> {
    const { stdout, all } = await runPip(["index", "versions", PROJECT, "--index-url", simple()]);
    const line = /^Available versions: (.*)$/m.exec(stdout)?.[1];
    if (line === undefined) expect(all).toMatch(/No matching distribution found/);
    return line?.split(", ") ?? [];
  }

  /** What pip downloads for a requirement, with what it says; undefined where it finds nothing. */
  async function download(requirement: string): Promise<{ got: string | undefined; said: string }> {
    const { folder: target, all } = await pipDownload(simple(), [requirement]);
    const [name] = readdirSync(target);
    // What comes is what lies in the index, byte for byte.
    if (name !== undefined)
      expect(readFileSync(join(target, name))).toEqual(readFileSync(join(folder, "index", PROJECT, name)));
    return { got: name?.split("-")[1], said: all };
  }

  it("is what pip sees after each step", async () => {
    const old = build("1.0");
    const middle = build("1.1");
    const newest = build("2.0");

    const added = await pkgindex("add", old, middle, newest);
    expect(added, added.stderr).toMatchObject({ code: 0, stderr: "" });
    expect(added.stdout.match(/^added {10}/gm)).toHaveLength(3);
    expect(await versions()).toEqual(["2.0", "1.1", "1.0"]);
    expect((await download(PROJECT)).got).toBe("2.0");

    const before = readTree(join(folder, "index"));
    const again = await pkgindex("add", newest);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^already there {2}.*2\.0/) });
    expect(readTree(join(folder, "index"))).toEqual(before);

    const yanked = await pkgindex("yank", `${PROJECT}==2.0`, "--reason", "wrong with numpy<2");
    expect(yanked.stdout).toMatch(/^yanked +release_life_demo-2\.0-py3-none-any\.whl {2}\d{4}-\d\d-\d\dT/);
    expect((await download(PROJECT)).got).toBe("1.1");
    const pinned = await download(`${PROJECT}==2.0`);
    expect(pinned.got).toBe("2.0");
    expect(pinned.said).toMatch(/yanked version[^]*wrong with numpy<2/);

    expect((await pkgindex("unyank", `${PROJECT}==2.0`)).code).toBe(0);
    expect((await download(PROJECT)).got).toBe("2.0");

    const quarantined = await pkgindex("status", PROJECT, "quarantined", "--reason", "stolen token");
    expect(quarantined.stdout).toMatch(/files themselves still lie on the host/);
    expect(await versions()).toEqual([]);
    expect((await download(PROJECT)).got).toBeUndefined();

    expect((await pkgindex("status", PROJECT, "active")).code).toBe(0);
    expect(await versions()).toEqual(["2.0", "1.1", "1.0"]);

    writeFileSync(join(folder, "pkgindex.toml"), "[retention]\nkeep = 2\ngrace-days = 0\n");
    const plan = await pkgindex("prune");
    expect(plan).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^delete +release_life_demo-1\.0-/),
    });
    expect(await versions()).toEqual(["2.0", "1.1", "1.0"]);
    expect((await pkgindex("prune", "--yes")).code).toBe(0);
    expect(await versions()).toEqual(["2.0", "1.1"]);

    expect((await pkgindex("remove", `${PROJECT}==1.1`)).code).toBe(2);
    expect(await versions()).toEqual(["2.0", "1.1"]);
    expect((await pkgindex("remove", `${PROJECT}==1.1`, "--yes")).code).toBe(0);
    expect(await versions()).toEqual(["2.0"]);
    expect((await download(`${PROJECT}==1.1`)).got).toBeUndefined();

    const other = await pkgindex("add", build("1.1", "rebuilt"));
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /until it was removed.*sha256 [0-9a-f]{64} is on record, the file has [0-9a-f]{64}/,
    );
    expect(await versions()).toEqual(["2.0"]);

    expect((await pkgindex("add", middle)).code).toBe(0);
    expect(await versions()).toEqual(["2.0", "1.1"]);
    expect((await download(`${PROJECT}<2`)).got).toBe("1.1");
    expect((await pkgindex("generate", "--check")).code).toBe(0);
  });
});
