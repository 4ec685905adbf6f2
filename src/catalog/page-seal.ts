/**
 * What the project list keeps of each project's pages: one short checksum over the sizes of the pages and of the records that
 * they were made from, and over names, addresses and sizes of the files that they list. Where a look at the folders gives the
 * same, and no time says otherwise, none of the pages has to be opened.
 */
import { hash } from "node:crypto";

/** In bytes; undefined where there is no such file. */
export interface PageSizes {
  readonly json: number;
  readonly html: number;
  readonly legacy: number | undefined;
  readonly jsonRoot: number | undefined;
  readonly records: number | undefined;
}

/** The seal: 16 hexadecimal digits. `listing` is from `page-listing.ts`. */
export function sealPages({ json, html, legacy, jsonRoot, records }: PageSizes, listing: string): string {
  const sizes = [json, html, legacy, jsonRoot, records].join(" ");
  return hash("sha256", `${sizes}\n${listing}`, "hex").slice(0, 16);
}
