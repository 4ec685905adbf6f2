/** Two runs on one index: the second waits, and a run that was killed stands in nobody's way. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";

import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { readTree, temporaryDirectory } from "../support/make-tree.ts";
import { MAIN } from "../support/run-cli.ts";
import { copyDemoFiles, generate, makeDemoIndex, UPLOAD_TIME } from "./support/demo-index.ts";

function hasLock(root: string): boolean {
  const folder = join(root, ".pkgindex");
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes("lock"));
}

interface Run {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it has said on stderr so far. */
  readonly said: () => string;
  /** The exit code, or the signal that ended it. */
  readonly end: Promise<number | string | null>;
}

function start(root: string): Run {
  const child = spawn(process.execPath, [MAIN, "generate", "--root", root], {
    cwd: dirname(root),
    env: { PATH: process.env["PATH"], SOURCE_DATE_EPOCH: String(Date.parse(UPLOAD_TIME) / 1000) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the command does not start");
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const end = new Promise<number | string | null>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
  return { child, pid, said: () => said, end };
}

/**
 * A run that has the lock and does not go on: stopped in the middle by SIGSTOP. A run may be quicker than the signal,
 * so it is tried again on a new folder.
 */
async function startAndStop(): Promise<Run & { readonly root: string }> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const root = join(temporaryDirectory(), "index");
    copyDemoFiles(root);
    const run = start(root);
    while (run.child.exitCode === null && !hasLock(root)) await setImmediate();
    run.child.kill("SIGSTOP");
    await setTimeout(50);
    if (run.child.exitCode === null && hasLock(root)) return { ...run, root };
    run.child.kill("SIGKILL");
  }
  throw new Error("no run could be stopped while it had the lock");
}

/** The tree that one undisturbed run makes. */
async function expectedTree(): Promise<Record<string, string>> {
  const root = join(temporaryDirectory(), "index");
  await makeDemoIndex(root);
  return readTree(root);
}

describe("two runs at once", { timeout: 120_000 }, () => {
  let expected: Record<string, string>;

  beforeEach(async () => {
    expected = await expectedTree();
  });

  it("the second says whom it waits for, and goes on when the first is done", async () => {
    const first = await startAndStop();
    const second = start(first.root);
    while (second.child.exitCode === null && !second.said().includes(String(first.pid))) await setTimeout(5);
    expect(second.said()).toContain(`process ${first.pid}`);
    expect(second.child.exitCode).toBe(null);
    first.child.kill("SIGCONT");
    expect(await first.end).toBe(0);
    expect(await second.end).toBe(0);
    expect(readTree(first.root)).toEqual(expected);
  });

  it("the second gives up after --lock-timeout, and has written nothing", async () => {
    const { root, pid } = await startAndStop();
    const before = readTree(root);
    const { code, stderr } = await generate(root, ["--lock-timeout", "1"]);
    expect(code).toBe(1);
    expect(stderr).toContain(String(pid));
    expect(readTree(root)).toEqual(before);
  });

  it("a lock that a killed run left is taken over without a wait", async () => {
    const { root, child, end } = await startAndStop();
    child.kill("SIGKILL");
    await end;
    expect(hasLock(root)).toBe(true);
    const { code, stderr } = await generate(root, ["--lock-timeout", "0"]);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(readTree(root)).toEqual(expected);
  });

  it("many runs at the lock of a killed one all end well, one after the other", async () => {
    const { root, child, end } = await startAndStop();
    child.kill("SIGKILL");
    await end;
    const results = await Promise.all(Array.from({ length: 6 }, () => generate(root)));
    expect(results.map(({ code, stderr }) => (code === 0 ? "done" : stderr))).toEqual(Array(6).fill("done"));
    expect(readTree(root)).toEqual(expected);
  });
});
