/** Pages, lists and sidecars that were deleted, cut or touched by hand come back byte for byte. */
import { appendFileSync, renameSync, truncateSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";

import { makeSdist } from "../support/make-sdist.ts";
import { IndexFolder, tick } from "./index-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

const SIDECAR = "a/a-2.0-py3-none-any.whl.metadata";
const MADE = [
  "simple/a/index.html",
  "simple/a/index.v1.json",
  "simple/index.html",
  "simple/index.v1.json",
  "404.html",
  SIDECAR,
] as const;

/** An index with all that a page can say, made before or after `git init`. */
async function startIndex(place: (typeof PLACES)[number]): Promise<IndexFolder> {
  const index = new IndexFolder();
  if (place !== "outside git") index.git("init", "--quiet");
  index.addWheel({ name: "a", version: "1.0", metadata: { requiresPython: ">=3.8", summary: "one" } });
  index.addWheel({ name: "a", version: "2.0", metadata: { summary: "two", requiresDist: ["b>=1"] } });
  const sdist = makeSdist({ name: "a", version: "1.0", pkgInfo: { requiresPython: "<4" } });
  index.write(`a/${sdist.filename}`, sdist.bytes);
  index.addWheel({ name: "b", version: "1.0" });
  index.addRecord("a", {
    event: "yanked",
    file: "a-1.0.tar.gz",
    reason: "old",
    time: "2027-01-01T00:00:00Z",
  });
  index.addRecord("b", { event: "status", status: "quarantined", time: "2027-01-01T00:00:00Z" });
  await index.generate();
  if (place === "in git after the commit") index.commit();
  await index.generate();
  return index;
}

const PLACES = ["outside git", "in git before the commit", "in git after the commit"] as const;

const SPOILS: readonly (readonly [string, (index: IndexFolder, path: string) => void])[] = [
  ["deleted", (index, path) => index.remove(path)],
  ["emptied", (index, path) => truncateSync(index.path(path), 0)],
  ["cut in the middle", (index, path) => truncateSync(index.path(path), index.read(path).length >> 1)],
  ["cut by a byte", (index, path) => truncateSync(index.path(path), index.read(path).length - 1)],
  ["continued", (index, path) => appendFileSync(index.path(path), "<!-- more -->\n")],
  ["edited in place, its size as before", (index, path) => index.editByte(path)],
  [
    "put in place of itself by an editor",
    (index, path) => {
      const bytes = index.read(path);
      index.write(`${path}.swap`, Buffer.concat([bytes.subarray(0, -2), Buffer.from("\n\n")]));
      renameSync(index.path(`${path}.swap`), index.path(path));
    },
  ],
];

describe.each(PLACES)("%s", (place) => {
  // Each run in git asks it several times; the ways of damage are the same.
  const spoils =
    place === "outside git" ? SPOILS : SPOILS.filter(([name]) => /deleted|middle|place,/.test(name));

  test.each(spoils)("what was %s comes back", async (_, spoil) => {
    const index = await startIndex(place);
    const before = index.tree();
    for (const path of MADE) {
      await tick();
      spoil(index, path);
      expect(index.tree(), path).not.toEqual(before);
      await index.generate();
      expect(index.tree(), path).toEqual(before);
    }
  });

  test("all pages and sidecars come back at once", async () => {
    const index = await startIndex(place);
    const before = index.tree();
    for (const path of index.generated()) index.remove(path);
    index.remove("simple");
    const { bytesHashed } = await index.generate();
    expect(index.tree()).toEqual(before);
    if (place === "in git after the commit") expect(bytesHashed).toBe(0);
    expect((await index.generate()).filesRead).toBe(0);
  });

  test("--check finds whatever was done, writes nothing, and is content afterwards", async () => {
    const index = await startIndex(place);
    await index.generate(["--check"]);
    for (const path of MADE) {
      await tick();
      index.editByte(path);
      const before = index.tree();
      await index.generate(["--check"], { code: 1 });
      expect(index.tree(), path).toEqual(before);
      await index.generate();
    }
    await index.generate(["--check"]);
  });

  test("--rebuild mends even what hides behind an old time", async () => {
    const index = await startIndex(place);
    const before = index.tree();
    for (const path of MADE) index.editByte(path);
    await index.generate(["--rebuild"]);
    expect(index.tree()).toEqual(before);
  });
});

test("--check finds every kind of byte in every file that was made", async () => {
  const index = await startIndex("outside git");
  // A 404.html that does not say whose it is may be anybody's, and stays.
  const made = index.generated().filter((path) => path !== "404.html" && index.read(path).length > 0);
  expect(made.length).toBeGreaterThan(8);
  for (const path of made) {
    const bytes = index.read(path);
    const step = Math.max(1, Math.ceil(bytes.length / 12));
    for (let at = made.indexOf(path) % step; at < bytes.length; at += step) {
      index.editByte(path, at);
      const { code } = await index.run(["--check", "--quiet"]);
      expect(code, `${path} at ${at}`).toBe(1);
      index.write(path, bytes);
    }
  }
  await index.generate(["--check"]);
});

test("a page whose private key was touched by hand comes back", async () => {
  const index = await startIndex("outside git");
  const before = index.tree();
  for (const path of ["simple/a/index.v1.json", "simple/index.v1.json"]) {
    index.editByte(path, index.read(path).indexOf('"_pkgindex"') + 3);
    await index.generate();
    expect(index.tree()).toEqual(before);
  }
});

describe("a record file that lost lines", () => {
  test("is named, and what the page lists counts as new", async () => {
    const index = await startIndex("outside git");
    const path = ".pkgindex/records/a.jsonl";
    const before = index.tree();
    const records = index.read(path);
    index.write(path, "");
    const report = await index.generate();
    expect(report.problems).toMatchObject([
      {
        code: "records-lost",
        severity: "note",
        path: `index/${path}`,
        message: expect.stringContaining("on 3 files") as unknown,
      },
    ]);
    expect((await index.generate()).problems).toEqual([]);
    index.write(path, records);
    expect((await index.generate()).problems).toEqual([]);
    expect(index.tree()).toEqual(before);
  });

  test("has its faults in the order of its lines", async () => {
    const index = await startIndex("outside git");
    index.write(".pkgindex/records/a.jsonl", "x\n".repeat(11));
    const { problems } = await index.generate([], { code: 1 });
    expect(problems.map(({ path }) => Number(path.split(":").at(-1)))).toEqual(
      Array.from({ length: 11 }, (_, line) => line + 1),
    );
  });
});
