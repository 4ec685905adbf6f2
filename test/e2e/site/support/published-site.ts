/** An index made by the built program, and served by `pkgindex serve` or as plainly as it gets, below a path. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { startStaticHost } from "../../../clients/support/static-host.ts";
import { makeTemporaryDirectory, makeTree, removeDirectory } from "../../../support/make-tree.ts";
import { makeWheel, type WheelOptions } from "../../../support/make-wheel.ts";
import { MAIN, runCli, type CliResult } from "../../../support/run-cli.ts";

/** 2026-01-01. */
const UPLOADED = { SOURCE_DATE_EPOCH: "1767225600" };

/** An index in a temporary folder. */
export interface PublishedSite {
  readonly directory: string;
  readonly root: string;
  /** Runs the built program in the folder. Throws unless it ends with exit code 0. */
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
  readonly remove: () => void;
}

/** Makes an index of these wheels, with `configuration` as its pkgindex.toml. */
export async function publishSite(
  wheels: Iterable<WheelOptions>,
  configuration = "",
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<PublishedSite> {
  const directory = makeTemporaryDirectory();
  const root = join(directory, "index");
  mkdirSync(root);
  let isEmpty = true;
  const tree: Record<string, string | Uint8Array> = { "pkgindex.toml": configuration, ...files };
  for (const options of wheels) {
    const wheel = makeWheel(options);
    isEmpty = false;
    tree[`index/${options.name}-files/${wheel.filename}`] = wheel.bytes;
  }
  makeTree(directory, tree);
  const run = async (...args: readonly string[]): Promise<CliResult> => {
    const result = await runCli(args, { cwd: directory, env: UPLOADED, timeoutSeconds: 240 });
    if (result.code !== 0)
      throw new Error(
        `pkgindex ${args.join(" ")} ended with ${result.code}: ${result.stdout}${result.stderr}`,
      );
    return result;
  };
  await run("generate", ...(isEmpty ? ["--allow-empty"] : []));
  return { directory, root, run, remove: () => removeDirectory(directory) };
}

/** A server of an index. */
export interface SiteServer {
  /** The address of the root; ends in a slash. */
  readonly url: string;
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** `pkgindex serve` below `basePath`, which begins and ends with a slash. */
export async function serveSite(site: PublishedSite, basePath = "/"): Promise<SiteServer> {
  const args = ["serve", "--root", site.root, "--port", "0", "--quiet", "--json", "--base-path", basePath];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: site.directory,
    env: { PATH: process.env["PATH"], HOME: site.directory },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "close");
  let said = "";
  for await (const bytes of child.stdout) {
    said += String(bytes);
    if (said.endsWith("}\n")) break;
  }
  if (said === "") throw new Error("serve has not said where it serves");
  const { url } = JSON.parse(said) as { readonly url: string };
  return {
    url,
    origin: new URL(url).origin,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A host of files that knows nothing of an index, below `basePath`. */
export async function hostSite(site: PublishedSite, basePath = "/"): Promise<SiteServer> {
  const host = await startStaticHost(site.root, { basePath: basePath.replace(/\/$/, "") });
  return { url: `${host.url}/`, origin: new URL(host.url).origin, stop: host.stop };
}
