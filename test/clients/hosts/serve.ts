/** `pkgindex serve`, as a process of its own. */
import { spawn } from "node:child_process";

import { MAIN } from "../../support/run-cli.ts";
import type { PublishedTree } from "../published-tree.ts";
import { firstWords, stopProcess } from "../support/server-process.ts";
import type { RunningHost } from "./host.ts";

/** Starts it on a free port and reads its address from the line that it prints for programs. */
export async function startServe(tree: PublishedTree, basePath: string): Promise<RunningHost> {
  const args = [
    "serve",
    "--root",
    tree.root,
    "--port",
    "0",
    "--base-path",
    `${basePath}/`,
    "--json",
    "--quiet",
  ];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: tree.repository,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: tree.repository, NO_COLOR: "1" },
  });
  const url = await firstWords(child, /"url":\s*"(http:[^"]+)"/);
  return { url: url.replace(/\/$/, ""), stop: () => stopProcess(child) };
}
