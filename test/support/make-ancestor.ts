/** A repository as `generator.py` and its workflow left it: package folders at the root, wheels with epochs, pages by hand. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { GIT_ENVIRONMENT } from "./git-environment.ts";
import { makeTree } from "./make-tree.ts";
import { makeWheel, type MadeWheel } from "./make-wheel.ts";

/** When each version was committed. */
export const ANCESTOR_RELEASES: Readonly<Record<string, string>> = {
  "43!2025.12.17": "2025-12-17T10:00:00Z",
  "43!2026.1.13": "2026-01-13T11:00:00Z",
  "43!2026.2.12": "2026-02-12T12:00:00Z",
};

/** A page in the very form of the script. */
export function ancestorPage(title: string, anchors: readonly string[] = []): string {
  return [
    "<!DOCTYPE HTML>",
    "<html>",
    "    <head>",
    `        <title>${title}</title>`,
    '        <meta charset="UTF-8" />',
    "    </head>",
    "",
    "    <body>",
    `    <h1>${title}</h1>`,
    ...anchors.map((anchor) => `        ${anchor}`),
    "    </body>",
    "</html>",
    "",
  ].join("\n");
}

/** The wheel of a version, under the name that its epoch gives it. */
export function ancestorWheel(version: string): MadeWheel {
  return makeWheel({ name: "dace", version });
}

function fileAnchor({ filename, bytes }: MadeWheel): string {
  const digest = createHash("sha256").update(bytes).digest("hex");
  return `<a href="${filename}#sha256=${digest}">${filename}</a> </br>`;
}

/** Makes the repository in an empty folder, a commit for each release. */
export function makeAncestor(folder: string): void {
  const git = (args: readonly string[], date = "2025-12-01T00:00:00Z"): void => {
    const env = { ...GIT_ENVIRONMENT, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    execFileSync("git", args, { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  };
  makeTree(folder, {
    ".gitignore": ".token*\nbuild/\n",
    ".token": "ghp_neverpublished\n",
    "README.md": "# Old index\n",
    "generator.py": "print('x')\n",
    "issue_update.sh": "#!/bin/bash\n",
    ".github/workflows/update-python-pkg-index.yml": "name: old\non: workflow_dispatch\n",
    "update_workflows/dace-updater.yml": "name: updater\n",
    "dace/.gitkeep": "",
    "ghex/.gitkeep": "",
    // The script left one behind once.
    "ghex/index.html": ancestorPage("Custom Package for 'ghex'"),
  });
  symlinkSync(".github/workflows/update-python-pkg-index.yml", join(folder, "update-python-pkg-index.yml"));
  git(["init", "--quiet", "--initial-branch=main"]);
  git(["add", "--all"]);
  git(["commit", "--quiet", "--message=start"]);
  const anchors: string[] = [];
  for (const [version, date] of Object.entries(ANCESTOR_RELEASES)) {
    const wheel = ancestorWheel(version);
    anchors.unshift(fileAnchor(wheel));
    makeTree(folder, {
      [`dace/${wheel.filename}`]: wheel.bytes,
      [`build/${wheel.filename}`]: wheel.bytes,
      "dace/index.html": ancestorPage("Custom Package for 'dace'", anchors),
      "index.html": ancestorPage("Custom Package Index for GT4Py", ['<a href="dace">dace</a>']),
    });
    git(["add", "--all"], date);
    git(["commit", "--quiet", `--message=${version}`], date);
  }
}
