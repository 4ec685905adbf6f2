/** Which projects have pages in the published tree and should not. */
import { join } from "node:path";
import { listFolder, readFileIfExists, statIfExists } from "../io/files.ts";
import { isNormalizedName, type ProjectName } from "../packaging/project-name.ts";
import { HTML_PAGE, JSON_PAGE, type Layout } from "../simple/layout.ts";
import { openPage } from "../simple/page-envelope.ts";

/**
 * The projects, but for those that `isListed` knows, whose pages stand in the folders of the layout: of `candidates`, or of
 * all folders.
 */
export function listPagedProjects(
  root: string,
  layout: Layout,
  isListed: (name: ProjectName) => boolean,
  candidates?: Iterable<ProjectName>,
): ProjectName[] {
  const isSharedWithPackages = layout.listDirectory === "";
  const names = candidates ?? listFolders(join(root, layout.listDirectory));
  return [...names]
    .filter((name) => !isListed(name))
    .filter((name) => {
      const directory = join(root, layout.projectDirectory(name));
      if (isSharedWithPackages) return hasProjectPage(join(directory, JSON_PAGE));
      return [HTML_PAGE, JSON_PAGE].some((page) => statIfExists(join(directory, page)) !== undefined);
    });
}

/** The folders that are named as a project's page is. */
function listFolders(directory: string): ProjectName[] {
  return listFolder(directory)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter(isNormalizedName);
}

/** A list, as the other layout has it in a folder `simple/`, is no project's page. */
function hasProjectPage(path: string): boolean {
  const bytes = readFileIfExists(path);
  const opened = bytes === undefined ? "stranger" : openPage(bytes);
  return (
    opened === "damaged" || opened === "newer-format" || (opened !== "stranger" && "files" in opened.page)
  );
}
