/** One project on its way into the catalog: its files, its page on disk, and whether that page can stay as it is. */
import type { Problem } from "../errors.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import { hrefFrom } from "../simple/href.ts";
import type { KnownFile } from "../simple/project-page.ts";
import type { CatalogOptions } from "./catalog.ts";
import { draftFile, prove, type DraftContext, type FileDraft } from "./file-draft.ts";
import { readPageOnDisk, type PageOnDisk } from "./known-page.ts";
import type { ProjectState } from "./record-state.ts";
import type { FoundFile } from "./scan.ts";

export interface ProjectDraft {
  readonly name: ProjectName;
  readonly state: ProjectState;
  readonly page: PageOnDisk | undefined;
  readonly files: readonly FileDraft[];
  /** Copies of a file that must be opened to see whether their bytes are equal. */
  readonly unprovenCopies: readonly { readonly draft: FileDraft; readonly copy: FoundFile }[];
  /** Whether the page on disk says all that it has to say. */
  readonly isUnchanged: boolean;
}

/** Drafts a project from the files found for it. */
export function draftProject(
  name: ProjectName,
  found: readonly FoundFile[],
  state: ProjectState,
  options: CatalogOptions,
  context: DraftContext & { readonly provenance: ReadonlySet<string> },
  problems: Problem[],
): ProjectDraft {
  const pageDirectory = options.layout.projectDirectory(name);
  const page = readPageOnDisk(options.root, pageDirectory, problems);
  const files: FileDraft[] = [];
  const unprovenCopies: { draft: FileDraft; copy: FoundFile }[] = [];
  for (const [filename, places] of groupByName(found)) {
    const fileState = state.files.get(filename);
    const [first, ...rest] = places;
    const original = places.length === 1 ? first : (places.find(({ path }) => path === fileState?.path) ?? first);
    if (original === undefined) continue;
    const copies = rest.length === 0 ? rest : places.filter((file) => file !== original);
    const draft = draftFile(original, copies, fileState, page, context);
    files.push(draft);
    for (const copy of copies) {
      if (!prove(copy.path, fileState, page, context).proven) unprovenCopies.push({ draft, copy });
    }
  }
  const isUnchanged =
    page !== undefined &&
    !options.rebuild &&
    !options.compareAll &&
    page.hasTwin &&
    page.page.name === name &&
    page.page.envelope.fingerprint === options.fingerprint &&
    unprovenCopies.length === 0 &&
    hasSameStatus(page, state) &&
    hasSameFiles(files, page, pageDirectory, options, context.provenance);
  return { name, state, page, files, unprovenCopies, isUnchanged };
}

function groupByName(found: readonly FoundFile[]): ReadonlyMap<string, readonly FoundFile[]> {
  const groups = new Map<string, FoundFile[]>();
  for (const file of found) {
    const group = groups.get(file.filename);
    if (group === undefined) groups.set(file.filename, [file]);
    else group.push(file);
  }
  for (const group of groups.values()) if (group.length > 1) group.sort((a, b) => (a.path < b.path ? -1 : 1));
  return groups;
}

function hasSameStatus({ page }: PageOnDisk, { status }: ProjectState): boolean {
  return page.status?.status === status?.status && page.status?.reason === status?.reason;
}

function hasSameFiles(
  drafts: readonly FileDraft[],
  { page }: PageOnDisk,
  pageDirectory: string,
  options: CatalogOptions,
  provenance: ReadonlySet<string>,
): boolean {
  const href = hrefFrom(pageDirectory);
  let listed = 0;
  for (const { file, state, known, mustRead } of drafts) {
    if (mustRead || state === undefined || (state.path !== undefined && state.path !== file.path)) return false;
    if (state.removed) continue;
    listed += 1;
    if (known === undefined || known.url !== href(file.path)) return false;
    if (known.uploadTime !== state.uploadTime || known.yanked !== state.yanked) return false;
    if (!hasSameProvenance(known, file, options, provenance)) return false;
  }
  return listed === page.files.length;
}

function hasSameProvenance(
  known: KnownFile,
  file: FoundFile,
  options: CatalogOptions,
  provenance: ReadonlySet<string>,
): boolean {
  const isThere = provenance.size > 0 && provenance.has(`${file.path}.provenance`);
  return isThere ? options.url !== undefined && known.provenance !== undefined : known.provenance === undefined;
}
