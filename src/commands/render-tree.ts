/** From the catalog to the tree as it must be: every page that has to be made, compared with what stands there. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Catalog, CatalogProject } from "../catalog/catalog.ts";
import { listPagedProjects } from "../catalog/paged-projects.ts";
import { ATTRIBUTES_TEXT, mergeRecordFile, RECORDS_ATTRIBUTES, recordPath } from "../catalog/record-files.ts";
import type { Config } from "../config/config.ts";
import type { Problem } from "../errors.ts";
import { readFileIfExists } from "../io/files.ts";
import { comparePage, comparePageOrKeep, findOurPages } from "../publish/existing-pages.ts";
import type { WantedPage, WantedTree } from "../publish/plan.ts";
import type { Renderer } from "../site/renderer.ts";
import { toListView, toProjectView } from "../simple/html-view.ts";
import { HTML_PAGE, joinPath, JSON_PAGE, LAYOUTS, type Layout } from "../simple/layout.ts";
import { PAGE_FORMAT, type PageEnvelope } from "../simple/page-envelope.ts";
import { readListJson, renderListJson } from "../simple/project-list.ts";
import { renderProjectJson } from "../simple/project-page.ts";

/** Renders what has to be. Nothing is written; a stranger's file in the way, or an index that would become empty, is a problem. */
export function renderTree(
  catalog: Catalog,
  config: Config,
  renderer: Renderer,
  fingerprint: string,
  allowEmpty: boolean,
): { wanted: WantedTree; problems: readonly Problem[] } {
  const { root } = config;
  const layout = LAYOUTS[config.layout];
  const problems = [...catalog.problems];
  const envelopeOf = (html: Buffer): PageEnvelope => {
    return { format: PAGE_FORMAT, fingerprint, html: { size: html.length, crc32: crc32(html) } };
  };
  const projectPages = catalog.projects.flatMap(({ name, detail }: CatalogProject): WantedPage[] => {
    if (detail === undefined) return [];
    const directory = layout.projectDirectory(name);
    const html = renderer.projectPage(toProjectView(detail, directory));
    const json = renderProjectJson(detail, directory, envelopeOf(html));
    // The JSON page vouches for its HTML twin, so it comes last.
    return [
      comparePage(root, joinPath(directory, HTML_PAGE), html, problems),
      comparePage(root, joinPath(directory, JSON_PAGE), json, problems),
    ];
  });
  const summaries = catalog.projects.map(({ summary }) => summary);
  const listHtml = renderer.listPage(toListView(summaries, config.title));
  const listJson = renderListJson(summaries, envelopeOf(listHtml));
  if (catalog.fileCount === 0 && !allowEmpty && !isAlreadyEmpty(root, layout, catalog)) {
    problems.push(wouldBeEmpty());
  }
  const wanted: WantedTree = {
    records: renderRecords(root, catalog),
    sidecars: catalog.sidecars,
    projectPages,
    listPages: [
      comparePage(root, joinPath(layout.listDirectory, HTML_PAGE), listHtml, problems),
      comparePage(root, joinPath(layout.listDirectory, JSON_PAGE), listJson, problems),
      comparePageOrKeep(root, "404.html", renderer.notFoundPage()),
      comparePageOrKeep(root, ".nojekyll", Buffer.alloc(0)),
    ],
    stalePages: [
      ...catalog.vanished.flatMap((name) => findOurPages(root, layout.projectDirectory(name))),
      ...findPagesOfOtherLayout(root, layout),
    ],
    orphanSidecars: catalog.orphans,
    knownPages: 2 * catalog.projects.filter(({ detail }) => detail === undefined).length,
  };
  return { wanted, problems };
}

function renderRecords(root: string, catalog: Catalog): WantedTree["records"] {
  const records = [...catalog.newRecords].map(([name, lines]) => {
    return { path: recordPath(name), bytes: mergeRecordFile(root, name, lines) };
  });
  if (readFileIfExists(join(root, RECORDS_ATTRIBUTES)) !== undefined) return records;
  return [...records, { path: RECORDS_ATTRIBUTES, bytes: Buffer.from(ATTRIBUTES_TEXT) }];
}

/** After a change of layout, the pages of the other one: project pages first, its list last, so that a killed run goes on. */
function findPagesOfOtherLayout(root: string, layout: Layout): string[] {
  const other = layout.name === "simple" ? LAYOUTS.flat : LAYOUTS.simple;
  const bytes = readFileIfExists(join(root, joinPath(other.listDirectory, JSON_PAGE)));
  const list = bytes && readListJson(bytes);
  if (list === undefined || list === "stranger") return [];
  const projects = listPagedProjects(root, other, () => false);
  return [
    ...projects.flatMap((name) => findOurPages(root, other.projectDirectory(name))),
    ...findOurPages(root, other.listDirectory),
  ];
}

function isAlreadyEmpty(root: string, layout: Layout, catalog: Catalog): boolean {
  const bytes = readFileIfExists(join(root, joinPath(layout.listDirectory, JSON_PAGE)));
  const list = bytes && readListJson(bytes);
  return typeof list === "object" && list.names.length === 0 && catalog.vanished.length === 0;
}

function wouldBeEmpty(): Problem {
  return {
    code: "would-be-empty",
    severity: "error",
    path: "",
    message: "no distribution file is left to list, and the index would become empty",
    hint: "put wheels into package subfolders of the root, or allow it with --allow-empty",
  };
}
