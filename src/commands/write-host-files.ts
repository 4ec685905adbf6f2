/** Puts the files of a host into place: all of them, or none where one would overwrite what a person wrote. */
import type { Config } from "../config/config.ts";
import type { ExitCode, Problem } from "../errors.ts";
import type { Host, HostFacts, HostFile } from "../hosts/host.ts";
import { formatProblem, toVisible, type Terminal } from "../io/terminal.ts";
import { formatDifference, lookAtPlace, writePlace, type FilePlace, type WantedFile } from "./file-places.ts";

export interface Folders {
  readonly config: Config;
  /** Absolute path of the repository. */
  readonly repository: string;
  /** Absolute path of the working directory. */
  readonly cwd: string;
}

/** Writes the files, says what became of each, and returns the exit code: 1 where a person's file is in the way. */
export async function writeHostFiles(
  host: Host,
  facts: HostFacts,
  files: readonly HostFile[],
  folders: Folders,
  options: { readonly json?: true },
  terminal: Terminal,
): Promise<ExitCode> {
  const places = files.map((file) => lookAtPlace(toWantedFile(file, folders), folders.cwd));
  const refused = places.filter(({ state }) => state === "foreign");
  const problems = refused.map(toProblem);
  if (refused.length === 0) for (const place of places) if (place.state !== "unchanged") writePlace(place);
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
  for (const place of refused) for (const line of await formatDifference(place)) terminal.print(line);
  for (const problem of problems) terminal.talk(formatProblem(problem));
  if (refused.length > 0) {
    terminal.talk("nothing was written");
    return 1;
  }
  for (const { display, state } of places) terminal.print(toVisible(`${wordOf(state, false)} ${display}`));
  for (const step of host.nextSteps(facts)) terminal.talk(`next: ${step}`);
  return 0;
}

/** A file of a host with the folder that it belongs to. */
export function toWantedFile(
  { place, path, text, isExecutable }: HostFile,
  { config, repository }: Pick<Folders, "config" | "repository">,
): WantedFile {
  const base = place === "root" ? config.root : repository;
  return { base, path, text, ...(isExecutable === undefined ? {} : { isExecutable }) };
}

function wordOf(state: FilePlace["state"], isRefused: boolean): string {
  if (state === "unchanged") return "unchanged";
  if (state === "foreign") return "refused";
  return isRefused ? "not written" : state === "new" ? "written" : "updated";
}

function toProblem({ display }: FilePlace): Problem {
  return {
    code: "stranger-in-the-way",
    severity: "error",
    path: display,
    message: "stands where a file of the host goes, and was written or changed by another hand",
    hint: "take over by hand what you need from pkgindex host, or move the file away and run again",
  };
}
