/**
 * What the project list keeps of each project's pages: one short checksum over the sizes of the pages and of the records that
 * they were made from, and over names, addresses and sizes of the files that they list. Where a look at the folders gives the
 * same, and no time says otherwise, none of the pages has to be opened.
 */
import { hash } from "node:crypto";
import type { KnownFile } from "../simple/project-page.ts";

/** In bytes; undefined where there is no such file. */
export interface PageSizes {
  readonly json: number;
  readonly html: number;
  readonly legacy: number | undefined;
  readonly jsonRoot: number | undefined;
  readonly records: number | undefined;
}

/** The seal: 16 hexadecimal digits. `listing` is from {@link listFiles} or {@link joinListing}. */
export function sealPages({ json, html, legacy, jsonRoot, records }: PageSizes, listing: string): string {
  const sizes = [json, html, legacy, jsonRoot, records].join(" ");
  return hash("sha256", `${sizes}\n${listing}`, "hex").slice(0, 16);
}

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
