/** `npm run bench`: pkgindex and its peers on the same wheels in one run; `README.md` says how. */
import { existsSync, mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Bench } from "./contestants.ts";
import { makeSyntheticCorpus, type Corpus } from "./corpora.ts";
import { clearFolders, closeFolders, openFolders } from "./folders.ts";
import { Launcher } from "./measure.ts";
import { parseOptions, type Options } from "./options.ts";
import { installPeers, PEERS } from "./peers.ts";
import { Report } from "./report.ts";
import { ROWS } from "./rows.ts";

/** What a synthetic wheel, its links, its sidecar and all pages about it take in several trees at once, in bytes. */
const ROOM_PER_FILE = 80_000;

async function runBench(options: Options): Promise<number> {
  mkdirSync(options.work, { recursive: true });
  const folders = openFolders(options.work, options.sizes.large[0] * ROOM_PER_FILE);
  const environment = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    HOME: folders.disk,
    LANG: "C.UTF-8",
    TMPDIR: folders.disk,
  };
  const launcher = new Launcher(environment);
  const report = new Report(options.short);
  const stop = (): void => {
    launcher.close();
    closeFolders(folders);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop();
      process.exit(1);
    });
  }
  try {
    const named = Object.entries(PEERS).map(([name, version]) => `${name} ${version}`);
    console.log(
      `Node ${process.version}, ${availableParallelism()} cores (the limits are for 2); ${named.join(", ")}`,
    );
    console.log(
      `${options.rounds} rounds after one to warm up; real wheels in ${folders.disk}, synthetic in ${folders.memory}`,
    );
    let installed: ReturnType<Bench["peers"]> | undefined;
    const peers = (): ReturnType<Bench["peers"]> =>
      (installed ??= installPeers(folders.environment, options.offline));
    const corpora = new Map<number, Corpus>();
    const synthetic: Bench["synthetic"] = ([files, projects]) => {
      const corpus = corpora.get(files) ?? makeSyntheticCorpus(folders.memory, files, projects);
      corpora.set(files, corpus);
      return corpus;
    };
    const bench = { options, folders, launcher, report, peers, synthetic, environment };
    for (const name of options.only) {
      try {
        await ROWS[name](bench);
      } catch (error) {
        report.fail(`row ${name}`, error instanceof Error ? error.message : String(error));
      }
      clearFolders(folders);
    }
    return report.close();
  } finally {
    stop();
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (!existsSync(options.program))
    throw new Error(`${options.program} does not exist: run "npm run build" first`);
  process.exitCode = await runBench(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
