/** How much there is to publish, from what the scan has found anyway: hosts have limits. */

export interface TreeSizes {
  /** Whether all of the root was looked at, and not the projects of a change alone. */
  readonly isWhole: boolean;
  /** Distribution files and sidecars. */
  readonly files: number;
  /** Their size in bytes. */
  readonly bytes: number;
  /** The files that some host may refuse, largest first. */
  readonly large: readonly { readonly path: string; readonly size: number }[];
  /** The folder with the most files; looked for only where there are very many. */
  readonly fullestFolder: { readonly path: string; readonly files: number } | undefined;
}

/** The least limit of any host that is known: smaller files need not be told apart. */
const LARGE = 25 * 1024 * 1024;
/** Below this number of files no folder can be too full for any host. */
const MANY = 25_000;

/** Whether any host may have something against so much: mostly none has, and nothing more need be known. */
export function mayMatterToHosts({ large, bytes, files }: TreeSizes, projects: number): boolean {
  // With the six pages that a project has at most.
  return large.length > 0 || bytes > 900_000_000 || files + 6 * projects > 17_000;
}

/** What some files of one folder add up to, their sidecars included. */
export interface FolderSizes {
  /** Relative to the root. */
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  readonly large: TreeSizes["large"];
}

/** Whether some host may refuse a file of that size in bytes. */
export function isLarge(size: number): boolean {
  return size > LARGE;
}

/** One file as a part of the whole. */
export function sizesOfFile({
  path,
  size,
  sidecar,
}: {
  readonly path: string;
  readonly size: number;
  readonly sidecar: { readonly size: number } | undefined;
}): FolderSizes {
  return {
    folder: path.slice(0, path.lastIndexOf("/")),
    files: sidecar === undefined ? 1 : 2,
    bytes: size + (sidecar?.size ?? 0),
    large: isLarge(size) ? [{ path, size }] : [],
  };
}

/** Adds up what was found. */
export function measureTree(parts: readonly FolderSizes[], isWhole: boolean): TreeSizes {
  const counts = new Map<string, number>();
  for (const { folder, files } of parts) counts.set(folder, (counts.get(folder) ?? 0) + files);
  const files = parts.reduce((sum, part) => sum + part.files, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const large = parts.flatMap((part) => part.large);
  large.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1));
  return { isWhole, files, bytes, large, fullestFolder: files < MANY ? undefined : findFullest(counts) };
}

function findFullest(counts: ReadonlyMap<string, number>): TreeSizes["fullestFolder"] {
  let fullest: { path: string; files: number } | undefined;
  for (const [path, files] of counts)
    if (fullest === undefined || files > fullest.files) fullest = { path, files };
  return fullest;
}
