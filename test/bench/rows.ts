/** The rows of the bench: what is compared in each, and the limits that pkgindex has to keep. */
import { spawnSync } from "node:child_process";
import { copyFileSync, appendFileSync } from "node:fs";
import { join } from "node:path";
import { addOneWheel } from "./addition.ts";
import {
  assertNothingRead,
  coldDumbPypi,
  coldCore,
  coldGenerate,
  coldSimple503,
  generateCommand,
  generateOneMore,
  knownTree,
  repeated,
  type Bench,
} from "./contestants.ts";
import { balanceFiles, makeRealCorpus, makeSingleCorpus } from "./corpora.ts";
import { medianOf, runInTurn, samplesOf, spreadOf, type Contestant } from "./measure.ts";
import type { CorpusSize, RowName } from "./options.ts";
import { publishOneWheel } from "./publication.ts";
import { SHORT_WHEEL_SETS, WHEEL_SETS } from "./real-wheels.ts";
import { serveIndex } from "./serve.ts";
import { startUp } from "./start-up.ts";

/** Runs one row and reports it; throws where something could not be run. */
export type Row = (bench: Bench) => Promise<void>;

/** All rows by name. */
export const ROWS: Readonly<Record<RowName, Row>> = {
  real: realWheels,
  synthetic: syntheticWheels,
  large: largeTree,
  growth: growthOfCost,
  add: addOneWheel,
  start: startUp,
  sparse: sparseWheel,
  serve: serveIndex,
  publish: publishOneWheel,
};

const MEGABYTE = 1e6;

async function realWheels(bench: Bench): Promise<void> {
  const { report, options, folders } = bench;
  report.open("real", "real wheels from PyPI, on disk, outside git, warm cache");
  const sets = options.short ? SHORT_WHEEL_SETS : WHEEL_SETS;
  const corpus = makeRealCorpus(sets, { ...folders, folder: folders.disk }, options.offline);
  if (typeof corpus === "string") return report.leaveOut("real wheels", corpus);
  report.note(`${corpus.label}, ${corpus.projects} projects, ${(corpus.bytes / MEGABYTE).toFixed(0)} MB`);

  const peers = bench.peers();
  const contestants: Contestant[] = [];
  const bound = "openssl, two processes";
  if (spawnSync("openssl", ["version"]).status === 0) {
    const commands = balanceFiles(corpus).map((paths) => ["openssl", "dgst", "-sha256", ...paths]);
    contestants.push({
      name: bound,
      run: () => bench.launcher.measure({ commands, folder: folders.disk, settle: true }),
    });
  } else {
    report.leaveOut(bound, "openssl is not installed");
  }
  contestants.push(coldCore(bench, corpus, folders.disk, "pkgindex without its site, cold"));
  contestants.push(coldGenerate(bench, corpus, folders.disk, "pkgindex, cold"));
  if (typeof peers !== "string") contestants.push(coldSimple503(bench, peers, corpus, folders.disk));
  const ours = join(folders.disk, "real-known");
  await knownTree(bench, corpus, ours, generateCommand(bench, ours));
  contestants.push(repeated(bench, "pkgindex, unchanged", folders.disk, generateCommand(bench, ours)));
  if (typeof peers !== "string") {
    const theirs = join(folders.disk, "real-simple503");
    await knownTree(bench, corpus, theirs, peers.simple503(theirs));
    contestants.push(repeated(bench, "simple503, unchanged", folders.disk, peers.simple503(theirs)));
  } else {
    report.leaveOut("simple503", peers);
  }

  const results = await runInTurn(contestants, options.rounds);
  report.table(results);
  assertNothingRead(bench, ours);
  report.compare(results, "pkgindex without its site, cold", bound, "at most", 1.6);
  report.compare(results, "simple503, cold", "pkgindex without its site, cold", "at least", 2);
  report.compare(results, "simple503, unchanged", "pkgindex, unchanged", "at least", 20);
}

async function syntheticWheels(bench: Bench): Promise<void> {
  const { report, options, folders } = bench;
  const [files, projects] = options.sizes.synthetic;
  report.open("synthetic", `${files} synthetic wheels in ${projects} projects, cold, ${place(bench)}`);
  const corpus = bench.synthetic(options.sizes.synthetic);
  const peers = bench.peers();
  const contestants = [
    coldCore(bench, corpus, folders.memory, "pkgindex without its site, cold"),
    coldGenerate(bench, corpus, folders.memory, "pkgindex, cold"),
  ];
  if (typeof peers === "string") {
    report.leaveOut("simple503 and dumb-pypi", peers);
  } else {
    contestants.push(coldSimple503(bench, peers, corpus, folders.memory));
    contestants.push(coldDumbPypi(bench, peers, corpus, folders.memory));
  }
  const results = await runInTurn(contestants, options.rounds);
  report.table(results);
  const core = "pkgindex without its site, cold";
  report.compare(results, "simple503, cold", core, "at least", 2.5);
  report.compare(results, "dumb-pypi with its list, cold", core, "at least", 3);
  report.compare(results, "pkgindex, cold", core, "at most", 1.5);
}

async function largeTree(bench: Bench): Promise<void> {
  const { report, options, folders } = bench;
  const [files, projects] = options.sizes.large;
  report.open("large", `${files} synthetic wheels in ${projects} projects, known, ${place(bench)}`);
  const corpus = bench.synthetic(options.sizes.large);
  const peers = bench.peers();
  const tree = join(folders.memory, "large-known");
  await knownTree(bench, corpus, tree, generateCommand(bench, tree));
  const contestants = [
    repeated(bench, "pkgindex, unchanged", folders.memory, generateCommand(bench, tree)),
    generateOneMore(bench, corpus, tree, "pkgindex, one wheel added"),
    coldGenerate(bench, corpus, folders.memory, "pkgindex, cold"),
  ];
  const partial = "dumb-pypi, one wheel added, list given";
  if (typeof peers === "string") {
    report.leaveOut("dumb-pypi", peers);
  } else {
    const list = join(folders.memory, "large.json");
    const longer = join(folders.memory, "large-one-more.json");
    const output = join(folders.memory, "large-dumb-pypi");
    const run = (command: string[]) =>
      bench.launcher.measure({ commands: [command], folder: folders.memory });
    await run(peers.listPackages(tree, list));
    await run(peers.dumbPypi(list, output));
    copyFileSync(list, longer);
    const added = corpus.later[0]!.path.split("/")[1];
    appendFileSync(longer, `${JSON.stringify({ filename: added, hash: `sha256=${"0".repeat(64)}` })}\n`);
    contestants.push(repeated(bench, partial, folders.memory, peers.dumbPypi(longer, output, list)));
  }

  const results = await runInTurn(contestants, options.rounds);
  report.table(results);
  assertNothingRead(bench, tree);
  const bound = (name: string, quantity: "wall" | "peak", limit: number): void => {
    const spread = spreadOf(samplesOf(results, name), quantity);
    const wall = { what: name, value: spread.median, unit: "s", rule: "at most", limit } as const;
    const peak = {
      what: `${name}, peak`,
      value: spread.most / MEGABYTE,
      unit: "MB",
      rule: "at most",
      limit,
    } as const;
    report.limit(quantity === "wall" ? wall : { ...peak, noisy: false });
  };
  bound("pkgindex, unchanged", "wall", 1.4);
  bound("pkgindex, one wheel added", "wall", 1.6);
  bound("pkgindex, unchanged", "peak", 300);
  bound("pkgindex, cold", "peak", 300);
  if (typeof peers !== "string") {
    const ratio = medianOf(results, partial) / medianOf(results, "pkgindex, one wheel added");
    report.note(`dumb-pypi, which reads no wheel, takes ${ratio.toFixed(2)} x as long for one wheel added`);
  }
}

async function growthOfCost(bench: Bench): Promise<void> {
  const { report, options, folders } = bench;
  report.open("growth", `growth, ${place(bench)}`);
  const contestants: Contestant[] = [];
  for (const size of options.sizes.growth) {
    const corpus = bench.synthetic(size);
    const tree = knownPath(bench, size);
    await knownTree(bench, corpus, tree, generateCommand(bench, tree));
    contestants.push(coldGenerate(bench, corpus, folders.memory, `${size[0]} files, cold`));
    contestants.push(
      repeated(bench, `${size[0]} files, unchanged`, folders.memory, generateCommand(bench, tree)),
    );
  }
  const results = await runInTurn(contestants, options.rounds);
  report.table(results);
  for (const size of options.sizes.growth) assertNothingRead(bench, knownPath(bench, size));
  for (const kind of ["cold", "unchanged"]) {
    let before = { files: 0, wall: 0 };
    for (const [files] of options.sizes.growth) {
      const wall = medianOf(results, `${files} files, ${kind}`);
      const each = micros(wall / files);
      const more = micros((wall - before.wall) / (files - before.files));
      const step = before.files === 0 ? "" : `; ${more} for each beyond ${before.files}`;
      report.note(`${kind}, ${files} files: ${each} a file${step}`);
      before = { files, wall };
    }
  }
}

async function sparseWheel(bench: Bench): Promise<void> {
  const { report, options, folders } = bench;
  const gigabytes = (options.sizes.sparse / 2 ** 30).toString();
  report.open("sparse", `one wheel of ${gigabytes} GiB, sparse, zip64, ${place(bench)}`);
  const names = ["small wheel", "sparse wheel"] as const;
  const sizes = [undefined, options.sizes.sparse];
  const contestants = names.map((name, index) => {
    const corpus = makeSingleCorpus(folders.memory, name, sizes[index]);
    return coldGenerate(bench, corpus, join(folders.memory), `pkgindex, ${name}`);
  });
  const results = await runInTurn(contestants, Math.min(options.rounds, 3));
  report.table(results);
  const [small, large] = results.map(({ samples }) => spreadOf(samples, "peak").median);
  const extra = (large! - small!) / MEGABYTE;
  report.limit({
    what: "extra peak memory",
    value: extra,
    unit: "MB",
    rule: "at most",
    limit: 150,
    noisy: false,
  });
}

function knownPath({ folders }: Bench, [files]: CorpusSize): string {
  return join(folders.memory, `growth-${files}`);
}

function micros(value: number): string {
  return `${(value * 1e6).toFixed(1)} µs`;
}

function place({ folders }: Bench): string {
  return folders.inMemory ? "in memory (tmpfs)" : "on disk";
}
