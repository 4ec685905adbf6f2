/** What the pages depend on besides the catalog, as one short text: where it differs, every page is made again. */
import { createHash } from "node:crypto";
import { PAGE_FORMAT } from "../simple/page-envelope.ts";
import type { TemplateSource } from "./template-source.ts";

/** 16 hexadecimal digits over the templates' texts and the settings that appear on pages. */
export function fingerprintOf(
  sources: readonly TemplateSource[],
  settings: Readonly<Record<string, unknown>>,
): string {
  const input = [PAGE_FORMAT, sources.map(({ name, text }) => [name, text]), settings];
  return createHash("sha256").update(JSON.stringify(input)).digest("hex").slice(0, 16);
}
