/** The pages for people, from facts that are as bad as strangers can make them. */
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { describe, expect, test, vi } from "vitest";
import { readTemplates } from "../../src/io/templates.ts";
import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import type { DistributionFile, ProjectDetail, ProjectInfo, ProjectSummary } from "../../src/simple/model.ts";
import { quoteForShell, toIndexAddress, toInstallViews } from "../../src/site/install-view.ts";
import { formatSize, safeHref, shortLine } from "../../src/site/plain-text.ts";
import { toDependencyViews } from "../../src/site/dependency-view.ts";
import { toCompatibility } from "../../src/site/compatibility.ts";
import { readableAccents } from "../../src/site/readable-accent.ts";
import { SiteRenderer } from "../../src/site/site-renderer.ts";
import type { SiteSettings } from "../../src/site/site-settings.ts";
import { SITE_TEMPLATE_NAMES, SITE_ASSET_NAMES } from "../../src/site/template-source.ts";
import { WORDS } from "../../src/site/words.ts";
import { EVERYTHING, FULL_FILE, PLAIN, QUARANTINED } from "../simple/sample-projects.ts";

vi.setConfig({ testTimeout: 60_000 });

const SETTINGS: SiteSettings = {
  title: "Grid <packages>",
  description: "Ours & yours",
  url: "https://packages.example.org/x/",
  layout: "simple",
  links: [{ label: "Docs", href: "https://docs.example.org/" }],
  footer: "Ask <us>",
  accent: "#ffff00",
  accentDark: undefined,
  remoteImages: false,
  logo: undefined,
};

const SOURCES = readTemplates([...SITE_TEMPLATE_NAMES, ...SITE_ASSET_NAMES], undefined);

function pageOf(detail: ProjectDetail, settings: Partial<SiteSettings> = {}): string {
  const renderer = new SiteRenderer(SOURCES, { ...SETTINGS, ...settings });
  const neighbours = { usedBy: [normalizeProjectName("user")], needs: new Set(["needed"]) };
  const sources = new Map([
    [FULL_FILE.filename, { repository: "octo-org/demo", commit: "0123456789abcdef0123456789abcdef01234567" }],
  ]);
  return renderer.renderProject({ detail, readme: undefined, sources, ...neighbours }).page.toString();
}

const validator = new HtmlValidate(
  new StaticConfigLoader({ extends: ["html-validate:standard"], rules: { "tel-non-breaking": "off" } }),
);
function faultsOf(html: string): string[] {
  const { results } = validator.validateStringSync(html);
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}

const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e‮ ${"long".repeat(400)}`;
const HOSTILE: ProjectInfo = {
  filename: FULL_FILE.filename,
  version: FULL_FILE.version,
  displayName: "Demo_PKG",
  summary: `مرحبا ${EVIL}`,
  keywords: Array.from({ length: 100 }, (_, index) => `${EVIL}${index}`),
  dependencies: Array.from({ length: 2000 }, (_, index) => `needed${index % 2 ? "" : index} ; ${EVIL}`),
  author: EVIL,
  authorEmail: `"${EVIL}" <a@example.org>, ${"b@example.org,".repeat(500)}`,
  license: EVIL,
  homePage: "javascript:alert(1)",
  projectUrls: {
    [EVIL]: "https://example.org/",
    Wheel: "https://example.org/demo-99-py3-none-any.whl",
    Bad: "javascript:alert(1)",
  },
  classifiers: Array.from({ length: 200 }, (_, index) => `${EVIL} :: ${index}`),
};

describe("a project's page", () => {
  test.each<[string, ProjectDetail]>([
    ["with everything", { ...EVERYTHING, info: HOSTILE }],
    ["with little", PLAIN],
    ["that is quarantined", QUARANTINED],
  ])("%s is valid and has no script of a stranger", (_, detail) => {
    const html = pageOf(detail);
    expect(faultsOf(html)).toEqual([]);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/href="(?!https:|mailto:|\.\.?\/|#)[^"]*:/);
    expect(html).not.toMatch(/[\u202a-\u202e]/);
    expect(html.length).toBeLessThan(500_000);
  });

  test("offers no file where the project is quarantined", () => {
    expect(pageOf(QUARANTINED)).not.toMatch(/href="[^"]*\.whl|pip install/);
    expect(pageOf(QUARANTINED)).toContain(WORDS.quarantinedText);
  });

  test("links as files only what the page for installers lists, with the hash and the yank", () => {
    const html = pageOf({ ...EVERYTHING, info: HOSTILE });
    const links = [...html.matchAll(/href="([^"]*\.(?:whl|tar\.gz|zip)(?:#[^"]*)?)"/g)].map(
      ([, href]) => href,
    );
    expect(links).toHaveLength(EVERYTHING.files.length);
    for (const href of links) expect(href).toMatch(/^\.\.\/\.\.\/[^:]*#sha256=[0-9a-f]{64}$/);
    expect(html).toContain('data-yanked="');
  });

  test.each([
    ["demo-1.0-py2.py3-none-any.whl", "demo-1.0-py2.py3-none-any.whl"],
    [
      "demo-1.0+a.b_c-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_2_x86_64.whl",
      "demo-1.0+a.<wbr>b_c-cp312-cp312-manylinux_2_17_x86_64.<wbr>manylinux2014_x86_64.<wbr>musllinux_1_2_x86_64.whl",
    ],
  ])("may break %s between platforms", (filename, shown) => {
    const html = pageOf({ ...PLAIN, files: [{ ...FULL_FILE, filename, path: `demo/${filename}` }] });
    expect(html).toContain(`>${shown}</a>`);
    expect(faultsOf(html)).toEqual([]);
  });

  test("names the commit that a file was built from", () => {
    expect(pageOf({ ...EVERYTHING, info: HOSTILE })).toContain(
      '<a href="https://github.com/octo-org/demo/commit/0123456789abcdef0123456789abcdef01234567" rel="nofollow noopener">octo-org/demo@0123456789</a>',
    );
  });

  test("names who needs it, and links what it needs", () => {
    const html = pageOf({ ...EVERYTHING, info: HOSTILE });
    expect(html).toContain('<a href="../user/index.html">user</a>');
    expect(html).toContain('<a href="../needed/index.html">needed</a>');
  });

  test("forbids scripts and styles but the site's own", () => {
    const html = pageOf(PLAIN);
    expect(html).toContain("default-src &#39;none&#39;");
    expect(html).not.toMatch(/ on\w+=| style="|<style/);
  });

  test("of 20 releases with 10 files each weighs little", async () => {
    const { gzipSync } = await import("node:zlib");
    const files = Array.from({ length: 200 }, (_, index): DistributionFile => {
      const version = `1.${Math.floor(index / 10)}`;
      const filename = `demo_pkg-${version}-cp3${index % 10}-cp3${index % 10}-manylinux_2_17_x86_64.whl`;
      const sha256 = [...`${index}`.repeat(32)].slice(0, 64).join("").padEnd(64, "a");
      return {
        ...FULL_FILE,
        filename,
        version,
        path: `demo/${filename}`,
        sha256,
        yanked: false,
      };
    });
    const versions = [...new Set(files.map(({ version }) => version))];
    const html = pageOf({ name: normalizeProjectName("demo-pkg"), versions, files });
    expect(gzipSync(html).length).toBeLessThan(60_000);
  });
});

describe("what there is once", () => {
  const projects = (count: number): ProjectSummary[] =>
    Array.from({ length: count }, (_, index) => ({
      name: normalizeProjectName(`project-${String(index).padStart(4, "0")}`),
      fileCount: index,
      newestVersion: `1.${index}`,
      uploadTime: `2026-01-${String((index % 28) + 1).padStart(2, "0")}T00:00:00Z`,
      summary: `Summary <b> ${index}`,
    }));
  const filesFor = (count: number, settings: Partial<SiteSettings> = {}): Map<string, string> =>
    new Map(
      new SiteRenderer(SOURCES, { ...SETTINGS, ...settings })
        .planOnce(projects(count))
        .map(({ path, render }) => [path, render().toString()]),
    );

  test.each([0, 1, 7, 1000])("is valid for %s projects", (count) => {
    for (const [path, text] of filesFor(count))
      if (path.endsWith(".html")) expect(faultsOf(text), path).toEqual([]);
  });

  test("has a page of the home for each hundred projects, each linked with the next", () => {
    const files = filesFor(1000);
    expect([...files.keys()].filter((path) => path.endsWith("index.html"))).toHaveLength(11);
    expect(files.get("index.html")).toContain('href="-/page/2/index.html" rel="next"');
    expect(files.get("-/page/10/index.html")).not.toContain('rel="next"');
    const all = [...files].flatMap(([path, text]) =>
      path.endsWith("index.html")
        ? [...text.matchAll(/<h3><a href="[^"]*">(project-\d+)</g)].map(([, name]) => name)
        : [],
    );
    expect(new Set(all).size).toBe(1000);
  });

  test("comes out alike unless something that it is made from differs", () => {
    const renderer = new SiteRenderer(SOURCES, { ...SETTINGS, url: "https://wheels.example/" });
    const before = projects(250);
    const changes: readonly ((summaries: ProjectSummary[]) => ProjectSummary[])[] = [
      (summaries) => summaries,
      (summaries) => summaries.with(120, { ...before[120]!, newestVersion: "9.9" }),
      (summaries) => summaries.with(7, { ...before[7]!, uploadTime: "2027-01-01T00:00:00Z" }),
      (summaries) => summaries.with(249, { ...before[249]!, fileCount: 1000 }),
      (summaries) => summaries.toSpliced(3, 1),
      (summaries) => summaries.slice(0, 200),
      () => projects(301),
    ];
    for (const [number, change] of changes.entries()) {
      const after = new Map(renderer.planOnce(change([...before])).map((file) => [file.path, file]));
      let same = 0;
      for (const old of renderer.planOnce(before)) {
        const file = after.get(old.path);
        const isAlike =
          file?.madeFrom.length === old.madeFrom.length &&
          file.madeFrom.every((value, index) => value === old.madeFrom[index]);
        if (isAlike) {
          expect(file.render().equals(old.render()), `${old.path} after change ${number}`).toBe(true);
          same += 1;
        }
      }
      expect(same).toBeGreaterThan(3);
    }
  });

  test("has a sitemap and preview tags where the address is known, and none where it is not", () => {
    expect(filesFor(1).get("sitemap.xml")).toContain(
      "<loc>https://packages.example.org/x/project/project-0000/</loc>",
    );
    expect(filesFor(1).get("index.html")).toContain('property="og:title"');
    expect(filesFor(1, { url: undefined }).has("sitemap.xml")).toBe(false);
    expect(filesFor(1, { url: undefined }).get("index.html")).not.toContain("og:");
  });

  test("has a feed whose entries keep their ids", () => {
    const feed = filesFor(3).get("-/feed.xml") ?? "";
    expect(feed.match(/<entry>/g)).toHaveLength(3);
    expect(feed).toContain("<updated>2026-01-03T00:00:00Z</updated>");
    const ids = [...feed.matchAll(/<id>(urn:uuid:[0-9a-f-]{36})<\/id>/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(4);
    expect(filesFor(3).get("-/feed.xml")).toBe(feed);
    expect(filesFor(0).get("-/feed.xml")).toContain("<updated>1970-01-01T00:00:00Z</updated>");
  });

  test("links nothing that a client could take for a file", () => {
    for (const [path, text] of filesFor(12))
      expect(text, path).not.toMatch(/(?:href|src)="[^"]*\.(?:whl|tar\.gz|zip)/);
  });

  test("has style and scripts of little weight", () => {
    const files = filesFor(0);
    expect(files.get("-/style.css")?.length).toBeLessThan(15_000);
    expect((files.get("-/site.js")?.length ?? 0) + (files.get("-/search.js")?.length ?? 0)).toBeLessThan(
      20_000,
    );
  });
});

test("an owner's colour is made so that it can be read", () => {
  expect(readableAccents("#0f6352", undefined).light).toBe("#0f6352");
  const { light = "", dark = "" } = readableAccents("#ffff00", undefined);
  expect(light).not.toBe("#ffff00");
  expect(dark).toBe("#ffff00");
  expect(readableAccents(undefined, undefined)).toEqual({ light: undefined, dark: undefined });
});

describe("install commands", () => {
  const address = toIndexAddress("https://packages.example.org/a'b/", "simple", "Grid Packages!");
  const facts = { name: "demo", version: "1.0", files: [], isSelfContained: false };

  test("never name an extra index, and tie the name", () => {
    const views = toInstallViews(facts, address, WORDS);
    expect(views.map(({ id }) => id)).toEqual(["pip", "uv", "poetry", "pdm", "pixi", "requirements"]);
    for (const { code } of views) expect(code).not.toContain("extra-index-url");
    expect(views[1]?.code).toContain("--index 'grid-packages=https://packages.example.org/a'\\''b/simple/'");
  });

  test("ask for the rest only after the project itself was installed from here", () => {
    const [pip] = toInstallViews(facts, address, WORDS);
    expect(pip?.code).toMatch(/--no-deps demo &&\n {2}pip install demo$/);
    const [alone] = toInstallViews({ ...facts, isSelfContained: true }, address, WORDS);
    expect(alone?.code).toMatch(/^pip install --index-url \S+ demo$/);
  });

  test.each([
    ["https://a.example/x/", "https://a.example/x/"],
    ["a b", "'a b'"],
    ["a;b'c", "'a;b'\\''c'"],
  ])("quote %s as %s", (text, quoted) => {
    expect(quoteForShell(text)).toBe(quoted);
  });
});

test.each([
  ["https://example.org/x", "https://example.org/x"],
  ["mailto:a@example.org", "mailto:a@example.org"],
  ["javascript:alert(1)", undefined],
  [" JaVaScRiPt:alert(1)", undefined],
  ["data:text/html,x", undefined],
  ["//example.org", undefined],
  ["/etc/passwd", undefined],
  ["https://example.org/a.whl", undefined],
  ["https://example.org/a.tar.gz?x=1#y", undefined],
  ["https://example.org/a%2ewhl/", undefined],
  [`https://example.org/${"x".repeat(3000)}`, undefined],
])("the address %s may be linked as %s", (written, href) => {
  expect(safeHref(written)).toBe(href);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [12_345, "12 kB"],
  [123_456, "123 kB"],
  [999_999, "1.0 MB"],
  [9_007_199_254_740_991, "9.0 PB"],
])("%s bytes are %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test("a line is cleaned and cut", () => {
  expect(shortLine("a\n\tb\0\u202ec", 10)).toBe("a bc");
  expect(shortLine("abcdefghijk", 5)).toBe("abcd…");
});

test.each<[string, string | undefined, string]>([
  ["a", undefined, ""],
  ["a>=1", undefined, ">=1"],
  ["a (>=1,<2)", undefined, ">=1,<2"],
  ["a[x]>=1 ; python_version < '3'", undefined, "[x]>=1; python_version < '3'"],
  ["a; extra == 'test'", "test", ""],
  ["a>=1; python_version < '3' and extra == \"test\"", "test", ">=1; python_version < '3'"],
  ["a @ https://example.org/a.whl", undefined, "@ https://example.org/a.whl"],
])("the requirement %s stands under the extra %s as %s", (requirement, extra, rest) => {
  const { groups } = toDependencyViews([requirement], (name) => `../${name}/`);
  expect(groups).toEqual([{ extra, dependencies: [{ name: "a", rest, href: "../a/" }] }]);
});

test("a grid of Pythons and platforms counts as people do", () => {
  const grid = toCompatibility([
    "a-1-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "a-1-cp39-abi3-win_amd64.whl",
    "a-1-cp313-cp313t-macosx_11_0_arm64.whl",
    "a-1-py2.py3-none-any.whl",
    "a-1.tar.gz",
  ]);
  expect(grid?.platforms).toEqual(["any platform", "Linux x86-64", "macOS ARM64", "Windows x86-64"]);
  expect(grid?.rows.map(({ python }) => python)).toEqual([
    "CPython 3.9+",
    "CPython 3.10",
    "CPython 3.13t",
    "Python 2",
    "Python 3",
  ]);
  expect(grid?.rows[1]?.cells).toEqual([false, true, false, false]);
  expect(toCompatibility(["a-1.tar.gz"])).toBeUndefined();
});
