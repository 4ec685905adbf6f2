/** The command line of the bench. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** The rows by their names on the command line, in the order in which they run. */
export const ROW_NAMES = [
  "real",
  "synthetic",
  "large",
  "growth",
  "add",
  "start",
  "sparse",
  "serve",
  "publish",
] as const;

/** The name of a row. */
export type RowName = (typeof ROW_NAMES)[number];

/** How many wheels in how many projects. */
export type CorpusSize = readonly [files: number, projects: number];

/** What is run, how often and on how much. */
export interface Options {
  readonly only: readonly RowName[];
  readonly rounds: number;
  readonly short: boolean;
  readonly offline: boolean;
  readonly work: string;
  /** Other major versions of Node for the start-up row. */
  readonly nodes: readonly string[];
  /** The `main.js` that is measured. */
  readonly program: string;
  readonly sizes: Sizes;
}

/** What a full and a short run differ in. */
export interface Sizes {
  readonly synthetic: CorpusSize;
  readonly large: CorpusSize;
  readonly growth: readonly CorpusSize[];
  readonly starts: number;
  /** Bytes of the sparse wheel: above 4 GiB, so that zip64 is met. */
  readonly sparse: number;
  /** The repository that `publish` adds to: how many wheels of how many bytes. */
  readonly repository: { readonly wheels: number; readonly bytes: number };
}

const FULL: Sizes = {
  synthetic: [10_000, 500],
  large: [71_000, 7_800],
  growth: [
    [1_000, 50],
    [10_000, 500],
    [71_000, 7_800],
  ],
  starts: 30,
  sparse: 6 * 2 ** 30,
  repository: { wheels: 2_000, bytes: 1_500_000 },
};

const SHORT: Sizes = {
  synthetic: [1_000, 50],
  large: [5_000, 550],
  growth: [
    [200, 10],
    [1_000, 50],
    [5_000, 550],
  ],
  starts: 10,
  sparse: 4.5 * 2 ** 30,
  repository: { wheels: 2_000, bytes: 150_000 },
};

/** The most rounds that a run can have: each adds a wheel that was made beforehand. */
const MOST_ROUNDS = 50;

const USAGE = `usage: npm run bench -- [--only ${ROW_NAMES.join(",")}] [--rounds N] [--short] [--offline]
                        [--nodes 22,24] [--work DIR] [--program MAIN.CJS]`;

/** Reads the command line; throws an error with the usage in it. */
export function parseOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: "string", default: ROW_NAMES.join(",") },
      rounds: { type: "string" },
      short: { type: "boolean", default: false },
      offline: { type: "boolean", default: false },
      nodes: { type: "string", default: "" },
      work: { type: "string", default: fromRepository(".bench") },
      program: { type: "string", default: fromRepository("dist/main.cjs") },
    },
  });
  const rounds = Number(values.rounds ?? (values.short ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MOST_ROUNDS) {
    throw new Error(`--rounds must be a whole number from 1 to ${MOST_ROUNDS}\n${USAGE}`);
  }
  const asked = values.only.split(",");
  const unknown = asked.filter((name) => !ROW_NAMES.some((row) => row === name));
  if (unknown.length > 0) throw new Error(`there is no row "${unknown.join(",")}"\n${USAGE}`);
  return {
    only: ROW_NAMES.filter((name) => asked.includes(name)),
    rounds,
    short: values.short,
    offline: values.offline,
    work: resolve(values.work),
    nodes: values.nodes.split(",").filter((name) => name !== ""),
    program: resolve(values.program),
    sizes: values.short ? SHORT : FULL,
  };
}

function fromRepository(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
