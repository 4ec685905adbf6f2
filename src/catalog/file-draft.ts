/** One distribution file on its way into the catalog: what is known of it before it is opened, and whether it must be. */
import type { Inspection, InspectionOutcome } from "../archive/inspect.ts";
import type { TrackedFiles } from "../io/git.ts";
import type { KnownFile } from "../simple/project-page.ts";
import type { IncomingFile } from "./change.ts";
import type { PageOnDisk } from "./known-page.ts";
import type { FileState } from "./record-state.ts";
import type { FoundFile } from "./found-files.ts";
import { isPointerBlob } from "./stand-ins.ts";

export interface FileDraft {
  readonly file: FoundFile;
  /** What the records say of this file name. */
  readonly state: FileState | undefined;
  /** What the page says of it, where that is about the bytes on record. */
  readonly known: KnownFile | undefined;
  /** Whether its bytes are provably those on record, without a look at them. */
  readonly proven: boolean;
  /** Whether it must be opened. */
  readonly mustRead: boolean;
  /** Whether it must be opened and is not here: something stands for it. */
  readonly isMissing: boolean;
  /** Other files of the same name, which must have equal bytes. */
  readonly copies: readonly FoundFile[];
  /** The inspections of the copies that had to be opened. */
  readonly copyOutcomes: InspectionOutcome[];
  outcome: InspectionOutcome | undefined;
  /** Where its new sidecar waits. */
  staged: string | undefined;
  /** Where its bytes wait; undefined for a file that lies in its place already. */
  readonly waiting: string | undefined;
}

/** What a draft is made from, the same for all files of a run. */
export interface DraftContext {
  readonly rebuild: boolean;
  readonly compareAll: boolean;
  /** What git says of the files; undefined outside git. */
  readonly git: TrackedFiles | undefined;
  /** Files that were inspected on their way in, by path. */
  readonly incoming: ReadonlyMap<string, IncomingFile>;
}

/** Drafts one file. */
export function draftFile(
  file: FoundFile,
  copies: readonly FoundFile[],
  state: FileState | undefined,
  page: PageOnDisk | undefined,
  context: DraftContext,
): FileDraft {
  const incoming = context.incoming.get(file.path);
  if (incoming !== undefined) return draftIncoming(file, incoming, state);
  const onPage = page?.files.get(file.filename);
  const known =
    onPage !== undefined && onPage.sha256 === state?.sha256 && onPage.size === state.size
      ? onPage
      : undefined;
  // What is not here cannot be read again: its bytes are those on record.
  const proven = (!context.rebuild || file.standIn !== undefined) && isProven(file, state, page, context.git);
  const isStandIn = file.standIn !== undefined;
  const isComplete =
    known !== undefined && (isStandIn || (!context.compareAll && hasSidecar(file, known, page, context.git)));
  const mustRead = !(proven && (isComplete || state?.removed === true));
  return {
    file,
    copies,
    state,
    known,
    proven,
    mustRead,
    isMissing: mustRead && isStandIn,
    copyOutcomes: [],
    outcome: undefined,
    staged: undefined,
    waiting: undefined,
  };
}

/** A file that comes in with this run was read already. */
function draftIncoming(file: FoundFile, incoming: IncomingFile, state: FileState | undefined): FileDraft {
  return {
    file,
    copies: [],
    state,
    known: undefined,
    proven: false,
    mustRead: false,
    isMissing: false,
    copyOutcomes: [],
    outcome: { ok: true, inspection: incoming.inspection },
    staged: incoming.stagedSidecar,
    waiting: incoming.staged,
  };
}

/**
 * Provably the same bytes as on record: git has the object id that is on record, and believes the file unchanged; or,
 * where git cannot say, the size is the one on record and the file is strictly older than the page that was verified
 * against it. Equal times mean "read again".
 */
export function isProven(
  file: FoundFile,
  state: Pick<FileState, "sha256" | "size" | "blob"> | undefined,
  page: PageOnDisk | undefined,
  git: TrackedFiles | undefined,
): boolean {
  if (state?.sha256 === undefined) return false;
  if (file.standIn !== undefined) return file.standIn.isProven;
  const proof = proveByGit(file.path, state.blob, page?.isUntouched === true, git);
  if (proof === false && isPointerBlob(git?.clean.get(file.path), state)) return true;
  return proof ?? (page !== undefined && file.size === state.size && file.changedMs < page.mtimeMs);
}

/** Whether the sidecar that the page advertises is there, whole, and not younger than the page. */
function hasSidecar(
  { filename, path, sidecar }: FoundFile,
  known: KnownFile,
  page: PageOnDisk | undefined,
  git: TrackedFiles | undefined,
): boolean {
  if (known.coreMetadata === undefined) return !filename.endsWith(".whl");
  return (
    sidecar?.size === known.coreMetadata.size &&
    isSidecarUntouched(path, sidecar.mtimeMs, page?.mtimeMs ?? 0, git)
  );
}

/**
 * What git says of a file: the bytes on record, others, or, where it cannot say, undefined. Where the id is not on record,
 * times may speak only if the page still has the time that pkgindex gave it: after a checkout, times prove nothing.
 */
export function proveByGit(
  path: string,
  recordedBlob: string | undefined,
  isPageUntouched: boolean,
  git: TrackedFiles | undefined,
): boolean | undefined {
  const isClean = git?.clean.has(path) === true;
  if (!isClean && git?.changed.has(path) !== true) return undefined;
  if (recordedBlob === undefined && isPageUntouched) return undefined;
  return isClean && git.clean.get(path) === recordedBlob;
}

/** Whether a sidecar is one that git has kept, or, where git does not know it, is not younger than the page. */
export function isSidecarUntouched(
  path: string,
  mtimeMs: number,
  pageMs: number,
  git: TrackedFiles | undefined,
): boolean {
  const sidecar = `${path}.metadata`;
  return git?.clean.has(sidecar) === true || (git?.changed.has(sidecar) !== true && mtimeMs <= pageMs);
}

/** What the file says of itself, from its inspection or from the page. */
export interface FileFacts {
  readonly sha256: string;
  readonly size: number;
  readonly requiresPython: string | undefined;
  readonly coreMetadata: { readonly sha256: string; readonly size: number } | undefined;
}

/** The facts of a draft that needs no more reading; undefined where it could not be read. */
export function factsOf(draft: FileDraft): FileFacts | undefined {
  const inspection: Inspection | undefined =
    draft.outcome?.ok === true ? draft.outcome.inspection : undefined;
  const sha256 = inspection?.sha256 ?? (draft.proven ? draft.state?.sha256 : undefined);
  if (sha256 === undefined) return undefined;
  if (inspection === undefined) {
    const { requiresPython, coreMetadata } = draft.known ?? {};
    return { sha256, size: draft.file.size, requiresPython, coreMetadata };
  }
  const { size, requiresPython, coreMetadata } = inspection;
  return { sha256, size, requiresPython, coreMetadata };
}
