/** What the search looks through: one small row for each project, so that thousands load in a moment. */
import type { ProjectSummary } from "../simple/model.ts";
import { badgesOf } from "./home-view.ts";
import { shortLine } from "./plain-text.ts";

/** The file as it was written last, and the projects that it was written for. */
export interface LastSearchData {
  readonly madeFrom: readonly unknown[];
  readonly bytes: Buffer;
}

const NOTHING_KNOWN: { readonly projects: readonly unknown[]; readonly rows: readonly string[] } = {
  projects: [],
  rows: [],
};
const START = "[\n";
const END = "\n]\n";

/**
 * Rows of name, newest version, summary, keywords, and badges if any, one a line. `projects` must be sorted by name; those of `last`
 * that are still among them keep their rows.
 */
export function renderSearchData(projects: readonly ProjectSummary[], last?: LastSearchData): Buffer {
  const known = last === undefined ? NOTHING_KNOWN : knowRows(last);
  let next = 0;
  const rows = projects.map((project) => {
    // Both are sorted, so the next one is mostly it.
    const place = known.projects.indexOf(project, next);
    if (place === -1) return toRow(project);
    next = place + 1;
    return known.rows[place] ?? toRow(project);
  });
  return Buffer.from(rows.length === 0 ? "[]\n" : START + rows.join(",\n") + END);
}

function toRow(project: ProjectSummary): string {
  const { name, newestVersion = "", summary = "", keywords = [] } = project;
  const row = [name, newestVersion, shortLine(summary, 160), shortLine(keywords.join(" "), 160)];
  const badges = badgesOf(project);
  return JSON.stringify(badges.length === 0 ? row : [...row, badges]);
}

/** The rows and what each was made for. JSON has no line break within a row. */
function knowRows({ madeFrom: projects, bytes }: LastSearchData): typeof NOTHING_KNOWN {
  const rows = bytes.toString("utf8").slice(START.length, -END.length).split(",\n");
  return rows.length === projects.length ? { projects, rows } : NOTHING_KNOWN;
}
