/** The record files on disk: `.pkgindex/records/<project>.jsonl` below the root. */
import { join } from "node:path";
import { InvalidInput, type Problem } from "../errors.ts";
import { listFolder, readFileIfExists, statIfExists } from "../io/files.ts";
import { normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import { compareRecordLines, parseRecordLine, type RecordLine } from "./record-events.ts";
import { foldRecords, type ProjectState } from "./record-state.ts";

export const RECORDS_DIRECTORY = ".pkgindex/records";
export const RECORDS_ATTRIBUTES = ".pkgindex/.gitattributes";

/** Two branches that add lines to one record file merge without a conflict; no line ending is ever changed. */
export const ATTRIBUTES_TEXT = "records/*.jsonl -text merge=union\n";

/** The path of a project's record file, relative to the root. */
export function recordPath(project: ProjectName): string {
  return `${RECORDS_DIRECTORY}/${project}.jsonl`;
}

/** The projects that have a record file. */
export function listRecordedProjects(root: string): ProjectName[] {
  return listFolder(join(root, RECORDS_DIRECTORY))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"))
    .map((entry) => normalizeProjectName(entry.name.slice(0, -".jsonl".length)));
}

/**
 * Reads what the records say of a project, with lines that are about to be added. What is wrong with a line becomes a
 * problem that names file and line.
 */
export function readProjectState(
  root: string,
  project: ProjectName,
  problems: Problem[],
  added: readonly RecordLine[] = [],
): ProjectState {
  const lines = readRecordLines(root, project, problems);
  const state = foldRecords(added.length === 0 ? lines : [...lines, ...added]);
  return isInOrder(lines) ? state : { ...state, unsorted: lines };
}

/** Whether lines stand as they are written: sorted, each once. After a merge they do not. */
function isInOrder(lines: readonly RecordLine[]): boolean {
  return lines.every((line, index) => {
    const before = lines[index - 1];
    return before === undefined || compareRecordLines(before, line) < 0;
  });
}

/** Reads the lines of a project's record file. */
export function readRecordLines(root: string, project: ProjectName, problems: Problem[]): RecordLine[] {
  const path = recordPath(project);
  const bytes = readFileIfExists(join(root, path));
  if (bytes === undefined && statIfExists(join(root, path)) !== undefined) {
    problems.push(
      new InvalidInput("record-invalid", "is no file, and a record goes there", "move it away").toProblem(
        path,
      ),
    );
  }
  return parseLines(bytes?.toString("utf8") ?? "", project, path, problems);
}

function parseLines(text: string, project: ProjectName, path: string, problems: Problem[]): RecordLine[] {
  const lines: RecordLine[] = [];
  const texts = text.split("\n");
  for (const [index, line] of texts.entries()) {
    if (line.trim() === "") continue;
    try {
      lines.push(parseRecordLine(line, project));
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(error.toProblem(`${path}:${index + 1}`));
    }
  }
  return lines;
}

/** The new content of a project's record file: what stands there, and `added`, sorted, each line once. */
export function mergeRecordFile(root: string, project: ProjectName, added: readonly RecordLine[]): Buffer {
  const path = recordPath(project);
  const problems: Problem[] = [];
  const text = readFileIfExists(join(root, path))?.toString("utf8") ?? "";
  const existing = parseLines(text, project, path, problems);
  const [problem] = problems;
  if (problem !== undefined)
    throw new InvalidInput(problem.code, `${problem.path}: ${problem.message}`, problem.hint);
  const byText = new Map([...existing, ...added].map((line) => [line.text, line]));
  const sorted = [...byText.values()].toSorted(compareRecordLines);
  return Buffer.from(sorted.map((line) => `${line.text}\n`).join(""));
}
