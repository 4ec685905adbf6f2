/**
 * Runs the real pip in a clean environment: no configuration of the machine, and a dead proxy, so that a request that
 * leaves this computer fails instead of being answered by another index.
 */
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { temporaryDirectory } from "../../support/make-tree.ts";

/** The Python of a virtual environment with a new pip; undefined where the machine has none. */
export const e2ePython = process.env["PKGINDEX_E2E_PYTHON"];

/** For the names of test groups: why they are skipped where there is no such Python. */
export const NEEDS_PYTHON = e2ePython === undefined ? " (skipped: PKGINDEX_E2E_PYTHON is not set)" : "";

/** What a process left behind. `all` is both streams, in the order in which they came. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly all: string;
}

/** Runs a program to its end and returns what it said, whatever its exit code. Throws where it cannot start. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    let all = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      all += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr, all }));
  });
}

/** Kept from the machine when pip must reach the package index of the machine: how to get there, nothing else. */
const WAY_OUT =
  /^(?:PIP_(?:INDEX_URL|CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|CONFIG_FILE)|.*_proxy|SSL_CERT_.*|REQUESTS_CA_BUNDLE)$/i;

function pipEnvironment(reach: "nothing" | "pypi"): NodeJS.ProcessEnv {
  const clean = {
    PATH: process.env["PATH"],
    LANG: "C.UTF-8",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PIP_RETRIES: "0",
    PYTHONNOUSERSITE: "1",
    no_proxy: "127.0.0.1",
    NO_PROXY: "127.0.0.1",
  };
  if (reach === "nothing") {
    // Nothing listens on port 9 of this computer: a refused connection is a failure that pip names.
    const dead = "http://127.0.0.1:9";
    return {
      ...clean,
      HOME: temporaryDirectory(),
      PIP_CONFIG_FILE: "/dev/null",
      http_proxy: dead,
      https_proxy: dead,
    };
  }
  const way = Object.entries(process.env).filter(([name]) => WAY_OUT.test(name) && !/^no_proxy$/i.test(name));
  const noProxy = [process.env["no_proxy"] ?? process.env["NO_PROXY"], "127.0.0.1"].filter(Boolean).join(",");
  // The person's own pip.conf may name the mirror that is this machine's only way out, so HOME stays.
  return {
    ...clean,
    ...Object.fromEntries(way),
    HOME: process.env["HOME"],
    PIP_RETRIES: "5",
    no_proxy: noProxy,
    NO_PROXY: noProxy,
  };
}

/**
 * Runs pip with the Python of `PKGINDEX_E2E_PYTHON`. `reach: "nothing"` (the default) leaves only 127.0.0.1 and files
 * within reach; `reach: "pypi"` also the package index that this machine is set up for.
 */
export function runPip(
  args: readonly string[],
  options: { reach?: "nothing" | "pypi"; python?: string } = {},
): Promise<Finished> {
  const python = options.python ?? e2ePython;
  if (python === undefined) throw new Error("PKGINDEX_E2E_PYTHON is not set");
  return runProgram(python, ["-m", "pip", ...args], {
    env: pipEnvironment(options.reach ?? "nothing"),
    cwd: tmpdir(),
  });
}

/** `pip download --no-deps` of `requirements` from the index at `indexUrl` into a new folder, which it returns too. */
export async function pipDownload(
  indexUrl: string,
  requirements: readonly string[],
  extraArgs: readonly string[] = [],
): Promise<Finished & { readonly folder: string }> {
  const folder = temporaryDirectory();
  const args = ["download", "--no-cache-dir", "--no-deps", "-d", folder, "--index-url", indexUrl];
  const finished = await runPip([...args, ...extraArgs, ...requirements]);
  return { ...finished, folder };
}

/** A new virtual environment for `pip install` tests, made without pip inside: the outer pip installs into it. */
export async function makeVirtualEnvironment(): Promise<string> {
  if (e2ePython === undefined) throw new Error("PKGINDEX_E2E_PYTHON is not set");
  const folder = temporaryDirectory();
  const made = await runProgram(e2ePython, ["-m", "venv", "--without-pip", folder], {
    env: { PATH: process.env["PATH"] },
  });
  if (made.code !== 0) throw new Error(made.all);
  return join(folder, "bin", "python");
}
