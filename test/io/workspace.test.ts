import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";

import { takeLock } from "../../src/io/lock.ts";
import { openWorkspace, type Workspace } from "../../src/io/workspace.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";
import { sourceModule, startChild } from "./child-process.ts";

vi.setConfig({ testTimeout: 60_000 });

function open(folder: string, recover: (staging: string) => Promise<unknown> = nothing): Promise<Workspace> {
  return openWorkspace(
    folder,
    0,
    () => undefined,
    recover,
    () => false,
  );
}

async function nothing(): Promise<void> {
  // There is nothing to recover.
}

describe("openWorkspace", () => {
  it("has an empty folder to stage in, and leaves nothing behind", async () => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const workspace = await open(folder);
    expect(workspace.staging.startsWith(`${folder}/`)).toBe(true);
    expect(readdirSync(workspace.staging)).toEqual([]);
    makeTree(workspace.staging, { "1.new": "x", "deep/2.new": "y" });
    workspace.close();
    expect(existsSync(folder)).toBe(false);
  });

  it("keeps what else is in the folder", async () => {
    const folder = temporaryDirectory();
    makeTree(folder, { "records/a.jsonl": "{}\n" });
    (await open(folder)).close();
    expect(readdirSync(folder)).toEqual(["records"]);
  });

  it("offers what a killed run left for recovery, then deletes it", async () => {
    const folder = temporaryDirectory();
    makeTree(folder, { "tmp/1.new": "left", "tmp/deep/2.new": "left" });
    let found: readonly string[] = [];
    const workspace = await open(folder, async (staging) => {
      found = readdirSync(staging).toSorted();
    });
    expect(found).toEqual(["1.new", "deep"]);
    expect(readdirSync(workspace.staging)).toEqual([]);
    workspace.close();
  });

  it("is the only one, until it is closed", async () => {
    const folder = temporaryDirectory();
    const first = await open(folder);
    makeTree(first.staging, { "1.new": "x" });
    await expect(open(folder)).rejects.toThrow("is being written by process");
    expect(readdirSync(first.staging)).toEqual(["1.new"]);
    first.close();
    (await open(folder)).close();
  });

  it("lets the next run in where the recovery fails", async () => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const failing = open(folder, () => Promise.reject(new Error("no recovery")));
    await expect(failing).rejects.toThrow("no recovery");
    (await takeLock(folder, 0, () => expect.unreachable())).release();
  });

  it("does not stay with the process when it is closed", async () => {
    const before = [process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")];
    (await open(temporaryDirectory())).close();
    expect([process.listenerCount("SIGINT"), process.listenerCount("SIGTERM")]).toEqual(before);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s closes it and ends the run with exit code %i", async (signal, code) => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const program = `
      const [module, folder] = process.argv.slice(1);
      const { openWorkspace } = await import(module);
      await openWorkspace(folder, 0, () => {}, async () => {}, () => false);
      console.log("open");
      setInterval(() => {}, 1000);
    `;
    const child = startChild(program, [sourceModule("io/workspace.ts"), folder]);
    await child.hasPrinted("open");
    expect(existsSync(folder)).toBe(true);
    child.process.kill(signal);
    expect((await child.end).code).toBe(code);
    expect(existsSync(folder)).toBe(false);
  });
});
