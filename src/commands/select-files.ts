/** From the SPEC on the command line to the files on record that it means. */
import { parseFilename } from "../archive/parse-filename.ts";
import { listRecordedProjects } from "../catalog/record-files.ts";
import { formatTime, type FileState } from "../catalog/record-state.ts";
import { InvalidInput, PkgIndexError } from "../errors.ts";
import { nearestNames } from "../packaging/nearest-names.ts";
import { parseProjectName, type ProjectName } from "../packaging/project-name.ts";
import { matchesSpec, parseSpec, type Spec } from "../packaging/spec.ts";
import { requireRoot, type IndexRoot } from "./index-root.ts";
import { readRecordedProject, type RecordedFile, type RecordedProject } from "./recorded-project.ts";

/** The project named on the command line. Throws a `PkgIndexError`: usage for no name, exit 1 for an unknown project. */
export function findProject(index: IndexRoot, text: string): RecordedProject {
  return findByName(
    index,
    asUsage(text, () => parseProjectName(text)),
    text,
  );
}

/** The files that a SPEC means. Throws a `PkgIndexError`: usage where it does not parse, exit 1 where it matches nothing. */
export function selectFiles(
  index: IndexRoot,
  text: string,
): { project: RecordedProject; files: readonly RecordedFile[] } {
  const spec = asUsage(text, () => parseSpec(text));
  const project = findByName(index, spec.project, text);
  const files = project.files.filter(({ filename, version }) =>
    matchesSpec(spec, { filename, version: version.text }),
  );
  if (files.length === 0) throw noMatch(text, spec, project);
  return { project, files };
}

/** Says what is nearest to a SPEC that matches no file, or that what it matches was removed. */
function noMatch(text: string, spec: Spec, project: RecordedProject): PkgIndexError {
  const isMeant = ([filename, { removed, sha256 }]: [string, FileState]): boolean =>
    removed &&
    sha256 !== undefined &&
    matchesSpec(spec, { filename, version: parseFilename(filename).version.text });
  const [gone, state] = [...project.state.files].find(isMeant) ?? [];
  const since = state === undefined ? "" : `; ${gone} was removed at ${formatTime(new Date(state.newestMs))}`;
  return new PkgIndexError({
    code: "no-match",
    path: text,
    message: `matches no file of ${project.name}${since}`,
    hint: gone === undefined ? nearestTo(spec, project) : "pkgindex add of the same bytes brings it back",
  });
}

function nearestTo(spec: Spec, { files }: RecordedProject): string {
  if (files.length === 0) return "all of its files were removed";
  if (spec.kind === "requirement") {
    const versions = [...new Set(files.map(({ version }) => version.text))];
    return `its newest versions: ${versions.slice(-5).join(", ")}`;
  }
  const filenames = files.map(({ filename }) => filename);
  const near = nearestNames(spec.filename, filenames);
  return `near to it: ${(near.length > 0 ? near : filenames.slice(-3)).join(", ")}`;
}

function findByName(index: IndexRoot, name: ProjectName, text: string): RecordedProject {
  const project = readRecordedProject(index, name);
  if (project.lines.length > 0) return project;
  requireRoot(index);
  const near = nearestNames(name, listRecordedProjects(index.root));
  throw new PkgIndexError({
    code: "no-match",
    path: text,
    message: `there is no project ${name} in ${index.rootDisplay}`,
    hint:
      near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : "pkgindex list shows the projects; run pkgindex generate first if files are new",
  });
}

function asUsage<Value>(text: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const filename = /[/\\]([^/\\]+\.(?:whl|tar\.gz|zip))$/i.exec(text)?.[1];
    throw new PkgIndexError({
      code: "usage",
      path: text.trim() === "" ? JSON.stringify(text) : text,
      message: error.message,
      hint: filename === undefined ? error.hint : `give its name in the index alone: ${filename}`,
    });
  }
}

const REASON_LIMIT = 500;
/** Also what would turn the direction of the text around it. */
const UNPRINTABLE = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
/** What a browser would take for a tag, a comment or a character: not the `<` of `numpy<2`. */
const MARKUP = /<[a-z/!?][^>]{0,40}>?|&(?:[a-z][a-z0-9]{1,30}|#[0-9]{1,7}|#x[0-9a-f]{1,6});/i;

/** A reason given on the command line. Throws a `PkgIndexError` (usage) for one that is no line of text. */
export function checkReason(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  const refuse = (message: string, hint: string): PkgIndexError =>
    new PkgIndexError({ code: "usage", path: "--reason", message, hint });
  if (reason.length > REASON_LIMIT) {
    throw refuse(
      `has ${reason.length} characters, more than the limit of ${REASON_LIMIT}`,
      "say it in a sentence",
    );
  }
  if (UNPRINTABLE.test(reason)) {
    throw refuse("has a line break or another control character", "say it in one line of plain text");
  }
  const markup = MARKUP.exec(reason)?.[0];
  if (markup !== undefined) {
    throw refuse(
      `has markup (${JSON.stringify(markup)}), and a reason is plain text: clients print it as it stands`,
      "leave tags and entities out; a < or & between blanks or before a number is fine",
    );
  }
  return reason.trim() === "" ? undefined : reason.trim();
}
