/** What of an index repository is checked out to add to it: pages, records and settings. */
import { relative } from "node:path";
import type { Config } from "../config/config.ts";
import { escapePattern } from "../github/index-clone.ts";
import { HTML_PAGE, JSON_PAGE, JSON_ROOT, LAYOUTS, LEGACY_FOLDER } from "../simple/layout.ts";

/** What must be there before the configuration can be read, and what says how the index is served. */
export const SETTINGS_PATTERNS: readonly string[] = [
  "/pkgindex.toml",
  ".gitattributes",
  ".gitignore",
  "/.github/workflows/*",
  "/netlify.toml",
];

/** The same, and all that an update of the index looks at. `folder` is the repository's. */
export function toPatterns(config: Config, folder: string): readonly string[] {
  const root = escapePattern(relative(folder, config.root));
  const below = root === "" ? "" : `/${root}`;
  const templates = config.templatesDirectory && relative(folder, config.templatesDirectory);
  const folders = [".pkgindex", "-", "project", LEGACY_FOLDER, JSON_ROOT, LAYOUTS.simple.listDirectory];
  return [
    // What stands in the root itself; of its folders, those that hold no distribution files.
    `${below}/*`,
    `!${below}/*/`,
    ...folders.map((name) => `${below}/${name}/`),
    // The pages of the flat layout share their folders with files.
    `${below}/*/${HTML_PAGE}`,
    `${below}/*/${JSON_PAGE}`,
    ...(templates ? [`/${escapePattern(templates)}/`] : []),
    ...SETTINGS_PATTERNS,
  ];
}
