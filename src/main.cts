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
  // commander is CommonJS too: importing it as an ES module would take half as long again as loading it.
  const commander = require("commander") as typeof import("commander");
  void import("./cli.ts").then(({ run }) => run(process, version, commander));
}
