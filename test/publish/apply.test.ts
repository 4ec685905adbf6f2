import { describe, expect, test } from "vitest";

import type { TreeWriter } from "../../src/io/tree-writer.ts";
import { applyPlan } from "../../src/publish/apply.ts";
import { planPublication, type Plan } from "../../src/publish/plan.ts";

/** A writer that only remembers what it was asked for; syncs take their time. */
function createRecorder(): { readonly writer: TreeWriter; readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    writer: {
      stage: () => "",
      place: (staged, path) => void log.push(`place ${path} from ${staged}`),
      touch: (path, mtimeMs) => void log.push(`touch ${path} ${mtimeMs}`),
      remove: (path) => void log.push(`remove ${path}`),
      sync: async (paths) => {
        log.push(`sync ${paths.join(" ")}`);
        await new Promise((resolve) => setImmediate(resolve));
        log.push("synced");
      },
    },
  };
}

const PLAN: Plan = planPublication({
  isWhole: false,
  files: [{ path: "new/new.whl", staged: "/t/7" }],
  fileDeletions: ["old/old.whl"],
  records: [
    { path: ".pkgindex/records/a.jsonl", staged: "/t/1" },
    { path: ".pkgindex/.gitattributes", staged: "/t/2" },
  ],
  replacedSidecars: [{ path: "b/deep/b.whl.metadata", staged: "/t/8" }],
  sidecars: [{ path: "a/a.whl.metadata", staged: "/t/3" }],
  projectPages: [
    { path: "simple/a/index.html", staged: "/t/4", onDisk: "absent" },
    { path: "simple/a/index.v1.json", staged: "/t/5", onDisk: "other" },
    { path: "simple/b/index.html", staged: undefined, onDisk: "same" },
  ],
  listPages: [{ path: "simple/index.html", staged: "/t/6", onDisk: "other" }],
  stalePages: ["simple/c/index.html"],
  orphanSidecars: ["c/c.whl.metadata"],
  knownPages: 0,
});

describe("a plan is carried out", () => {
  test("records, files and replaced sidecars first and synced, then sidecars, project pages, the list, and deletions last", async () => {
    const { writer, log } = createRecorder();
    await applyPlan(PLAN, writer, "/root", 1234, () => undefined);
    expect(log).toEqual([
      "sync /t/1 /t/2 /t/7 /t/8",
      "synced",
      "place .pkgindex/records/a.jsonl from /t/1",
      "place .pkgindex/.gitattributes from /t/2",
      "place new/new.whl from /t/7",
      "place b/deep/b.whl.metadata from /t/8",
      "sync /root/.pkgindex/records /root/.pkgindex /root/b/deep /root/new /root/b /root",
      "synced",
      "place a/a.whl.metadata from /t/3",
      "place simple/a/index.html from /t/4",
      "place simple/a/index.v1.json from /t/5",
      "place simple/index.html from /t/6",
      "touch simple/b/index.html 1234",
      "remove simple/c/index.html",
      "remove c/c.whl.metadata",
      "remove old/old.whl",
    ]);
  });

  test("and says how far it is, up to the end", async () => {
    const steps: string[] = [];
    await applyPlan(PLAN, createRecorder().writer, "/root", 0, (done, total) =>
      steps.push(`${done}/${total}`),
    );
    expect(steps).toEqual(Array.from({ length: 11 }, (_, index) => `${index + 1}/11`));
  });

  test("and places nothing where a record cannot be synced", async () => {
    const { writer, log } = createRecorder();
    const broken = { ...writer, sync: () => Promise.reject(new Error("EIO")) };
    await expect(applyPlan(PLAN, broken, "/root", 0, () => undefined)).rejects.toThrow("EIO");
    expect(log).toEqual([]);
  });

  test("and places nothing that was not staged", async () => {
    const { writer, log } = createRecorder();
    const plan = {
      ...PLAN,
      records: [],
      files: [],
      replacedSidecars: [],
      sidecars: [{ path: "a/a.whl.metadata", staged: undefined }],
    };
    await expect(applyPlan(plan, writer, "/root", 0, () => undefined)).rejects.toThrow("was not staged");
    expect(log.filter((line) => line.startsWith("place"))).toEqual([]);
  });

  test("and as a whole, where it is one: the journal stands from before its first file to after its last", async () => {
    const { writer, log } = createRecorder();
    const plan = { ...PLAN, isWhole: true };
    const journal: string[] = [];
    const stage = (bytes: Uint8Array): string => {
      journal.push(Buffer.from(bytes).toString());
      return "/root/.pkgindex/tmp/j";
    };
    await applyPlan(plan, { ...writer, stage }, "/root", 0, () => undefined);
    const steps = log.filter((line) => !line.startsWith("touch") && line !== "synced");
    expect(steps.slice(0, 9)).toEqual([
      "sync /t/1 /t/2 /t/7 /t/8",
      "sync /root/.pkgindex/tmp/j",
      "place .pkgindex/journal.json from /root/.pkgindex/tmp/j",
      "sync /root/.pkgindex",
      "place .pkgindex/records/a.jsonl from /t/1",
      "place .pkgindex/.gitattributes from /t/2",
      "place new/new.whl from /t/7",
      "place b/deep/b.whl.metadata from /t/8",
      "sync /root/.pkgindex/records /root/.pkgindex /root/b/deep /root/new /root/b /root",
    ]);
    expect(steps.slice(-2)).toEqual(["remove old/old.whl", "remove .pkgindex/journal.json"]);
    expect(journal.map((text) => JSON.parse(text) as unknown)).toEqual([
      {
        format: 1,
        placements: [
          { staged: "../t/1", path: ".pkgindex/records/a.jsonl" },
          { staged: "../t/2", path: ".pkgindex/.gitattributes" },
          { staged: "../t/7", path: "new/new.whl" },
          { staged: "../t/8", path: "b/deep/b.whl.metadata" },
        ],
        deletions: ["old/old.whl"],
      },
    ]);
  });
});
