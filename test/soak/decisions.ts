/** The commands that decide something, as a person would give them to the tree as it stands. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import type { Known } from "./mutations.ts";
import type { Random } from "./random.ts";
import { snapshotTree } from "./tree.ts";

export const DECISIONS = ["add", "yank", "unyank", "status", "remove", "prune"] as const;
export type DecisionName = (typeof DECISIONS)[number];

/** What `prune` goes by: gently, so that the tree stays filled. */
export const RETENTION = "[retention]\nkeep = 5\nkeep-prereleases = 1\ngrace-days = 1\n";

/** A command to run and to kill. */
export interface Decision {
  readonly name: DecisionName;
  /** The command line without its root. */
  readonly command: readonly string[];
  /** What `add` brings. */
  readonly wheels: readonly Known[];
}

/** Plans a command for the tree at `root`; wheels to add are written into `dist`. Undefined where there is nothing to decide on. */
export function planDecision(
  root: string,
  dist: string,
  known: ReadonlyMap<string, Known>,
  random: Random,
): Decision | undefined {
  const names = new Set([...snapshotTree(root).keys()].map((path) => basename(path)));
  const absent = [...known.values()].filter(({ wheel }) => !names.has(wheel.filename));
  const name = random.pick([...DECISIONS, "add", "add", "remove"] as const);
  if (name === "add") {
    const wheels = random.sample(absent, random.integer(1, 8));
    if (wheels.length === 0) return undefined;
    mkdirSync(dist, { recursive: true });
    const paths = wheels.map(({ wheel, revision }) => {
      const path = join(dist, wheel.filename);
      writeFileSync(path, wheel.bytes(revision));
      return path;
    });
    return { name, command: ["add", ...paths], wheels };
  }
  if (name === "prune") return { name, command: ["prune", "--yes"], wheels: [] };
  const files = listFiles(root);
  if (files.length === 0) return undefined;
  const { project, filename, version, yanked } = random.pick(
    name === "unyank" && files.some((file) => file.yanked) ? files.filter((file) => file.yanked) : files,
  );
  // One file, one release, or half a project.
  const spec = random.pick([filename, `${project}==${version}`, `${project}<=${publicPart(version)}`]);
  if (name === "status") {
    const status = random.pick(["active", "archived", "deprecated", "quarantined"]);
    return { name, command: ["status", project, status], wheels: [] };
  }
  if (name === "yank" && !yanked) return { name, command: ["yank", spec, "--reason", "soaked"], wheels: [] };
  if (name === "remove") return { name, command: ["remove", filename, "--yes"], wheels: [] };
  return { name: "unyank", command: ["unyank", spec], wheels: [] };
}

interface ListedFile {
  readonly project: string;
  readonly filename: string;
  readonly version: string;
  readonly yanked: boolean;
}

/** What the pages list, those of quarantined projects too: the latter keep their files under a private key. */
function listFiles(root: string): ListedFile[] {
  const simple = join(root, "simple");
  return readdirSync(simple, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: project }) => {
      const page = JSON.parse(readFileSync(join(simple, project, "index.v1.json"), "utf8")) as Page;
      const files = page.files.length > 0 ? page.files : (page["_files"] ?? []);
      return files.map(({ filename, yanked }) => {
        return {
          project,
          filename,
          version: filename.split("-")[1] ?? "",
          yanked: (yanked ?? false) !== false,
        };
      });
    });
}

interface Page {
  readonly files: readonly { readonly filename: string; readonly yanked?: boolean | string }[];
  readonly _files?: Page["files"];
}

/** A version without its local label, which only `==` and `!=` may carry. */
function publicPart(version: string): string {
  return version.replace(/\+.*$/, "");
}
