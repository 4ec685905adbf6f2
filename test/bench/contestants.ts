/** Who runs against whom: pkgindex and its peers on fresh and on known trees. */
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { assertUntouched, cloneCorpus, type Corpus } from "./corpora.ts";
import type { Folders } from "./folders.ts";
import { addSamples, type Contestant, type Launcher } from "./measure.ts";
import type { CorpusSize, Options } from "./options.ts";
import type { Peers } from "./peers.ts";
import type { Report } from "./report.ts";

/** What every row needs. */
export interface Bench {
  readonly options: Options;
  readonly folders: Folders;
  readonly launcher: Launcher;
  readonly report: Report;
  /** The peers, installed when they are first asked for, or why there are none. */
  readonly peers: () => Peers | string;
  /** The synthetic corpus of a size; made when it is first asked for. */
  readonly synthetic: (size: CorpusSize) => Corpus;
  /** The environment of every measured command: nothing of the caller's settings. */
  readonly environment: Readonly<Record<string, string>>;
}

/** File times must have moved on before a tree can be proven unchanged. */
const SETTLING_MS = 1100;

/** The command that brings a tree up to date. */
export function generateCommand({ options }: Bench, tree: string): string[] {
  return [process.execPath, options.program, "generate", "--root", tree];
}

/** pkgindex on a tree that has no page yet; each result is looked at. */
export function coldGenerate(bench: Bench, corpus: Corpus, base: string, name: string): Contestant {
  return coldRun(bench, corpus, base, name, []);
}

/** The same with the pages for installers alone, which is all that the peers make. */
export function coldCore(bench: Bench, corpus: Corpus, base: string, name: string): Contestant {
  const config = join(base, "without-site.toml");
  writeFileSync(config, "[site]\nenabled = false\n");
  return coldRun(bench, corpus, base, name, ["--config", config]);
}

function coldRun(
  bench: Bench,
  corpus: Corpus,
  base: string,
  name: string,
  options: readonly string[],
): Contestant {
  return onFreshTrees(bench, corpus, base, name, async (tree) => {
    const sample = await bench.launcher.measure({
      commands: [[...generateCommand(bench, tree), ...options]],
      folder: base,
      settle: isOnDisk(bench, base),
    });
    assertComplete(corpus, tree);
    return sample;
  });
}

/** simple503 on a tree that has no page yet. */
export function coldSimple503(bench: Bench, peers: Peers, corpus: Corpus, base: string): Contestant {
  return onFreshTrees(bench, corpus, base, "simple503, cold", (tree) =>
    bench.launcher.measure({
      commands: [peers.simple503(tree)],
      folder: base,
      settle: isOnDisk(bench, base),
    }),
  );
}

/** dumb-pypi from nothing: the list of packages is part of it. */
export function coldDumbPypi(bench: Bench, peers: Peers, corpus: Corpus, base: string): Contestant {
  return onFreshTrees(bench, corpus, base, "dumb-pypi with its list, cold", async (tree) => {
    const list = join(tree, "packages.json");
    const making = {
      commands: [peers.listPackages(tree, list)],
      folder: base,
      settle: isOnDisk(bench, base),
    };
    const writing = { commands: [peers.dumbPypi(list, join(tree, "output"))], folder: base };
    const first = await bench.launcher.measure(making);
    return addSamples(first, await bench.launcher.measure(writing));
  });
}

/** A command again and again in the same place, after which nothing has changed. */
export function repeated(bench: Bench, name: string, folder: string, command: readonly string[]): Contestant {
  return {
    name,
    run: () => bench.launcher.measure({ commands: [command], folder, settle: isOnDisk(bench, folder) }),
  };
}

/** pkgindex on a known tree to which each round adds one wheel. */
export function generateOneMore(bench: Bench, corpus: Corpus, tree: string, name: string): Contestant {
  return {
    name,
    run: async (round) => {
      const { source, path } = corpus.later[round]!;
      linkSync(source, join(tree, path));
      const sample = await bench.launcher.measure({
        commands: [generateCommand(bench, tree)],
        folder: dirname(tree),
        settle: isOnDisk(bench, dirname(tree)),
      });
      const page = readFileSync(join(tree, "simple", dirname(path), "index.html"), "utf8");
      if (!page.includes(basename(path))) throw new Error(`pkgindex has not listed ${basename(path)}`);
      await delay(SETTLING_MS);
      return sample;
    },
  };
}

/** Makes a tree, runs a command on it, and waits until its times are past. */
export async function knownTree(
  bench: Bench,
  corpus: Corpus,
  root: string,
  command: readonly string[],
): Promise<string> {
  cloneCorpus(corpus, root, "copy");
  await bench.launcher.measure({ commands: [command], folder: dirname(root) });
  await delay(SETTLING_MS);
  return root;
}

/** Runs pkgindex once more, unmeasured, and throws if it read or wrote something on a tree that has not changed. */
export function assertNothingRead(bench: Bench, tree: string): void {
  const [program, ...words] = generateCommand(bench, tree);
  const result = spawnSync(program!, [...words, "--json"], {
    cwd: dirname(tree),
    env: bench.environment,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const { filesRead, pages } = JSON.parse(result.stdout) as { filesRead: number; pages: { written: number } };
  if (filesRead !== 0 || pages.written !== 0) {
    throw new Error(`pkgindex read ${filesRead} files and wrote ${pages.written} pages of an unchanged tree`);
  }
}

function onFreshTrees(
  bench: Bench,
  corpus: Corpus,
  base: string,
  name: string,
  run: (tree: string) => ReturnType<Contestant["run"]>,
): Contestant {
  return {
    name,
    run: async (round) => {
      const tree = join(base, `${name.replaceAll(/[^a-z0-9]+/g, "-")}-${corpus.files.length}-${round}`);
      cloneCorpus(corpus, tree, "link");
      const sample = await run(tree);
      assertUntouched(corpus, tree);
      // On disk it stays until the end: deleting leaves work to the journal that the next run would pay for.
      if (!isOnDisk(bench, base)) rmSync(tree, { recursive: true });
      return sample;
    },
  };
}

function isOnDisk({ folders }: Bench, folder: string): boolean {
  return !(folders.inMemory && folder === folders.memory);
}

function assertComplete(corpus: Corpus, tree: string): void {
  const pages = readdirSync(join(tree, "simple"), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && existsSync(join(tree, "simple", entry.name, "index.v1.json")),
  );
  if (pages.length !== corpus.projects)
    throw new Error(`pkgindex wrote ${pages.length} of ${corpus.projects} projects`);
  const bare = corpus.files.filter(({ path }) => !existsSync(join(tree, `${path}.metadata`)));
  if (bare.length > 0)
    throw new Error(`pkgindex wrote no sidecar for ${bare.length} wheels, as ${bare[0]?.path}`);
  const record = readFileSync(join(tree, ".pkgindex", "records", `${pages[0]?.name}.jsonl`), "utf8");
  if (record.includes('"blob"'))
    throw new Error("pkgindex found itself in a git work tree: the time is not comparable");
}
