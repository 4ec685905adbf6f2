/** The JSON project list (PEP 691): written from summaries, which it carries under private keys for the lists of the site. */
import { formatListLine, readListLine } from "./listed-project.ts";
import { API_VERSION, type ProjectSummary } from "./model.ts";
import { openEnvelope, openPage, sealPage, type PageEnvelope, type PageFault } from "./page-envelope.ts";

/** Serializes the project list, one project a line. `projects` must be sorted by name. */
export function renderListJson(projects: readonly ProjectSummary[], envelope: PageEnvelope): Buffer {
  const lines = projects.map(formatListLine);
  // Put together at once: the lines are megabytes where projects are many.
  const head = `{"meta":{"api-version":"${API_VERSION}"},\n"projects":[${lines.length === 0 ? "" : "\n"}`;
  const tail = `${lines.length === 0 ? "" : "\n"}],\n"_pkgindex":${JSON.stringify(envelope)}`;
  lines[0] = head + (lines[0] ?? "");
  lines.push((lines.pop() ?? "") + tail);
  return sealPage(lines.join(",\n"));
}

/** A project list of ours, read back. */
export interface KnownList {
  readonly projects: readonly ProjectSummary[];
  readonly envelope: PageEnvelope;
  /** The page as it stands. */
  readonly bytes: Buffer;
}

/** Reads a project list of ours back, or says why it cannot be used. Never throws. */
export function readListJson(bytes: Buffer): KnownList | PageFault {
  const envelope = readListEnvelope(bytes);
  if (envelope === undefined) return readOddList(bytes);
  const text = bytes.toString("utf8");
  const start = text.indexOf(START_OF_LIST);
  if (start === -1) return "damaged";
  const projects: ProjectSummary[] = [];
  for (const line of text.slice(start + START_OF_LIST.length, text.lastIndexOf(END_OF_LIST)).split(",\n")) {
    const project = readListLine(line);
    if (project === undefined) return "damaged";
    projects.push(project);
  }
  return { projects, envelope, bytes };
}

/** A list without projects has no lines, and one that is not ours can look like anything. */
function readOddList(bytes: Buffer): KnownList | PageFault {
  const opened = openPage(bytes);
  if (typeof opened === "string") return opened;
  const { projects } = opened.page;
  return Array.isArray(projects) && projects.length === 0
    ? { projects: [], envelope: opened.envelope, bytes }
    : "damaged";
}

/** Reads the envelope of a project list of ours alone; undefined where the list cannot be used, or is empty. */
export function readListEnvelope(bytes: Buffer): PageEnvelope | undefined {
  return openEnvelope(bytes, END_OF_LIST);
}

const START_OF_LIST = `"projects":[\n`;
const END_OF_LIST = `\n],\n"_pkgindex":`;
