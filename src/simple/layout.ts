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

export const HTML_PAGE = "index.html";
export const JSON_PAGE = "index.v1.json";

/** Joins a folder of the tree (maybe the root, the empty string) and a name. */
export function joinPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}
