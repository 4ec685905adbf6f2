/** Finds the distribution files in the package subfolders of the root. Looks at names, kinds, sizes and times; opens nothing. */
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import type { Problem } from "../errors.ts";
import {
  type FolderEntry,
  listFolder,
  realPathIfExists,
  statIfExists,
  systemErrorCode,
} from "../io/files.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import { HTML_PAGE, JSON_PAGE, type Layout } from "../simple/layout.ts";
import {
  measureFolder,
  NUMBERS_EACH,
  toFoundGroup,
  type FoundFolder,
  type FoundGroup,
} from "./found-files.ts";
import {
  checkLink,
  checkTopLevel,
  inTheWay,
  notAFile,
  oddName,
  refuseFoldersThatDifferByCase,
  unreadableFolder,
} from "./tree-oddities.ts";

export interface Scan {
  /** The files, in the order of their folders and names. */
  readonly groups: readonly FoundGroup[];
  /** Paths of sidecars without their wheel. */
  readonly straySidecars: readonly string[];
  /** Paths of all provenance files (`*.provenance`). */
  readonly provenance: ReadonlySet<string>;
  /** Paths of what is neither: not published, counted. */
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

export interface ScanOptions {
  /** Absolute path. */
  readonly root: string;
  readonly layout: Layout;
  /** Names or globs of package subfolders; all of them where empty. */
  readonly packages: readonly string[];
  /** Globs of what is left out, relative to the root. */
  readonly ignore: readonly string[];
}

/** A scan before anything is measured. */
export type Walk = Omit<Scan, "groups"> & { readonly folders: readonly FoundFolder[] };

/** Scans the root. What is wrong with a name or a kind is among `problems`. */
export function scan(options: ScanOptions): Scan {
  const { root, layout, packages } = options;
  const { folders, problems, ...rest } = walkFolders(options);
  const groups = folders.flatMap((folder) => {
    const numbers = new Float64Array(folder.names.length * NUMBERS_EACH);
    return measureFolder(root, folder, numbers, layout).map((group) => toFoundGroup(folder, numbers, group));
  });
  return { ...rest, groups, problems: [...checkTopLevel(root, layout, packages), ...problems] };
}

/** The part of a scan that reads package subfolders. `onFolder` is told of each that has distribution files. */
export function walkFolders(
  options: ScanOptions,
  onFolder: (folder: FoundFolder) => void = () => undefined,
): Walk {
  const { root, layout } = options;
  const problems: Problem[] = [];
  const sorter = new FolderSorter(options, problems, onFolder);
  const list = (folder: string): FolderEntry[] => readFolder(root, folder, problems);
  if (hasNoPatterns(options)) {
    const walk = (folder: string): void => {
      const entries = list(`${root}/${folder}`).filter(({ name }) => !isHidden(name));
      if (folder !== "") sorter.sort(folder, entries);
      for (const entry of entries) {
        if (entry.isDirectory() && !(folder === "" && layout.reserved.includes(entry.name)))
          walk(folder === "" ? entry.name : `${folder}/${entry.name}`);
      }
    };
    walk("");
  } else {
    const matches = new Map<string, FolderEntry[]>();
    for (const { path, dirent } of glob(options, list)) {
      const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
      const entries = matches.get(folder);
      if (entries === undefined) matches.set(folder, [dirent]);
      else entries.push(dirent);
    }
    for (const [folder, entries] of matches) sorter.sort(folder, entries);
  }
  const { folders, straySidecars, provenance, ignored } = sorter;
  problems.push(...refuseFoldersThatDifferByCase(folders));
  return { folders, straySidecars, provenance, ignored: ignored.toSorted(), problems };
}

/** Every folder is taken: then nothing has to be matched, and the globs, which take long to load, are left alone. */
function hasNoPatterns({ packages, ignore }: ScanOptions): boolean {
  return packages.length === 0 && ignore.length === 0;
}

/** What no glob matches unless it says so. */
function isHidden(name: string): boolean {
  return name.startsWith(".");
}

const SIDECAR_ENDING = ".metadata";

/** Sorts what lies in folders by what it is. */
class FolderSorter {
  readonly folders: FoundFolder[] = [];
  readonly straySidecars: string[] = [];
  readonly provenance = new Set<string>();
  readonly ignored: string[] = [];
  readonly #root: string;
  readonly #realRoot: string;
  readonly #isFlat: boolean;
  readonly #problems: Problem[];
  readonly #onFolder: (folder: FoundFolder) => void;

  constructor({ root, layout }: ScanOptions, problems: Problem[], onFolder: (folder: FoundFolder) => void) {
    this.#root = root;
    this.#realRoot = realPathIfExists(root) ?? root;
    this.#isFlat = layout.listDirectory === "";
    this.#problems = problems;
    this.#onFolder = onFolder;
  }

  /** Takes what lies in a folder (relative to the root, never the root itself). */
  sort(folder: string, entries: readonly FolderEntry[]): void {
    /** The names of their wheels. */
    const sidecars = new Set<string>();
    const distributions: string[] = [];
    // In the flat layout a project's pages share the folder with its files.
    const hasPages = this.#isFlat && !folder.includes("/");
    for (const entry of entries) {
      const { name } = entry;
      if (!this.#isPlainFile(folder, entry)) continue;
      if (looksLikeDistribution(name)) distributions.push(name);
      else if (name.endsWith(".whl.metadata")) sidecars.add(name.slice(0, -SIDECAR_ENDING.length));
      else if (name.endsWith(".provenance")) this.provenance.add(`${folder}/${name}`);
      else if (!(hasPages && (name === HTML_PAGE || name === JSON_PAGE)))
        this.ignored.push(`${folder}/${name}`);
    }
    const names = distributions
      .toSorted()
      .map((filename) => ({ filename, hasSidecar: sidecars.delete(filename) }));
    for (const name of sidecars) this.straySidecars.push(`${folder}/${name}${SIDECAR_ENDING}`);
    if (names.length === 0) return;
    this.folders.push({ folder, names });
    this.#onFolder({ folder, names });
  }

  /** Whether an entry is a file, or a link that is as good as one. What should be a file and is none is a problem. */
  #isPlainFile(folder: string, entry: FolderEntry): boolean {
    if (entry.isFile()) return true;
    const { name } = entry;
    const path = `${folder}/${name}`;
    if (entry.isDirectory()) {
      if (name.endsWith(".whl.metadata")) this.#problems.push(inTheWay(path));
      return false;
    }
    if (entry.isSymbolicLink()) {
      const problem = checkLink(this.#root, this.#realRoot, path, name);
      if (problem !== undefined) this.#problems.push(problem);
      return problem?.severity !== "error" && statIfExists(join(this.#root, path))?.isFile() === true;
    }
    if (looksLikeDistribution(name)) this.#problems.push(notAFile(path));
    else if (name.endsWith(".whl.metadata")) this.#problems.push(inTheWay(path));
    else this.ignored.push(path);
    return false;
  }
}

interface GlobEntry {
  readonly path: string;
  readonly dirent: FolderEntry;
}

/** Whether the scan would come across a file at `path` (relative to the root). Nothing needs to be there yet. */
export function isScanned(options: ScanOptions, path: string): boolean {
  if (hasNoPatterns(options)) {
    const parts = path.split("/");
    return parts.length > 1 && !options.layout.reserved.includes(parts[0] ?? "") && !parts.some(isHidden);
  }
  // The globs walk a tree that holds this file alone.
  const file = join(options.root, path);
  const listOne = (folder: string): FolderEntry[] => {
    const [name, ...deeper] = relative(folder, file).split("/");
    if (name === undefined || name === "" || name === "..") return [];
    const isFolder = deeper.length > 0;
    return [{ name, isFile: () => !isFolder, isDirectory: () => isFolder, isSymbolicLink: () => false }];
  };
  return glob(options, listOne).some((entry) => entry.path === path);
}

function glob(options: ScanOptions, list: (folder: string) => FolderEntry[]): readonly GlobEntry[] {
  const { root, layout, packages, ignore } = options;
  const patterns =
    packages.length === 0 ? ["*/**"] : packages.map((name) => `${name.replace(/\/+$/, "")}/**`);
  // It is CommonJS, and its hundred modules load in half the time when they are asked for as that.
  const fastGlob = createRequire(import.meta.url)("fast-glob") as typeof import("fast-glob");
  return fastGlob.sync(patterns, {
    cwd: root,
    ignore: [`{${layout.reserved.join(",")}}/**`, ...ignore],
    objectMode: true,
    onlyFiles: false,
    unique: packages.length > 1,
    followSymbolicLinks: false,
    // Every folder is read through this: what a glob passes over in silence is reported.
    fs: { readdirSync: list as never },
  }) as unknown as readonly GlobEntry[];
}

const ODD_NAME = /[\0-\x1f\x7f\ufffd]/;

/** Reads a folder. One that cannot be read becomes a problem, and so do names that no page could carry. */
function readFolder(root: string, path: string, problems: Problem[]): FolderEntry[] {
  let entries: FolderEntry[];
  try {
    entries = listFolder(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    problems.push(unreadableFolder(relative(root, path), code));
    return [];
  }
  return entries.filter((entry) => {
    if (!ODD_NAME.test(entry.name)) return true;
    if (entry.isDirectory() || looksLikeDistribution(entry.name)) {
      problems.push(oddName(relative(root, join(path, entry.name)), entry.isDirectory()));
    }
    return false;
  });
}
