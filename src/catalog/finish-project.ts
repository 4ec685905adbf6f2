/** Draws the conclusions for one project: what is listed, what goes on record, what is wrong. */
import { parseFilename } from "../archive/parse-filename.ts";
import type { Problem } from "../errors.ts";
import { encodePath, pathOfUrl } from "../simple/href.ts";
import type { DistributionFile } from "../simple/model.ts";
import { compareVersions, type Version } from "../packaging/version.ts";
import type { CatalogOptions } from "./catalog.ts";
import { factsOf, type FileDraft, type FileFacts } from "./file-draft.ts";
import type { VersionedFile } from "./project-info.ts";
import type { ProjectDraft } from "./project-draft.ts";
import { formatRecordLine, type ArrivalEvent, type RecordLine } from "./record-events.ts";
import { formatTime } from "./record-state.ts";
import { twoSpellings } from "./two-spellings.ts";

/** What a run adds up. */
export interface Ledger {
  readonly problems: Problem[];
  readonly added: string[];
  readonly removed: string[];
  readonly replaced: string[];
}

export interface FinishContext {
  readonly options: CatalogOptions;
  readonly provenance: ReadonlySet<string>;
  readonly clean: ReadonlyMap<string, string> | undefined;
  /** When git first saw a file that is new to the records. */
  readonly addedTimes: ReadonlyMap<string, Date>;
}

/** The files that are listed, in their order on the pages, with new record lines. Faults go to the ledger. */
export function finishFiles(
  project: ProjectDraft,
  context: FinishContext,
  ledger: Ledger,
): { files: VersionedFile[]; newLines: RecordLine[] } {
  const files: VersionedFile[] = [];
  const newLines: RecordLine[] = [];
  const spellings = new Map<string, string>();
  // What is on record first: where two spellings of one distribution meet, the newcomer is wrong.
  const drafts = project.files.toSorted(
    (a, b) => Number(b.state !== undefined) - Number(a.state !== undefined),
  );
  for (const draft of drafts) {
    if (draft.outcome?.ok === false) {
      ledger.problems.push({ severity: "error", path: draft.file.path, ...draft.outcome.fault });
      continue;
    }
    const parsed = parseFilename(draft.file.filename);
    const other = spellings.get(parsed.identity);
    if (other !== undefined) {
      ledger.problems.push(twoSpellings(draft.file.path, other));
      continue;
    }
    spellings.set(parsed.identity, draft.file.path);
    const finished = finishFile(draft, parsed.version, project, context, ledger);
    newLines.push(...finished.newLines);
    if (finished.file !== undefined)
      files.push({ file: finished.file, version: parsed.version, kind: parsed.kind });
  }
  files.sort(compareFiles);
  reportGone(project, files, context.options, ledger);
  return { files, newLines };
}

/** PEP 440 ascending, then by file name in code units. */
function compareFiles(a: VersionedFile, b: VersionedFile): number {
  return compareVersions(a.version, b.version) || (a.file.filename < b.file.filename ? -1 : 1);
}

function finishFile(
  draft: FileDraft,
  version: Version,
  project: ProjectDraft,
  context: FinishContext,
  ledger: Ledger,
): { file: DistributionFile | undefined; newLines: RecordLine[] } {
  const { file, state } = draft;
  const nothing = { file: undefined, newLines: [] };
  const facts = factsOf(draft);
  if (facts === undefined) throw new Error(`nothing is known of ${file.path}`);
  if (!copiesAreEqual(draft, facts, ledger)) return nothing;
  const events: ArrivalEvent[] = [];
  const lines: RecordLine[] = [];
  let uploadTime = state?.uploadTime;
  const inspection = draft.outcome?.ok === true ? draft.outcome.inspection : undefined;
  const blob = context.clean?.get(file.path) ?? inspection?.gitBlob;
  const arrival = (event: ArrivalEvent["event"], time: string): ArrivalEvent => ({
    event,
    file: file.filename,
    sha256: facts.sha256,
    size: facts.size,
    path: file.path,
    time,
    ...(blob === undefined ? {} : { blob }),
  });
  // A decision is newer than all that is on record, whatever the clock says.
  const now = formatTime(
    new Date(Math.max(context.options.now.getTime(), Math.floor(state?.newestMs ?? 0) + 1)),
  );
  if (state?.removed === true && (state.sha256 ?? facts.sha256) === facts.sha256) {
    ledger.problems.push(stillThere(file.path));
    return nothing;
  }
  if (state?.sha256 === undefined) {
    uploadTime = formatTime(context.addedTimes.get(file.path) ?? context.options.now);
    events.push(arrival("uploaded", uploadTime));
    ledger.added.push(file.path);
  } else if (state.sha256 !== facts.sha256) {
    if (!context.options.allowReplace) {
      ledger.problems.push(otherBytes(file.path, state.sha256, facts.sha256, state.removed));
      return nothing;
    }
    uploadTime = now;
    events.push(arrival("replaced", now));
    ledger.replaced.push(file.path);
  } else {
    if (state.path !== undefined && state.path !== file.path) {
      if (!context.options.allowMove) {
        ledger.problems.push(movedFile(file.path, state.path));
        return nothing;
      }
      lines.push(formatRecordLine({ event: "moved", file: file.filename, path: file.path, time: now }));
    }
    // The file had to be read although git knows it: with its id on record, it will not have to be again. A run that reads all
    // of them anyway only compares: an index is up to date without the ids, as where it was made before git came.
    const hadToBeRead = inspection?.sha256 !== undefined && !context.options.compareAll;
    if (hadToBeRead && blob !== undefined && state.blob !== blob && uploadTime !== undefined) {
      events.push({ ...arrival("uploaded", uploadTime), path: state.path ?? file.path });
    }
    const hadPage = project.page !== undefined;
    if (hadPage && !project.page.files.has(file.filename)) ledger.added.push(file.path);
  }
  noteRequiresPython(draft, ledger);
  const listed = toDistributionFile(draft, version, facts, uploadTime ?? now, context, ledger);
  return { file: listed, newLines: [...lines, ...events.map(formatRecordLine)] };
}

function toDistributionFile(
  draft: FileDraft,
  version: Version,
  facts: FileFacts,
  uploadTime: string,
  { options, provenance }: FinishContext,
  ledger: Ledger,
): DistributionFile {
  const { filename, path } = draft.file;
  const provenancePath = `${path}.provenance`;
  const hasProvenance = provenance.has(provenancePath);
  if (hasProvenance && options.url === undefined) {
    ledger.problems.push({
      code: "provenance-url",
      severity: "error",
      path: provenancePath,
      message: "the address of a provenance file must be absolute, and the address of the index is not known",
      hint: "set [index] url in pkgindex.toml",
    });
  }
  return {
    filename,
    path,
    version: version.text,
    sha256: facts.sha256,
    size: facts.size,
    ...(facts.requiresPython === undefined ? {} : { requiresPython: facts.requiresPython }),
    ...(facts.coreMetadata === undefined ? {} : { coreMetadata: facts.coreMetadata }),
    uploadTime,
    yanked: draft.state?.yanked ?? false,
    ...(hasProvenance && options.url !== undefined
      ? { provenance: options.url + encodePath(provenancePath) }
      : {}),
  };
}

function copiesAreEqual(draft: FileDraft, facts: FileFacts, ledger: Ledger): boolean {
  for (const outcome of draft.copyOutcomes) {
    if (outcome.ok && outcome.inspection.sha256 === facts.sha256) continue;
    const paths = [draft.file, ...draft.copies].map((copy) => copy.path).join(", ");
    ledger.problems.push({
      code: "duplicate-filename",
      severity: "error",
      path: draft.file.path,
      message: `the same file name lies in several folders with different bytes: ${paths}`,
      hint: "keep one of them",
    });
    return false;
  }
  for (const copy of draft.copies) {
    ledger.problems.push({
      code: "duplicate-filename",
      severity: "note",
      path: copy.path,
      message: `holds the same bytes as ${draft.file.path}, which is published; this one is not`,
      hint: "delete it",
    });
  }
  return true;
}

function reportGone(
  project: ProjectDraft,
  files: readonly VersionedFile[],
  options: CatalogOptions,
  ledger: Ledger,
): void {
  if (project.page === undefined) return;
  const listed = new Set(files.map(({ file }) => file.filename));
  for (const known of project.page.files.values()) {
    if (!listed.has(known.filename))
      ledger.removed.push(pathOfUrl(known.url, options.layout.projectDirectory(project.name)));
  }
}

function noteRequiresPython(draft: FileDraft, ledger: Ledger): void {
  const dropped = draft.outcome?.ok === true ? draft.outcome.inspection.droppedRequiresPython : undefined;
  if (dropped === undefined) return;
  ledger.problems.push({
    code: "requires-python",
    severity: "note",
    path: draft.file.path,
    message: `its Requires-Python ${JSON.stringify(dropped.slice(0, 100))} breaks PEP 440 and is left out of the page`,
    hint: "mend requires-python in the project and build it again",
  });
}

function otherBytes(path: string, recorded: string, found: string, removed: boolean): Problem {
  return {
    code: "immutable",
    severity: "error",
    path,
    message:
      `a published file never changes, and this name ${removed ? "stood (until it was removed)" : "stands"} ` +
      `for other bytes: sha256 ${recorded} is on record, the file has ${found}`,
    hint: "publish a new version or build number, or allow it with --allow-replace",
  };
}

function movedFile(path: string, recorded: string): Problem {
  return {
    code: "moved",
    severity: "error",
    path,
    message: `a published file stays where it is, and this one was published at ${recorded}: lock files hold that address`,
    hint: "move it back, or allow it with --allow-move",
  };
}

function stillThere(path: string): Problem {
  return {
    code: "removed",
    severity: "note",
    path,
    message: "was removed from the index and is not listed, but the file is still there",
    hint: "delete the file",
  };
}
