import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { PkgIndexError } from "../../src/errors.ts";
import { takeLock, type Lock } from "../../src/io/lock.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { sourceModule, startChild } from "./child-process.ts";

vi.setConfig({ testTimeout: 60_000 });

/** Runs in a child: takes the lock of a folder some times and adds one to a number in a file each time. */
const COUNTING = `
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
const [module, folder, counter, rounds, manner] = process.argv.slice(1);
const { takeLock } = await import(module);
for (let round = 0; round < Number(rounds); round += 1) {
  const lock = await takeLock(folder, 50_000, () => {});
  if (manner === "die") process.kill(process.pid, "SIGKILL");
  writeFileSync(counter + ".inside", "", { flag: "wx" });
  const count = Number(readFileSync(counter, "utf8"));
  await setTimeout(Math.random() * 5);
  writeFileSync(counter, String(count + 1));
  rmSync(counter + ".inside");
  lock.release();
}
`;

/** Runs in a child: takes the lock of a folder, says so, and keeps it. */
const HOLDING = `
const [module, folder] = process.argv.slice(1);
const { takeLock } = await import(module);
await takeLock(folder, 0, () => {});
console.log("taken");
setInterval(() => {}, 1000);
`;

const MODULE = sourceModule("io/lock.ts");

interface Name {
  readonly host: string;
  readonly pid: number;
  readonly ticks: string;
}

/** The name of this process's lock file in a folder, in its parts. */
function ownName(folder: string): { readonly name: string; readonly parts: readonly string[] } {
  const [name = "", ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return { name, parts: name.split("~") };
}

/** A folder with the lock file of another holder: this process in everything but what is given. */
async function lockedBy(change: Partial<Name>): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = join(temporaryDirectory(), ".pkgindex");
  const lock = await takeLock(folder, 0, () => undefined);
  const [prefix, host, pid, ticks] = ownName(folder).parts;
  lock.release();
  const file = join(
    folder,
    [prefix, change.host ?? host, change.pid ?? pid, change.ticks ?? ticks, "0".repeat(12)].join("~"),
  );
  mkdirSync(folder);
  writeFileSync(file, "");
  return { folder, file };
}

/** Tries to take a lock at once, and gives back the error. */
async function refusalOf(folder: string, timeoutMs = 0): Promise<PkgIndexError> {
  const taken = await takeLock(folder, timeoutMs, () => undefined).catch((error: unknown) => error);
  if (taken instanceof PkgIndexError) return taken;
  throw new Error("the lock was taken", { cause: taken });
}

describe("takeLock", () => {
  it("takes the lock of a folder that is not there, and leaves nothing behind", async () => {
    const folder = join(temporaryDirectory(), "deep/.pkgindex");
    const lock = await takeLock(folder, 0, () => expect.unreachable());
    expect(readdirSync(folder)).toHaveLength(1);
    lock.release();
    expect(existsSync(folder)).toBe(false);
  });

  it("says when it was taken, by the clock of the file system", async () => {
    const folder = temporaryDirectory();
    const { takenMs } = await takeLock(folder, 0, () => undefined);
    const { mtimeMs } = statSync(join(folder, ownName(folder).name));
    expect(Number.isInteger(takenMs)).toBe(true);
    expect(takenMs).toBe(Math.floor(mtimeMs));
  });

  it("leaves alone what else is in the folder", async () => {
    const folder = temporaryDirectory();
    const others = ["records", "lock", "lock.old", "locks~a~1~1~x", "lock~note"];
    for (const name of others) writeFileSync(join(folder, name), "theirs");
    const lock = await takeLock(folder, 0, () => expect.unreachable());
    lock.release();
    expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
  });

  it("waits for another holder, and says once for whom", async () => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const first = await takeLock(folder, 0, () => expect.unreachable());
    const told: string[] = [];
    let second: Lock | undefined;
    const waiting = takeLock(folder, 60_000, (holder) => told.push(holder)).then((lock) => {
      second = lock;
      return lock;
    });
    await vi.waitUntil(() => told.length > 0);
    await delay(300); // long enough to look several times
    expect(second).toBe(undefined);
    first.release();
    (await waiting).release();
    expect(told).toEqual([`process ${process.pid} on ${hostname()}`]);
    expect(existsSync(folder)).toBe(false);
  });

  it("gives up in time, and says which process has it", async () => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const child = startChild(HOLDING, [MODULE, folder]);
    await child.hasPrinted("taken");
    const { name } = ownName(folder);
    const error = await refusalOf(folder, 200);
    expect(error.code).toBe("locked");
    expect(error.exitCode).toBe(1);
    expect(error.path).toBe(folder);
    expect(error.message).toBe(
      `the index is being written by process ${child.pid} on ${hostname()}, and did not become free within 0.2 s`,
    );
    expect(error.hint).toContain("--lock-timeout");
    expect(readdirSync(folder)).toEqual([name]);
  });

  it("takes over the lock of a process that was killed", async () => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const child = startChild(HOLDING, [MODULE, folder]);
    await child.hasPrinted("taken");
    child.process.kill("SIGKILL");
    await child.end;
    expect(readdirSync(folder)).toHaveLength(1);
    const lock = await takeLock(folder, 0, () => expect.unreachable());
    expect(ownName(folder).parts[2]).toBe(String(process.pid));
    lock.release();
    expect(existsSync(folder)).toBe(false);
  });

  describe.skipIf(!existsSync("/proc/self/stat"))("where the system says when a process started", () => {
    it("takes over the lock of a process whose number another one has now", async () => {
      const { folder, file } = await lockedBy({ ticks: "1" });
      await takeLock(folder, 0, () => expect.unreachable());
      expect(existsSync(file)).toBe(false);
    });

    it("respects a process that is the same by number and start", async () => {
      const { folder, file } = await lockedBy({});
      expect((await refusalOf(folder)).message).toContain(`process ${process.pid} on`);
      expect(existsSync(file)).toBe(true);
    });

    it("takes over the lock of a process that is dead and still in the table", async () => {
      const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 600"], { stdio: "pipe" });
      onTestFinished(() => void parent.kill("SIGKILL"));
      const pid = await new Promise<number>((resolve) => {
        parent.stdout.once("data", (bytes: Buffer) => resolve(Number(bytes.toString())));
      });
      const fields = (): string[] =>
        readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      const [, ticks] = [fields()[0], fields()[19]];
      await vi.waitUntil(() => fields()[0] === "Z", { timeout: 20_000 });
      const { folder, file } = await lockedBy({ pid, ticks: ticks ?? "" });
      await takeLock(folder, 0, () => expect.unreachable());
      expect(existsSync(file)).toBe(false);
    });
  });

  it("respects a living process where nobody knows when it started", async () => {
    const { folder } = await lockedBy({ ticks: "" });
    expect((await refusalOf(folder)).code).toBe("locked");
  });

  it("respects the lock of another machine, and says how to end it by hand", async () => {
    const { folder, file } = await lockedBy({ host: "elsewhere", pid: 2 ** 22 + 1 });
    const error = await refusalOf(folder);
    expect(error.code).toBe("locked");
    expect(error.message).toContain(`process ${2 ** 22 + 1} on elsewhere`);
    expect(error.hint).toContain(file);
    rmSync(file);
    (await takeLock(folder, 0, () => expect.unreachable())).release();
  });

  it("twenty processes that count under the lock lose nothing", async () => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const counter = join(temporaryDirectory(), "counter");
    writeFileSync(counter, "0");
    const children = Array.from({ length: 20 }, () => startChild(COUNTING, [MODULE, folder, counter, "3"]));
    const ends = await Promise.all(children.map(({ end }) => end));
    expect(ends).toEqual(ends.map(() => ({ code: 0, output: "" })));
    expect(readFileSync(counter, "utf8")).toBe("60");
    expect(existsSync(folder)).toBe(false);
  });

  it("processes that die with the lock stand in nobody's way", async () => {
    const folder = join(temporaryDirectory(), ".pkgindex");
    const counter = join(temporaryDirectory(), "counter");
    writeFileSync(counter, "0");
    const manners = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? "die" : "live"));
    const children = manners.map((manner) => startChild(COUNTING, [MODULE, folder, counter, "3", manner]));
    const ends = await Promise.all(children.map(({ end }) => end));
    expect(ends.map(({ code }) => code)).toEqual(manners.map((manner) => (manner === "die" ? "SIGKILL" : 0)));
    expect(readFileSync(counter, "utf8")).toBe("18");
    (await takeLock(folder, 0, () => expect.unreachable())).release();
    expect(existsSync(folder)).toBe(false);
  });
});
