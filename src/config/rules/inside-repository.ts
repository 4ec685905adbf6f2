import { isAbsolute, relative, resolve, sep } from "node:path";

import { quoteText } from "../../packaging/quote-text.ts";
import { realPathOfNearest } from "../../io/real-path.ts";
import { type Refusal, refuse, type RuleContext } from "../rule.ts";

const OUTSIDE = "config-path-outside";

/**
 * A path that is written in the file, or is the default, stays inside of the repository, also behind symbolic
 * links, and out of git's own folder: whoever may change a repository may not choose where on this machine pkgindex
 * reads and writes. A path from the command line or the environment is the choice of the person at the machine.
 */
export function refuseOutsideOfRepository(written: string, context: RuleContext): Refusal | undefined {
  if (context.origin === "command line" || context.origin === "environment") return undefined;
  const { repository } = context;
  const path = resolve(context.folder, written);
  const shown = quoteText(written);
  const { elsewhere } = context;
  const hint =
    elsewhere === ""
      ? "name a path inside of the repository"
      : `name a folder of the repository, or give the path by ${elsewhere}`;

  if (isAbsolute(written)) return refuse(`${shown} is an absolute path`, hint, OUTSIDE);
  if (!isInside(path, repository)) return refuse(`${shown} leaves the repository`, hint, OUTSIDE);
  const real = realPathOfNearest(path);
  if (real.fault !== undefined) return refuse(`${shown} ${real.fault}`, "mend the link or remove it");
  const realRepository = realPathOfNearest(repository).path ?? repository;
  if (!isInside(real.path, realRepository))
    return refuse(`${shown} leaves the repository through a symbolic link`, hint, OUTSIDE);
  if (isInGitFolder(path, repository) || isInGitFolder(real.path, realRepository))
    return refuse(`${shown} lies in git's own folder`, "name another folder", OUTSIDE);
  return undefined;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function isInGitFolder(path: string, repository: string): boolean {
  return relative(repository, path).split(sep).includes(".git");
}
