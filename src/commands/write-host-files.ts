/** Puts the files of a host into place: all of them, or none where one would overwrite what a person wrote. */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { displayPath } from "../config/display-path.ts";
import type { ExitCode, Problem } from "../errors.ts";
import type { Host, HostFacts, HostFile } from "../hosts/host.ts";
import { isSealed } from "../hosts/stamp.ts";
import { kindOfPlace, readFileIfExists } from "../io/files.ts";
import { replaceFile } from "../io/replace-file.ts";
import { formatProblem, toVisible, type Terminal } from "../io/terminal.ts";

interface Place {
  readonly file: HostFile;
  /** Absolute path. */
  readonly path: string;
  /** As the user would type it. */
  readonly display: string;
  readonly state: "new" | "outdated" | "unchanged" | "refused";
  readonly existing: string;
}

export interface Folders {
  readonly config: Config;
  /** Absolute path of the repository. */
  readonly repository: string;
  /** Absolute path of the working directory. */
  readonly cwd: string;
}

/** Writes the files, says what became of each, and returns the exit code: 1 where a person's file is in the way. */
export function writeHostFiles(
  host: Host,
  facts: HostFacts,
  files: readonly HostFile[],
  folders: Folders,
  options: { readonly json?: true },
  terminal: Terminal,
): ExitCode {
  const places = files.map((file) => lookAt(file, folders));
  const refused = places.filter(({ state }) => state === "refused");
  const problems = refused.map(toProblem);
  if (refused.length === 0) {
    for (const { state, path, file } of places)
      if (state !== "unchanged") replaceFile(path, file.text, file.isExecutable === true);
  }
  if (options.json) {
    const written = places.map(({ display, state }) => ({
      path: display,
      state: wordOf(state, refused.length > 0),
    }));
    terminal.print(
      JSON.stringify(
        { target: host.name, files: written, nextSteps: host.nextSteps(facts), problems },
        undefined,
        2,
      ),
    );
    return refused.length > 0 ? 1 : 0;
  }
  for (const { existing, file, display } of refused) {
    for (const line of formatDifference(existing, file.text, display)) terminal.print(toVisible(line));
  }
  for (const problem of problems) terminal.talk(formatProblem(problem));
  if (refused.length > 0) {
    terminal.talk("nothing was written");
    return 1;
  }
  for (const { display, state } of places) terminal.print(toVisible(`${wordOf(state, false)} ${display}`));
  for (const step of host.nextSteps(facts)) terminal.talk(`next: ${step}`);
  return 0;
}

function lookAt(file: HostFile, { config, repository, cwd }: Folders): Place {
  const base = file.place === "root" ? config.root : repository;
  const path = join(base, file.path);
  const place = { file, path, display: displayPath(path, cwd) };
  const kind = kindOfPlace(base, file.path);
  if (kind === "absent") return { ...place, state: "new", existing: "" };
  const existing = (kind === "file" ? readFileIfExists(path) : undefined)?.toString("utf8");
  if (existing === undefined) return { ...place, state: "refused", existing: "" };
  // An empty file says one thing only, that it is there; what else it holds is the person's own.
  if (existing === file.text || file.text === "") return { ...place, state: "unchanged", existing };
  return { ...place, state: isSealed(existing) ? "outdated" : "refused", existing };
}

function wordOf(state: Place["state"], isRefused: boolean): string {
  if (state === "unchanged") return "unchanged";
  if (state === "refused") return "refused";
  return isRefused ? "not written" : state === "new" ? "written" : "updated";
}

function toProblem({ display }: Place): Problem {
  return {
    code: "stranger-in-the-way",
    severity: "error",
    path: display,
    message: "stands where a file of the host goes, and was written or changed by another hand",
    hint: "take over by hand what you need from pkgindex host, or move the file away and run again",
  };
}

/** What would change: the lines between those that both begin and end with. */
function formatDifference(existing: string, wanted: string, display: string): string[] {
  const before = existing.split("\n");
  const after = wanted.split("\n");
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const shorter = Math.min(before.length, after.length) - start;
  while (end < shorter && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const removed = before.slice(start, before.length - end);
  const added = after.slice(start, after.length - end);
  return [
    `--- ${display}`,
    `+++ ${display} (as pkgindex would write it)`,
    `@@ -${start + 1},${removed.length} +${start + 1},${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
  ];
}
