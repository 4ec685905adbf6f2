/** Files in the owner's folder of templates that replace nothing: mostly a slip of the finger. */
import { join, relative } from "node:path";
import type { Problem } from "../errors.ts";
import { listFolder } from "../io/files.ts";
import { SITE_ASSET_NAMES, SITE_TEMPLATE_NAMES, TEMPLATE_NAMES } from "../site/template-source.ts";

/** What of ours is replaced lies here. */
const FOLDERS = ["", "simple/", "site/"];
const FILES: readonly string[] = [
  ...[...TEMPLATE_NAMES, ...SITE_TEMPLATE_NAMES].map((name) => `${name}.eta`),
  ...SITE_ASSET_NAMES,
];

/** A note for each file below `directory` that ends as a template does and has no template's name. Paths are relative to `root`. */
export async function findUnknownTemplates(directory: string, root: string): Promise<readonly Problem[]> {
  const unknown = FOLDERS.flatMap((folder) =>
    listFolder(join(directory, folder))
      .filter((entry) => entry.isFile() && /\.(?:eta|css|js|svg)$/.test(entry.name))
      .map((entry) => `${folder}${entry.name}`)
      .filter((file) => !FILES.includes(file)),
  );
  if (unknown.length === 0) return [];
  const { nearestNames } = await import("../packaging/nearest-names.ts");
  return unknown.map((file): Problem => {
    const [nearest] = nearestNames(file, FILES);
    return {
      code: "template-unknown",
      severity: "note",
      path: relative(root, join(directory, file)),
      message: "has no template's name, and replaces none",
      hint: nearest === undefined ? `the names are ${FILES.join(", ")}` : `did you mean ${nearest}?`,
    };
  });
}
