/** What can be wrong with names and kinds in the tree, before any file is opened. */
import { join, sep } from "node:path";
import type { Problem } from "../errors.ts";
import { listFolder, realPathIfExists, statIfExists } from "../io/files.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import { JSON_ROOT, LEGACY_FOLDER, type Layout } from "../simple/layout.ts";
import { SITE_PATHS } from "../simple/site-paths.ts";
import { listRecordedProjects } from "./record-files.ts";

/** What stands directly in the root: reserved folders that hold distributions, links, and files outside any subfolder. */
export function checkTopLevel(root: string, layout: Layout, packages: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const realRoot = realPathIfExists(root) ?? root;
  const entries = listFolder(root);
  const known = new Set<string>(listRecordedProjects(root));
  for (const entry of entries) {
    const { name } = entry;
    if (layout.reserved.includes(name)) {
      const path = entry.isDirectory() ? findDistribution(root, name, layout, known) : undefined;
      if (path !== undefined) problems.push(reservedFolder(name, path));
    } else if (entry.isSymbolicLink()) {
      const problem = checkLink(root, realRoot, name, name);
      if (problem !== undefined) problems.push(problem);
    } else if (looksLikeDistribution(name)) problems.push(outsideSubfolder(name));
  }
  const names = new Set(entries.map(({ name }) => name));
  const isPlainName = (name: string): boolean => /^[\w. -]+$/.test(name);
  return [
    ...problems,
    ...packages.filter((name) => isPlainName(name) && !names.has(name)).map(missingPackage),
  ];
}

/** The first distribution file in a reserved folder, at any depth. In the folders of known projects there are pages alone. */
function findDistribution(
  root: string,
  folder: string,
  layout: Layout,
  known: ReadonlySet<string>,
): string | undefined {
  const holdsPages = new Set([
    layout.listDirectory,
    LEGACY_FOLDER,
    JSON_ROOT,
    SITE_PATHS[layout.name].projectsFolder,
  ]);
  const search = (path: string): string | undefined => {
    for (const entry of listFolder(join(root, path))) {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        const found = holdsPages.has(path) && known.has(entry.name) ? undefined : search(inner);
        if (found !== undefined) return found;
      } else if (looksLikeDistribution(entry.name)) return inner;
    }
    return undefined;
  };
  return search(folder);
}

function outsideSubfolder(path: string): Problem {
  return {
    code: "outside-subfolder",
    severity: "note",
    path,
    message:
      "lies in the root itself and is not published: distribution files belong into package subfolders",
    hint: "move it into a folder, for example one named after its project",
  };
}

function missingPackage(name: string): Problem {
  return {
    code: "no-such-package",
    severity: "note",
    path: name,
    message: "is named in [index] packages, and there is no such folder",
    hint: "mend the name, or make the folder",
  };
}

/** A folder that the system does not let us read: what is in it would vanish from the index. */
export function unreadableFolder(path: string, systemCode: string): Problem {
  return {
    code: "unreadable-folder",
    severity: "error",
    path: path === "" ? "." : `${path}/`,
    message: `the folder cannot be read (${systemCode})`,
    hint: "make it readable for the user that runs pkgindex, or name it in [index] ignore",
  };
}

/** A name that no page and no command line could carry. */
export function oddName(path: string, isFolder: boolean): Problem {
  const isEncoded = path.includes("\ufffd");
  return {
    code: isEncoded ? "filename-encoding" : "filename-control-character",
    severity: "error",
    path,
    message: isEncoded ? "its name is no UTF-8" : "its name has a control character, such as a line break",
    hint: isFolder ? "rename the folder" : "give it the name that its build tool wrote",
  };
}

function reservedFolder(folder: string, path: string): Problem {
  return {
    code: "reserved-folder",
    severity: "error",
    path,
    message: `the folder ${folder}/ is reserved for pkgindex and cannot be a package subfolder`,
    hint: /^[a-z0-9]/.test(folder)
      ? `rename the folder to ${folder}-files`
      : "move the files into another folder",
  };
}

/** A link to a file inside the root is as good as the file; links to folders and out of the root are not. */
export function checkLink(
  root: string,
  realRoot: string,
  path: string,
  filename: string,
): Problem | undefined {
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

/** Something that is no file where a sidecar goes. */
export function inTheWay(path: string): Problem {
  return {
    code: "stranger-in-the-way",
    severity: "error",
    path,
    message: "stands where the metadata of a wheel goes, and is no file",
    hint: "move it away",
  };
}

/** A FIFO, a device or a socket. */
export function notAFile(path: string): Problem {
  return {
    code: "not-a-file",
    severity: "error",
    path,
    message: "is no regular file",
    hint: "put the distribution file itself here",
  };
}

/** Folders that only some file systems tell apart. */
export function refuseFoldersThatDifferByCase(folders: readonly { readonly folder: string }[]): Problem[] {
  const seen = new Map<string, string>();
  const problems: Problem[] = [];
  for (const folder of folders.map((found) => found.folder)) {
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
