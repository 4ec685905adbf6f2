/** The row of `pkgindex add`: one wheel into indexes of several sizes. */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { generateCommand, knownTree, type Bench } from "./contestants.ts";
import type { Corpus } from "./corpora.ts";
import { medianOf, runInTurn, type Contestant } from "./measure.ts";

const START = "node -e 0";
/** For each size, in seconds. */
const LIMIT = 0.3;
/** How much longer it may take in the largest index than in the smallest: what is read of the others is one list. */
const MOST_GROWTH = 1.5;

/** Runs the row: each round adds another wheel to each index. */
export async function addOneWheel(bench: Bench): Promise<void> {
  const { report, options, folders, launcher } = bench;
  const where = folders.inMemory ? "in memory (tmpfs)" : "on disk";
  report.open("add", `pkgindex add of one wheel, ${where}`);
  const contestants: Contestant[] = [
    {
      name: START,
      run: () => launcher.measure({ commands: [[process.execPath, "-e", "0"]], folder: folders.memory }),
    },
  ];
  const names: string[] = [];
  for (const size of options.sizes.growth) {
    const [files, projects] = size;
    const tree = join(folders.memory, `add-${files}`);
    const corpus = bench.synthetic(size);
    await knownTree(bench, corpus, tree, generateCommand(bench, tree));
    const name = `add to ${files} files, ${projects} projects`;
    names.push(name);
    contestants.push({ name, run: (round) => addNext(bench, corpus, tree, round) });
  }
  const results = await runInTurn(contestants, options.rounds);
  report.table(results);
  for (const name of names) {
    report.limit({ what: name, value: medianOf(results, name), unit: "s", rule: "at most", limit: LIMIT });
    report.note(`${(medianOf(results, name) / medianOf(results, START)).toFixed(1)} x ${START}`);
  }
  const [smallest, largest] = [names[0], names.at(-1)];
  if (smallest !== undefined && largest !== undefined)
    report.compare(results, largest, smallest, "at most", MOST_GROWTH);
}

async function addNext(
  { launcher, options }: Bench,
  corpus: Corpus,
  tree: string,
  round: number,
): ReturnType<Contestant["run"]> {
  const { source, path } = corpus.later[round]!;
  const command = [process.execPath, options.program, "add", source, "--root", tree];
  const sample = await launcher.measure({ commands: [command], folder: dirname(tree) });
  const page = readFileSync(join(tree, "simple", dirname(path), "index.html"), "utf8");
  if (!page.includes(basename(path))) throw new Error(`pkgindex has not listed ${basename(path)}`);
  return sample;
}
