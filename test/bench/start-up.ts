/** The start-up row: what pkgindex adds to the start of Node. */
import { spawnSync } from "node:child_process";
import type { Bench } from "./contestants.ts";
import { runInTurn, type Contestant } from "./measure.ts";

/**
 * Runs the row on this Node and on those that were asked for. Node 20 reads the certificates that
 * `NODE_EXTRA_CA_CERTS` names whenever it starts, which takes longer than all the rest of its start: where the caller
 * sets it, the row runs with and without, since ratios look better with it than they are for most people.
 */
export async function startUp(bench: Bench): Promise<void> {
  const { report, options } = bench;
  for (const major of ["this", ...options.nodes]) {
    const version = major === "this" ? process.version : `v${major}`;
    const node = major === "this" ? process.execPath : findNode(major);
    if (node === undefined) {
      report.leaveOut(`start-up on Node ${version}`, "npx could not install it");
      continue;
    }
    await startOnce(bench, node, version, {});
    const certificates = process.env["NODE_EXTRA_CA_CERTS"];
    if (certificates === undefined || !version.startsWith("v20")) continue;
    const label = `${version}, NODE_EXTRA_CA_CERTS set`;
    await startOnce(bench, node, label, { NODE_EXTRA_CA_CERTS: certificates });
  }
}

async function startOnce(
  { report, options, folders, launcher }: Bench,
  node: string,
  label: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  report.open(`start ${label}`, `start-up, Node ${label}`);
  const contestant = (name: string, words: readonly string[]): Contestant => ({
    name,
    run: () => launcher.measure({ commands: [[node, ...words]], folder: folders.disk, environment }),
  });
  const contestants = [
    contestant("node -e 0", ["-e", "0"]),
    contestant("pkgindex --version", [options.program, "--version"]),
    contestant("pkgindex generate --help", [options.program, "generate", "--help"]),
  ];
  const results = await runInTurn(contestants, options.sizes.starts);
  report.table(results);
  report.compare(results, "pkgindex --version", "node -e 0", "at most", 1.25);
  report.compare(results, "pkgindex generate --help", "node -e 0", "at most", 1.6);
}

function findNode(major: string): string | undefined {
  const words = ["-y", "-p", `node@${major}`, "node", "-p", "process.execPath"];
  const result = spawnSync("npx", words, { encoding: "utf8" });
  return result.status === 0 ? result.stdout.trim().split("\n").at(-1) : undefined;
}
