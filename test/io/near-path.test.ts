import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

import { nearPath } from "../../src/io/near-path.ts";
import { temporaryDirectory } from "../support/make-tree.ts";

const before = process.cwd();
afterEach(() => process.chdir(before));

test("a folder at or below the working directory is named as seen from there, any other as it is", () => {
  const folder = temporaryDirectory();
  process.chdir(folder);
  const here = process.cwd();
  expect(nearPath(here)).toBe(".");
  expect(nearPath(join(here, "a/b"))).toBe("a/b");
  expect(nearPath(join(here, ".."))).toBe(join(here, ".."));
  expect(nearPath(`${here}-other`)).toBe(`${here}-other`);
  expect(nearPath("/")).toBe("/");
});
