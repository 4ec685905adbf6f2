/** The real pip against plain static hosting: HTML pages and, where a host negotiates, JSON. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { makeTemporaryDirectory, removeDirectory } from "../support/make-tree.ts";
import { demoFiles, demoRoot, makeDemoIndex } from "./support/demo-index.ts";
import { startNegotiatingServer } from "./support/negotiating-server.ts";
import {
  NEEDS_PYTHON,
  e2ePython,
  makeVirtualEnvironment,
  pipDownload,
  runPip,
  runProgram,
} from "./support/pip.ts";
import { get, startPythonServer, type TestServer } from "./support/python-server.ts";

const HELLO = "pkgindex_demo_hello-1.1.0-py3-none-any.whl";
const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

/** What is asked for, and the one file that must come. */
const DOWNLOADS = [
  ["pkgindex-demo-hello", HELLO],
  ["pkgindex-demo-hello<1.1", "pkgindex_demo_hello-1.0.0-py3-none-any.whl"],
  ["PKGINDEX.Demo__Hello", HELLO],
  ["pkgindex-demo-epoch", "pkgindex_demo_epoch-1!1.0-py3-none-any.whl"],
  ["pkgindex-demo-epoch==2025.12", "pkgindex_demo_epoch-2025.12-py3-none-any.whl"],
  ["pkgindex-demo-local", "pkgindex_demo_local-1.0+cpu-py3-none-any.whl"],
  ["pkgindex-demo-local===1.0", "pkgindex_demo_local-1.0-py3-none-any.whl"],
  ["pkgindex-demo-mixed", "Pkgindex_Demo.Mixed-0.3.0-py3-none-any.whl"],
  ["Pkgindex_Demo.Mixed", "Pkgindex_Demo.Mixed-0.3.0-py3-none-any.whl"],
  ["pkgindex-demo-settings", "pkgindex_demo_settings-0.1.0-py3-none-any.whl"],
] as const;

const FORMS = [
  { form: "HTML pages, simple layout", layout: "simple", simple: "/simple/", start: startPythonServer },
  { form: "HTML pages, flat layout", layout: "flat", simple: "/", start: startPythonServer },
  { form: "JSON pages, simple layout", layout: "simple", simple: "/simple/", start: startNegotiatingServer },
] as const;

/** The committed bytes of one of the demo's files. */
function demoBytes(filename: string): Buffer {
  const path = demoFiles().find((candidate) => candidate.endsWith(`/${filename}`));
  if (path === undefined) throw new Error(`the demo has no ${filename}`);
  return readFileSync(join(demoRoot, path));
}

describe.skipIf(e2ePython === undefined).each(FORMS)(
  `pip and $form${NEEDS_PYTHON}`,
  { timeout: 120_000 },
  ({ layout, simple, start }) => {
    let folder: string;
    let server: TestServer;

    beforeAll(async () => {
      folder = makeTemporaryDirectory();
      await makeDemoIndex(join(folder, "index"), ["--layout", layout]);
      server = await start(join(folder, "index"));
    });
    afterAll(async () => {
      await server?.stop();
      removeDirectory(folder);
    });

    it.each(DOWNLOADS)("downloads %s as %s", async (requirement, filename) => {
      const { code, all, folder: downloads } = await pipDownload(server.url + simple, [requirement]);
      expect(all).not.toContain("ERROR");
      expect(code).toBe(0);
      expect(readdirSync(downloads)).toEqual([filename]);
      expect(readFileSync(join(downloads, filename))).toEqual(demoBytes(filename));
    });

    it("asks for the page under the normalized name, then the sidecar, then the wheel, once each", async () => {
      server.forget();
      await pipDownload(server.url + simple, ["PKGINDEX.Demo__Hello"]);
      expect(await server.requests()).toEqual([
        { method: "GET", path: `${simple}pkgindex-demo-hello/`, status: 200 },
        { method: "GET", path: `/hello/${HELLO}.metadata`, status: 200 },
        { method: "GET", path: `/hello/${HELLO}`, status: 200 },
      ]);
    });

    it("asks for epochs and local versions percent-encoded", async () => {
      server.forget();
      await pipDownload(server.url + simple, ["pkgindex-demo-epoch", "pkgindex-demo-local"]);
      const paths = (await server.requests()).map(({ path }) => path);
      expect(paths).toContain("/versions/pkgindex_demo_epoch-1%211.0-py3-none-any.whl");
      expect(paths).toContain("/versions/pkgindex_demo_local-1.0%2Bcpu-py3-none-any.whl");
    });

    it("resolves dependencies from sidecars, without a look at a wheel", async () => {
      server.forget();
      const args = [
        "install",
        "--dry-run",
        "--ignore-installed",
        "--no-cache-dir",
        "--quiet",
        "--report",
        "-",
      ];
      const { stdout, code } = await runPip([
        ...args,
        "--index-url",
        server.url + simple,
        "Pkgindex_Demo.Mixed",
      ]);
      expect(code).toBe(0);
      const report = JSON.parse(stdout) as { install: { metadata: { name: string; version: string } }[] };
      expect(report.install.map(({ metadata }) => `${metadata.name} ${metadata.version}`).toSorted()).toEqual(
        ["Pkgindex_Demo.Mixed 0.3.0", "pkgindex-demo-hello 1.1.0"],
      );
      const paths = (await server.requests()).map(({ path }) => path);
      expect(paths.filter((path) => path.endsWith(".whl"))).toEqual([]);
      expect(paths.filter((path) => path.endsWith(".whl.metadata"))).toHaveLength(2);
    });

    it("installs a project and its dependency, and the modules run", async () => {
      const python = await makeVirtualEnvironment();
      const args = ["--python", python, "install", "--no-cache-dir", "--index-url", server.url + simple];
      const { code, all } = await runPip([
        ...args,
        "pkgindex_demo.mixed",
        "pkgindex-demo-epoch",
        "pkgindex-demo-local",
      ]);
      expect(all).toContain("Successfully installed");
      expect(code).toBe(0);
      const program = "import pkgindex_demo_mixed as m, pkgindex_demo_epoch as e, pkgindex_demo_local as l; ";
      const ran = await runProgram(
        python,
        ["-c", `${program}print(m.shout("index"), e.__version__, l.__version__)`],
        {
          env: {},
        },
      );
      expect(ran.all.trim()).toBe("HELLO, INDEX! 1!1.0 1.0+cpu");
    });

    it("lists the versions of a project, newest first", async () => {
      const args = ["index", "versions", "--json", "--index-url", server.url + simple];
      const { stdout, code } = await runPip([...args, "pkgindex-demo-epoch"]);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        name: "pkgindex-demo-epoch",
        versions: ["1!1.0", "2025.12"],
      });
    });

    it("finds nothing, by a 404, where there is no such project", async () => {
      server.forget();
      const { code, all } = await pipDownload(server.url + simple, ["pkgindex-demo-nothing"]);
      expect(code).toBe(1);
      expect(all).toContain("No matching distribution found for pkgindex-demo-nothing");
      expect(await server.requests()).toEqual([
        { method: "GET", path: `${simple}pkgindex-demo-nothing/`, status: 404 },
      ]);
    });

    it("reads the format that the host has", async () => {
      const type = start === startNegotiatingServer ? JSON_TYPE : "text/html";
      const { all } = await pipDownload(server.url + simple, ["pkgindex-demo-hello"], ["-vvv"]);
      expect(all).toContain(`Fetched page ${server.url}${simple}pkgindex-demo-hello/ as ${type}`);
    });
  },
);

describe.skipIf(e2ePython === undefined)(
  `pip and an index at another place${NEEDS_PYTHON}`,
  { timeout: 120_000 },
  () => {
    let folder: string;

    beforeAll(async () => {
      folder = makeTemporaryDirectory();
      await makeDemoIndex(join(folder, "a b", "c", "index"));
    });
    afterAll(() => removeDirectory(folder));

    it.each(DOWNLOADS)("downloads %s as %s from file:// addresses", async (requirement, filename) => {
      const address = pathToFileURL(join(folder, "a b", "c", "index", "simple")).href;
      const { code, all, folder: downloads } = await pipDownload(`${address}/`, [requirement]);
      expect(all).not.toContain("ERROR");
      expect(code).toBe(0);
      expect(readFileSync(join(downloads, filename))).toEqual(demoBytes(filename));
    });

    it("downloads every demo project from below a sub-path", async () => {
      const server = await startPythonServer(folder);
      try {
        const requirements = DOWNLOADS.filter(([requirement]) => /^[a-z-]+$/.test(requirement));
        const { code, folder: downloads } = await pipDownload(
          `${server.url}/a%20b/c/index/simple/`,
          requirements.map(([requirement]) => requirement),
        );
        expect(code).toBe(0);
        expect(readdirSync(downloads).toSorted()).toEqual(
          requirements.map(([, filename]) => filename).toSorted(),
        );
        const requests = await server.requests();
        expect(requests.filter(({ status }) => status !== 200)).toEqual([]);
        expect(requests.filter(({ path }) => !path.startsWith("/a%20b/c/index/"))).toEqual([]);
      } finally {
        await server.stop();
      }
    });

    it("sends a browser from a page without its slash to the page", async () => {
      const server = await startPythonServer(join(folder, "a b", "c", "index"));
      try {
        expect((await get(`${server.url}/simple/pkgindex-demo-hello`)).status).toBe(301);
      } finally {
        await server.stop();
      }
    });
  },
);
