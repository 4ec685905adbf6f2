/** The project list as it stands on disk. */
import { readFileIfExists } from "../io/files.ts";
import { joinPath, JSON_PAGE, type Layout } from "../simple/layout.ts";
import { readListJson, type KnownList } from "../simple/project-list.ts";

/** Reads the project list below `root`; undefined where there is none that can be used, or it was made otherwise than `fingerprint` says. */
export function readKnownList(root: string, layout: Layout, fingerprint: string): KnownList | undefined {
  const bytes = readFileIfExists(`${root}/${joinPath(layout.listDirectory, JSON_PAGE)}`);
  const list = bytes && readListJson(bytes);
  return typeof list === "object" && list.envelope.fingerprint === fingerprint ? list : undefined;
}
