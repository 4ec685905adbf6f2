/** The two layouts of the published tree: a layout is this small set of paths, nothing more. */
import type { ProjectName } from "../packaging/project-name.ts";

export type LayoutName = "simple" | "flat";

export interface Layout {
  readonly name: LayoutName;
  /** The folder of the project list, relative to the root; empty for the root itself. */
  readonly listDirectory: string;
  /** The folder of a project's pages, relative to the root. */
  readonly projectDirectory: (name: ProjectName) => string;
  /** Folder names that no package subfolder may have. */
  readonly reserved: readonly string[];
}

const ALWAYS_RESERVED = ["-", ".pkgindex", "simple-json"];

export const LAYOUTS: Readonly<Record<LayoutName, Layout>> = {
  simple: {
    name: "simple",
    listDirectory: "simple",
    projectDirectory: (name) => `simple/${name}`,
    reserved: [...ALWAYS_RESERVED, "simple", "pypi", "project"],
  },
  flat: {
    name: "flat",
    listDirectory: "",
    projectDirectory: (name) => name,
    reserved: ALWAYS_RESERVED,
  },
};

/** The address of the simple API, which pip is given, of a root that is served under `url`, which ends in a slash. */
export function simpleAddress(url: string, layout: LayoutName): string {
  const { listDirectory } = LAYOUTS[layout];
  return listDirectory === "" ? url : `${url}${listDirectory}/`;
}

/**
 * The folder of the legacy JSON, `pypi/<project>/json`: what PyPI serves under that address
 * (https://docs.pypi.org/api/json/). Only the simple layout has it: clients put `/pypi/` in place of `/simple/`.
 */
export const LEGACY_FOLDER = "pypi";

/**
 * The second root, whose `index.html` files hold JSON, for hosts that cannot negotiate: PEP 691 calls it endpoint
 * configuration (https://peps.python.org/pep-0691/#endpoint-configuration).
 */
export const JSON_ROOT = "simple-json";

/** The path of a project's legacy JSON. */
export function legacyPath(name: ProjectName): string {
  return `${LEGACY_FOLDER}/${name}/json`;
}

/** The folder of a project in the second root. */
export function jsonRootDirectory(name: ProjectName): string {
  return `${JSON_ROOT}/${name}`;
}

export const HTML_PAGE = "index.html";
export const JSON_PAGE = "index.v1.json";

/** Whether the page at a path holds JSON, whatever its name says. */
export function holdsJson(path: string): boolean {
  return path.endsWith(JSON_PAGE) || path.startsWith(`${JSON_ROOT}/`) || /^pypi\/[^/]+\/json$/.test(path);
}

/** Joins a folder of the tree (maybe the root, the empty string) and a name. */
export function joinPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
