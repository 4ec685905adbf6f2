#!/usr/bin/env node
/**
 * The binary. It is CommonJS for the sake of a quick start: for `--version` Node need not start its loader of ES modules, and
 * `node:fs` costs several milliseconds when it is imported instead of asked for.
 */
const { readFileSync, writeSync } = process.getBuiltinModule("node:fs");

const [, , first, ...rest] = process.argv;
const { version } = JSON.parse(readFileSync(`${__dirname}/../package.json`, "utf8")) as { version: string };

if ((first === "--version" || first === "-V") && rest.length === 0) writeSync(1, `${version}\n`);
else {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endOutput);
  // commander is CommonJS too: importing it as an ES module would take half as long again as loading it.
  const commander = require("commander") as typeof import("commander");
  void import("./cli.ts").then(({ run }) => run(process, version, commander));
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
