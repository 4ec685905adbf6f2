#!/usr/bin/env node
/**
 * The binary. For `--version` it loads nothing but what Node has loaded anyway: `node:fs` costs several milliseconds when it is
 * imported instead of asked for.
 */
import { createLoader } from "./io/code-cache.ts";

const { readFileSync, writeSync } = process.getBuiltinModule("node:fs");

const { fileURLToPath } = process.getBuiltinModule("node:url");
const [, , first, ...rest] = process.argv;
const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
const { version } = JSON.parse(manifest) as { version: string };

if ((first === "--version" || first === "-V") && rest.length === 0) writeSync(1, `${version}\n`);
else {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endOutput);
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const { run } = createLoader(folder)(`${folder}cli.cjs`) as typeof import("./cli.ts");
  void run(process, version);
}

/** A reader that has gone (`pkgindex list | head`) is no fault: the work goes on in silence. A full disk is one. */
function endOutput({ code }: NodeJS.ErrnoException): void {
  if (code === "EPIPE") return;
  writeSync(
    2,
    `error: the output cannot be written (${code}) (hint: make room where it goes, and run again)\n`,
  );
  process.exitCode = 1;
}
