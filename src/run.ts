/** The whole program, with the process it runs in as a parameter. */
import { readFileSync } from "node:fs";
import type { Host } from "./io/terminal.ts";

/** The version in package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** Runs the command line in `host.argv` and sets `host.exitCode`. `--version` alone loads nothing else. */
export async function run(host: Host): Promise<void> {
  const [, , first, ...rest] = host.argv;
  if ((first === "--version" || first === "-V") && rest.length === 0) {
    host.stdout.write(`${readVersion()}\n`);
    return;
  }
  const { runCommandLine } = await import("./cli.ts");
  host.exitCode = await runCommandLine(host, readVersion());
}
