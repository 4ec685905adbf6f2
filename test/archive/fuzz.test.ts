/** Damaged archives, thousands of them and always the same: each is inspected or refused, and nothing else happens. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { inspect, type InspectionOutcome } from "../../src/archive/inspect.ts";
import { makeSdist } from "../support/make-sdist.ts";
import { makeTemporaryDirectory, removeDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { createDice, damage } from "./random-bytes.ts";

vi.setConfig({ testTimeout: 120_000 });

const PATIENCE_MS = 20_000;
const METADATA = { requiresPython: ">=3.8", description: "A text that is deflated. ".repeat(40) };
const A = { name: "a", version: "1.0" };

let folder: string;
beforeAll(() => {
  folder = makeTemporaryDirectory();
});
afterAll(() => removeDirectory(folder));

async function inspectBytes(bytes: Buffer, filename: string): Promise<InspectionOutcome> {
  const file = join(folder, filename);
  writeFileSync(file, bytes);
  const request = {
    file,
    filename,
    hash: true,
    gitObjectFormat: "sha1",
    sidecar: undefined,
    staging: undefined,
    stagingTime: 0,
  } as const;
  const late = new AbortController();
  const outcome = await Promise.race([
    inspect(request),
    delay(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error("the inspection does not end");
    }),
  ]);
  late.abort();
  return outcome;
}

type Spoil = (bytes: Buffer, dice: (limit: number) => number) => Buffer;

/** Damages what a gzip file holds; the gzip file itself is sound. */
const damageInside: Spoil = (bytes, dice) => gzipSync(damage(gunzipSync(bytes), dice));

/** Inspects this many damaged copies and returns how many were refused with which code, and with which words. */
async function refusalsOf(
  file: { readonly filename: string; readonly bytes: Buffer },
  spoil: Spoil,
  count: number,
  seed: number,
): Promise<{ readonly codes: ReadonlyMap<string, number>; readonly messages: ReadonlySet<string> }> {
  const dice = createDice(seed);
  const codes = new Map<string, number>();
  const messages = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const outcome = await inspectBytes(spoil(file.bytes, dice), file.filename);
    const code = outcome.ok ? "ok" : outcome.fault.code;
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (outcome.ok) continue;
    messages.add(outcome.fault.message);
    expect(outcome.fault).toEqual(texts(outcome.fault));
  }
  return { codes, messages };
}

/** A fault in whole sentences: nothing is undefined in it, and nothing is empty. */
function texts({ code, message, hint }: { code: string; message: string; hint: string }): object {
  return {
    code: expect.stringMatching(/^[a-z0-9-]+$/) as string,
    message: message === "" || /undefined|NaN/.test(message) ? "a message" : message,
    hint: hint === "" ? "a hint" : hint,
    ...(code === "" ? { code: "a code" } : {}),
  };
}

test.each<[string, { readonly filename: string; readonly bytes: Buffer }, number, number, number, Spoil]>([
  ["stored wheels", makeWheel({ ...A, metadata: METADATA }), 1500, 0.5, 3, damage],
  ["deflated wheels", makeWheel({ ...A, metadata: METADATA, method: "deflate" }), 700, 0.5, 3, damage],
  [
    "zip64 wheels with data descriptors",
    makeWheel({
      ...A,
      metadata: METADATA,
      zip: { zip64: true },
      entries: (entries) => entries.map((entry) => ({ ...entry, zip64: true, dataDescriptor: true })),
    }),
    600,
    0.5,
    3,
    damage,
  ],
  // They are read to their end, where a checksum covers every byte: what gets through hit the header of the gzip file.
  ["sdists", makeSdist({ ...A, pkgInfo: METADATA }), 400, 0.05, 1, damage],
  ["tar archives in sdists", makeSdist({ ...A, pkgInfo: METADATA }), 400, 0.5, 2, damageInside],
  ["sdists in zips", makeSdist({ ...A, pkgInfo: METADATA, format: "zip" }), 200, 0.5, 2, damage],
])("damaged %s are inspected or refused", async (_, file, count, passing, ways, spoil) => {
  expect((await inspectBytes(file.bytes, file.filename)).ok).toBe(true);
  const { codes, messages } = await refusalsOf(file, spoil, count, 20_260_101);
  const found = JSON.stringify([[...codes], [...messages]]);
  const total = [...codes.values()].reduce((sum, each) => sum + each, 0);
  expect(total).toBe(count);
  // Most of the damage is noticed, and in more than one way.
  expect(codes.get("ok") ?? 0, found).toBeLessThan(count * passing);
  expect([...codes.keys()].filter((code) => code !== "ok").length, found).toBeGreaterThanOrEqual(ways);
  expect(messages.size, found).toBeGreaterThan(3);
});

test("random bytes are refused", async () => {
  const dice = createDice(7);
  for (let index = 0; index < 200; index += 1) {
    const bytes = Buffer.from(Array.from({ length: dice(600) }, () => dice(256)));
    for (const filename of ["a-1.0-py3-none-any.whl", "a-1.0.tar.gz", "a-1.0.zip"]) {
      expect((await inspectBytes(bytes, filename)).ok).toBe(false);
    }
  }
});
