/** The demo in `index/` is what its script makes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { makeDemo } from "../support/make-demo.ts";
import { demoFiles, demoRoot } from "./support/demo-index.ts";

it("every file of the demo is there, and no other", () => {
  const paths = makeDemo().map(({ path }) => path);
  expect(demoFiles().toSorted()).toEqual(paths.toSorted());
});

it.each(makeDemo())("$path has the bytes that its script makes", ({ path, bytes }) => {
  expect(readFileSync(join(demoRoot, path)).equals(bytes)).toBe(true);
});

it("the demo stays small", () => {
  expect(makeDemo().reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(32 * 1024);
});
