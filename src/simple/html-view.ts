/** What the templates of the HTML pages are given: values ready to be escaped and written, nothing to decide. */
import { API_VERSION, type ProjectDetail, type ProjectSummary } from "./model.ts";
import { hrefFrom } from "./href.ts";
import { isQuarantined } from "./project-page.ts";

/** One anchor of a project page. Attributes that are undefined are left out. */
export interface FileView {
  readonly filename: string;
  /** Relative address with the hash as its fragment. */
  readonly href: string;
  readonly requiresPython: string | undefined;
  /** `sha256=…`: the hash form, the only one that every client takes rightly. */
  readonly coreMetadata: string | undefined;
  /** The reason, or the empty string; never bare, since pip and PDM overlook a bare attribute. */
  readonly yanked: string | undefined;
  readonly uploadTime: string;
  readonly size: number;
  readonly provenance: string | undefined;
}

export interface ProjectView {
  readonly apiVersion: string;
  readonly name: string;
  readonly status: string | undefined;
  readonly statusReason: string | undefined;
  readonly files: readonly FileView[];
}

export interface ListView {
  readonly apiVersion: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly projects: readonly { readonly name: string; readonly href: string }[];
}

/** The view of a project page (PEP 503 and the PEPs after it). */
export function toProjectView(project: ProjectDetail, pageDirectory: string): ProjectView {
  const href = hrefFrom(pageDirectory);
  return {
    apiVersion: API_VERSION,
    name: project.name,
    status: project.status?.status,
    statusReason: project.status?.reason,
    files: isQuarantined(project)
      ? []
      : project.files.map((file) => ({
          filename: file.filename,
          href: `${href(file.path)}#sha256=${file.sha256}`,
          requiresPython: file.requiresPython,
          coreMetadata: file.coreMetadata && `sha256=${file.coreMetadata.sha256}`,
          yanked: file.yanked === false ? undefined : file.yanked === true ? "" : file.yanked,
          uploadTime: file.uploadTime,
          size: file.size,
          provenance: file.provenance,
        })),
  };
}

/** The view of the project list. */
export function toListView(
  projects: readonly ProjectSummary[],
  { title, description }: Pick<ListView, "title" | "description">,
): ListView {
  return {
    apiVersion: API_VERSION,
    title,
    description,
    projects: projects.map(({ name }) => ({ name, href: `${name}/` })),
  };
}
