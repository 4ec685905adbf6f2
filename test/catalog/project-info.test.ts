import { describe, expect, test } from "vitest";

import { newestFile, toProjectInfo, type VersionedFile } from "../../src/catalog/project-info.ts";
import { summarize } from "../../src/catalog/project-summary.ts";
import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import { parseFilename } from "../../src/archive/parse-filename.ts";
import type { Yanked } from "../../src/simple/model.ts";
import { makeMetadata, type MetadataFields } from "../support/make-metadata.ts";

function listed(
  filename: string,
  yanked: Yanked = false,
  uploadTime = "2026-01-01T00:00:00Z",
): VersionedFile {
  const { version, kind } = parseFilename(filename);
  const file = {
    filename,
    path: `a/${filename}`,
    version: version.text,
    sha256: "",
    size: 1,
    uploadTime,
    yanked,
  };
  return { file, version, kind };
}

const wheel = (version: string, yanked?: Yanked) => listed(`a-${version}-py3-none-any.whl`, yanked);
const sdist = (version: string) => listed(`a-${version}.tar.gz`);

describe("the file that speaks for a project", () => {
  test.each<[string, readonly VersionedFile[], string | undefined]>([
    ["is missing where there is none", [], undefined],
    ["is the only one", [wheel("1.0")], "a-1.0-py3-none-any.whl"],
    ["is of the newest release", [wheel("1.9"), wheel("1.10"), wheel("1.2")], "a-1.10-py3-none-any.whl"],
    ["is of the highest epoch", [wheel("2!1.0"), wheel("9.0")], "a-2!1.0-py3-none-any.whl"],
    [
      "is final rather than newer",
      [wheel("1.0"), wheel("2.0rc1"), wheel("2.0.dev1")],
      "a-1.0-py3-none-any.whl",
    ],
    [
      "is a pre-release where there is no other",
      [wheel("1.0a1"), wheel("1.0b2")],
      "a-1.0b2-py3-none-any.whl",
    ],
    ["is not yanked", [wheel("1.0"), wheel("2.0", "broken")], "a-1.0-py3-none-any.whl"],
    [
      "is a pre-release rather than yanked",
      [wheel("1.0", true), wheel("2.0rc1")],
      "a-2.0rc1-py3-none-any.whl",
    ],
    [
      "is the newest where all are yanked",
      [wheel("1.0", true), wheel("2.0", true)],
      "a-2.0-py3-none-any.whl",
    ],
    ["is a post-release", [wheel("1.0"), wheel("1.0.post1")], "a-1.0.post1-py3-none-any.whl"],
    ["is a wheel rather than an sdist", [sdist("1.0"), wheel("1.0")], "a-1.0-py3-none-any.whl"],
    ["is a newer sdist rather than a wheel", [sdist("1.1"), wheel("1.0")], "a-1.1.tar.gz"],
    [
      "is the first by name of several wheels",
      [
        listed("a-1.0-py3-none-win32.whl"),
        listed("a-1.0-cp39-cp39-win32.whl"),
        listed("a-1.0-py3-none-any.whl"),
      ],
      "a-1.0-cp39-cp39-win32.whl",
    ],
  ])("%s", (_, files, expected) => {
    expect(newestFile(files)?.file.filename).toBe(expected);
    expect(newestFile(files.toReversed())?.file.filename).toBe(expected);
  });
});

describe("what it says", () => {
  const infoOf = (metadata: MetadataFields) =>
    toProjectInfo(wheel("1.0"), makeMetadata("a", "1.0", metadata));

  test("is its name and version, where there is no core metadata", () => {
    expect(toProjectInfo(sdist("1.0"), undefined)).toEqual({ filename: "a-1.0.tar.gz", version: "1.0" });
  });

  test("is no more where core metadata says nothing", () => {
    expect(infoOf({})).toEqual({ filename: "a-1.0-py3-none-any.whl", version: "1.0" });
  });

  test("has summary, keywords and dependencies", () => {
    const info = infoOf({
      summary: "  A   summary ",
      headers: { Keywords: "one,two" },
      requiresDist: ['b>=1; python_version<"3.9"', "c[d]"],
    });
    expect(info).toEqual({
      filename: "a-1.0-py3-none-any.whl",
      version: "1.0",
      summary: "A summary",
      keywords: ["one", "two"],
      dependencies: ['b>=1; python_version<"3.9"', "c[d]"],
    });
  });

  test("is bounded, and no letter is cut in half", () => {
    const info = infoOf({
      summary: "\u{1f40d}".repeat(600),
      headers: { Keywords: Array.from({ length: 150 }, (_, index) => `k${index}`).join(",") },
      requiresDist: Array.from({ length: 2500 }, (_, index) => `d${index}`),
    });
    expect(info.summary).toBe("\u{1f40d}".repeat(512));
    expect([info.keywords?.length, info.dependencies?.length]).toEqual([100, 2000]);
  });
});

describe("the line of a project in the list", () => {
  const name = normalizeProjectName("a");

  test("says when the newest file came, and how many there are", () => {
    const times = ["2026-01-02T00:00:00Z", "2026-03-01T00:00:00Z", "2025-12-31T00:00:00Z"];
    const summary = summarize(
      name,
      times.map((uploadTime) => ({ uploadTime, yanked: false })),
      {},
    );
    expect(summary).toEqual({ name, fileCount: 3, uploadTime: "2026-03-01T00:00:00Z" });
  });

  test("says what a visitor has to know before anything else", () => {
    const uploadTime = "2026-01-02T00:00:00Z";
    const files = [
      { uploadTime, yanked: "broken" },
      { uploadTime, yanked: true },
    ];
    expect(summarize(name, files, { status: { status: "archived" } })).toEqual({
      name,
      fileCount: 2,
      uploadTime,
      status: "archived",
      isYanked: true,
    });
    const kept = summarize(name, [...files, { uploadTime, yanked: false }], { status: { status: "active" } });
    expect(kept).toEqual({ name, fileCount: 3, uploadTime });
  });

  test("names each project that the newest release needs, once and in order", () => {
    const dependencies = [
      "Zope.Interface>=5",
      "b ; extra == 'x'",
      "B[c]>1",
      "zope-interface",
      " d (>=1)",
      "@nonsense",
      "e@https://x",
    ];
    const info = { filename: "x", version: "2.0", summary: "s", keywords: ["k"], dependencies };
    const summary = summarize(name, [], { info });
    expect(summary).toEqual({
      name,
      fileCount: 0,
      newestVersion: "2.0",
      summary: "s",
      keywords: ["k"],
      dependencies: ["b", "d", "e", "zope-interface"],
    });
  });
});
