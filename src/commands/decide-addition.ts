/** What `add` decides for each file: new, already there, in place of other bytes, or refused. */
import { dirname, join } from "node:path";
import { parseFilename } from "../archive/parse-filename.ts";
import type { Change, IncomingFile } from "../catalog/change.ts";
import { formatRecordLine, type RecordLine, type Source } from "../catalog/record-events.ts";
import { formatTime } from "../catalog/record-state.ts";
import { twoSpellings } from "../catalog/two-spellings.ts";
import { PkgIndexError, toProblemsError, type Problem } from "../errors.ts";
import { statIfExists } from "../io/files.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { findObstacle } from "./addition-obstacles.ts";
import { checkFile, type AdditionOptions, type CheckedFile } from "./check-addition.ts";
import { decisionTime, readRecordedProject, type RecordedProject } from "./recorded-project.ts";
import type { DecisionContext } from "./update-index.ts";

export interface Addition {
  readonly change: Change;
  /** Paths relative to the root. */
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  readonly alreadyThere: readonly string[];
}

/** Checks the given files and decides. Throws a `PkgIndexError` with all problems: then nothing happens at all. */
export async function decideAddition(
  given: readonly string[],
  options: AdditionOptions,
  context: DecisionContext,
): Promise<Addition> {
  checkFolder(options.folder, context.layout.reserved);
  const problems: Problem[] = [];
  const checked: CheckedFile[] = [];
  const { git } = context;
  const leftOut = git?.isSparse === true ? (await git.readTrackedFiles(false)).leftOut : new Map();
  const isThere = (path: string): boolean =>
    leftOut.has(path) || statIfExists(join(context.root, path)) !== undefined;
  for (const [index, path] of given.entries()) {
    const file = await checkFile(path, index, options.cwd, context, problems);
    if (file === undefined) continue;
    const twin = checked.find(({ parsed }) => parsed.identity === file.parsed.identity);
    if (twin === undefined) checked.push(file);
    else problems.push(twin.filename === file.filename ? givenTwice(path) : twoSpellings(path, twin.given));
  }
  const added: string[] = [];
  const replaced: string[] = [];
  const alreadyThere: string[] = [];
  const incoming: IncomingFile[] = [];
  const records = new Map<ProjectName, RecordLine[]>();
  const projects = new Map<ProjectName, RecordedProject>();
  for (const file of checked) {
    const project = projects.get(file.parsed.name) ?? readRecordedProject(options.config, file.parsed.name);
    projects.set(project.name, project);
    const verdict = judge(file, project, options, isThere);
    if (typeof verdict === "object") problems.push(verdict);
    else if (verdict === "already-there") alreadyThere.push(pathOf(file, project, options, context));
    else {
      const path = pathOf(file, project, options, context);
      const obstacle = await findObstacle(path, file, project, options, context, leftOut.has(path));
      if (obstacle !== undefined) problems.push(obstacle);
      const { filename, staged, stagedSidecar, inspection } = file;
      incoming.push({ filename, path, staged, stagedSidecar, inspection });
      (verdict === "replaced" ? replaced : added).push(path);
      if (verdict !== "again") {
        const line = toLine(verdict, file, path, project, options, context.now);
        records.set(project.name, [...(records.get(project.name) ?? []), line]);
      }
    }
  }
  if (problems.length > 0) throw toProblemsError(problems);
  const concerned = new Set(incoming.length === 0 ? [] : projects.keys());
  const change = { projects: concerned, records, incoming, outgoing: new Set<string>() };
  return { change, added, replaced, alreadyThere };
}

/** `again`: on record, but the file is gone. A problem where it must not come in. */
function judge(
  file: CheckedFile,
  project: RecordedProject,
  { sourceOf, allowReplace, replaceHint }: AdditionOptions,
  isThereAt: (path: string) => boolean,
): "uploaded" | "replaced" | "again" | "already-there" | Problem {
  const state = project.state.files.get(file.filename);
  const twin = project.files.find(
    ({ filename, version }) =>
      filename !== file.filename &&
      version.key === file.parsed.version.key &&
      parseFilename(filename).identity === file.parsed.identity,
  );
  if (twin?.state.path !== undefined && isThereAt(twin.state.path))
    return twoSpellings(file.given, twin.filename);
  if (state?.sha256 === undefined) return "uploaded";
  const isThere = state.path !== undefined && isThereAt(state.path);
  if (state.sha256 === file.inspection.sha256)
    return state.removed ? "uploaded" : isThere ? "already-there" : "again";
  const source = sourceOf(file.given);
  const isSameSource =
    source !== undefined &&
    state.source?.commit === source.commit &&
    state.source.repository.toLowerCase() === source.repository.toLowerCase();
  // Wheels are not reproducible: what was built from the same commit again is the same release, and its first bytes stay.
  if (isSameSource && !state.removed && isThere) return "already-there";
  if (allowReplace) return "replaced";
  return {
    code: "immutable",
    severity: "error",
    path: file.given,
    message:
      `a published file never changes, and this name ${state.removed ? "stood (until it was removed)" : "stands"} ` +
      `for other bytes: sha256 ${state.sha256} is on record${formatOrigin(state.source)}, ` +
      `the file has ${file.inspection.sha256}${formatOrigin(source)}`,
    hint: `publish a new version or build number, or allow it with ${replaceHint}`,
  };
}

function formatOrigin(source: Source | undefined): string {
  return source === undefined ? "" : ` (built from ${source.repository} at ${source.commit})`;
}

/** Where the file goes: where it was, else the given folder, else where the project's newest file lies, else a folder of its own. */
function pathOf(
  { filename, parsed }: CheckedFile,
  project: RecordedProject,
  { folder }: AdditionOptions,
  { layout }: DecisionContext,
): string {
  const known = project.state.files.get(filename)?.path;
  if (known !== undefined) return known;
  const newest = project.files.findLast(({ state }) => state.path !== undefined)?.state.path;
  const own = layout.reserved.includes(parsed.name) ? `${parsed.name}-files` : parsed.name;
  return `${folder?.replace(/\/+$/, "") ?? (newest === undefined ? own : dirname(newest))}/${filename}`;
}

function toLine(
  event: "uploaded" | "replaced",
  { given, filename, inspection }: CheckedFile,
  path: string,
  project: RecordedProject,
  { sourceOf }: AdditionOptions,
  now: Date,
): RecordLine {
  const source = sourceOf(given);
  const isKnown = project.state.files.has(filename);
  return formatRecordLine({
    event,
    file: filename,
    sha256: inspection.sha256 ?? "",
    size: inspection.size,
    path,
    // What comes after other decisions must be newer than they are; what is new came when the clock says.
    time: isKnown ? decisionTime(project.lines, now) : formatTime(now),
    ...(source === undefined ? {} : { source }),
    ...(inspection.gitBlob === undefined ? {} : { blob: inspection.gitBlob }),
  });
}

function checkFolder(folder: string | undefined, reserved: readonly string[]): void {
  if (folder === undefined) return;
  const parts = folder.replace(/\/+$/, "").split("/");
  const isOutside =
    folder.startsWith("/") || parts.some((part) => part === "" || part === "." || part === "..");
  const isReserved = reserved.includes(parts[0] ?? "");
  if (!isOutside && !isReserved && !/[\0-\x1f\x7f\\]/.test(folder) && !folder.startsWith(".")) return;
  throw new PkgIndexError({
    code: "usage",
    path: "--folder",
    message: isReserved
      ? `${JSON.stringify(parts[0])} is reserved for pkgindex`
      : `${JSON.stringify(folder)} is no folder below the root`,
    hint: "name a package subfolder, for example dace",
  });
}

function givenTwice(path: string): Problem {
  return {
    code: "given-twice",
    severity: "error",
    path,
    message: "a file of this name is given twice",
    hint: "give it once",
  };
}
