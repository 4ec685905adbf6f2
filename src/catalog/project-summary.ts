/** A project's line in the project list. */
import { normalizeProjectName, type ProjectName } from "../packaging/project-name.ts";
import type { DistributionFile, ProjectDetail, ProjectSummary } from "../simple/model.ts";

/** The line of the project list. */
export function summarize(
  name: ProjectName,
  files: readonly Pick<DistributionFile, "uploadTime" | "yanked">[],
  { info, status }: { readonly info?: ProjectDetail["info"]; readonly status?: { readonly status: string } },
): ProjectSummary {
  let uploadTime: string | undefined;
  for (const file of files)
    if (uploadTime === undefined || file.uploadTime > uploadTime) uploadTime = file.uploadTime;
  const isYanked = files.length > 0 && files.every(({ yanked }) => yanked !== false);
  const names = new Set(info?.dependencies?.map(dependencyName).filter((dependency) => dependency !== ""));
  return {
    name,
    fileCount: files.length,
    ...(info === undefined ? {} : { newestVersion: info.version }),
    ...(uploadTime === undefined ? {} : { uploadTime }),
    ...(info?.summary === undefined ? {} : { summary: info.summary }),
    ...(info?.keywords === undefined ? {} : { keywords: info.keywords }),
    ...(status === undefined || status.status === "active" ? {} : { status: status.status }),
    ...(isYanked ? { isYanked } : {}),
    ...(names.size === 0 ? {} : { dependencies: [...names].toSorted() }),
  };
}

/** The project that a requirement names (PEP 508): what stands before extras, specifiers and markers. */
function dependencyName(requirement: string): string {
  return normalizeProjectName(/^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(requirement)?.[1] ?? "");
}
