/** One project on its way into the catalog: its files, and its page on disk. */
import type { Problem } from "../errors.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { joinPath, JSON_PAGE } from "../simple/layout.ts";
import type { KnownFile } from "../simple/project-page.ts";
import type { CatalogOptions } from "./catalog.ts";
import { draftFile, isProven, type DraftContext, type FileDraft } from "./file-draft.ts";
import type { PageOnDisk } from "./known-page.ts";
import { recordPath } from "./record-files.ts";
import type { ProjectState } from "./record-state.ts";
import type { FoundFile } from "./found-files.ts";

export interface ProjectDraft {
  readonly name: ProjectName;
  readonly state: ProjectState;
  readonly page: PageOnDisk | undefined;
  readonly files: readonly FileDraft[];
  /** Copies of a file that must be opened to see whether their bytes are equal. */
  readonly unprovenCopies: readonly { readonly draft: FileDraft; readonly copy: FoundFile }[];
}

/** Nearly every file is alone of its name, and there can be very many of them. */
const NONE: readonly FoundFile[] = [];

/** Drafts a project from the files found for it. */
export function draftProject(
  name: ProjectName,
  found: readonly FoundFile[],
  state: ProjectState,
  page: PageOnDisk | undefined,
  context: DraftContext & Pick<CatalogOptions, "layout">,
  problems: Problem[],
): ProjectDraft {
  const files: FileDraft[] = [];
  const unprovenCopies: { draft: FileDraft; copy: FoundFile }[] = [];
  for (const [filename, places] of groupByFilename(found)) {
    const fileState = state.files.get(filename);
    const original = places.find(({ path }) => path === fileState?.path) ?? places[0];
    if (original === undefined) continue;
    const copies = places.length === 1 ? NONE : places.filter((file) => file !== original);
    const draft = draftFile(original, copies, fileState, page, context);
    files.push(draft);
    for (const copy of copies) {
      const proven =
        (!context.rebuild || copy.standIn !== undefined) && isProven(copy, fileState, page, context.git);
      if (!proven) unprovenCopies.push({ draft, copy });
    }
  }
  // What comes in with this run is on record already, and on the page only when the run is done.
  const standing = files.filter(({ waiting }) => waiting === undefined);
  if (
    standing.some(({ file, state: { sha256 } = {} }) => contradicts(page?.files.get(file.filename), sha256))
  ) {
    problems.push(pageContradicts(joinPath(context.layout.projectDirectory(name), JSON_PAGE)));
  }
  const forgotten = standing.filter(
    ({ file, state: known }) => known?.sha256 === undefined && page?.files.has(file.filename) === true,
  );
  if (forgotten.length > 0) problems.push(recordsLost(recordPath(name), forgotten.length));
  return { name, state, page, files, unprovenCopies };
}

function contradicts(known: KnownFile | undefined, recorded: string | undefined): boolean {
  return known !== undefined && recorded !== undefined && known.sha256 !== recorded;
}

/** A page is made after its records: what it lists was on record once. */
function recordsLost(path: string, count: number): Problem {
  return {
    code: "records-lost",
    severity: "note",
    path,
    message:
      `its lines on ${count === 1 ? "a file" : `${count} files`} that the page lists are gone: ` +
      "they count as uploaded now, and yanks are forgotten",
    hint: "if that was not meant, take this file back from git or a backup and run pkgindex generate again",
  };
}

function pageContradicts(path: string): Problem {
  return {
    code: "page-contradicts",
    severity: "note",
    path,
    message: "the page gives another hash for a file than the records; it is made again",
    hint: "nothing to do; it comes from a merge, or from another hand",
  };
}

function groupByFilename(found: readonly FoundFile[]): ReadonlyMap<string, readonly FoundFile[]> {
  const groups = new Map<string, FoundFile[]>();
  for (const file of found) {
    const group = groups.get(file.filename);
    if (group === undefined) groups.set(file.filename, [file]);
    else group.push(file);
  }
  for (const group of groups.values()) if (group.length > 1) group.sort((a, b) => (a.path < b.path ? -1 : 1));
  return groups;
}
