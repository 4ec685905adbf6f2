/** The pages that belong to no single project, where they stand as they were written: then nothing has to be rendered. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { kindOfPlace, readFileIfExists } from "../io/files.ts";
import { HTML_PAGE, joinPath, JSON_PAGE, JSON_ROOT } from "../simple/layout.ts";
import type { PageEnvelope, Twin } from "../simple/page-envelope.ts";
import type { WantedPage } from "./plan.ts";

export const NOT_FOUND_PAGE = "404.html";
/** Keeps GitHub Pages from passing over folders that begin with a dot or an underscore. */
export const NO_JEKYLL = ".nojekyll";

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
  const read = (path: string): Buffer | undefined =>
    kindOfPlace(root, path) === "file" ? readFileIfExists(join(root, path)) : undefined;
  const isTwin = (path: string, twin: Twin | undefined): boolean => {
    const bytes = read(path);
    return twin !== undefined && bytes?.length === twin.size && crc32(bytes) === twin.crc32;
  };
  const htmlPath = joinPath(listDirectory, HTML_PAGE);
  const secondPath = joinPath(JSON_ROOT, HTML_PAGE);
  const listPath = joinPath(listDirectory, JSON_PAGE);
  const isSite = (): boolean => {
    let size = 0;
    let checksum = 0;
    for (const path of siteFiles) {
      const bytes = read(path);
      if (bytes === undefined) return false;
      size += bytes.length;
      checksum = crc32(bytes, checksum);
    }
    return site?.size === size && site.crc32 === checksum;
  };
  const areKnown =
    kindOfPlace(root, listPath) === "file" &&
    isTwin(htmlPath, html) &&
    isTwin(NOT_FOUND_PAGE, notFound) &&
    read(NO_JEKYLL)?.length === 0 &&
    (!jsonRoot || read(secondPath)?.equals(list) === true) &&
    (siteFiles.length === 0 || isSite());
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
