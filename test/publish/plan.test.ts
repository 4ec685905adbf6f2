import { describe, expect, test } from "vitest";

import {
  formatPlan,
  isEmptyPlan,
  NOTHING_WANTED as NOTHING,
  planPublication,
  type WantedPage,
  type WantedTree,
} from "../../src/publish/plan.ts";

function page(path: string, onDisk: WantedPage["onDisk"]): WantedPage {
  const isWritten = onDisk === "absent" || onDisk === "other";
  return { path, staged: isWritten ? `/tmp/${path}` : undefined, onDisk };
}

describe("a page", () => {
  test.each([
    ["that is missing is written", "absent", { pages: 1, touches: 0, unchangedPages: 0 }],
    ["with other bytes is written", "other", { pages: 1, touches: 0, unchangedPages: 0 }],
    ["with the same bytes gets a new time", "same", { pages: 0, touches: 1, unchangedPages: 1 }],
    ["of somebody else stays and is not counted", "kept", { pages: 0, touches: 0, unchangedPages: 0 }],
  ] as const)("of a project %s", (_, onDisk, expected) => {
    const plan = planPublication({ ...NOTHING, projectPages: [page("simple/a/index.html", onDisk)] });
    const { pages, touches, unchangedPages } = plan;
    expect({ pages: pages.length, touches: touches.length, unchangedPages }).toEqual(expected);
    expect(isEmptyPlan(plan)).toBe(expected.pages === 0);
  });

  test("of the list with the same bytes keeps its time: it vouches for nothing", () => {
    const plan = planPublication({ ...NOTHING, listPages: [page("simple/index.html", "same")] });
    expect([plan.touches, plan.unchangedPages]).toEqual([[], 1]);
  });
});

test("nothing wanted is nothing to do", () => {
  const plan = planPublication({ ...NOTHING, knownPages: 12 });
  expect([isEmptyPlan(plan), plan.unchangedPages, formatPlan(plan)]).toEqual([true, 12, []]);
});

test.each<[string, Partial<WantedTree>]>([
  ["a record", { records: [{ path: "r", staged: "/r" }] }],
  ["a file that comes in", { files: [{ path: "f", staged: "/f" }] }],
  ["a file that goes", { fileDeletions: ["f"] }],
  ["a sidecar that takes the place of another", { replacedSidecars: [{ path: "s", staged: "/s" }] }],
  ["a sidecar", { sidecars: [{ path: "s", staged: "/s" }] }],
  ["a page", { listPages: [page("p", "absent")] }],
  ["a stale page", { stalePages: ["p"] }],
  ["an orphan sidecar", { orphanSidecars: ["s"] }],
])("%s is something to do", (_, wanted) => {
  expect(isEmptyPlan(planPublication({ ...NOTHING, ...wanted }))).toBe(false);
});

test("all has its order, its count and its line", () => {
  const plan = planPublication({
    isWhole: true,
    records: [{ path: ".pkgindex/records/a.jsonl", staged: "/1" }],
    files: [{ path: "a/a.whl", staged: "/2" }],
    fileDeletions: ["d/d.whl"],
    replacedSidecars: [{ path: "b/b.whl.metadata", staged: "/3" }],
    sidecars: [{ path: "a/a.whl.metadata", staged: undefined }],
    projectPages: [page("simple/a/index.html", "absent"), page("simple/b/index.html", "same")],
    listPages: [page("simple/index.html", "other"), page("404.html", "same"), page(".nojekyll", "kept")],
    stalePages: ["simple/c/index.html"],
    orphanSidecars: ["c/c.whl.metadata"],
    knownPages: 4,
  });
  expect(formatPlan(plan)).toEqual([
    "record   .pkgindex/records/a.jsonl",
    "file     a/a.whl",
    "sidecar  b/b.whl.metadata",
    "sidecar  a/a.whl.metadata",
    "write    simple/a/index.html",
    "write    simple/index.html",
    "delete   simple/c/index.html",
    "delete   c/c.whl.metadata",
    "delete   d/d.whl",
  ]);
  expect([plan.unchangedPages, plan.deletedPages, plan.touches]).toEqual([6, 1, ["simple/b/index.html"]]);
});

test("what is written is not deleted in the same breath", () => {
  const plan = planPublication({
    ...NOTHING,
    projectPages: [page("simple/index.html", "absent")],
    stalePages: ["simple/index.html", "simple/old/index.html"],
  });
  expect(plan.deletions).toEqual(["simple/old/index.html"]);
});
