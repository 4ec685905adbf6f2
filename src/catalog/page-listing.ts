/** What a page lists, in the form in which it is compared with what a scan has found. */
import type { KnownFile } from "../simple/project-page.ts";

/** What a page lists, as one text that a scan can be compared with. */
export function listFiles(
  files: readonly Pick<KnownFile, "filename" | "url" | "size" | "coreMetadata" | "provenance">[],
): string {
  return joinListing(
    files.map(({ filename, url, size, coreMetadata, provenance }) =>
      listLine(filename, url, size, coreMetadata?.size, provenance !== undefined),
    ),
  );
}

/** One file: its name, its address as seen from the page, sizes of itself and its sidecar, and whether it has provenance. */
export function listLine(
  filename: string,
  url: string,
  size: number,
  sidecarSize: number | undefined,
  hasProvenance: boolean,
): string {
  return `${filename}\0${url}\0${size}\0${sidecarSize}\0${hasProvenance}`;
}

/** The lines of all files, in an order of their own. */
export function joinListing(lines: readonly string[]): string {
  return lines.toSorted().join("\n");
}
