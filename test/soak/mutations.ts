/** What happens to a tree between two runs: each mutation is a list of changes, so that two trees get the same. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import type { SoakWheel } from "./corpus.ts";
import type { Random } from "./random.ts";
import { snapshotTree, writeOf } from "./tree.ts";

/** One change below the root. */
export type Change =
  | { readonly kind: "write"; readonly path: string; readonly bytes: Buffer }
  | { readonly kind: "append"; readonly path: string; readonly text: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "move"; readonly path: string; readonly to: string };

/** A planned mutation: its changes, and the options that the next run needs to accept them. */
export interface Mutation {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly options: readonly string[];
}

/** What the planner knows of each wheel: its newest revision and folder, also while it is not in the tree. */
export interface Known {
  readonly wheel: SoakWheel;
  revision: number;
  folder: string;
}

interface Scene {
  readonly random: Random;
  /** All paths of the tree. */
  readonly paths: readonly string[];
  /** The wheels in the tree, and those that are not. */
  readonly present: readonly Known[];
  readonly absent: readonly Known[];
  readonly time: string;
  /** The bytes of one of `paths`. */
  readonly read: (path: string) => Buffer;
}

type Planner = (scene: Scene) => Omit<Mutation, "name">;

const pathOf = ({ folder, wheel }: Known) => `${folder}/${wheel.filename}`;
const removal = (path: string): Change => ({ kind: "remove", path });
const isPage = (path: string) => path.startsWith("simple/");
const isMade = (path: string) => writeOf(path) !== undefined;

function addition(known: Known): Change {
  return { kind: "write", path: pathOf(known), bytes: known.wheel.bytes(known.revision) };
}

function replacement(known: Known): Change {
  known.revision += 1;
  return addition(known);
}

/** A hand-written record of a yank. */
function yank(known: Known, time: string): Change {
  const record = { event: "yanked", file: known.wheel.filename, reason: "soaked", time };
  return {
    kind: "append",
    path: `.pkgindex/records/${known.wheel.project}.jsonl`,
    text: `${JSON.stringify(record)}\n`,
  };
}

/** The files that belong to no run: what a first run finds. */
const everything: Planner = ({ paths, absent, random }) => ({
  changes: [...paths.filter(isMade).map(removal), ...random.sample(absent, 20).map(addition)],
  options: [],
});

const PLANNERS: Readonly<Record<string, Planner>> = {
  "first run": everything,
  "wheels added": ({ random, absent }) => ({
    changes: random.sample(absent, random.integer(1, 40)).map(addition),
    options: [],
  }),
  "wheels removed": ({ random, present }) => ({
    changes: random.sample(present, random.integer(1, 40)).map((known) => removal(pathOf(known))),
    options: [],
  }),
  "a project removed": ({ random, present }) => {
    const { project } = random.pick(present).wheel;
    const gone = present.filter(({ wheel }) => wheel.project === project);
    return { changes: gone.map((known) => removal(pathOf(known))), options: [] };
  },
  "wheels replaced": ({ random, present }) => ({
    changes: random.sample(present, random.integer(1, 40)).map(replacement),
    options: ["--allow-replace"],
  }),
  "wheels moved": ({ random, present }) => ({
    changes: random.sample(present, random.integer(1, 20)).map((known) => {
      const path = pathOf(known);
      known.folder = known.folder.endsWith("/moved") ? known.wheel.folder : `${known.wheel.folder}/moved`;
      return { kind: "move", path, to: pathOf(known) };
    }),
    options: ["--allow-move"],
  }),
  "all pages deleted": ({ paths }) => ({ changes: paths.filter(isPage).map(removal), options: [] }),
  "pages deleted or cut": ({ random, paths, read }) => ({
    changes: random.sample(paths.filter(isPage), 30).map((path) => {
      if (random.next() < 0.5) return removal(path);
      // As a power cut does it: to nothing, or somewhere behind the first line that says whose page it is.
      const bytes = read(path);
      return {
        kind: "write",
        path,
        bytes: bytes.subarray(0, random.next() < 0.5 ? 0 : random.integer(200, bytes.length)),
      };
    }),
    options: [],
  }),
  "sidecars deleted": ({ random, paths }) => ({
    changes: random
      .sample(
        paths.filter((path) => path.endsWith(".metadata")),
        60,
      )
      .map(removal),
    options: [],
  }),
  "releases yanked": ({ random, present, time }) => ({
    changes: random.sample(present, 20).map((known) => yank(known, time)),
    options: [],
  }),
  "everything at once": ({ random, present, absent, time }) => {
    const some = random.sample(present, 60);
    return {
      changes: [
        ...random.sample(absent, 20).map(addition),
        ...some.slice(0, 20).map((known) => removal(pathOf(known))),
        ...some.slice(20, 40).map(replacement),
        ...some.slice(40).map((known) => yank(known, time)),
      ],
      options: ["--allow-replace"],
    };
  },
};

/** Plans the next mutation of the tree at `root`; `known` learns of new revisions and folders. */
export function planMutation(
  root: string,
  known: ReadonlyMap<string, Known>,
  random: Random,
  time: string,
): Mutation {
  const paths = [...snapshotTree(root).keys()].toSorted();
  const names = new Set(paths.map((path) => basename(path)));
  const present = [...known.values()].filter(({ wheel }) => names.has(wheel.filename));
  const absent = [...known.values()].filter(({ wheel }) => !names.has(wheel.filename));
  // A tree that ran empty or full gets back to the middle first.
  const name =
    present.length < known.size / 3
      ? "wheels added"
      : absent.length === 0
        ? "wheels removed"
        : random.pick(Object.keys(PLANNERS));
  const plan = PLANNERS[name];
  if (plan === undefined) throw new Error(`no such mutation: ${name}`);
  const read = (path: string) => readFileSync(join(root, path));
  return { name, ...plan({ random, paths, present, absent, time, read }) };
}

/** Carries out the changes of a mutation below `root`. */
export function applyMutation(root: string, mutation: Mutation): void {
  for (const change of mutation.changes) {
    const path = join(root, change.path);
    if (change.kind === "remove") rmSync(path);
    else if (change.kind === "append") {
      // A record stands in the order of its line, which the program sorts for itself.
      const cut = existsSync(path) && !readFileSync(path, "utf8").endsWith("\n");
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, cut ? `\n${change.text}` : change.text);
    } else {
      const target = change.kind === "move" ? join(root, change.to) : path;
      mkdirSync(dirname(target), { recursive: true });
      if (change.kind === "move") renameSync(path, target);
      else writeFileSync(target, change.bytes);
    }
  }
}
