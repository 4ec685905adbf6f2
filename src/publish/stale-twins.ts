/** Pages beside the simple API that nothing wants any more: the legacy JSON and the second root. */
import { join } from "node:path";
import { listFolder } from "../io/files.ts";
import { isNormalizedName, type ProjectName } from "../packaging/project-name.ts";
import {
  HTML_PAGE,
  JSON_ROOT,
  jsonRootDirectory,
  joinPath,
  LEGACY_FOLDER,
  legacyPath,
} from "../simple/layout.ts";
import { keepOurs } from "./existing-pages.ts";

/** Which of them the configuration wants. */
export interface WantedTwins {
  readonly legacy: boolean;
  readonly jsonRoot: boolean;
}

/** The page of a project in the second root. */
export function jsonRootPath(name: ProjectName): string {
  return joinPath(jsonRootDirectory(name), HTML_PAGE);
}

/**
 * The pages of ours to remove, of `candidates` or of all projects that have such pages: those of projects that `isListed` does
 * not know, or all where the configuration does not want them.
 */
export function findStaleTwins(
  root: string,
  wanted: WantedTwins,
  isListed: (name: ProjectName) => boolean,
  candidates?: Iterable<ProjectName>,
): string[] {
  const find = (folder: string, isWanted: boolean, pathOf: (name: ProjectName) => string): string[] =>
    [...(candidates ?? listProjects(join(root, folder)))]
      .filter((name) => !isWanted || !isListed(name))
      .map(pathOf);
  const listOfRoot = wanted.jsonRoot ? [] : [joinPath(JSON_ROOT, HTML_PAGE)];
  return keepOurs(root, [
    ...find(LEGACY_FOLDER, wanted.legacy, legacyPath),
    ...find(JSON_ROOT, wanted.jsonRoot, jsonRootPath),
    ...listOfRoot,
  ]);
}

function listProjects(directory: string): ProjectName[] {
  return listFolder(directory)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter(isNormalizedName);
}
