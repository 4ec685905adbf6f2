/** The files that the package brings along and puts into repositories. */
import { join } from "node:path";
import { readFileIfExists } from "./files.ts";
import { packageRoot } from "./package-root.ts";

/** The text of a file of the package, by its path from the package's own folder. */
export function readShippedFile(path: string): string {
  const bytes = readFileIfExists(join(packageRoot(), path));
  if (bytes === undefined) throw new Error(`the shipped file ${path} is missing`);
  return bytes.toString("utf8");
}
