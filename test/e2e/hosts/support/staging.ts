/** The part of a written script that fills the folder to publish, run by itself. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { MAIN } from "../../../support/run-cli.ts";

/**
 * Runs the script at `path` up to where it would publish, with this pkgindex in place of the one from a registry, and
 * returns the folder that it filled.
 */
export function stagePublishedFiles(path: string, work: string): string {
  const text = readFileSync(path, "utf8");
  const site = join(work, "site");
  mkdirSync(site);
  const script = text
    .replace(/^cd .*$/m, "")
    .replace(/^site=.*$/m, `site='${site}'`)
    .replace(/^trap .*$/m, "")
    .replace(/^rm -rf .*$/m, "")
    .replace(/^npx .*$/m, "");
  const copy = join(work, "stage.sh");
  writeFileSync(copy, script);
  execFileSync("sh", [copy], {
    cwd: dirname(dirname(path)),
    env: {
      PATH: process.env["PATH"],
      HOME: work,
      PKGINDEX: `${process.execPath} ${MAIN}`,
      PKGINDEX_IGNORE: "**/.hidden*",
    },
  });
  return site;
}
