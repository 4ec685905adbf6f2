/**
 * One writer at a time, without a kernel lock (Node has none). Each process that wants the lock puts a file of its own
 * name beside the others', then looks: if no other living process has one, the lock is its own; else it takes its file
 * back and waits. Names are never used twice, so a dead process's file can be deleted by anyone at any time.
 */
import { readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PkgIndexError } from "../errors.ts";
import { listFolder, makeFolder, systemErrorCode } from "./files.ts";

export interface Lock {
  /** When the lock was taken, by the clock of the file system, in milliseconds. */
  readonly takenMs: number;
  readonly release: () => void;
}

interface Holder {
  readonly file: string;
  readonly host: string;
  readonly pid: number;
  readonly startTicks: string;
}

const PREFIX = "lock";
const SEPARATOR = "~";

/**
 * Takes the lock of a folder, which is made where it is missing. `onWait` is told once whom it waits for. Throws a
 * `PkgIndexError` (`locked`) after `timeoutMs`.
 */
export async function takeLock(
  folder: string,
  timeoutMs: number,
  onWait: (holder: string) => void,
): Promise<Lock> {
  const deadline = Date.now() + timeoutMs;
  const host = hostname().replaceAll(SEPARATOR, "-");
  const name = [PREFIX, host, process.pid, startTicks(process.pid), randomBytes(6).toString("hex")].join(
    SEPARATOR,
  );
  const path = join(folder, name);
  let toldOf: string | undefined;
  for (;;) {
    let [holder] = livingHolders(folder, host, name);
    if (holder === undefined) {
      createFile(folder, path);
      [holder] = livingHolders(folder, host, name);
      if (holder === undefined)
        return { takenMs: Math.floor(statSync(path).mtimeMs), release: () => release(folder, path) };
      rmSync(path, { force: true });
    }
    const description = `process ${holder.pid} on ${holder.host}`;
    if (Date.now() >= deadline) {
      throw new PkgIndexError({
        code: "locked",
        path: folder,
        message: `the index is being written by ${description}, and did not become free within ${timeoutMs / 1000} s`,
        hint:
          holder.host === host
            ? "wait for it to end, or allow more time with --lock-timeout"
            : `wait for it to end; if that machine is gone, delete ${join(folder, holder.file)}`,
      });
    }
    if (toldOf !== holder.file) onWait(description);
    toldOf = holder.file;
    await delay(5 + Math.random() * 45);
  }
}

function createFile(folder: string, path: string): void {
  for (let attempt = 0; ; attempt += 1) {
    makeFolder(folder);
    try {
      return writeFileSync(path, "", { flag: "wx" });
    } catch (error) {
      // Another process may have removed the empty folder just now.
      if (systemErrorCode(error) !== "ENOENT" || attempt === 10) throw error;
    }
  }
}

function release(folder: string, path: string): void {
  rmSync(path, { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // It is not empty: the rule, but for a run that wrote nothing.
  }
}

function livingHolders(folder: string, ownHost: string, ownName: string): Holder[] {
  const holders: Holder[] = [];
  for (const { name } of listFolder(folder)) {
    const [prefix, host, pid, ticks] = name.split(SEPARATOR);
    if (prefix !== PREFIX || name === ownName || host === undefined || ticks === undefined) continue;
    const holder = { file: name, host, pid: Number(pid), startTicks: ticks };
    if (host !== ownHost || isAlive(holder)) holders.push(holder);
    else rmSync(join(folder, name), { force: true });
  }
  return holders;
}

function isAlive({ pid, startTicks: ticks }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemErrorCode(error) === "ESRCH") return false;
  }
  const now = startTicks(pid);
  return now === ticks || now === "" || ticks === "";
}

/** When a process started, in the kernel's ticks: a process id is used again, the pair is not. Empty without /proc. */
function startTicks(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const isDead = fields[0] === "Z" || fields[0] === "X";
    return isDead ? "dead" : (fields[19] ?? "");
  } catch {
    return "";
  }
}
