/**
 * Branches with random histories of releases, merged by git itself: records never conflict, and what comes out does not
 * depend on the order. The only help that git has is the attributes file that pkgindex writes beside the records.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { formatRecordLine, type RecordLine } from "../../src/catalog/record-events.ts";
import {
  ATTRIBUTES_TEXT,
  mergeRecordFile,
  readProjectState,
  recordPath,
} from "../../src/catalog/record-files.ts";
import type { Problem } from "../../src/errors.ts";
import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import { makeTemporaryDirectory, makeTree, readTree, removeDirectory } from "../support/make-tree.ts";
import { makeWheel } from "../support/make-wheel.ts";
import { EPOCH, runHere } from "./index-folder.ts";

const PROJECTS = ["one", "two"];
const VERSIONS = ["1.0", "2.0", "3.0"];

/** One command, so many seconds after the branch point. Branches act at the same seconds, as people in a team do. */
interface Act {
  readonly args: readonly string[];
  readonly at: number;
}

const release = fc.tuple(fc.constantFrom(...PROJECTS), fc.constantFrom(...VERSIONS));
const args = fc.oneof(
  {
    weight: 4,
    arbitrary: release.map(([name, version]) => ["add", `../../dist/${name}-${version}-py3-none-any.whl`]),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(release, fc.constantFrom("broken", "old", undefined))
      .map(([[name, version], reason]) => [
        "yank",
        `${name}==${version}`,
        ...(reason === undefined ? [] : ["--reason", reason]),
      ]),
  },
  {
    weight: 2,
    arbitrary: release.map(([name, version]) => ["unyank", `${name}-${version}-py3-none-any.whl`]),
  },
  { weight: 2, arbitrary: release.map(([name, version]) => ["remove", `${name}==${version}`, "--yes"]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...PROJECTS), fc.constantFrom("archived", "deprecated", "quarantined", "active"))
      .map(([name, status]) => ["status", name, status]),
  },
);
const history = fc.array(fc.record({ args, at: fc.integer({ min: 0, max: 4 }) }), {
  minLength: 1,
  maxLength: 6,
});

function git(cwd: string, ...words: string[]): string {
  return execFileSync("git", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function commitAll(repository: string): void {
  git(repository, "add", "--all");
  git(repository, "commit", "--quiet", "--allow-empty", "--message=m");
}

/** Carries a history out on a branch of its own. A command that is refused changes nothing, and that is fine here. */
async function act(repository: string, branch: string, acts: readonly Act[]): Promise<void> {
  git(repository, "checkout", "--quiet", "-b", branch, "main");
  let now = EPOCH + 100;
  for (const { args: words, at } of acts) {
    now += at;
    const { code, stderr } = await runHere(repository, words, { SOURCE_DATE_EPOCH: String(now) });
    expect(code, stderr).toBeLessThanOrEqual(1);
  }
  commitAll(repository);
}

interface Merged {
  readonly conflicts: readonly string[];
  readonly states: readonly unknown[];
  readonly problems: readonly Problem[];
  readonly tree: Record<string, string>;
}

/** Merges the branches in this order in a copy of the repository, and lets `generate` make what is derived. */
async function mergeInOrder(repository: string, copy: string, branches: readonly string[]): Promise<Merged> {
  cpSync(repository, copy, { recursive: true, preserveTimestamps: true });
  const [first = "main", ...others] = branches;
  git(copy, "checkout", "--quiet", first);
  const conflicts: string[] = [];
  const run = async (): Promise<void> => {
    const { code, stderr } = await runHere(copy, ["generate", "--allow-empty"], {
      SOURCE_DATE_EPOCH: "1800000000",
    });
    expect(code, stderr).toBe(0);
  };
  await run();
  for (const branch of others) {
    commitAll(copy);
    spawnSync("git", ["merge", "--quiet", "--no-edit", branch], { cwd: copy });
    const lines = git(copy, "diff", "--name-only", "--diff-filter=U").split("\n").filter(Boolean);
    conflicts.push(...lines);
    // As a person would: what is derived is made again, and then the merge is committed.
    await run();
    commitAll(copy);
  }
  const root = join(copy, "index");
  const problems: Problem[] = [];
  const states = PROJECTS.map((name) => {
    const { status, files } = readProjectState(root, normalizeProjectName(name), problems);
    return { status, files: Object.fromEntries([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
  });
  expect((await runHere(copy, ["generate", "--check", "--allow-empty"])).code).toBe(0);
  return { conflicts, states, problems, tree: readTree(root) };
}

let folder: string;
let runs = 0;

beforeAll(async () => {
  folder = makeTemporaryDirectory();
  for (const name of PROJECTS)
    for (const version of VERSIONS) {
      const { filename, bytes } = makeWheel({ name, version });
      makeTree(join(folder, "dist"), { [filename]: bytes });
    }
  for (const [kind, ignored] of Object.entries({
    records: "/index/simple/\n/index/project/\n/index/-/\n/index/index.html\n*.metadata\n/index/404.html\n",
    pages: "",
  })) {
    const base = join(folder, "base", kind);
    makeTree(base, {
      ".gitignore": ignored,
      "pkgindex.toml": "",
      "index/one/.gitkeep": "",
      "index/two/.gitkeep": "",
    });
    git(base, "init", "--quiet", "--initial-branch=main");
    const env = { SOURCE_DATE_EPOCH: String(EPOCH) };
    expect((await runHere(base, ["generate", "--allow-empty"], env)).code).toBe(0);
    const first = PROJECTS.map((name) => `../../dist/${name}-1.0-py3-none-any.whl`);
    expect((await runHere(base, ["add", ...first], env)).code).toBe(0);
    commitAll(base);
  }
});
afterAll(() => removeDirectory(folder));

/** Acts out the histories on branches, merges them in each order, and expects one outcome. */
async function expectOneOutcome(
  kind: "records" | "pages",
  histories: readonly (readonly Act[])[],
  orders: readonly (readonly number[])[],
): Promise<readonly Merged[]> {
  const scene = join(folder, `run-${(runs += 1)}`);
  try {
    const repository = join(scene, "repository");
    cpSync(join(folder, "base", kind), repository, { recursive: true, preserveTimestamps: true });
    const branches = histories.map((_, index) => `branch-${index}`);
    for (const [index, acts] of histories.entries()) await act(repository, `branch-${index}`, acts);
    const outcomes: Merged[] = [];
    for (const [index, order] of orders.entries()) {
      const names = order.map((number) => branches[number] ?? "main");
      outcomes.push(await mergeInOrder(repository, join(scene, `merged-${index}`), names));
    }
    for (const { conflicts, problems, states, tree } of outcomes) {
      expect(problems).toEqual([]);
      expect(conflicts.filter((path) => path.includes(".pkgindex/"))).toEqual([]);
      expect(states).toEqual(outcomes[0]?.states);
      expect(tree).toEqual(outcomes[0]?.tree);
    }
    return outcomes;
  } finally {
    removeDirectory(scene);
  }
}

const ORDERS = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 2, 0],
];
/** Starting git and making pages takes its time on a busy machine: then fewer histories are tried. */
const BOUNDS = { interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false } as const;

interface Moment {
  readonly kind: string;
  readonly version: string;
  readonly at: number;
  readonly bytes: string;
}

const moments: fc.Arbitrary<Moment[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(
      "uploaded",
      "replaced",
      "removed",
      "moved",
      "yanked",
      "unyanked",
      "archived",
      "active",
    ),
    version: fc.constantFrom(...VERSIONS),
    at: fc.nat(5),
    bytes: fc.constantFrom("a", "b"),
  }),
  { maxLength: 8 },
);

/** The line of a moment: what happens at the same second on two branches gives the same line, or one that sorts beside it. */
function toLine(project: string, { kind, version, at, bytes }: Moment): RecordLine {
  const time = new Date((EPOCH + at) * 1000).toISOString();
  const file = `${project}-${version}-py3-none-any.whl`;
  const path = `${bytes}/${file}`;
  switch (kind) {
    case "uploaded":
    case "replaced":
      return formatRecordLine({ event: kind, file, sha256: bytes.repeat(64), size: 7, path, time });
    case "moved":
      return formatRecordLine({ event: kind, file, path, time });
    case "yanked":
      return formatRecordLine({ event: kind, file, reason: bytes, time });
    case "removed":
    case "unyanked":
      return formatRecordLine({ event: kind, file, time });
    default:
      return formatRecordLine({ event: "status", status: kind === "archived" ? kind : "active", time });
  }
}

/** Writes what happened on a branch into the records of all projects, and commits it. */
function record(repository: string, histories: readonly (readonly Moment[])[]): void {
  const root = join(repository, "index");
  for (const [number, happened] of histories.entries()) {
    const project = normalizeProjectName(`p${number}`);
    const bytes = mergeRecordFile(
      root,
      project,
      happened.map((moment) => toLine(project, moment)),
    );
    makeTree(root, { [recordPath(project)]: bytes });
  }
  commitAll(repository);
}

describe("record files that git merges", { timeout: 120_000 }, () => {
  it("never conflict, and say the same whichever was merged first", async () => {
    const COUNT = 60;
    const projects = Array.from({ length: COUNT }, (_, number) => normalizeProjectName(`p${number}`));
    const everyProject = fc.array(moments, { minLength: COUNT, maxLength: COUNT });
    // Each merge settles sixty projects at once: starting git takes longer than its work.
    const property = fc.property(
      everyProject,
      everyProject,
      everyProject,
      everyProject,
      (base, ...branches) => {
        const scene = join(folder, `records-${(runs += 1)}`);
        try {
          const repository = join(scene, "repository");
          makeTree(repository, { "index/.pkgindex/.gitattributes": ATTRIBUTES_TEXT });
          git(repository, "init", "--quiet", "--initial-branch=main");
          record(repository, base);
          for (const [number, histories] of branches.entries()) {
            git(repository, "checkout", "--quiet", "-b", `branch-${number}`, "main");
            record(repository, histories);
          }
          const outcomes = ORDERS.map((order) => {
            git(repository, "checkout", "--quiet", "--detach", "main");
            for (const number of order) git(repository, "merge", "--quiet", "--no-edit", `branch-${number}`);
            const root = join(repository, "index");
            const problems: Problem[] = [];
            const states = projects.map((name) => {
              const { status, files } = readProjectState(root, name, problems);
              return { status, files: new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
            });
            expect(problems).toEqual([]);
            return { states, sorted: projects.map((name) => mergeRecordFile(root, name, []).toString()) };
          });
          for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
        } finally {
          removeDirectory(scene);
        }
      },
    );
    fc.assert(property, { numRuns: 12, ...BOUNDS });
  });
});

describe("branches that git merges", { timeout: 120_000 }, () => {
  it("never conflict where only records and files are committed, and two orders give one outcome", async () => {
    const property = fc.asyncProperty(history, history, async (ours, theirs) => {
      const outcomes = await expectOneOutcome(
        "records",
        [ours, theirs],
        [
          [0, 1],
          [1, 0],
        ],
      );
      expect(outcomes.flatMap(({ conflicts }) => conflicts)).toEqual([]);
    });
    await fc.assert(property, { numRuns: 8, ...BOUNDS });
  });

  it("give one outcome in any order of three", async () => {
    const property = fc.asyncProperty(history, history, history, async (...histories) => {
      await expectOneOutcome("records", histories, ORDERS);
    });
    await fc.assert(property, { numRuns: 4, ...BOUNDS });
  });

  it("conflict in pages at most where pages are committed too, and generate settles that", async () => {
    const property = fc.asyncProperty(history, history, async (ours, theirs) => {
      const outcomes = await expectOneOutcome(
        "pages",
        [ours, theirs],
        [
          [0, 1],
          [1, 0],
        ],
      );
      for (const path of outcomes.flatMap(({ conflicts }) => conflicts))
        expect(path).toMatch(/^index\/(?:(?:simple|project|-)\/|index\.html$)/);
    });
    await fc.assert(property, { numRuns: 6, ...BOUNDS });
  });
});
