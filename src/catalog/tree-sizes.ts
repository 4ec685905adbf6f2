/** How much there is to publish, from what the scan has found anyway: hosts have limits. */
import type { FoundFile } from "./scan.ts";

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

/** Adds up what was found. */
export function measureTree(found: readonly FoundFile[], isWhole: boolean): TreeSizes {
  let files = 0;
  let bytes = 0;
  const large: { path: string; size: number }[] = [];
  for (const { path, size, sidecar } of found) {
    files += sidecar === undefined ? 1 : 2;
    bytes += size + (sidecar?.size ?? 0);
    if (size > LARGE) large.push({ path, size });
  }
  large.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1));
  return { isWhole, files, bytes, large, fullestFolder: files < MANY ? undefined : findFullest(found) };
}

function findFullest(found: readonly FoundFile[]): TreeSizes["fullestFolder"] {
  const counts = new Map<string, number>();
  for (const { path, sidecar } of found) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    counts.set(folder, (counts.get(folder) ?? 0) + (sidecar === undefined ? 1 : 2));
  }
  let fullest: { path: string; files: number } | undefined;
  for (const [path, files] of counts)
    if (fullest === undefined || files > fullest.files) fullest = { path, files };
  return fullest;
}
