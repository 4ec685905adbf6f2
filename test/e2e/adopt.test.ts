/** After `pkgindex init --adopt`, who used the old index goes on doing so: every old address answers, and pip installs. */
import { beforeAll, describe, expect, test, vi } from "vitest";

import { startServe } from "../commands/serve-process.ts";
import { ANCESTOR_RELEASES, ancestorWheel, makeAncestor } from "../support/make-ancestor.ts";
import { makeTemporaryDirectory, removeDirectory } from "../support/make-tree.ts";
import { runCli } from "../support/run-cli.ts";
import { e2ePython, makeVirtualEnvironment, NEEDS_PYTHON, pipDownload, runPip } from "./support/pip.ts";
import { startPythonServer, type TestServer } from "./support/python-server.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const NEWEST = ancestorWheel("43!2026.2.12");

let root: string;

beforeAll(async () => {
  root = makeTemporaryDirectory();
  makeAncestor(root);
  const { code, stderr } = await runCli(["init", "--adopt", "--index", "octo-org/wheels"], { cwd: root });
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  return () => removeDirectory(root);
});

const SERVERS: readonly (readonly [string, boolean, () => Promise<Pick<TestServer, "url">>])[] = [
  ["pkgindex serve", true, () => startServe(root, { args: ["--layout", "flat"] })],
  ["a plain file server", e2ePython !== undefined, () => startPythonServer(root)],
];

describe.each(SERVERS)("on %s", (name, isThere, start) => {
  const group = `the old addresses answer${name.startsWith("a") ? NEEDS_PYTHON : ""}`;
  test.runIf(isThere)(group, async () => {
    const server = await start();
    const base = server.url.replace(/\/$/, "");
    const file = NEWEST.filename;
    for (const path of ["/", "/index.html", "/dace", "/dace/", "/dace/index.html"]) {
      const response = await fetch(base + path);
      expect(response.status, path).toBe(200);
      expect(await response.text(), path).toContain(path.startsWith("/dace") ? `>${file}<` : ">dace<");
    }
    // As the old pages wrote it, and as browsers do.
    for (const path of [`/dace/${file}`, `/dace/${encodeURIComponent(file)}`]) {
      const response = await fetch(base + path);
      expect(response.status, path).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(NEWEST.bytes), path).toBe(true);
    }
  });

  test.runIf(isThere && e2ePython !== undefined)(
    `pip installs the newest, and each by its version${NEEDS_PYTHON}`,
    async () => {
      const server = await start();
      const url = server.url.endsWith("/") ? server.url : `${server.url}/`;
      const python = await makeVirtualEnvironment();
      const args = ["--python", python, "install", "--no-cache-dir", "--index-url", url, "dace"];
      const installed = await runPip(args);
      expect(installed.all).toContain("Successfully installed dace-43!2026.2.12");
      for (const version of Object.keys(ANCESTOR_RELEASES)) {
        const { code, all } = await pipDownload(url, [`dace==${version}`]);
        expect(code, all).toBe(0);
      }
    },
  );
});

test("the token is served by nobody who serves the index alone", async () => {
  const server = await startServe(root, { args: ["--layout", "flat"] });
  for (const path of [".token", ".git/config", "pkgindex.toml", "generator.py"])
    expect((await fetch(server.url + path)).status, path).toBe(404);
  expect((await fetch(server.url)).status).toBe(200);
});
