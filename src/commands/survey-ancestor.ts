/** What there is in a repository that `generator.py` made an index of: what stays, what is replaced, and what has had its day. */
import { join } from "node:path";
import { parseFilename } from "../archive/parse-filename.ts";
import { InvalidInput } from "../errors.ts";
import { INDEX_WORKFLOW } from "../github/workflow-files.ts";
import { isSealed } from "../hosts/stamp.ts";
import { hasEntry, kindOfPlace, listFolder, readFileIfExists } from "../io/files.ts";
import { formatCount } from "../io/terminal.ts";
import { looksLikeDistribution } from "../packaging/distribution-name.ts";
import { HTML_PAGE, joinPath } from "../simple/layout.ts";
import { tryParseAncestorPage } from "./ancestor-page.ts";

/** Something that was found, by its path below the repository, and what there is to say of it. */
export interface Finding {
  readonly path: string;
  readonly text: string;
}

export interface AncestorSurvey {
  readonly found: readonly Finding[];
  /** What nobody needs any more; left to its owner to delete. */
  readonly obsolete: readonly Finding[];
  /** Pages of `generator.py` in folders without files: nothing takes their place. */
  readonly emptyPages: readonly string[];
  /** The title of its pages. */
  readonly title: string | undefined;
  /** Folders that git ignores and where builds leave wheels. */
  readonly ignore: readonly string[];
}

const OBSOLETE: readonly (readonly [path: string, text: string])[] = [
  ["generator.py", "pkgindex generate does its work"],
  ["issue_update.sh", "pkgindex issue-update does its work, with the same options"],
  ["update-python-pkg-index.yml", "GitHub reads workflows from .github/workflows alone"],
  ["update_workflows", "pkgindex workflows install writes these into the source repositories"],
];

/** Looks at a repository; undefined where there is neither a package folder nor a page of `generator.py`. */
export function surveyAncestor(root: string): AncestorSurvey | undefined {
  const ignore = findIgnoredBuilds(root);
  const found: Finding[] = [];
  const emptyPages: string[] = [];
  const list = readPage(root, "");
  const folders = listFolder(root)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !ignore.includes(entry.name))
    .map((entry) => entry.name)
    .toSorted();
  // The projects whose pages go into a folder of their name, whatever the folder of their files is called.
  const projects = new Set<string>(folders.flatMap((name) => listProjects(join(root, name))));
  for (const name of folders) {
    const names = listFolder(join(root, name)).map((inner) => inner.name);
    const files = names.filter(looksLikeDistribution).length;
    const page = readPage(root, name);
    if (files > 0)
      found.push({
        path: `${name}/`,
        text: `a package folder with ${formatCount(files, "distribution file")}`,
      });
    else if (page !== undefined || names.includes(".gitkeep"))
      found.push({ path: `${name}/`, text: "a package folder without files" });
    if (page === undefined) continue;
    const path = joinPath(name, HTML_PAGE);
    const isEmpty = files === 0 && !projects.has(name);
    if (isEmpty) emptyPages.push(path);
    const fate = isEmpty
      ? "removed"
      : projects.has(name)
        ? "replaced"
        : "kept as it is: installers never ask under this name, and who has linked to it still finds its files";
    found.push({ path, text: `a page of generator.py, ${fate}` });
  }
  if (found.length === 0 && list === undefined) return undefined;
  if (list !== undefined) found.push({ path: HTML_PAGE, text: "the list of generator.py, replaced" });
  for (const { name } of listFolder(root).filter((entry) => entry.name.startsWith(".token"))) {
    found.push({ path: name, text: "may hold a token: not published, not touched; git must not track it" });
  }
  const obsolete = OBSOLETE.filter(([path]) => hasEntry(join(root, path))).map(([path, text]) => ({
    path,
    text,
  }));
  if (isOldWorkflow(root)) {
    obsolete.push({
      path: INDEX_WORKFLOW,
      text: "it stands where the new one goes, which pkgindex init writes once it is gone",
    });
  }
  return { found, obsolete, emptyPages, title: list?.title, ignore };
}

/** Whether a page may be replaced: what `mayReplace` of an update asks. */
export function isAncestorPage(path: string, bytes: Buffer): boolean {
  return path.endsWith(HTML_PAGE) && tryParseAncestorPage(bytes) !== undefined;
}

function listProjects(folder: string): readonly string[] {
  return listFolder(folder).flatMap(({ name }) => {
    if (!looksLikeDistribution(name)) return [];
    try {
      return [parseFilename(name).name];
    } catch (error) {
      // What no project has is an error of the update, which names it.
      if (error instanceof InvalidInput) return [];
      throw error;
    }
  });
}

function readPage(root: string, folder: string): ReturnType<typeof tryParseAncestorPage> {
  const path = joinPath(folder, HTML_PAGE);
  const bytes = kindOfPlace(root, path) === "file" ? readFileIfExists(join(root, path)) : undefined;
  return bytes && tryParseAncestorPage(bytes);
}

function isOldWorkflow(root: string): boolean {
  if (!hasEntry(join(root, INDEX_WORKFLOW))) return false;
  const text = readFileIfExists(join(root, INDEX_WORKFLOW))?.toString("utf8");
  return text === undefined || !isSealed(text);
}

/** The old workflow built into `build/`, which git ignored: wheels in there were never published. */
function findIgnoredBuilds(root: string): readonly string[] {
  const lines = readFileIfExists(join(root, ".gitignore"))?.toString("utf8").split("\n") ?? [];
  return lines.some((line) => /^\/?build\/?$/.test(line.trim())) ? ["build"] : [];
}
