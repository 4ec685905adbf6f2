/** The built-in pages. `npx vitest run test/site --update` writes the golden ones anew. */
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { parseProjectName } from "../../src/packaging/project-name.ts";
import type { DistributionFile, ProjectDetail, ProjectSummary } from "../../src/simple/model.ts";
import { GENERATOR_TAG } from "../../src/simple/ownership.ts";
import { renderListJson } from "../../src/simple/project-list.ts";
import { renderProjectJson } from "../../src/simple/project-page.ts";
import {
  ENVELOPE,
  EVERYTHING,
  FULL_FILE,
  HOSTILE_REASON,
  LIST_ENVELOPE,
  PLAIN,
  QUARANTINED,
  SUMMARIES,
} from "../simple/sample-projects.ts";
import { listHtml, notFoundHtml, projectHtml } from "./built-in-pages.ts";
import { decodeEntities, readAnchors, readAsBazel, readMeta } from "./read-html.ts";

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const TITLE = `Größe & <Gewicht> der "Räder" 🐍`;
const DESCRIPTION = `Our wheels, größer:\n<a href="x#y=z">not a link</a> & more`;

const PAGES: readonly (readonly [string, string])[] = [
  ["project-everything.html", projectHtml(EVERYTHING)],
  ["project-everything-flat.html", projectHtml(EVERYTHING, "demo-pkg")],
  ["project-plain.html", projectHtml(PLAIN)],
  ["project-quarantined.html", projectHtml(QUARANTINED)],
  ["list-empty.html", listHtml([], "Package index")],
  ["list-non-ascii.html", listHtml(SUMMARIES, TITLE, DESCRIPTION)],
  ["404.html", notFoundHtml()],
];

describe.each(PAGES)("%s", (name, html) => {
  it("is the golden one, byte for byte", async () => {
    await expect(html).toMatchFileSnapshot(`../golden/site/${name}`);
  });

  it("is ASCII only, ends with a newline and has no other control character", () => {
    expect(html).toMatch(/^[\n\x20-\x7e]*\n$/);
  });

  it("begins with the doctype, then says its charset before anything else", () => {
    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n/);
  });

  it("says in its head that it is ours", () => {
    expect(html.slice(0, html.indexOf("</head>"))).toContain(GENERATOR_TAG);
  });

  it("has no base, no old name of the sidecar and no bare yank", () => {
    expect(html).not.toMatch(/<base/i);
    expect(html).not.toContain("data-dist-info-metadata");
    expect(html).not.toMatch(/data-yanked(?!=")/);
  });

  it("has one anchor a line, each as strict readers want it", () => {
    const anchors = html.match(/<a[\s>]/gi)?.length ?? 0;
    expect(readAnchors(html)).toHaveLength(anchors);
    expect(html.match(/<\/a>/gi)?.length ?? 0).toBe(anchors);
  });

  it("opens and closes its elements in order", () => {
    const open: string[] = [];
    for (const [, slash, tag = ""] of html.matchAll(/<(\/?)([a-z0-9]+)(?: [^<>]*)?>/g)) {
      if (["meta", "br"].includes(tag)) continue;
      if (slash === "") open.push(tag);
      else expect(open.pop()).toBe(tag);
    }
    expect(open).toEqual([]);
    expect(html.replace(/<\/?[a-z0-9]+(?: [a-z-]+(?:="[^"<>]*")?)*>|<!DOCTYPE html>/g, "")).not.toMatch(
      /[<>]/,
    );
  });
});

/** The facts of a project as a client reads them from its HTML page. */
function factsOfHtml(html: string): object {
  const meta = readMeta(html);
  return {
    version: meta["pypi:repository-version"],
    name: /<title>Links for ([^<]*)<\/title>/.exec(html)?.[1],
    status: meta["pypi:project-status"],
    statusReason: meta["pypi:project-status-reason"],
    files: readAnchors(html).map(({ text, attributes }) => {
      const { href = "", ...rest } = attributes;
      const [url, fragment] = href.split("#sha256=");
      return {
        filename: text,
        url,
        sha256: fragment,
        requiresPython: rest["data-requires-python"],
        coreMetadata: rest["data-core-metadata"],
        yanked: rest["data-yanked"],
        uploadTime: rest["data-upload-time"],
        size: rest["data-size"],
        provenance: rest["data-provenance"],
      };
    }),
  };
}

interface WirePage {
  meta: Record<string, string>;
  name: string;
  "project-status"?: Record<string, string>;
  files: Record<string, unknown>[];
}

/** The same of its JSON page. */
function factsOfJson(project: ProjectDetail, directory: string): object {
  const text = renderProjectJson(project, directory, ENVELOPE).toString("utf8");
  const page = JSON.parse(text) as WirePage;
  return {
    version: page.meta["api-version"],
    name: page.name,
    status: page["project-status"]?.["status"],
    statusReason: page["project-status"]?.["reason"],
    files: page.files.map((file) => {
      const metadata = file["core-metadata"] as Record<string, string> | undefined;
      return {
        filename: file["filename"],
        url: file["url"],
        sha256: (file["hashes"] as Record<string, string>)["sha256"],
        requiresPython: file["requires-python"],
        coreMetadata: metadata && Object.entries(metadata).map((pair) => pair.join("="))[0],
        yanked: file["yanked"] === true ? "" : file["yanked"],
        uploadTime: file["upload-time"],
        size: String(file["size"]),
        provenance: file["provenance"],
      };
    }),
  };
}

/** One line of text, as the records and the parsers let it through: whole characters, no controls. */
const anyLine = fc
  .string({ unit: "binary", maxLength: 20 })
  .map((text) => text.replace(/[\p{Cc}\u2028\u2029]/gu, " "));

const anyFile: fc.Arbitrary<DistributionFile> = fc.record(
  {
    filename: fc.constantFrom("a-1!2.0+x-py3-none-any.whl", "a-1.0.tar.gz", "a-1.0.zip"),
    path: fc
      .tuple(
        anyLine.map((text) => `_${text.replaceAll("/", "")}`),
        fc.constant("a-1!2.0+x-py3-none-any.whl"),
      )
      .map((parts) => parts.join("/")),
    version: fc.constant("1.0"),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    size: fc.maxSafeNat(),
    requiresPython: anyLine,
    coreMetadata: fc.record({ sha256: fc.stringMatching(/^[0-9a-f]{64}$/), size: fc.maxSafeNat() }),
    uploadTime: fc.constant("2026-01-01T00:00:00Z"),
    yanked: fc.oneof(
      fc.boolean(),
      anyLine.filter((text) => text !== ""),
    ),
    provenance: fc.webUrl({ withQueryParameters: true }),
  },
  { requiredKeys: ["filename", "path", "version", "sha256", "size", "uploadTime", "yanked"] },
);

describe("a project page in HTML", () => {
  it.each([
    ["everything", EVERYTHING],
    ["nothing that may be left out", PLAIN],
    ["files in quarantine", QUARANTINED],
  ])("has the facts of the JSON page: a project with %s", (_, project) => {
    for (const directory of [`simple/${project.name}`, project.name]) {
      expect(factsOfHtml(projectHtml(project, directory))).toEqual(factsOfJson(project, directory));
    }
  });

  it("has the facts of the JSON page, whatever they are", () => {
    fc.assert(
      fc.property(fc.array(anyFile, { maxLength: 3 }), anyLine, (files, reason) => {
        const project: ProjectDetail = { ...PLAIN, status: { status: "archived", reason }, files };
        const html = projectHtml(project);
        expect(html).toMatch(/^[\n\x20-\x7e]*$/);
        expect(factsOfHtml(html)).toEqual(factsOfJson(project, `simple/${project.name}`));
      }),
    );
  });

  it("is found whole by a reader that cuts at marks", () => {
    expect(readAsBazel(projectHtml(EVERYTHING))).toEqual(
      EVERYTHING.files.map(({ filename, sha256, coreMetadata, yanked }, index) => ({
        filename,
        url: readAnchors(projectHtml(EVERYTHING))[index]?.attributes["href"]?.split("#")[0],
        sha256,
        metadataSha256: coreMetadata?.sha256 ?? "",
        isYanked: yanked !== false,
      })),
    );
    expect(readAsBazel(projectHtml(QUARANTINED))).toEqual([]);
  });

  it("escapes what an attribute cannot hold", () => {
    const html = projectHtml(EVERYTHING);
    expect(html).toContain(' data-requires-python="&gt;=3.9,!=3.10.*,&lt;4"');
    expect(html).toContain(' data-requires-python="&gt;=3.9"');
    expect(html).toContain(
      ' data-yanked="broken &quot;build&quot; &amp; &lt;b&gt;it&#39;s&lt;/b&gt; gr&#xf6;&#xdf;er als &#x1f40d; &lt;/a&gt;"',
    );
    expect(readAnchors(html)[3]?.attributes["data-yanked"]).toBe(HOSTILE_REASON);
  });

  it("says nothing of status where there is none, and has its tags in the head else", () => {
    expect(projectHtml(PLAIN)).not.toContain("pypi:project-status");
    expect(readMeta(projectHtml(EVERYTHING))).toEqual({
      generator: "pkgindex",
      "pypi:repository-version": "1.4",
      "pypi:project-status": "deprecated",
      "pypi:project-status-reason": EVERYTHING.status?.reason,
    });
    expect(readMeta(projectHtml({ ...PLAIN, status: { status: "archived" } }))).toEqual({
      generator: "pkgindex",
      "pypi:repository-version": "1.4",
      "pypi:project-status": "archived",
    });
  });

  it("half of a character becomes the replacement character", () => {
    const html = projectHtml({ ...PLAIN, files: [{ ...FULL_FILE, yanked: "a\ud800b\udc00c" }] });
    expect(html).toContain('data-yanked="a&#xfffd;b&#xfffd;c"');
  });
});

describe("a project list in HTML", () => {
  it("has the names of the JSON list, each as a folder", () => {
    const page = JSON.parse(renderListJson(SUMMARIES, LIST_ENVELOPE).toString("utf8")) as {
      projects: { name: string }[];
    };
    expect(readAnchors(listHtml(SUMMARIES, TITLE))).toEqual(
      page.projects.map(({ name }) => ({ text: name, attributes: { href: `${name}/` } })),
    );
  });

  it("has its title and description as the configuration says them", () => {
    const html = listHtml(SUMMARIES, TITLE, DESCRIPTION);
    expect(decodeEntities(/<title>([^<]*)<\/title>/.exec(html)?.[1] ?? "")).toBe(TITLE);
    expect(decodeEntities(/<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? "")).toBe(TITLE);
    expect(decodeEntities(/<p>([^<]*)<\/p>/.exec(html)?.[1] ?? "")).toBe(DESCRIPTION);
    expect(readAnchors(html)).toHaveLength(SUMMARIES.length);
  });

  it("without a description has no paragraph, and without projects no anchor", () => {
    const html = listHtml([], "Package index");
    expect(html).not.toContain("<p>");
    expect(readAnchors(html)).toEqual([]);
    expect(readMeta(html)).toEqual({ generator: "pkgindex", "pypi:repository-version": "1.4" });
  });

  it("of many projects has a line for each", () => {
    const many: ProjectSummary[] = Array.from({ length: 3000 }, (_, index) => ({
      name: parseProjectName(`project-${index}`),
      fileCount: 1,
    }));
    expect(readAnchors(listHtml(many, "Many")).map(({ text }) => text)).toEqual(many.map(({ name }) => name));
  });
});
