/** The other generators of static indexes that the bench runs, and how each is called. */
import { join } from "node:path";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createEnvironment, runPip } from "./pip.ts";

/** What is installed, pinned. */
export const PEERS = { simple503: "0.4.0", "dumb-pypi": "1.15.0" } as const;

/** The peers as commands. */
export interface Peers {
  /** Writes pages and sidecars into the tree itself; it hashes every wheel in every run. */
  readonly simple503: (tree: string) => string[];
  /** Writes the list that dumb-pypi starts from: a program of ours, `list_packages.py`. */
  readonly listPackages: (tree: string, list: string) => string[];
  /** Writes pages into another folder; with the previous list only those of projects that differ. */
  readonly dumbPypi: (list: string, output: string, previous?: string) => string[];
}

/** Installs the peers into a virtual environment, once. Returns them, or why they are missing. */
export function installPeers(environment: string, offline: boolean): Peers | string {
  const requirements = Object.entries(PEERS).map(([name, version]) => `${name}==${version}`);
  const stamp = join(environment, "peers.done");
  const wanted = requirements.join("\n");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    if (offline) return "they are not installed, and --offline forbids it";
    const failure = createEnvironment(environment) ?? runPip(environment, ["install", ...requirements]);
    if (failure !== undefined) return failure;
    writeFileSync(stamp, wanted);
  }

  const program = (name: string): string => join(environment, "bin", name);
  const script = fileURLToPath(new URL("list_packages.py", import.meta.url));
  return {
    simple503: (tree) => [program("simple503"), tree],
    listPackages: (tree, list) => [program("python"), script, tree, list],
    dumbPypi: (list, output, previous) => {
      const options = ["--package-list-json", list, "--output-dir", output, "--packages-url", "../../files"];
      if (previous !== undefined) options.push("--previous-package-list-json", previous);
      return [program("dumb-pypi"), ...options];
    },
  };
}
