/** What the search looks through: one small row for each project, so that thousands load in a moment. */
import type { ProjectSummary } from "../simple/model.ts";
import { badgesOf } from "./home-view.ts";
import { shortLine } from "./plain-text.ts";

/** Rows of name, newest version, summary, keywords, and badges if any, one a line; `projects` must be sorted by name. */
export function renderSearchData(projects: readonly ProjectSummary[]): Buffer {
  const rows = projects.map((project) => {
    const { name, newestVersion = "", summary = "", keywords = [] } = project;
    const row = [name, newestVersion, shortLine(summary, 160), shortLine(keywords.join(" "), 160)];
    const badges = badgesOf(project);
    return JSON.stringify(badges.length === 0 ? row : [...row, badges]);
  });
  return Buffer.from(rows.length === 0 ? "[]\n" : `[\n${rows.join(",\n")}\n]\n`);
}
