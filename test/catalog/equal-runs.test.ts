/** An incremental run, a rebuild and a run from nothing but files and records give equal trees. */
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";

import { makeSdist } from "../support/make-sdist.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { EPOCH, IndexFolder } from "./index-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Every file that may come and go, and its folder. */
const FILES = [
  ...["1.0", "2.0rc1", "43!1.0", "1.0+local.1"].map((version) =>
    makeWheel({ name: "alpha", version, metadata: { summary: version, requiresPython: ">=3.8" } }),
  ),
  makeSdist({ name: "alpha", version: "1.0" }),
  makeWheel({ name: "Beta.Pkg", version: "1.0", metadata: { requiresDist: ["alpha>=1"] } }),
  makeWheel({ name: "Beta.Pkg", version: "1.1", build: "1" }),
  makeWheel({ name: "gamma", version: "1.0" }),
].map(({ filename, bytes }, index) => ({ filename, bytes, folder: index % 2 === 0 ? "one" : "two/deep" }));

const PROJECTS: readonly (readonly [RegExp, string])[] = [
  [/^alpha/, "alpha"],
  [/^beta/, "beta-pkg"],
  [/^gamma/, "gamma"],
];

type Step =
  | { readonly kind: "add" | "remove" | "touch"; readonly file: number }
  | { readonly kind: "decide"; readonly file: number; readonly event: string; readonly reason?: string }
  | { readonly kind: "status"; readonly project: string; readonly status: string };

const anyFile = fc.nat(FILES.length - 1);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("add" as const), file: anyFile }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "touch" as const), file: anyFile }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        kind: fc.constant("decide" as const),
        file: anyFile,
        event: fc.constantFrom("yanked", "unyanked", "removed"),
        reason: fc.constantFrom("", "broken", "two\nlines & <tags>"),
      },
      { requiredKeys: ["kind", "file", "event"] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("status" as const),
      project: fc.constantFrom("alpha", "beta-pkg", "gamma"),
      status: fc.constantFrom("active", "archived", "quarantined"),
    }),
  },
);

function carryOut(index: IndexFolder, step: Step): void {
  const time = new Date((index.epoch + 30) * 1000).toISOString();
  if (step.kind === "status") {
    index.addRecord(step.project, { event: "status", status: step.status, time });
    return;
  }
  const { filename, bytes, folder } = FILES[step.file] ?? FILES[0]!;
  const path = `${folder}/${filename}`;
  const isThere = existsSync(index.path(path));
  if (step.kind === "add" && !isThere) index.write(path, bytes);
  else if (step.kind === "remove" && isThere) index.remove(path);
  else if (step.kind === "touch" && isThere) index.touch(path);
  else if (step.kind === "decide") {
    const project = PROJECTS.find(([pattern]) => pattern.test(filename))?.[1] ?? "";
    const { event, reason } = step;
    // Nobody removes what never was on record.
    const records = index.path(`.pkgindex/records/${project}.jsonl`);
    const isKnown =
      existsSync(records) && readFileSync(records, "utf8").includes(`"uploaded","file":"${filename}"`);
    if (event === "removed" && !isKnown) return;
    index.addRecord(project, { event, file: filename, ...(reason === undefined ? {} : { reason }), time });
  }
}

/** Deletes all but files and records. */
function deletePages(index: IndexFolder): void {
  for (const path of index.generated()) index.remove(path);
}

test.each(["outside git", "in git"])("%s, after any sequence of changes", async (place) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyStep, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      async (rounds) => {
        const index = new IndexFolder();
        if (place === "in git") index.git("init", "--quiet");
        index.write("one/keeper-1.0-py3-none-any.whl", makeWheel({ name: "keeper", version: "1.0" }).bytes);
        await index.generate();
        for (const steps of rounds) {
          for (const step of steps) carryOut(index, step);
          const env = { SOURCE_DATE_EPOCH: String(EPOCH - 1) };
          await index.generate([], { env });
          if (place === "in git") index.commit();
        }
        const incremental = index.tree();
        await index.generate(["--check"]);
        await index.generate(["--rebuild"]);
        expect(index.tree(), "after --rebuild").toEqual(incremental);
        deletePages(index);
        await index.generate();
        expect(index.tree(), "from nothing").toEqual(incremental);
      },
    ),
    { numRuns: place === "in git" ? 6 : 18, seed: 3, endOnFailure: true },
  );
});

test.each(["outside git", "in git"])(
  "%s, after a line in the records that changes nothing",
  async (place) => {
    const index = new IndexFolder();
    if (place === "in git") index.git("init", "--quiet");
    index.addWheel({ name: "a", version: "1.0" });
    await index.generate();
    index.addRecord("a", { event: "unyanked", file: "a-1.0-py3-none-any.whl", time: "2026-02-01T00:00:00Z" });
    await index.generate();
    const incremental = index.tree();
    await index.generate(["--check"]);
    await index.generate(["--rebuild"]);
    expect(index.tree()).toEqual(incremental);
  },
);

test("with one thread and with several, in folders that were made in any order", async () => {
  const [first, second] = [new IndexFolder(), new IndexFolder()];
  for (const { folder, filename, bytes } of FILES) first.write(`${folder}/${filename}`, bytes);
  for (const { folder, filename, bytes } of FILES.toReversed()) second.write(`${folder}/${filename}`, bytes);
  await first.generate(["--jobs", "1"]);
  await second.generate(["--jobs", "4"]);
  expect(second.tree()).toEqual(first.tree());
});

test("in another place, at another time, by other times of files", async () => {
  const [first, second] = [new IndexFolder(), new IndexFolder()];
  const env = { SOURCE_DATE_EPOCH: String(EPOCH) };
  first.addWheel({ name: "a", version: "1.0" });
  await first.generate([], { env });
  second.addWheel({ name: "a", version: "1.0" });
  second.touch("a/a-1.0-py3-none-any.whl");
  await second.generate([], { env });
  expect(second.tree()).toEqual(first.tree());
});

test("a run that was killed between the pages for installers and those for people is completed by the next", async () => {
  const place = new IndexFolder();
  const wheel = place.addWheel({ name: "alpha", version: "1.0" });
  await place.run();
  const late = ["project/alpha/index.html", "-/feeds/alpha.xml", "simple/index.html", "simple/index.v1.json"];
  const paths = late.map((path) => join(place.root, path));
  const before = paths.map((path) => ({ path, bytes: readFileSync(path), stats: statSync(path) }));
  place.addRecord("alpha", {
    event: "yanked",
    file: basename(wheel),
    time: "2026-01-02T00:00:00Z",
    reason: "broken",
  });
  await place.run();
  const whole = place.tree();
  for (const { path, bytes, stats } of before) {
    writeFileSync(path, bytes);
    utimesSync(path, stats.atime, stats.mtime);
  }
  expect(place.tree()).not.toEqual(whole);
  await place.run();
  expect(place.tree()).toEqual(whole);
});
