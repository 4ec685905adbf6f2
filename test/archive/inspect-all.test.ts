/** The pool of threads, which come from the build, since a thread cannot load TypeScript. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inspectAll } from "../../src/archive/inspect-all.ts";
import type { InspectionOutcome } from "../../src/archive/inspect.ts";
import { makeSdist } from "../support/make-sdist.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";

/** Wheels and sdists, more than a batch holds, in which no two are alike. */
function makeFiles(): { filename: string; bytes: Buffer }[] {
  const files: { filename: string; bytes: Buffer }[] = [];
  for (let number = 0; number < 150; number += 1) {
    const name = `demo-${number}`;
    files.push(makeWheel({ name, version: "1.0", files: { "demo.py": `number = ${number}\n` } }));
    if (number % 15 === 0)
      files.push(makeSdist({ name, version: "1.0", files: { "demo.py": `number = ${number}\n` } }));
  }
  return files;
}

test.each([1, 2, 3])(
  "with %d threads every file gets its own outcome, also where sdists wait",
  async (jobs) => {
    const folder = temporaryDirectory();
    const outcomes = new Map<string, InspectionOutcome>();
    const files = makeFiles();
    for (const { filename, bytes } of files) writeFileSync(join(folder, filename), bytes);
    const work = {
      bytes: (task: (typeof files)[number]) => task.bytes.length,
      request: ({ filename }: (typeof files)[number]) => ({
        file: join(folder, filename),
        filename,
        hash: true,
        gitObjectFormat: undefined,
        sidecar: undefined,
        staging: undefined,
        stagingTime: 0,
      }),
      done: ({ filename }: (typeof files)[number], outcome: InspectionOutcome) =>
        void outcomes.set(filename, outcome),
    };
    await inspectAll(files, work, jobs);
    const found = files.map(({ filename }) => {
      const outcome = outcomes.get(filename);
      return [filename, outcome?.ok === true ? outcome.inspection.sha256 : outcome];
    });
    expect(found).toEqual(
      files.map(({ filename, bytes }) => [filename, createHash("sha256").update(bytes).digest("hex")]),
    );
  },
);
