/** Where the program itself is installed, whether it runs from its sources or from the bundle. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

let found: string | undefined;

/** The folder with the program's own `package.json`, absolute: what it ships stands below. */
export function packageRoot(): string {
  found ??= findUpwards(dirname(fileURLToPath(import.meta.url)));
  return found;
}

function findUpwards(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  if (dirname(folder) === folder) throw new Error("pkgindex is installed without its package.json");
  return findUpwards(dirname(folder));
}
