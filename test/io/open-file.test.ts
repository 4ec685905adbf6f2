import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { InvalidInput } from "../../src/errors.ts";
import { openFile, type OpenFile } from "../../src/io/open-file.ts";
import { temporaryDirectory } from "../support/make-tree.ts";

function makeFile(content: string): { readonly path: string; readonly file: OpenFile } {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, content);
  const file = openFile(path);
  onTestFinished(() => file.close());
  return { path, file };
}

function refusalOf(path: string): InvalidInput {
  try {
    openFile(path).close();
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
  throw new Error("the file was opened");
}

describe("openFile", () => {
  it("reads bytes at any position", () => {
    const { file } = makeFile("0123456789");
    expect(file.size).toBe(10);
    expect(file.read(7, 2).toString()).toBe("78");
    expect(file.read(0, 10).toString()).toBe("0123456789");
    expect(file.read(3, 0)).toHaveLength(0);
  });

  it("reads fewer bytes at the end, and none behind it", () => {
    const { file } = makeFile("0123456789");
    expect(file.read(8, 100).toString()).toBe("89");
    expect(file.read(10, 1)).toHaveLength(0);
    expect(file.read(1e12, 1)).toHaveLength(0);
    expect(makeFile("").file.read(0, 1)).toHaveLength(0);
  });

  it("does not make room for more bytes than there are", () => {
    const { file } = makeFile("x");
    expect(file.read(0, Number.MAX_SAFE_INTEGER).toString()).toBe("x");
  });

  it("reads into a buffer, and says how much", () => {
    const { file } = makeFile("0123456789");
    const buffer = Buffer.alloc(4, "-");
    expect([file.readInto(buffer, 8), buffer.toString()]).toEqual([2, "89--"]);
    expect(file.readInto(buffer, 10)).toBe(0);
  });

  it("notices that the file grew, and keeps to the size that it had", () => {
    const { path, file } = makeFile("0123456789");
    expect(file.isUnchanged()).toBe(true);
    appendFileSync(path, "more");
    expect(file.isUnchanged()).toBe(false);
    expect(file.read(8, 100).toString()).toBe("89");
  });

  it("notices that the file grew where its time is as before", () => {
    const { path, file } = makeFile("0123456789");
    const { atime, mtime } = statSync(path);
    utimesSync(path, atime, mtime);
    const again = openFile(path);
    onTestFinished(() => again.close());
    appendFileSync(path, "more");
    utimesSync(path, atime, mtime);
    expect([file.isUnchanged(), again.isUnchanged()]).toEqual([false, false]);
  });

  it("notices that the file shrank, and reads what is left", () => {
    const { path, file } = makeFile("0123456789");
    truncateSync(path, 4);
    expect(file.isUnchanged()).toBe(false);
    expect(file.read(2, 8).toString()).toBe("23");
    expect(file.read(6, 2)).toHaveLength(0);
  });

  it("notices that the file was written in place", () => {
    const { path, file } = makeFile("0123456789");
    writeFileSync(path, "9876543210");
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect(file.isUnchanged()).toBe(false);
  });

  it("goes on with the old file where another one takes its place", () => {
    const { path, file } = makeFile("0123456789");
    writeFileSync(`${path}.new`, "other");
    renameSync(`${path}.new`, path);
    expect(file.isUnchanged()).toBe(true);
    expect(file.read(0, 10).toString()).toBe("0123456789");
  });

  it("opens what a link leads to", () => {
    const { path } = makeFile("content");
    symlinkSync(path, `${path}.link`);
    const file = openFile(`${path}.link`);
    expect(file.read(0, 7).toString()).toBe("content");
    file.close();
  });

  it("refuses a FIFO at once, and does not wait for a writer", () => {
    const path = join(temporaryDirectory(), "fifo");
    execFileSync("mkfifo", [path]);
    expect(refusalOf(path).code).toBe("not-a-file");
  });

  it.each([
    ["a folder", () => temporaryDirectory()],
    ["a device", () => "/dev/null"],
  ])("refuses %s, and says so", (_, makePath) => {
    const error = refusalOf(makePath());
    expect(error.code).toBe("not-a-file");
    expect(error.message).toBe("is no regular file");
  });

  it("throws the system's error where there is nothing", () => {
    expect(() => openFile(join(temporaryDirectory(), "gone"))).toThrow("ENOENT");
  });

  it.skipIf(!existsSync("/proc/self/fd"))("leaves nothing open", () => {
    const folder = temporaryDirectory();
    const path = join(folder, "file");
    writeFileSync(path, "x");
    const before = readdirSync("/proc/self/fd").length;
    for (let round = 0; round < 10; round += 1) {
      openFile(path).close();
      expect(() => openFile(folder)).toThrow(InvalidInput);
    }
    expect(readdirSync("/proc/self/fd").length).toBeLessThan(before + 10);
  });
});
