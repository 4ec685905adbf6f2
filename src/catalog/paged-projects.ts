/** Which projects have pages in the published tree and should not. */
import { join } from "node:path";
import { listFolder, readFileIfExists, statIfExists } from "../io/files.ts";
import { normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import { HTML_PAGE, JSON_PAGE, type Layout } from "../simple/layout.ts";
import { openPage } from "../simple/page-envelope.ts";

/** The projects, but for those that `isListed` knows, whose pages stand in the folders of the layout. */
export function listPagedProjects(
  root: string,
  layout: Layout,
  isListed: (name: ProjectName) => boolean,
): ProjectName[] {
  const isSharedWithPackages = layout.listDirectory === "";
  return listFolder(join(root, layout.listDirectory))
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ folder: entry.name, name: normalizeProjectName(entry.name) }))
    .filter(({ folder, name }) => folder === name && !isListed(name))
    .filter(({ folder }) => {
      const directory = join(root, layout.listDirectory, folder);
      if (isSharedWithPackages) return hasProjectPage(join(directory, JSON_PAGE));
      return [HTML_PAGE, JSON_PAGE].some((page) => statIfExists(join(directory, page)) !== undefined);
    })
    .map(({ name }) => name);
}

/** A list, as the other layout has it in a folder `simple/`, is no project's page. */
function hasProjectPage(path: string): boolean {
  const bytes = readFileIfExists(path);
  const opened = bytes === undefined ? "stranger" : openPage(bytes);
  return (
    opened === "damaged" || opened === "newer-format" || (opened !== "stranger" && "files" in opened.page)
  );
}
