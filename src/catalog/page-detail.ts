/** A project as its own page says it, which is all that the page was made from. */
import { parseFilename } from "../archive/parse-filename.ts";
import { pathOfUrl } from "../simple/href.ts";
import type { ProjectName } from "../packaging/project-name.ts";
import type { ProjectDetail, ProjectStatus } from "../simple/model.ts";
import type { KnownPage } from "../simple/project-page.ts";

/** The project of a page that stands in `directory`. */
export function toDetail(page: KnownPage, name: ProjectName, directory: string): ProjectDetail {
  return {
    name,
    // A page with any other status is none that could be read.
    ...(page.status === undefined ? {} : { status: page.status as ProjectStatus }),
    versions: page.versions,
    files: page.files.map(({ url, ...file }) => ({
      ...file,
      path: pathOfUrl(url, directory),
      version: parseFilename(file.filename).version.text,
    })),
    ...(page.info === undefined ? {} : { info: page.info }),
  };
}
