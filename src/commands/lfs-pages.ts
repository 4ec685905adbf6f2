/** Git LFS and GitHub Pages: a branch that Pages serves as it is would serve pointers. */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { listFolder, readFileIfExists } from "../io/files.ts";

/** Whether a file of the clone would be served as a pointer: a problem then. */
export function checkLfsPages(
  path: string,
  config: Config,
  isOnGithub: boolean,
  repository: string,
): Problem | undefined {
  const isPages =
    config.host === undefined
      ? isOnGithub || config.url?.includes(".github.io/") === true
      : config.host === "github-pages";
  if (!isPages || deploysWithLfs(repository)) return undefined;
  return {
    code: "lfs-on-pages",
    severity: "error",
    path,
    message:
      "goes into Git LFS (.gitattributes), and GitHub Pages serves a branch as it is: clients would get the pointer, not the file",
    hint: 'deploy Pages by a workflow whose checkout has "lfs: true", or say with [index] host where it is served from instead',
  };
}

/** Whether a workflow of the repository fetches LFS files and deploys them to Pages. */
function deploysWithLfs(repository: string): boolean {
  const folder = join(repository, ".github/workflows");
  return listFolder(folder).some(({ name }) => {
    if (!/\.ya?ml$/.test(name)) return false;
    const text = readFileIfExists(join(folder, name))?.toString("utf8") ?? "";
    return text.includes("actions/deploy-pages") && /^\s*lfs:\s*["']?true\b/m.test(text);
  });
}
