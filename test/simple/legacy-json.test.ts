/** The legacy JSON: https://docs.pypi.org/api/json/ */
import { describe, expect, test } from "vitest";

import { isOurHiddenJson } from "../../src/simple/ownership.ts";
import { renderLegacyJson } from "../../src/simple/legacy-json.ts";
import type { ProjectDetail } from "../../src/simple/model.ts";
import { openPage } from "../../src/simple/page-envelope.ts";
import { ENVELOPE, EVERYTHING, PLAIN, QUARANTINED } from "./sample-projects.ts";

const URL = "https://packages.example.org/a/";

interface Page {
  readonly info: Readonly<Record<string, unknown>>;
  readonly releases: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly urls: readonly Readonly<Record<string, unknown>>[];
}

function render(project: ProjectDetail): string {
  return renderLegacyJson(project, URL, ENVELOPE).toString("utf8");
}

function read(project: ProjectDetail): Page {
  return JSON.parse(render(project)) as Page;
}

describe("golden pages", () => {
  test("a project with everything", async () => {
    await expect(render(EVERYTHING)).toMatchFileSnapshot("../golden/simple/legacy-everything.json");
  });

  test("a project with nothing that may be left out", async () => {
    await expect(render(PLAIN)).toMatchFileSnapshot("../golden/simple/legacy-plain.json");
  });

  test("a project in quarantine", async () => {
    await expect(render(QUARANTINED)).toMatchFileSnapshot("../golden/simple/legacy-quarantined.json");
  });
});

test("every file of the project is under its version, and those of the newest are the urls", () => {
  const { releases, urls } = read(EVERYTHING);
  expect(Object.keys(releases)).toEqual(EVERYTHING.versions);
  expect(Object.values(releases).flatMap((files) => files.map(({ filename }) => filename))).toEqual(
    EVERYTHING.files.map(({ filename }) => filename),
  );
  expect(urls).toEqual(releases["1.1"]);
});

test("addresses are absolute, and encoded as on the pages", () => {
  const { releases } = read(EVERYTHING);
  expect(releases["1!2.0+cu121.x"]?.[0]?.["url"]).toBe(
    `${URL}Gr%C3%B6%C3%9Fe%20%26%20%231/demo_pkg-1%212.0%2Bcu121.x-py3-none-any.whl`,
  );
});

test("a file says what installers and updaters ask", () => {
  const file = read(EVERYTHING).releases["1!2.0+cu121.x"]?.[0];
  expect(file).toMatchObject({
    digests: { sha256: "d".repeat(64) },
    size: 9_007_199_254_740_991,
    upload_time: "2026-02-03T04:05:06",
    upload_time_iso_8601: "2026-02-03T04:05:06.789000Z",
    requires_python: ">=3.9,!=3.10.*,<4",
    packagetype: "bdist_wheel",
    python_version: "py3",
    yanked: true,
    yanked_reason: EVERYTHING.files.at(-1)?.yanked,
  });
  expect(read(PLAIN).releases["1.0"]?.[0]).toMatchObject({
    packagetype: "sdist",
    python_version: "source",
    requires_python: null,
    yanked: false,
    yanked_reason: null,
  });
});

test("the information is that of the newest release; every key is there, unknown ones are null", () => {
  const project: ProjectDetail = {
    ...EVERYTHING,
    info: {
      ...EVERYTHING.info,
      filename: "demo_pkg-1.0-py3-none-any.whl",
      version: "1.0",
      author: "A. Author",
      authorEmail: "a@example.org",
      license: "MIT",
      homePage: "https://example.org/",
      projectUrls: { Source: "https://example.org/source" },
    },
  };
  expect(read(project).info).toMatchObject({
    name: "demo-pkg",
    version: "1.0",
    summary: EVERYTHING.info?.summary,
    keywords: "demo,größe",
    author: "A. Author",
    author_email: "a@example.org",
    license: "MIT",
    home_page: "https://example.org/",
    project_urls: { Source: "https://example.org/source" },
    requires_dist: ["numpy>=2", 'six; extra == "all"'],
    requires_python: ">=3.9",
    yanked: false,
    yanked_reason: null,
  });
  expect(Object.keys(read(PLAIN).info)).toEqual(Object.keys(read(project).info));
  expect(read(PLAIN).info).toMatchObject({ summary: null, requires_dist: null, requires_python: null });
});

test("a release is yanked where all of its files are", () => {
  expect(read(EVERYTHING).info).toMatchObject({ version: "1.1", yanked: true, yanked_reason: null });
});

test("a project in quarantine offers no file, and its name is still known", () => {
  expect(read(QUARANTINED)).toMatchObject({ info: { name: "demo-pkg" }, releases: {}, urls: [] });
});

test("the page is known as ours, and another's is not", () => {
  const page = renderLegacyJson(EVERYTHING, URL, ENVELOPE);
  expect(openPage(page)).toMatchObject({ envelope: ENVELOPE });
  expect(isOurHiddenJson(page)).toBe(true);
  expect(isOurHiddenJson(page.subarray(0, 100))).toBe(true);
  expect(isOurHiddenJson(Buffer.from('{"info":{"name":"demo-pkg"},"releases":{}}'))).toBe(false);
  expect(isOurHiddenJson(Buffer.from("<!DOCTYPE html>"))).toBe(false);
});
