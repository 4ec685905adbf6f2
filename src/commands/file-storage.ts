/** Whether the repository of an index can hold a file, and the way into Git LFS. */
import type { Config } from "../config/config.ts";
import { PkgIndexError, type Problem } from "../errors.ts";
import type { IndexClone } from "../github/index-clone.ts";
import { formatSize, HOST_LIMITS } from "../hosts/limits.ts";
import { checkLfsPages } from "./lfs-pages.ts";

/** `lfs`: the file goes there. A problem where the repository cannot take it, or would serve something else. */
export async function checkStorage(
  clone: IndexClone,
  config: Config,
  isGithub: boolean,
  path: string,
  size: number,
): Promise<Problem | "lfs" | undefined> {
  if (await clone.isInLfs(path)) {
    if (await clone.hasLfs()) return checkLfsPages(path, config, isGithub, clone.folder) ?? "lfs";
    const message = "goes into Git LFS (.gitattributes), and git-lfs is not installed";
    return { code: "lfs-missing", severity: "error", path, message, hint: "install git-lfs and run again" };
  }
  // Where the server is not known, the one that most have.
  const host = isGithub ? "github-pages" : (config.host ?? "github-pages");
  const { fileBytes, title } = HOST_LIMITS[host] ?? {};
  if (fileBytes === undefined || size <= fileBytes) return undefined;
  const server = host === "github-pages" ? "GitHub" : title;
  const elsewhere = isGithub
    ? ""
    : '; where the server has no such limit, say so with [index] host = "other"';
  return {
    code: "file-too-large",
    severity: "error",
    path,
    message: `has ${formatSize(size)}, and ${server} takes files of up to ${formatSize(fileBytes)}`,
    hint: `make the wheel smaller, split it, or keep wheels in Git LFS (git lfs track '*.whl')${elsewhere}`,
  };
}

/** Stores files in Git LFS. Throws a `PkgIndexError`: with the code `timed-out` where the server could not be reached. */
export async function storeInLfs(clone: IndexClone, ids: readonly string[], path: string): Promise<void> {
  const stored = await clone.pushLfs(ids);
  if (stored.kind === "done") return;
  if (stored.kind === "retry")
    throw new PkgIndexError({ code: "timed-out", path, message: stored.reason, hint: "run again" });
  const message = `the LFS store does not take the file: ${stored.message}`;
  throw new PkgIndexError({ code: "push-refused", path, message, hint: stored.hint });
}
