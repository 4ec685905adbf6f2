/** The pages that belong to no single project, where they stand as they were written: then nothing has to be rendered. */
import { HTML_PAGE, joinPath, JSON_PAGE, JSON_ROOT } from "../simple/layout.ts";
import { toTwin, type PageEnvelope, type Twin } from "../simple/page-envelope.ts";
import { readWrittenPage } from "./existing-pages.ts";
import type { WantedPage } from "./plan.ts";

export const NOT_FOUND_PAGE = "404.html";
/** Keeps GitHub Pages from passing over folders that begin with a dot or an underscore. */
export const NO_JEKYLL = ".nojekyll";
const NOTHING = toTwin(Buffer.alloc(0));

/**
 * The list in HTML and JSON and what stands beside it, if all of it is what the list's JSON page vouches for; undefined
 * where something has to be made. `list` is that page as it stands on disk, and as it has to be; `siteFiles` are the pages for
 * people that belong to no single project.
 */
export function findKnownLists(
  root: string,
  listDirectory: string,
  jsonRoot: boolean,
  siteFiles: readonly string[],
  list: Buffer,
  { html, notFound, site }: PageEnvelope,
): readonly WantedPage[] | undefined {
  const isWritten = (path: string, twin: Twin | undefined): boolean =>
    readWrittenPage(root, path, twin) !== undefined;
  const htmlPath = joinPath(listDirectory, HTML_PAGE);
  const secondPath = joinPath(JSON_ROOT, HTML_PAGE);
  const listPath = joinPath(listDirectory, JSON_PAGE);
  const own = toTwin(list);
  const areKnown =
    isWritten(listPath, own) &&
    isWritten(htmlPath, html) &&
    isWritten(NOT_FOUND_PAGE, notFound) &&
    isWritten(NO_JEKYLL, NOTHING) &&
    (!jsonRoot || isWritten(secondPath, own)) &&
    (siteFiles.length === 0 || siteFiles.length === site?.length) &&
    siteFiles.every((path, index) => isWritten(path, site?.[index]));
  if (!areKnown) return undefined;
  const paths = [
    ...siteFiles,
    htmlPath,
    ...(jsonRoot ? [secondPath] : []),
    listPath,
    NOT_FOUND_PAGE,
    NO_JEKYLL,
  ];
  return paths.map((path) => ({ path, staged: undefined, onDisk: "same" }));
}
