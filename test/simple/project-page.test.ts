import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { parseProjectName } from "../../src/packaging/project-name.ts";
import { hrefFrom } from "../../src/simple/href.ts";
import { PROJECT_STATUSES, type DistributionFile, type ProjectDetail } from "../../src/simple/model.ts";
import type { PageEnvelope } from "../../src/simple/page-envelope.ts";
import { isQuarantined, readProjectJson, renderProjectJson } from "../../src/simple/project-page.ts";
import { ENVELOPE, EVERYTHING, FULL_FILE, PLAIN, PLAIN_FILE, QUARANTINED } from "./sample-projects.ts";

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

interface WirePage extends Record<string, unknown> {
  readonly files: readonly Record<string, unknown>[];
}

function render(project: ProjectDetail, directory = `simple/${project.name}`, envelope = ENVELOPE): string {
  return renderProjectJson(project, directory, envelope).toString("utf8");
}

/** The page as a stranger's parser sees it; it fails where a value is null. */
function parse(project: ProjectDetail): WirePage {
  return JSON.parse(render(project), (key, value: unknown) => {
    if (value === null) throw new Error(`${key} is null`);
    return value;
  }) as WirePage;
}

function fileOf(file: DistributionFile): Record<string, unknown> | undefined {
  return parse({ ...PLAIN, files: [file] }).files[0];
}

/** What has to come back from a page: the project, with addresses in the place of paths. */
function expectedBack(project: ProjectDetail, directory: string, envelope: PageEnvelope): object {
  const href = hrefFrom(directory);
  const files = project.files.map((file) => {
    const { path, version: _, ...facts } = file;
    return { ...facts, url: href(path) };
  });
  return { ...project, files, envelope };
}

describe("renderProjectJson", () => {
  it("writes a project with everything, byte for byte", async () => {
    await expect(render(EVERYTHING)).toMatchFileSnapshot("../golden/simple/project-everything.json");
  });

  it("writes a project with nothing that may be left out, byte for byte", async () => {
    await expect(render(PLAIN)).toMatchFileSnapshot("../golden/simple/project-plain.json");
  });

  it("writes a quarantined project, byte for byte", async () => {
    await expect(render(QUARANTINED)).toMatchFileSnapshot("../golden/simple/project-quarantined.json");
  });

  it("writes a page in the flat layout, byte for byte", async () => {
    const page = render(EVERYTHING, "demo-pkg");
    await expect(page).toMatchFileSnapshot("../golden/simple/project-everything-flat.json");
  });

  it("has its keys in the order of the specification, and private ones at the end", () => {
    expect(Object.keys(parse(EVERYTHING))).toEqual([
      "meta",
      "name",
      "project-status",
      "versions",
      "files",
      "_info",
      "_pkgindex",
      "_crc32",
    ]);
    expect(Object.keys(fileOf(FULL_FILE) ?? {})).toEqual([
      "filename",
      "url",
      "hashes",
      "requires-python",
      "core-metadata",
      "yanked",
      "size",
      "upload-time",
      "provenance",
      "_core-metadata-size",
    ]);
  });

  it("leaves out what is not known, and never says null", () => {
    expect(Object.keys(parse(PLAIN))).toEqual(["meta", "name", "versions", "files", "_pkgindex", "_crc32"]);
    expect(Object.keys(fileOf(PLAIN_FILE) ?? {})).toEqual([
      "filename",
      "url",
      "hashes",
      "size",
      "upload-time",
    ]);
  });

  it("has one file a line, so that a new file is a line in git", () => {
    const lines = render(EVERYTHING).split("\n");
    for (const { filename, sha256 } of EVERYTHING.files) {
      expect(
        lines.filter((line) => line.includes(`"filename":${JSON.stringify(filename)},"url"`)),
      ).toHaveLength(1);
      expect(lines.filter((line) => line.includes(`{"sha256":"${sha256}"}`))).toHaveLength(1);
    }
    const fewer = render({ ...EVERYTHING, files: EVERYTHING.files.slice(1) }).split("\n");
    expect(lines.filter((line) => !fewer.includes(line)).length).toBe(2);
  });

  it("ends with a newline and has no byte order mark", () => {
    const page = renderProjectJson(PLAIN, "simple/plain", ENVELOPE);
    expect(page.toString("latin1").startsWith('{"meta":{"api-version":"1.4"},\n')).toBe(true);
    expect(page.at(-1)).toBe(0x0a);
  });

  it.each([
    [false, undefined],
    [true, true],
    ["a reason", "a reason"],
  ])("a file with yanked %j says %j", (yanked, said) => {
    expect(fileOf({ ...PLAIN_FILE, yanked })?.["yanked"]).toBe(said);
  });

  it("says the hash of the sidecar, never a bare true, and only by its new name", () => {
    const file = fileOf(FULL_FILE);
    expect(file?.["core-metadata"]).toEqual({ sha256: FULL_FILE.coreMetadata?.sha256 });
    expect(render(EVERYTHING)).not.toContain("dist-info-metadata");
  });

  it("says the status and its reason", () => {
    expect(parse(EVERYTHING)["project-status"]).toEqual(EVERYTHING.status);
    expect(parse({ ...PLAIN, status: { status: "archived" } })["project-status"]).toEqual({
      status: "archived",
    });
  });

  it("a quarantined project offers no files and keeps what is known of them", () => {
    const page = parse(QUARANTINED);
    expect(page.files).toEqual([]);
    expect(page["_files"]).toEqual(parse(EVERYTHING).files);
    expect(page["versions"]).toEqual(EVERYTHING.versions);
    expect(page["project-status"]).toEqual(QUARANTINED.status);
  });

  it.each(PROJECT_STATUSES)("a project that is %s offers its files, unless in quarantine", (status) => {
    const project = { ...PLAIN, status: { status } };
    expect(isQuarantined(project)).toBe(status === "quarantined");
    expect(parse(project).files.length).toBe(status === "quarantined" ? 0 : 1);
  });

  it("a project without files has an empty list", () => {
    const page = parse({ ...PLAIN, versions: [], files: [] });
    expect(page.files).toEqual([]);
    expect(page["versions"]).toEqual([]);
  });
});

/** Any text of whole characters, control characters and emoji among them. */
const anyText = fc.string({ unit: "binary", maxLength: 30 });
const segment = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .map((text) => text.replaceAll("/", "_").replaceAll("\0", "_"))
  .filter((text) => text !== "." && text !== "..");
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);

const anyFile: fc.Arbitrary<DistributionFile> = fc.record(
  {
    filename: anyText,
    path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    version: fc.constant("1.0"),
    sha256,
    size: fc.maxSafeNat(),
    requiresPython: anyText,
    coreMetadata: fc.record({ sha256, size: fc.maxSafeNat() }),
    uploadTime: anyText,
    yanked: fc.oneof(fc.boolean(), anyText),
    provenance: anyText,
  },
  { requiredKeys: ["filename", "path", "version", "sha256", "size", "uploadTime", "yanked"] },
);

const anyProject: fc.Arbitrary<ProjectDetail> = fc.record(
  {
    name: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/).map(parseProjectName),
    status: fc.record(
      { status: fc.constantFrom(...PROJECT_STATUSES), reason: anyText },
      { requiredKeys: ["status"] },
    ),
    versions: fc.array(anyText, { maxLength: 3 }),
    files: fc.array(anyFile, { maxLength: 4 }),
    info: fc.record(
      {
        filename: anyText,
        version: anyText,
        summary: anyText,
        keywords: fc.array(anyText, { maxLength: 3 }),
        dependencies: fc.array(anyText, { maxLength: 3 }),
      },
      { requiredKeys: ["filename", "version"] },
    ),
  },
  { requiredKeys: ["name", "versions", "files"] },
);

describe("readProjectJson", () => {
  it.each([
    ["everything", EVERYTHING],
    ["nothing that may be left out", PLAIN],
    ["everything, in quarantine", QUARANTINED],
    ["no files", { ...PLAIN, versions: [], files: [] }],
  ])("reads a page back: a project with %s", (_, project) => {
    const directory = `simple/${project.name}`;
    expect(readProjectJson(Buffer.from(render(project)))).toEqual(expectedBack(project, directory, ENVELOPE));
  });

  it("reads back whatever was written, in both layouts", () => {
    fc.assert(
      fc.property(anyProject, fc.boolean(), (project, isFlat) => {
        const directory = isFlat ? project.name : `simple/${project.name}`;
        const page = readProjectJson(renderProjectJson(project, directory, ENVELOPE));
        expect(page).toEqual(expectedBack(project, directory, ENVELOPE));
      }),
    );
  });

  it("reads an envelope back that has no size of the records", () => {
    const { recordsSize: _, ...envelope } = ENVELOPE;
    const page = readProjectJson(renderProjectJson(PLAIN, "simple/plain", envelope));
    expect(page).toMatchObject({ envelope });
    expect(page).not.toHaveProperty("envelope.recordsSize");
  });
});
