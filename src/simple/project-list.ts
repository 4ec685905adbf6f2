/** The JSON project list (PEP 691): written from summaries, which it carries under private keys for the lists of the site. */
import { API_VERSION, type ProjectSummary } from "./model.ts";
import { openPage, sealPage, type PageEnvelope, type PageFault, isRecord } from "./page-envelope.ts";

/** Serializes the project list, one project a line. `projects` must be sorted by name. */
export function renderListJson(projects: readonly ProjectSummary[], envelope: PageEnvelope): Buffer {
  const lines = projects.map((project) => JSON.stringify(toWire(project))).join(",\n");
  const parts = [
    `"meta":{"api-version":"${API_VERSION}"}`,
    `"projects":${lines === "" ? "[]" : `[\n${lines}\n]`}`,
    `"_pkgindex":${JSON.stringify(envelope)}`,
  ];
  return sealPage(`{${parts.join(",\n")}`);
}

function toWire(project: ProjectSummary): object {
  return {
    name: project.name,
    ...(project.newestVersion === undefined ? {} : { _version: project.newestVersion }),
    ...(project.summary === undefined ? {} : { _summary: project.summary }),
    ...(project.keywords === undefined ? {} : { _keywords: project.keywords }),
    ...(project.uploadTime === undefined ? {} : { "_upload-time": project.uploadTime }),
    _files: project.fileCount,
    ...(project.dependencies === undefined ? {} : { _dependencies: project.dependencies }),
  };
}

/** Reads the names in a project list of ours back, or says why it cannot be used. Never throws. */
export function readListJson(
  bytes: Buffer,
): { readonly names: readonly string[]; readonly envelope: PageEnvelope } | PageFault {
  const opened = openPage(bytes);
  if (typeof opened === "string") return opened;
  const { projects } = opened.page;
  if (!Array.isArray(projects)) return "damaged";
  const names: string[] = [];
  for (const project of projects as unknown[]) {
    if (!isRecord(project) || typeof project["name"] !== "string") return "damaged";
    names.push(project["name"]);
  }
  return { names, envelope: opened.envelope };
}
