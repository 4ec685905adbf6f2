import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { readSdistMetadata } from "../../src/archive/sdist.ts";
import { makeGzip, makeSdist, makeTar, type SdistOptions } from "../support/make-sdist.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { refusalOf, sourceOf } from "./archive-source.ts";

const A = { name: "a", version: "1.0" };
const INFO = Buffer.from("Metadata-Version: 2.1\nName: a\nVersion: 1.0\n");

/** Reads PKG-INFO from a file with these bytes. */
function readInfo(bytes: Buffer, filename = "a-1.0.tar.gz"): Promise<Buffer | undefined> {
  const path = join(temporaryDirectory(), filename);
  writeFileSync(path, bytes);
  return readSdistMetadata(path, filename, sourceOf(bytes));
}

/** A gzipped tar with these files, in this order. */
function tarOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const entries = Object.entries(files).map(([name, data]) => ({ name, data: Buffer.from(data) }));
  return makeGzip(makeTar(entries));
}

describe("PKG-INFO of the top folder is found", () => {
  test.each<[string, SdistOptions]>([
    ["in a gzipped tar", A],
    ["in a zip", { ...A, format: "zip" }],
    ["in a folder of any name", { ...A, folder: "some-folder" }],
    ["in a zip with a folder of any name", { ...A, format: "zip", folder: "some-folder" }],
    ["with bytes that are no UTF-8", { ...A, pkgInfo: Buffer.from("Name: a\nAuthor: \xe9\n", "latin1") }],
  ])("%s", async (_, options) => {
    const { filename, bytes, pkgInfo } = makeSdist(options);
    expect(await readInfo(bytes, filename)).toEqual(pkgInfo);
  });

  test("behind many other files", async () => {
    const others = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`a-1.0/${index}.py`, "x = 1\n"]),
    );
    expect(await readInfo(tarOf({ ...others, "a-1.0/PKG-INFO": INFO }))).toEqual(INFO);
  });

  test("behind a large file", async () => {
    const bytes = tarOf({ "a-1.0/data.bin": Buffer.alloc(3 << 20, 5), "a-1.0/PKG-INFO": INFO });
    expect(await readInfo(bytes)).toEqual(INFO);
  });

  test("below a leading ./", async () => {
    expect(await readInfo(tarOf({ "./a-1.0/PKG-INFO": INFO }))).toEqual(INFO);
  });

  test.each(["tar.gz", "zip"] as const)("and never that of a folder below, in %s", async (format) => {
    const egg = { "a.egg-info/PKG-INFO": "Name: egg\n", "vendor/b/PKG-INFO": "Name: b\n" };
    const without = makeSdist({ ...A, format, pkgInfo: false, files: egg });
    expect(await readInfo(without.bytes, without.filename)).toBeUndefined();
    const behind = makeSdist({ ...A, format, pkgInfo: false, files: { ...egg, "PKG-INFO": INFO } });
    expect(await readInfo(behind.bytes, behind.filename)).toEqual(INFO);
  });

  test("and never one that lies outside of every folder", async () => {
    expect(await readInfo(tarOf({ "PKG-INFO": INFO, "a-1.0/a.py": "" }))).toBeUndefined();
  });
});

describe("an sdist without PKG-INFO", () => {
  test.each(["tar.gz", "zip"] as const)("of the form %s is no error", async (format) => {
    const { filename, bytes } = makeSdist({ ...A, format, pkgInfo: false });
    expect(await readInfo(bytes, filename)).toBeUndefined();
  });
});

describe("an sdist is refused", () => {
  const whole = tarOf({ "a-1.0/data.bin": Buffer.alloc(5000, 5), "a-1.0/PKG-INFO": INFO });

  test.each<[string, Buffer, RegExp]>([
    ["that is empty", Buffer.alloc(0), /^sdist-damaged: /],
    [
      "that is text",
      Buffer.from("<html>".repeat(50)),
      /^sdist-damaged: is no gzipped tar archive, or is cut off/,
    ],
    ["that is a tar without gzip", makeTar([{ name: "a-1.0/PKG-INFO", data: INFO }]), /^sdist-damaged: /],
    ["that is gzip without a tar", gzipSync("no tar at all, ".repeat(100)), /^sdist-damaged: /],
    ["that is a gzipped nothing", gzipSync(""), /^sdist-damaged: /],
    ["that is a tar without files", makeGzip(makeTar([])), /^sdist-damaged: is a tar archive without a file/],
  ])("%s", async (_, bytes, refusal) => {
    expect(await refusalOf(() => readInfo(bytes))).toMatch(refusal);
  });

  test("that is a zip cut off", async () => {
    const { filename, bytes } = makeSdist({ ...A, format: "zip" });
    expect(await refusalOf(() => readInfo(bytes.subarray(0, -30), filename))).toMatch(/^zip-damaged: /);
  });

  test.each([0.02, 0.1, 0.3, 0.5, 0.7, 0.75])(
    "that is cut off before PKG-INFO, at %d of its length",
    async (share) => {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      expect(await refusalOf(() => readInfo(cut))).toMatch(
        /^sdist-damaged: is no gzipped tar archive, or is cut off/,
      );
    },
  );

  test("that is cut off behind PKG-INFO, as a copy that was broken off", async () => {
    const bytes = tarOf({ "a-1.0/PKG-INFO": INFO, "a-1.0/data.bin": Buffer.alloc(300_000, 5) });
    expect(await refusalOf(() => readInfo(bytes.subarray(0, 150_000)))).toMatch(/^sdist-damaged: .*cut off/);
  });

  test("whose gzip checksum is wrong before PKG-INFO", async () => {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(7, 20);
    expect(await refusalOf(() => readInfo(damaged))).toMatch(/^sdist-damaged: /);
  });
});
