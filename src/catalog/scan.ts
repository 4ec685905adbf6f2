/** Finds the distribution files in the package subfolders of the root. Looks at names, kinds, sizes and times; opens nothing. */
import { join, relative, sep } from "node:path";
import fastGlob from "fast-glob";
import type { Problem } from "../errors.ts";
import { listFolder, realPathIfExists, statIfExists, systemErrorCode } from "../io/files.ts";
import { looksLikeSdist } from "../packaging/sdist-filename.ts";
import { HTML_PAGE, JSON_PAGE, type Layout } from "../simple/layout.ts";

/** A wheel or an sdist in the tree. */
export interface FoundFile {
  readonly filename: string;
  /** Relative to the root, parts joined by `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** The later of the times when its bytes and when its entry in the file system changed, in milliseconds. */
  readonly changedMs: number;
  /** A wheel's sidecar, where there is one: size in bytes and modification time in milliseconds. */
  readonly sidecar: { readonly size: number; readonly mtimeMs: number } | undefined;
}

export interface Scan {
  readonly files: readonly FoundFile[];
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

/** Whether a file name means a wheel or an sdist, well-formed or not. */
export function looksLikeDistribution(filename: string): boolean {
  return filename.endsWith(".whl") || /\.whl$/i.test(filename) || looksLikeSdist(filename);
}

/** Scans the root. What is wrong with a name or a kind is among `problems`. */
export function scan(options: ScanOptions): Scan {
  const { root, layout } = options;
  const paths: string[] = [];
  const sidecars = new Set<string>();
  const provenance = new Set<string>();
  const ignored: string[] = [];
  const problems: Problem[] = checkTopLevel(options);
  const realRoot = realPathIfExists(root) ?? root;
  const ownPages = layout.listDirectory === "" ? new Set([HTML_PAGE, JSON_PAGE]) : new Set<string>();
  for (const { path, name, dirent } of glob(options, problems)) {
    if (dirent.isDirectory()) continue;
    if (dirent.isSymbolicLink()) {
      const problem = checkLink(root, realRoot, path, name);
      if (problem !== undefined) problems.push(problem);
      if (problem?.severity === "error") continue;
      if (statIfExists(join(root, path))?.isFile() !== true) continue;
    } else if (!dirent.isFile()) {
      if (looksLikeDistribution(name)) problems.push(notAFile(path));
      else ignored.push(path);
      continue;
    }
    if (looksLikeDistribution(name)) {
      if (name.includes("\ufffd")) problems.push(notUtf8(path));
      else paths.push(path);
    } else if (name.endsWith(".whl.metadata")) sidecars.add(path);
    else if (name.endsWith(".provenance")) provenance.add(path);
    else if (name !== ".gitkeep" && !(ownPages.has(name) && isAtDepthOne(path))) ignored.push(path);
  }
  const files = paths.flatMap((path) => measure(root, path, sidecars) ?? []);
  problems.push(...refuseFoldersThatDifferByCase(files));
  return { files, straySidecars: [...sidecars], provenance, ignored: ignored.toSorted(), problems };
}

/** Size and times of a file and of its sidecar, which is taken out of `sidecars`. */
function measure(root: string, path: string, sidecars: Set<string>): FoundFile | undefined {
  const stats = statIfExists(`${root}/${path}`);
  if (stats === undefined) return undefined;
  const hasSidecar = path.endsWith(".whl") && sidecars.delete(`${path}.metadata`);
  return {
    path,
    filename: path.slice(path.lastIndexOf("/") + 1),
    size: stats.size,
    changedMs: Math.max(stats.mtimeMs, stats.ctimeMs),
    sidecar: hasSidecar ? statIfExists(`${root}/${path}.metadata`) : undefined,
  };
}

function isAtDepthOne(path: string): boolean {
  return path.indexOf("/") === path.lastIndexOf("/");
}

interface GlobEntry {
  readonly name: string;
  readonly path: string;
  readonly dirent: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean };
}

function glob(options: ScanOptions, problems: Problem[]): readonly GlobEntry[] {
  const { root, layout, packages, ignore } = options;
  const patterns =
    packages.length === 0 ? ["*/**"] : packages.map((name) => `${name.replace(/\/+$/, "")}/**`);
  try {
    return fastGlob.sync(patterns, {
      cwd: root,
      ignore: [`{${layout.reserved.join(",")}}/**`, ...ignore],
      objectMode: true,
      onlyFiles: false,
      unique: packages.length > 1,
      followSymbolicLinks: false,
      caseSensitiveMatch: true,
    }) as unknown as readonly GlobEntry[];
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    const path = error instanceof Error && "path" in error ? relative(root, String(error.path)) : "";
    problems.push({
      code: "unreadable-folder",
      severity: "error",
      path: path === "" ? "." : path,
      message: `the folder cannot be read (${code})`,
      hint: "make it readable for the user that runs pkgindex, or name it in [index] ignore",
    });
    return [];
  }
}

/** What stands directly in the root: reserved folders that hold distributions, links, and files outside any subfolder. */
function checkTopLevel({ root, layout }: ScanOptions): Problem[] {
  const problems: Problem[] = [];
  const realRoot = realPathIfExists(root) ?? root;
  for (const entry of listFolder(root)) {
    if (layout.reserved.includes(entry.name)) {
      if (!entry.isDirectory()) continue;
      const file = listFolder(join(root, entry.name)).find((inner) => looksLikeDistribution(inner.name));
      if (file !== undefined) problems.push(reservedFolder(entry.name, file.name));
    } else if (entry.isSymbolicLink()) {
      const problem = checkLink(root, realRoot, entry.name, entry.name);
      if (problem !== undefined) problems.push(problem);
    } else if (looksLikeDistribution(entry.name)) {
      problems.push({
        code: "outside-subfolder",
        severity: "note",
        path: entry.name,
        message:
          "lies in the root itself and is not published: distribution files belong into package subfolders",
        hint: "move it into a folder, for example one named after its project",
      });
    }
  }
  return problems;
}

function reservedFolder(folder: string, filename: string): Problem {
  return {
    code: "reserved-folder",
    severity: "error",
    path: `${folder}/${filename}`,
    message: `the folder ${folder}/ is reserved for pkgindex and cannot be a package subfolder`,
    hint: /^[a-z0-9]/.test(folder)
      ? `rename the folder to ${folder}-files`
      : "move the files into another folder",
  };
}

/** A link to a file inside the root is as good as the file; links to folders and out of the root are not. */
function checkLink(root: string, realRoot: string, path: string, filename: string): Problem | undefined {
  const target = realPathIfExists(join(root, path));
  const stats = target === undefined ? undefined : statIfExists(target);
  const matters = looksLikeDistribution(filename) || stats === undefined || stats.isDirectory();
  if (!matters) return undefined;
  const problem = (severity: Problem["severity"], message: string, hint: string): Problem => {
    return { code: "symbolic-link", severity, path, message, hint };
  };
  if (target === undefined || stats === undefined) {
    return problem(
      "error",
      "is a symbolic link that leads nowhere, or in a circle",
      "delete the link, or put the file here",
    );
  }
  if (target !== realRoot && !target.startsWith(realRoot + sep)) {
    return problem(
      "error",
      "is a symbolic link to outside the root, where no web server finds it",
      "copy the files here",
    );
  }
  if (!stats.isDirectory()) return undefined;
  if ((join(realRoot, path) + sep).startsWith(target + sep)) {
    return problem("error", "is a symbolic link to a folder that holds it, a loop", "delete the link");
  }
  return problem(
    "note",
    "is a symbolic link to a folder; its files are published where they lie",
    "delete the link",
  );
}

function notAFile(path: string): Problem {
  return {
    code: "not-a-file",
    severity: "error",
    path,
    message: "is no regular file",
    hint: "put the distribution file itself here",
  };
}

function notUtf8(path: string): Problem {
  return {
    code: "filename-encoding",
    severity: "error",
    path,
    message: "its name is no UTF-8; names of distribution files are ASCII",
    hint: "give it the name that its build tool wrote",
  };
}

function refuseFoldersThatDifferByCase(files: readonly FoundFile[]): Problem[] {
  const seen = new Map<string, string>();
  const problems: Problem[] = [];
  for (const folder of new Set(files.map((file) => file.path.slice(0, file.path.lastIndexOf("/"))))) {
    const other = seen.get(folder.toLowerCase());
    if (other === undefined) seen.set(folder.toLowerCase(), folder);
    else {
      problems.push({
        code: "case-only-difference",
        severity: "error",
        path: `${folder}/`,
        message: `differs from ${other}/ by case only; macOS and Windows cannot hold both`,
        hint: "move the files into one folder",
      });
    }
  }
  return problems;
}
