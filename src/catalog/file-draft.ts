/** One distribution file on its way into the catalog: what is known of it before it is opened, and whether it must be. */
import { join } from "node:path";
import type { Inspection, InspectionOutcome } from "../archive/inspect.ts";
import { statIfExists } from "../io/files.ts";
import type { KnownFile } from "../simple/project-page.ts";
import type { PageOnDisk } from "./known-page.ts";
import type { FileState } from "./record-state.ts";
import type { FoundFile } from "./scan.ts";

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
  /** In bytes, as the folder says; 0 where nobody had to ask. */
  readonly size: number;
  /** Whether it stands for other files of the same name, which must have equal bytes. */
  readonly copies: readonly FoundFile[];
  /** The inspections of the copies that had to be opened, in their order. */
  readonly copyOutcomes: InspectionOutcome[];
  outcome: InspectionOutcome | undefined;
  /** Where its new sidecar waits. */
  staged: string | undefined;
}

/** What a draft is made from, the same for all files of a run. */
export interface DraftContext {
  readonly root: string;
  readonly rebuild: boolean;
  readonly compareAll: boolean;
  /** Files that git believes unchanged, with their object ids; undefined outside git. */
  readonly clean: ReadonlyMap<string, string> | undefined;
  readonly sidecars: ReadonlySet<string>;
}

/** Drafts one file. Asks the file system for sizes and times only where git cannot answer. */
export function draftFile(
  file: FoundFile,
  copies: readonly FoundFile[],
  state: FileState | undefined,
  page: PageOnDisk | undefined,
  context: DraftContext,
): FileDraft {
  const onPage = page?.files.get(file.filename);
  const known = onPage !== undefined && onPage.sha256 === state?.sha256 && onPage.size === state.size ? onPage : undefined;
  const { proven, size } = prove(file.path, state, page, context);
  const complete = known !== undefined && !context.compareAll && hasSidecar(file, known, page, context);
  return {
    file,
    copies,
    state,
    known,
    proven,
    size,
    mustRead: !(proven && (complete || state?.removed === true)),
    copyOutcomes: [],
    outcome: undefined,
    staged: undefined,
  };
}

/**
 * Provably the same: git has the object id that is on record, and believes the file unchanged; or, where git cannot
 * say, the size is the one on record and the file is strictly older than the page that was verified against it.
 */
export function prove(
  path: string,
  state: FileState | undefined,
  page: PageOnDisk | undefined,
  context: DraftContext,
): { proven: boolean; size: number } {
  if (!context.rebuild && state?.blob !== undefined && context.clean?.get(path) === state.blob) {
    return { proven: true, size: state.size };
  }
  const stats = statIfExists(join(context.root, path));
  const size = stats?.size ?? 0;
  if (context.rebuild || stats === undefined || page === undefined || state?.sha256 === undefined) {
    return { proven: false, size };
  }
  return { proven: size === state.size && Math.max(stats.mtimeMs, stats.ctimeMs) < page.mtimeMs, size };
}

/** Whether the sidecar that the page advertises is there, whole, and not younger than the page. */
function hasSidecar(
  file: FoundFile,
  known: KnownFile,
  page: PageOnDisk | undefined,
  context: DraftContext,
): boolean {
  if (known.coreMetadata === undefined) return !file.filename.endsWith(".whl");
  const path = `${file.path}.metadata`;
  if (!context.sidecars.has(path)) return false;
  const stats = statIfExists(join(context.root, path));
  if (stats?.size !== known.coreMetadata.size) return false;
  return stats.mtimeMs <= (page?.mtimeMs ?? 0) || context.clean?.has(path) === true;
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
  const inspection: Inspection | undefined = draft.outcome?.ok === true ? draft.outcome.inspection : undefined;
  const sha256 = inspection?.sha256 ?? (draft.proven ? draft.state?.sha256 : undefined);
  if (sha256 === undefined) return undefined;
  if (inspection === undefined) {
    return {
      sha256,
      size: draft.state?.size ?? draft.size,
      requiresPython: draft.known?.requiresPython,
      coreMetadata: draft.known?.coreMetadata,
    };
  }
  const { size, requiresPython, coreMetadata } = inspection;
  return { sha256, size, requiresPython, coreMetadata };
}
