/** A demo project whose dependency is not in the index: what the README tells people to run, with the real PyPI. */
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { makeTemporaryDirectory, removeDirectory } from "../support/make-tree.ts";
import { makeDemoIndex } from "./support/demo-index.ts";
import { NEEDS_PYTHON, e2ePython, makeVirtualEnvironment, runPip, runProgram } from "./support/pip.ts";
import { startPythonServer, type TestServer } from "./support/python-server.ts";

describe.skipIf(e2ePython === undefined)(`pip with two indexes${NEEDS_PYTHON}`, { timeout: 300_000 }, () => {
  let folder: string;
  let server: TestServer;

  beforeAll(async () => {
    folder = makeTemporaryDirectory();
    await makeDemoIndex(join(folder, "index"));
    server = await startPythonServer(join(folder, "index"));
  });
  afterAll(async () => {
    await server?.stop();
    removeDirectory(folder);
  });

  /** Installs into a new environment, and returns its Python. */
  async function install(...requirements: string[]): Promise<string> {
    const python = await makeVirtualEnvironment();
    const args = [
      "--python",
      python,
      "install",
      "--no-cache-dir",
      "--extra-index-url",
      `${server.url}/simple/`,
    ];
    const { code, all } = await runPip([...args, ...requirements], { reach: "pypi" });
    expect(all).toContain("Successfully installed");
    expect(code).toBe(0);
    return python;
  }

  it("installs a demo project whose dependency comes from PyPI, with an extra that comes from the index", async () => {
    const python = await install("pkgindex-demo-settings[shout]");
    const program =
      "import iniconfig, pkgindex_demo_settings as s, pkgindex_demo_mixed as m; print(s.__version__, m.shout())";
    const { stdout } = await runProgram(python, ["-c", program], { env: {} });
    expect(stdout.trim()).toBe("0.1.0 HELLO, WORLD!");
  });

  it("does not find that dependency in the index alone", async () => {
    const python = await makeVirtualEnvironment();
    const args = ["--python", python, "install", "--no-cache-dir", "--index-url", `${server.url}/simple/`];
    const { code, all } = await runPip([...args, "pkgindex-demo-settings"]);
    expect(code).toBe(1);
    expect(all).toContain("No matching distribution found for iniconfig");
  });

  it("builds and installs the source distribution", async () => {
    server.forget();
    const python = await install("--no-binary", "pkgindex-demo-hello", "pkgindex-demo-hello==1.1.0");
    const { stdout } = await runProgram(python, ["-c", "import pkgindex_demo_hello as h; print(h.greet())"], {
      env: {},
    });
    expect(stdout.trim()).toBe("Hello, world!");
    const paths = (await server.requests()).map(({ path }) => path);
    expect(paths).toContain("/hello/pkgindex_demo_hello-1.1.0.tar.gz");
  });
});
