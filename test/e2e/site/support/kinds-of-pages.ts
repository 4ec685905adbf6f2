/** Every kind of page that the varied index has, by its address. */
import { PROJECTS } from "./varied-projects.ts";

/** A kind of page: what it is called, and its address relative to the root of the layout "simple". */
export interface PageKind {
  readonly kind: string;
  readonly path: string;
}

const project = (kind: string, name: string): PageKind => ({ kind, path: `project/${name}/` });

export const PAGE_KINDS: readonly PageKind[] = [
  { kind: "home", path: "" },
  project("project with everything", PROJECTS.rich),
  project("project with plain text", PROJECTS.plain),
  project("project that is written from right to left", PROJECTS.rightToLeft),
  project("project with long names", PROJECTS.long),
  project("project without anything", PROJECTS.bare),
  project("yanked project", PROJECTS.yanked),
  project("quarantined project", PROJECTS.quarantined),
  project("deprecated project", PROJECTS.deprecated),
  { kind: "use", path: "-/use/" },
  { kind: "404", path: "no/such/page/" },
];
