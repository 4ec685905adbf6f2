/**
 * What of the root is published. Nothing is served because it lies there: pages at the places of the layout, what belongs to
 * the human site, and files with the name of a distribution, which a page must list.
 */
import { HTML_PAGE, joinPath, JSON_PAGE, type Layout } from "../simple/layout.ts";
import { SITE_FILES } from "../simple/site-paths.ts";
import { normalizeProjectName, isValidProjectName } from "../packaging/project-name.ts";

/** What may be at a path of the tree. */
export type Place =
  /** The project list or a project's page: two files, of which the client gets one. */
  | { readonly kind: "simple-page"; readonly directory: string }
  /** Another page, or a file of the human site. */
  | { readonly kind: "page"; readonly path: string }
  /** A distribution file, or with an `ending` what belongs to it. */
  | {
      readonly kind: "distribution";
      readonly path: string;
      readonly ending: "" | ".metadata" | ".provenance";
    };

/** The place that a decoded path means (a folder's ends with `/`), or undefined where nothing is published. */
export function findPlace(path: string, layout: Layout): Place | undefined {
  const segments = path.split("/");
  const name = segments.pop() ?? "";
  const directory = segments.join("/");
  if (segments.includes("") || [...segments, name].some((segment) => segment.startsWith(".")))
    return undefined;
  if (isSimpleDirectory(segments, layout)) {
    if (name === "") return { kind: "simple-page", directory };
    if (name === HTML_PAGE || name === JSON_PAGE) return { kind: "page", path };
  }
  if (isSitePage(segments, name, layout))
    return { kind: "page", path: name === "" ? path + HTML_PAGE : path };
  const ending = name.endsWith(".provenance")
    ? ".provenance"
    : name.endsWith(".whl.metadata")
      ? ".metadata"
      : "";
  const isDistribution = /\.(?:whl|tar\.gz|zip)$/.test(name.slice(0, name.length - ending.length));
  return isDistribution && segments.length > 0 ? { kind: "distribution", path, ending } : undefined;
}

/** The folder of the project list, or one that is named as a project's is. */
function isSimpleDirectory(segments: readonly string[], layout: Layout): boolean {
  const directory = segments.join("/");
  if (directory === layout.listDirectory) return true;
  const project = segments.at(-1) ?? "";
  return (
    !layout.reserved.includes(directory) &&
    project === normalizeProjectName(project) &&
    isValidProjectName(project) &&
    directory === layout.projectDirectory(normalizeProjectName(project))
  );
}

function isSitePage(segments: readonly string[], name: string, layout: Layout): boolean {
  const isIndex = name === "" || name === HTML_PAGE;
  const [top, project = ""] = segments;
  switch (top) {
    case undefined:
      return isIndex || name === "404.html" || name === SITE_FILES.sitemap;
    case "-":
      return true;
    case "simple-json":
      return segments.length <= 2 && isIndex && project === normalizeProjectName(project);
    case "project":
      return layout.reserved.includes(top) && isIndex;
    case "pypi":
      return layout.reserved.includes(top) && name === "json" && segments.length >= 2;
    default:
      return false;
  }
}

/**
 * Where a person or a program should have asked for a page: the project's name normalized (PEP 503), no doubled slashes, a
 * slash at the end of a folder alone. Undefined where `hasPage` knows no such page.
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/#normalized-names
 */
export function findCanonicalPath(
  path: string,
  layout: Layout,
  hasPage: (path: string) => boolean,
): string | undefined {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  const [top = ""] = segments;
  const position = layout.reserved.includes(top) ? 1 : 0;
  const project = segments[position];
  if (project !== undefined && isValidProjectName(project)) {
    segments[position] = normalizeProjectName(project);
  }
  const file = segments.join("/");
  const folder = joinPath(file, "");
  const candidates = path === "" || path.endsWith("/") ? [folder, file] : [file, folder];
  return candidates.find((candidate) => candidate !== path && hasPage(candidate));
}
