/** The wheels that are measured, and trees of them: every cold run gets one that no run has touched. */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { WHEELS_PREFIX } from "./folders.ts";
import { createEnvironment, runPip } from "./pip.ts";
import type { WheelSet } from "./real-wheels.ts";
import { writeSparseWheel } from "./sparse-wheel.ts";
import { createWheelWriter, laterWheel, planWheels, wheelFileName } from "./synthetic-wheels.ts";

/** Some wheels, each once on disk; trees hold links to them, or copies. */
export interface Corpus {
  readonly label: string;
  readonly projects: number;
  readonly bytes: number;
  readonly files: readonly CorpusFile[];
  /** Wheels that belong to no tree at first: to be added one by one. */
  readonly later: readonly CorpusFile[];
}

/** One wheel and what must stay true of it. */
export interface CorpusFile {
  readonly source: string;
  /** Below a tree's root: `<project>/<file name>`. */
  readonly path: string;
  readonly inode: number;
  readonly size: number;
  readonly modified: number;
}

const LATER_WHEELS = 64;

/** Writes the synthetic corpus of that size below a folder. */
export function makeSyntheticCorpus(folder: string, count: number, projects: number): Corpus {
  const plan = planWheels(count, projects);
  const later = Array.from({ length: LATER_WHEELS }, (_, number) => laterWheel(plan, number));
  const root = join(folder, `${WHEELS_PREFIX}${count}`);
  const writeWheel = createWheelWriter();
  for (const project of new Set(plan.map((spec) => spec.project)))
    mkdirSync(join(root, project), { recursive: true });
  const files = [...plan, ...later].map((spec) => {
    const path = join(spec.project, wheelFileName(spec));
    writeFileSync(join(root, path), writeWheel(spec));
    return corpusFile(join(root, path), path);
  });
  return toCorpus(`${count} synthetic wheels`, files.slice(0, count), files.slice(count));
}

/** A corpus of one wheel: sparse and of `size` bytes, or small where `size` is undefined. */
export function makeSingleCorpus(folder: string, label: string, size: number | undefined): Corpus {
  const root = join(folder, label.replaceAll(" ", "-"));
  mkdirSync(root, { recursive: true });
  if (size !== undefined) {
    const name = writeSparseWheel(root, size);
    return toCorpus(label, [corpusFile(join(root, name), join("sparse-wheel", name))], []);
  }
  const spec = planWheels(1, 1)[0]!;
  const name = wheelFileName(spec);
  writeFileSync(join(root, name), createWheelWriter()(spec));
  return toCorpus(label, [corpusFile(join(root, name), join(spec.project, name))], []);
}

/**
 * Downloads the sets that are not there yet (unless `offline`), and links all of them into `folder`, on whose file
 * system the trees will be. Returns the corpus, or why there is none.
 */
export function makeRealCorpus(
  sets: readonly WheelSet[],
  places: { readonly downloads: string; readonly environment: string; readonly folder: string },
  offline: boolean,
): Corpus | string {
  for (const set of sets) {
    const failure = download(set, places.downloads, places.environment, offline);
    if (failure !== undefined) return failure;
  }
  const names = new Map<string, string>();
  for (const { name: set } of sets) {
    for (const name of readdirSync(join(places.downloads, set))) {
      if (name.endsWith(".whl")) names.set(name, join(places.downloads, set, name));
    }
  }
  const root = join(places.folder, "real");
  const files = [...names.entries()].map(([name, source]) => {
    const path = join(
      name
        .slice(0, name.indexOf("-"))
        .toLowerCase()
        .replaceAll(/[-_.]+/g, "-"),
      name,
    );
    mkdirSync(join(root, dirname(path)), { recursive: true });
    linkOrCopy(source, join(root, path));
    return corpusFile(join(root, path), path);
  });
  return toCorpus(`${files.length} real wheels`, files, []);
}

/**
 * Makes a tree of the corpus at `root`, which must not exist: nothing in it but folders and wheels. Links are quick,
 * but making or removing one touches the change time of all others: a tree that must stay known needs copies.
 */
export function cloneCorpus(corpus: Corpus, root: string, by: "link" | "copy"): void {
  mkdirSync(root);
  for (const folder of new Set(corpus.files.map(({ path }) => dirname(path)))) mkdirSync(join(root, folder));
  const place = by === "link" ? linkSync : copyFileSync;
  for (const file of corpus.files) place(file.source, join(root, file.path));
}

/** Throws if a run has written into, replaced, moved or removed a wheel of the tree. */
export function assertUntouched(corpus: Corpus, root: string): void {
  for (const { path, inode, size, modified } of corpus.files) {
    const now = statSync(join(root, path), { throwIfNoEntry: false });
    if (now?.ino !== inode || now.size !== size || now.mtimeMs !== modified) {
      throw new Error(`a run has changed the wheel ${basename(path)}`);
    }
  }
}

/** The paths of all wheels in two lists of about equal bytes: the largest first, each to the list that has less. */
export function balanceFiles(corpus: Corpus): [string[], string[]] {
  const lists: [string[], string[]] = [[], []];
  let lead = 0;
  for (const { source, size } of corpus.files.toSorted((left, right) => right.size - left.size)) {
    lists[lead <= 0 ? 0 : 1].push(source);
    lead += lead <= 0 ? size : -size;
  }
  return lists;
}

function download(
  set: WheelSet,
  downloads: string,
  environment: string,
  offline: boolean,
): string | undefined {
  const folder = join(downloads, set.name);
  const stamp = join(downloads, `${set.name}.done`);
  const wanted = JSON.stringify(set);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return undefined;
  if (offline) return `the set ${set.name} is not downloaded, and --offline forbids it`;
  const failure = createEnvironment(environment);
  if (failure !== undefined) return failure;
  console.log(`   downloading ${set.name}: ${set.requirements.length} wheels …`);
  rmSync(folder, { recursive: true, force: true });
  const target = ["--python-version", set.python, ...set.platforms.flatMap((name) => ["--platform", name])];
  const options = ["download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", folder];
  const refusal = runPip(environment, [...options, ...target, ...set.requirements]);
  if (refusal === undefined) writeFileSync(stamp, wanted);
  return refusal;
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(source, target);
  }
}

function corpusFile(source: string, path: string): CorpusFile {
  const { ino: inode, size, mtimeMs: modified } = statSync(source);
  return { source, path, inode, size, modified };
}

function toCorpus(label: string, files: readonly CorpusFile[], later: readonly CorpusFile[]): Corpus {
  return {
    label,
    projects: new Set(files.map(({ path }) => dirname(path))).size,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    files,
    later,
  };
}
