import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { parseProjectName } from "../../src/packaging/project-name.ts";
import { withSite } from "../../src/simple/listed-project.ts";
import type { ProjectSummary } from "../../src/simple/model.ts";
import { readListJson, renderListJson } from "../../src/simple/project-list.ts";
import { LIST_ENVELOPE, SUMMARIES } from "./sample-projects.ts";

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

function render(projects = SUMMARIES): string {
  return renderListJson(projects, LIST_ENVELOPE).toString("utf8");
}

describe("renderListJson", () => {
  it("writes a list, byte for byte", async () => {
    await expect(render()).toMatchFileSnapshot("../golden/simple/list.json");
  });

  it("writes an empty list, byte for byte", async () => {
    await expect(render([])).toMatchFileSnapshot("../golden/simple/list-empty.json");
  });

  it("has the name first, what lists need under private keys, and leaves out what is not known", () => {
    const page = JSON.parse(render()) as { meta: object; projects: object[] };
    expect(page.meta).toEqual({ "api-version": "1.4" });
    expect(page.projects.map((project) => Object.keys(project))).toEqual([
      ["name", "_version", "_summary", "_keywords", "_upload-time", "_files", "_dependencies"],
      ["name", "_files"],
    ]);
    expect(Object.keys(page)).toEqual(["meta", "projects", "_pkgindex", "_crc32"]);
    expect(render()).not.toContain("null");
  });

  it("has one project a line", () => {
    const lines = render().split("\n");
    for (const { name } of SUMMARIES) {
      expect(lines.filter((line) => line.startsWith(`{"name":"${name}"`))).toHaveLength(1);
    }
  });
});

const SITE = { page: { size: 1, crc32: 2 }, feed: { size: 3, crc32: 4 }, neighbours: 5 };

/** A list that was written and read again, with all that each project has. */
function readBack(projects: readonly ProjectSummary[]): unknown {
  const read = readListJson(renderListJson(projects, LIST_ENVELOPE));
  if (typeof read === "string") return read;
  const { bytes: _, ...list } = read;
  return { ...list, projects: read.projects.map((project) => withSite(project, project.site)) };
}

/** Any text of whole characters. */
const text = fc.string({ unit: "binary", maxLength: 20 });

const anySummary: fc.Arbitrary<ProjectSummary> = fc.record(
  {
    name: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/).map(parseProjectName),
    newestVersion: text,
    uploadTime: text,
    fileCount: fc.maxSafeNat(),
    summary: text,
    keywords: fc.array(text, { maxLength: 3 }),
    status: text,
    isYanked: fc.constant(true as const),
    dependencies: fc.array(text, { maxLength: 3 }),
    seal: text,
    site: fc.constant(SITE),
  },
  { requiredKeys: ["name", "fileCount"] },
);

describe("readListJson", () => {
  it("reads a list back, and how it was made", () => {
    expect(readBack(SUMMARIES)).toEqual({ projects: SUMMARIES, envelope: LIST_ENVELOPE });
    expect(readBack([])).toEqual({ projects: [], envelope: LIST_ENVELOPE });
  });

  it("reads back whatever was written", () => {
    fc.assert(
      fc.property(fc.array(anySummary, { maxLength: 4 }), (projects) => {
        expect(readBack(projects)).toEqual({ projects, envelope: LIST_ENVELOPE });
      }),
    );
  });

  it("finds each text where it is, whatever the others hold", () => {
    const tricky = ['a","_files":9', "_upload-time", ",", ']","_site":[1,2,3,4,5]', "}\\", '\\"', ",\n"];
    for (const summary of tricky) {
      const project = { name: parseProjectName("a"), fileCount: 1, uploadTime: "t", site: SITE };
      const projects = [{ ...project, summary, keywords: tricky, dependencies: tricky, status: summary }];
      expect(readBack(projects)).toEqual({ projects, envelope: LIST_ENVELOPE });
    }
  });

  it("writes what it read as it stood", () => {
    const read = readListJson(Buffer.from(render()));
    expect(typeof read === "object" && renderListJson(read.projects, LIST_ENVELOPE).toString()).toBe(
      render(),
    );
  });
});
