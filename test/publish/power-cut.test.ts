/**
 * Power cuts. A file system may lose whatever was not synced, in any combination: the content of a new file (which is
 * empty then), a rename (the old file is back), a deletion, a time. The next run has to bring the index to the very bytes
 * that a quiet run makes, and what was synced must still be there.
 */
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test, vi } from "vitest";

import type * as TreeWriters from "../../src/io/tree-writer.ts";
import { createDice } from "../archive/random-bytes.ts";
import { EPOCH, IndexFolder } from "../catalog/index-folder.ts";
import { makeWheel } from "../support/make-wheel.ts";

vi.setConfig({ testTimeout: 240_000 });

interface OldFile {
  readonly bytes: Buffer;
  readonly mtimeMs: number;
}

/** One change of a directory or a file's time that a power cut may take back. */
interface Change {
  readonly kind: "place" | "remove" | "touch";
  readonly path: string;
  readonly before: OldFile | undefined;
  /** Whether the content was synced before the file was put there: then the name may be lost, and the content not. */
  readonly isSynced: boolean;
}

/** What the disk has promised so far. */
class Disk {
  readonly changes: Change[] = [];
  readonly syncedContents = new Set<string>();
  /** The bytes of each file when its content and its name were both synced. */
  readonly safe = new Map<string, Buffer>();
  /** After how many changes the power goes. */
  stepsLeft: number;

  constructor(stepsLeft: number) {
    this.stepsLeft = stepsLeft;
  }
}

const state = vi.hoisted((): { disk: unknown } => ({ disk: undefined }));

vi.mock("../../src/io/tree-writer.ts", async (importOriginal) => {
  const { createTreeWriter } = await importOriginal<typeof TreeWriters>();
  return {
    createTreeWriter: (root: string, staging: string): TreeWriters.TreeWriter => {
      const writer = createTreeWriter(root, staging);
      return state.disk instanceof Disk ? journal(writer, root, state.disk) : writer;
    },
  };
});

function journal(writer: TreeWriters.TreeWriter, root: string, disk: Disk): TreeWriters.TreeWriter {
  const step = (kind: Change["kind"], path: string, isSynced = false): void => {
    if (disk.stepsLeft === 0) throw new Error("the power is gone");
    disk.stepsLeft -= 1;
    disk.changes.push({ kind, path, before: look(join(root, path)), isSynced });
  };
  return {
    stage: writer.stage,
    place: (staged, path) => {
      step("place", path, disk.syncedContents.delete(staged));
      writer.place(staged, path);
    },
    touch: (path, mtimeMs) => {
      step("touch", path);
      writer.touch(path, mtimeMs);
    },
    remove: (path) => {
      step("remove", path);
      writer.remove(path);
    },
    sync: (paths) => {
      if (disk.stepsLeft === 0) throw new Error("the power is gone");
      for (const path of paths) {
        if (path.includes(".pkgindex/tmp")) disk.syncedContents.add(path);
        else {
          const folder = relative(root, path);
          for (const lasting of disk.changes.filter((each) => dirname(each.path) === (folder || "."))) {
            disk.changes.splice(disk.changes.indexOf(lasting), 1);
            expect(lasting.isSynced, `${lasting.path} is synced before its folder`).toBe(true);
            disk.safe.set(lasting.path, readFileSync(join(root, lasting.path)));
          }
        }
      }
      return Promise.resolve();
    },
  };
}

function look(path: string): OldFile | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && { bytes: readFileSync(path), mtimeMs: stats.mtimeMs };
}

/** Takes back what the dice say; the newest changes first, as each one stands on those before it. */
function cutPower(index: IndexFolder, disk: Disk, dice: (limit: number) => number): string[] {
  const lost: string[] = [];
  for (const { kind, path, before, isSynced } of disk.changes.toReversed()) {
    const fate = dice(3);
    if (fate === 0) continue;
    const target = index.path(path);
    if (kind === "place" && fate === 1 && !isSynced) {
      // The name is there, its content never reached the disk.
      lost.push(`content of ${path}`);
      const { mtimeMs } = statSync(target);
      truncateSync(target, 0);
      utimesSync(target, mtimeMs / 1000, mtimeMs / 1000);
    } else {
      lost.push(`${kind} of ${path}`);
      if (before === undefined) rmSync(target, { force: true });
      else {
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(`${target}.old`, before.bytes);
        renameSync(`${target}.old`, target);
        utimesSync(target, before.mtimeMs / 1000, before.mtimeMs / 1000);
      }
    }
  }
  return lost;
}

const wheelOf = (version: string, summary: string) =>
  makeWheel({ name: "a", version, metadata: { summary } });

/** The index as it is before the run that is cut. */
async function startIndex(): Promise<IndexFolder> {
  const index = new IndexFolder();
  for (const version of ["1.0", "2.0", "3.0"]) {
    index.write(`a/${wheelOf(version, "x").filename}`, wheelOf(version, "one").bytes);
  }
  for (const name of ["b", "gone"]) index.addWheel({ name, version: "1.0" });
  await generate(index, EPOCH);
  return index;
}

/** What happens to it: wheels come, go and are replaced, by others of equal size too; a project goes; one is yanked. */
function change(index: IndexFolder): void {
  index.addWheel({ name: "new", version: "1.0" });
  index.addWheel({ name: "a", version: "4.0" });
  index.write(`a/${wheelOf("2.0", "x").filename}`, wheelOf("2.0", "two").bytes);
  index.write(`a/${wheelOf("3.0", "x").filename}`, wheelOf("3.0", "a longer summary").bytes);
  index.remove("a/a-1.0-py3-none-any.whl");
  index.remove("gone/gone-1.0-py3-none-any.whl");
  const time = "2026-01-01T00:30:00Z";
  index.addRecord("b", { event: "yanked", file: "b-1.0-py3-none-any.whl", reason: "x", time });
}

async function generate(index: IndexFolder, seconds: number, options: readonly string[] = []): Promise<void> {
  await index.generate(["--allow-replace", ...options], { env: { SOURCE_DATE_EPOCH: String(seconds) } });
}

/** The tree that an undisturbed run makes, and how many changes it takes. */
async function quietRun(first: boolean): Promise<{ tree: Record<string, string>; steps: number }> {
  const disk = new Disk(Infinity);
  const index = first ? new IndexFolder() : await startIndex();
  changeOf(index, first);
  state.disk = disk;
  await generate(index, EPOCH + 3600);
  state.disk = undefined;
  return { tree: index.tree(), steps: disk.changes.length + disk.safe.size };
}

function changeOf(index: IndexFolder, first: boolean): void {
  if (!first) return change(index);
  for (const name of ["a", "b", "c"]) index.addWheel({ name, version: "1.0" });
  index.addWheel({ name: "a", version: "2.0" });
}

const SYNCED_AT_FIRST = [
  ".pkgindex/.gitattributes",
  ...["a", "b", "c"].map((name) => `.pkgindex/records/${name}.jsonl`),
];

// The sidecars are those that take the place of others, which can have the same size.
const SYNCED_LATER = [
  ".pkgindex/records/a.jsonl",
  ".pkgindex/records/new.jsonl",
  "a/a-2.0-py3-none-any.whl.metadata",
  "a/a-3.0-py3-none-any.whl.metadata",
];

test.each([
  ["a first run", true, 25, SYNCED_AT_FIRST],
  ["an update", false, 45, SYNCED_LATER],
])("%s that lost its power anywhere is mended by the next", async (_, first, trials, synced) => {
  const { tree, steps } = await quietRun(first);
  expect(steps).toBeGreaterThan(10);
  const dice = createDice(2026);
  const unmended: string[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const index = first ? new IndexFolder() : await startIndex();
    changeOf(index, first);
    // Half of the cuts come when all was done and nothing had reached the disk yet.
    const disk = new Disk(trial % 2 === 0 ? Infinity : dice(steps));
    state.disk = disk;
    const clock = { SOURCE_DATE_EPOCH: String(EPOCH + 3600) };
    await index.run(["--allow-replace"], clock);
    state.disk = undefined;
    if (disk.stepsLeft > 0) expect([...disk.safe.keys()].toSorted()).toEqual(synced);
    const lost = cutPower(index, disk, dice);
    for (const [path, bytes] of disk.safe) expect(index.read(path), path).toEqual(bytes);
    await generate(index, EPOCH + 3600);
    const healed = index.tree();
    const paths = Object.keys({ ...healed, ...tree }).filter((path) => healed[path] !== tree[path]);
    if (paths.length > 0) unmended.push(`trial ${trial}: ${paths.join(", ")} (lost: ${lost.join(", ")})`);
  }
  expect(unmended).toEqual([]);
});
