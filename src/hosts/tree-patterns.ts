/**
 * The published tree as regular expressions, in the syntax that PCRE (nginx, Apache) and RE2 (Caddy) share. They are a list
 * of what is served, since the root may hold anything else: records, `.git`, tokens, configuration.
 */
import type { LayoutName } from "../simple/layout.ts";

/** A normalized name (PEP 503), and the slash behind it, or nothing: the list, or a project. */
const PAGE = "(?:[a-z0-9]+(?:-[a-z0-9]+)*/)?";
/** A file or folder name that is not hidden. */
const NAME = "[^/.][^/]*";

/** Patterns for paths below the root, without anchors and without groups that capture. */
export interface TreePatterns {
  /** Folders of the simple API, which give HTML or JSON. */
  readonly pages: string;
  /** The same pages by their file names. */
  readonly pageFiles: string;
  /** The same folders without the slash at their end. */
  readonly slashless: string;
  /** The second root. */
  readonly jsonRoot: string;
  /** The legacy JSON; undefined in the layout that has none. */
  readonly legacy: string | undefined;
  /** Distribution files and their sidecars, which never change. */
  readonly distributions: string;
  readonly provenance: string;
  /** Folders of the site for people. */
  readonly siteFolders: string;
  /** Files of the site for people. */
  readonly siteFiles: string;
}

/** The patterns of a layout. */
export function treePatterns(layout: LayoutName): TreePatterns {
  const prefix = layout === "simple" ? "simple/" : "";
  const folders = `(?:${NAME}/)+`;
  return {
    pages: `${prefix}${PAGE}`,
    pageFiles: `${prefix}${PAGE}index\\.(?:html|v1\\.json)`,
    slashless: layout === "simple" ? "simple(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?" : "[a-z0-9]+(?:-[a-z0-9]+)*",
    jsonRoot: `simple-json/${PAGE}`,
    legacy: layout === "simple" ? "pypi/[a-z0-9]+(?:-[a-z0-9]+)*/json" : undefined,
    distributions: `${folders}${NAME}\\.(?:whl|whl\\.metadata|tar\\.gz|zip)`,
    provenance: `${folders}${NAME}\\.provenance`,
    siteFolders: layout === "simple" ? `(?:project/${PAGE}|-/(?:${NAME}/)*)?` : `-/(?:${NAME}/)*`,
    siteFiles:
      layout === "simple"
        ? `(?:index\\.html|sitemap\\.xml|-/(?:${NAME}/)*${NAME})`
        : `(?:sitemap\\.xml|-/(?:${NAME}/)*${NAME})`,
  };
}

/** Escapes a text for use in such a pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
