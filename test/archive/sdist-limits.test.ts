import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";

import type * as Limits from "../../src/archive/limits.ts";
import { readSdistMetadata } from "../../src/archive/sdist.ts";
import { makeTar } from "../support/make-sdist.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { refusalOf, sourceOf } from "./archive-source.ts";

// Bounds that a test reaches in milliseconds.
vi.mock("../../src/archive/limits.ts", async (importOriginal) => {
  const { LIMITS } = await importOriginal<typeof Limits>();
  return { LIMITS: { ...LIMITS, sdist: 1 << 20, entries: 50, metadata: 10_000 } };
});

function readInfo(tar: Buffer): Promise<Buffer | undefined> {
  const bytes = gzipSync(tar);
  const path = join(temporaryDirectory(), "a-1.0.tar.gz");
  writeFileSync(path, bytes);
  return readSdistMetadata(path, "a-1.0.tar.gz", sourceOf(bytes));
}

const INFO = { name: "a-1.0/PKG-INFO", data: Buffer.from("Name: a\nVersion: 1.0\n") };

test("an sdist that inflates to more than the limit is refused", async () => {
  const bomb = makeTar([{ name: "a-1.0/zeros", data: Buffer.alloc(4 << 20) }, INFO]);
  expect(gzipSync(bomb).length).toBeLessThan(10_000);
  expect(await refusalOf(() => readInfo(bomb))).toMatch(
    /^sdist-too-large: inflates to more than 1048576 bytes/,
  );
});

test("what lies behind PKG-INFO is not inflated to the limit", async () => {
  const bomb = makeTar([INFO, { name: "a-1.0/small", data: Buffer.alloc(100_000) }]);
  expect(await readInfo(bomb)).toEqual(INFO.data);
});

test("an sdist with more entries than the limit is refused", async () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ name: `a-1.0/${index}`, data: Buffer.alloc(0) }));
  expect(await refusalOf(() => readInfo(makeTar([...many, INFO])))).toMatch(
    /^sdist-too-large: has more than 50 entries/,
  );
});

test("a PKG-INFO that is larger than the limit is refused", async () => {
  const tar = makeTar([{ ...INFO, data: Buffer.alloc(10_001, 0x20) }]);
  expect(await refusalOf(() => readInfo(tar))).toMatch(/^sdist-too-large: its PKG-INFO has 10001 bytes/);
});
