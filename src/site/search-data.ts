/** What the search looks through: one small row for each project, so that thousands load in a moment. */
import type { ProjectSummary } from "../simple/model.ts";
import { shortLine } from "./plain-text.ts";

/** Rows of name, newest version, summary and keywords, one a line; `projects` must be sorted by name. */
export function renderSearchData(projects: readonly ProjectSummary[]): Buffer {
  const rows = projects.map(({ name, newestVersion = "", summary = "", keywords = [] }) =>
    JSON.stringify([name, newestVersion, shortLine(summary, 160), shortLine(keywords.join(" "), 160)]),
  );
  return Buffer.from(rows.length === 0 ? "[]\n" : `[\n${rows.join(",\n")}\n]\n`);
}
