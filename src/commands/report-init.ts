/** What `pkgindex init` says at its end. */
import type { Config } from "../config/config.ts";
import type { ExitCode, Problem } from "../errors.ts";
import { formatCount, formatProblem, toVisible, type Terminal } from "../io/terminal.ts";
import { formatDifference, type FilePlace } from "./file-places.ts";
import { displayBelow } from "./index-root.ts";
import type { AncestorSurvey } from "./survey-ancestor.ts";
import type { Update } from "./update-index.ts";

export interface InitOutcome {
  /** The repository as the user would type it. */
  readonly display: string;
  readonly config: Config;
  readonly places: readonly FilePlace[];
  readonly index: Update;
  readonly survey: AncestorSurvey | undefined;
  readonly notes: readonly Problem[];
  readonly nextSteps: readonly string[];
}

const WORDS = { new: "written", outdated: "updated", unchanged: "unchanged", foreign: "kept" } as const;

/** Prints all of it and returns the exit code: 1 where the index could not be made. What was kept is no failure. */
export async function reportInit(
  outcome: InitOutcome,
  isJson: boolean,
  terminal: Terminal,
): Promise<ExitCode> {
  const { config, places, index, survey } = outcome;
  const differences = new Map<FilePlace, readonly string[]>();
  for (const place of places)
    if (place.state === "foreign") differences.set(place, await formatDifference(place));
  const problems = [
    ...index.problems.map((problem) => ({ ...problem, path: displayBelow(config, problem.path) })),
    ...[...differences.keys()].map(keptFile),
    ...outcome.notes,
  ];
  const exitCode = problems.some(({ severity }) => severity === "error") ? 1 : 0;
  const steps = exitCode === 0 ? [...afterAdoption(survey, outcome.display), ...outcome.nextSteps] : [];
  const { catalog, plan, isRefused } = index;
  if (isJson) {
    const files = places.map((place) => ({
      path: place.display,
      state: WORDS[place.state],
      difference: differences.get(place) ?? [],
    }));
    const pages = { written: isRefused ? 0 : plan.pages.length, unchanged: plan.unchangedPages };
    const { found, obsolete } = survey ?? { found: [], obsolete: [] };
    terminal.print(
      JSON.stringify(
        {
          directory: outcome.display,
          files,
          index: {
            root: config.rootDisplay,
            projects: catalog.projects.length,
            files: catalog.fileCount,
            pages,
          },
          found,
          obsolete,
          nextSteps: steps,
          problems,
        },
        undefined,
        2,
      ),
    );
    return exitCode;
  }
  const print = (line: string): void => terminal.print(toVisible(line));
  for (const { path, text } of survey?.found ?? []) print(`found ${path}: ${text}`);
  for (const place of places) {
    for (const line of differences.get(place) ?? []) print(line);
    print(`${WORDS[place.state]} ${place.display}`);
  }
  if (!isRefused) {
    const counts = `${formatCount(catalog.projects.length, "project")}, ${formatCount(catalog.fileCount, "file")}`;
    const word = plan.pages.length > 0 ? "written" : "unchanged";
    print(`${word} the index in ${config.rootDisplay}: ${counts}`);
  }
  for (const { path, text } of survey?.obsolete ?? []) print(`obsolete ${path}: ${text}`);
  for (const problem of problems) terminal.talk(formatProblem(problem));
  if (isRefused) terminal.talk("the index was left as it was");
  for (const step of steps) terminal.talk(toVisible(`next: ${step}`));
  return exitCode;
}

function afterAdoption(survey: AncestorSurvey | undefined, display: string): readonly string[] {
  if (survey === undefined || survey.obsolete.length === 0) return [];
  const at = display === "." ? "" : ` -C ${display}`;
  const init = display === "." ? "pkgindex init" : `pkgindex init ${display}`;
  return [
    `delete what is obsolete, then let the rest be written: git${at} rm -r ${survey.obsolete.map(({ path }) => path).join(" ")} && ${init}`,
  ];
}

function keptFile({ display }: FilePlace): Problem {
  return {
    code: "kept",
    severity: "note",
    path: display,
    message: "was there before, and is kept as it is; the difference to what pkgindex would write is shown",
    hint: "take over by hand what you need",
  };
}
