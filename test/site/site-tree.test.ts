/** The site in the published tree: what is written, what follows a change, what goes, and what stands in the way. */
import { existsSync, statSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { IndexFolder, runHere } from "../catalog/index-folder.ts";

vi.setConfig({ testTimeout: 60_000 });

function configure(index: IndexFolder, text: string): void {
  index.write("../pkgindex.toml", text);
}

async function startIndex(config = ""): Promise<IndexFolder> {
  const index = new IndexFolder();
  configure(index, config);
  const description = "# Hello\n\n**bold**";
  index.addWheel({
    name: "a",
    version: "1.0",
    metadata: { description, headers: { "Description-Content-Type": "text/markdown" } },
  });
  index.addWheel({ name: "b", version: "1.0", metadata: { requiresDist: ["c>=1"] } });
  await index.generate();
  return index;
}

const text = (index: IndexFolder, path: string): string => index.read(path).toString("utf8");

describe("a project that comes or goes", () => {
  test("shows on the pages of its neighbours, and on no others", async () => {
    const index = await startIndex();
    expect(text(index, "project/b/index.html")).not.toContain("../c/index.html");
    const untouched = statSync(index.path("project/a/index.html")).ino;
    index.addWheel({ name: "c", version: "1.0", metadata: { requiresDist: ["a"] } });
    expect((await index.generate()).pages.written).toBeGreaterThan(0);
    expect(text(index, "project/b/index.html")).toContain("../c/index.html");
    expect(text(index, "project/c/index.html")).toContain('<a href="../b/index.html">b</a>');
    expect(text(index, "project/a/index.html")).toContain('<a href="../c/index.html">c</a>');
    expect(statSync(index.path("project/a/index.html")).ino).not.toBe(untouched);
    await index.generate(["--check"]);
    index.remove("c");
    await index.generate();
    expect(text(index, "project/b/index.html")).not.toContain("../c/index.html");
    expect(existsSync(index.path("project/c"))).toBe(false);
    expect(existsSync(index.path("-/feeds/c.xml"))).toBe(false);
    await index.generate(["--check"]);
  });

  test("leaves the page of a project that does not know it alone", async () => {
    const index = await startIndex();
    const inode = statSync(index.path("project/a/index.html")).ino;
    index.addWheel({ name: "d", version: "1.0" });
    await index.generate();
    expect(statSync(index.path("project/a/index.html")).ino).toBe(inode);
    expect((await index.generate()).pages.written).toBe(0);
  });
});

test("a description is taken over from the page where its metadata did not change", async () => {
  const index = await startIndex();
  expect(text(index, "project/a/index.html")).toContain("<p><strong>bold</strong></p>");
  index.addWheel({ name: "a", version: "0.9" });
  await index.generate();
  expect(text(index, "project/a/index.html")).toContain("<p><strong>bold</strong></p>");
  await index.generate(["--check"]);
});

test("a description is taken over from the page where only the rest of the metadata changed", async () => {
  const index = await startIndex();
  const html = text(index, "project/a/index.html");
  const [, metadata = "", key = ""] = /<!--readme (\w+) (\w+) /.exec(html) ?? [];
  const headers = { "Description-Content-Type": "text/markdown" };
  index.addWheel({ name: "a", version: "2.0", metadata: { description: "# Hello\n\n**bold**", headers } });
  await index.generate();
  const renewed = text(index, "project/a/index.html");
  expect(renewed).toContain(` ${key} whole-->`);
  expect(renewed).not.toContain(metadata);
  await index.generate(["--check"]);
});

describe("what there is once", () => {
  const many = async (): Promise<IndexFolder> => {
    const index = await startIndex('[index]\nurl = "https://example.org/"\n');
    for (let number = 0; number < 220; number += 1)
      index.addWheel({ name: `p-${String(number).padStart(3, "0")}`, version: "1.0" });
    await index.generate();
    return index;
  };
  const inodes = (index: IndexFolder): readonly number[] =>
    ["-/page/2/index.html", "-/page/3/index.html"].map((path) => statSync(index.path(path)).ino);

  test("is as it would be if all of it were made again, whatever came before", async () => {
    const index = await many();
    const [second, third] = inodes(index);
    index.addWheel({ name: "p-150", version: "2.0" });
    await index.generate();
    expect(text(index, "-/page/2/index.html")).toContain('p-150</a> <span class="version">2.0');
    expect(inodes(index)[0]).not.toBe(second);
    expect(inodes(index)[1]).toBe(third);
    await index.generate(["--check"]);
    index.addWheel({ name: "p-000-and-a-half", version: "1.0" });
    await index.generate();
    await index.generate(["--check"]);
    index.remove("p-100");
    index.remove("p-101");
    await index.generate();
    await index.generate(["--check"]);
    expect(text(index, "-/search.json").split("\n")).toHaveLength(223 - 2 + 3);
  });

  test("comes back where it was touched, also when something else changed", async () => {
    const index = await many();
    for (const path of ["-/page/3/index.html", "-/search.json", "simple/index.html"])
      index.write(path, text(index, path).replace("p-", "q-"));
    index.addWheel({ name: "p-001", version: "2.0" });
    await index.generate();
    expect(text(index, "-/search.json")).not.toContain("q-");
    await index.generate(["--check"]);
  });

  test("is as it would be after add and yank, which look at what they change alone", async () => {
    const index = await many();
    const [, third] = inodes(index);
    expect((await runHere(index.directory, ["yank", "p-150==1.0", "--reason", "broken"])).code).toBe(0);
    expect(text(index, "-/page/2/index.html")).toContain("yanked");
    expect(inodes(index)[1]).toBe(third);
    await index.generate(["--check"]);
  });
});

describe("[site]", () => {
  test("enabled = false takes all of the site away, and it comes back the same", async () => {
    const index = await startIndex('[index]\nurl = "https://example.org/"\n');
    const before = index.tree();
    configure(index, '[index]\nurl = "https://example.org/"\n[site]\nenabled = false\n');
    await index.generate();
    for (const path of ["-", "project", "index.html", "sitemap.xml"])
      expect(existsSync(index.path(path)), path).toBe(false);
    configure(index, '[index]\nurl = "https://example.org/"\n');
    await index.generate();
    expect(index.tree()).toEqual(before);
  });

  test("the flat layout keeps the site below -/, and a change of layout leaves nothing behind", async () => {
    const index = await startIndex('[index]\nlayout = "flat"\n');
    expect(text(index, "-/index.html")).toContain('href="../-/project/a/index.html"');
    expect(text(index, "index.html")).toContain("pypi:repository-version");
    configure(index, "");
    await index.generate();
    expect(existsSync(index.path("-/project"))).toBe(false);
    expect(existsSync(index.path("-/index.html"))).toBe(false);
    configure(index, '[index]\nlayout = "flat"\n');
    await index.generate();
    expect(existsSync(index.path("project"))).toBe(false);
    await index.generate(["--check"]);
  });

  test("colour, logo, links and footer show on the pages", async () => {
    const index = await startIndex();
    index.write("../logo.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    configure(
      index,
      '[site]\naccent = "#036"\nlogo = "logo.svg"\nlinks = ["Docs https://docs.example.org/"]\nfooter = "Ask us"\n',
    );
    await index.generate();
    const home = text(index, "index.html");
    expect(home).toContain('src="-/logo.svg"');
    expect(home).toContain('<a href="https://docs.example.org/" rel="noopener">Docs</a>');
    expect(home).toContain("Ask us");
    expect(text(index, "-/style.css")).toContain(":root{--accent:#003366}");
    configure(index, "");
    await index.generate();
    expect(existsSync(index.path("-/logo.svg"))).toBe(false);
  });

  test.each<[what: string, config: string, said: RegExp]>([
    ["a colour that is none", 'accent = "greenish"', /site\.accent: "greenish" is no colour.*#rrggbb/],
    ["a logo that is missing", 'logo = "nothing.png"', /site\.logo: there is no file "nothing\.png"/],
    ["a logo that is no picture", 'logo = "text.png"', /"text\.png" holds no PNG picture/],
    ["a logo with a script", 'logo = "evil.svg"', /"evil\.svg" has a script in it/],
    [
      "a logo of no kind",
      'logo = "pkgindex.toml"',
      /site\.logo: "pkgindex\.toml" does not end as a picture does/,
    ],
    [
      "a logo elsewhere",
      'logo = "../x.png"',
      /"\.\.\/x\.png" leaves the repository \(hint: name a path inside of the repository\)/,
    ],
    [
      "a logo of 20 MB",
      'logo = "large.png"',
      /site\.logo: a logo has at most 512 KiB, and "large\.png" has 19\.1 MiB/,
    ],
    [
      "a link without a scheme",
      'links = ["Docs docs.example.org"]',
      /site\.links: an address starts with https:\/\//,
    ],
    ["a link to a script", 'links = ["Docs javascript:alert(1)"]', /starts with "javascript:"/],
    ["a link without a label", 'links = ["https://docs.example.org/"]', /has no label/],
    ["a link that is no text", "links = [1]", /found .*wanted only strings/],
  ])("%s is refused with exit code 2, and nothing changes", async (_, config, said) => {
    const index = await startIndex();
    index.write("../large.png", Buffer.alloc(20_000_000, 1));
    index.write("../text.png", "text");
    index.write("../evil.svg", "<svg xmlns='http://www.w3.org/2000/svg'><a onclick='x()'/></svg>");
    configure(index, `[site]\n${config}\n`);
    const before = index.tree();
    const { code, stderr } = await index.run();
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
    expect(index.tree()).toEqual(before);
  });
});

describe("a template of the owner's", () => {
  test.each<[what: string, file: string, template: string, said: string]>([
    ["that does not compile", "site/home.eta", "<p>\n<% const = 1 %>\n</p>", "own/site/home.eta:2"],
    [
      "that fails",
      "site/project.eta",
      '<% layout("@site/layout") %>\n<%= it.nothing.at.all %>',
      "own/site/project.eta:2",
    ],
    [
      "that is a layout and fails",
      "site/layout.eta",
      "<html>\n<%= it.nothing.at %>",
      "own/site/layout.eta:2",
    ],
    ["that does not say whose it is", "site/use.eta", "<html></html>", "own/site/use.eta"],
  ])("%s is named by file and line, and the old pages stay", async (_, file, template, said) => {
    const index = await startIndex();
    const before = index.tree();
    index.write(`../own/${file}`, template);
    configure(index, '[templates]\ndir = "own"\n');
    const { code, stderr } = await index.run();
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(index.tree()).toEqual(before);
  });

  test.each([
    ["a { color: red\n}\n}\n", 3, "} closes nothing"],
    ["a {}\n\n/* open", 3, "a comment is not closed"],
  ])("stops the run where the style sheet fails, by file and line: %j", async (sheet, line, fault) => {
    const index = await startIndex();
    index.write("../own/site/style.css", sheet);
    configure(index, '[templates]\ndir = "own"\n');
    const before = index.tree();
    const { code, stderr } = await index.run();
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`own/site/style.css:${line}: the style sheet fails: ${fault}`),
    ]);
    expect(index.tree()).toEqual(before);
  });

  test("is text in UTF-8", async () => {
    const index = await startIndex();
    index.write("../own/site/home.eta", Buffer.from([0x3c, 0xff]));
    configure(index, '[templates]\ndir = "own"\n');
    expect((await index.run()).stderr).toContain("own/site/home.eta: the file is not UTF-8");
  });

  test("that has no template's name is noted, with the nearest one", async () => {
    const index = await startIndex();
    index.write("../own/site/stile.css", "a { color: red }");
    index.write("../own/NOTES.md", "not a template");
    configure(index, '[templates]\ndir = "own"\n');
    const { problems } = await index.generate();
    expect(problems).toEqual([
      {
        code: "template-unknown",
        severity: "note",
        path: "own/site/stile.css",
        message: "has no template's name, and replaces none",
        hint: "did you mean site/style.css?",
      },
    ]);
  });

  test("replaces one file, such as the style sheet", async () => {
    const index = await startIndex();
    index.write("../own/site/style.css", "body { color: red }\n");
    configure(index, '[templates]\ndir = "own"\n');
    await index.generate();
    expect(text(index, "-/style.css")).toBe("body { color: red }\n");
    expect(text(index, "index.html")).toContain("-/style.css?");
  });
});

test("a home of the owner's own stays, with a note, and the rest is made", async () => {
  const index = new IndexFolder();
  index.write("index.html", "<h1>mine</h1>");
  index.addWheel({ name: "a", version: "1.0" });
  const { problems } = await index.generate();
  expect(problems.map(({ code, severity }) => [code, severity])).toEqual([["home-kept", "note"]]);
  expect(text(index, "index.html")).toBe("<h1>mine</h1>");
  expect(existsSync(index.path("project/a/index.html"))).toBe(true);
  expect((await index.generate()).pages.written).toBe(0);
});

test("a page of somebody else's in a project's place is an error, and nothing is written", async () => {
  const index = new IndexFolder();
  index.write("project/a/index.html", "<h1>mine</h1>");
  index.addWheel({ name: "a", version: "1.0" });
  const before = index.tree();
  const { problems } = await index.generate([], { code: 1 });
  expect(problems.map(({ code }) => code)).toEqual(["stranger-in-the-way"]);
  expect(index.tree()).toEqual(before);
});

test("the home and the search say what a visitor has to know before anything else, until it is over", async () => {
  const index = await startIndex();
  const time = "2026-01-01T00:00:00Z";
  index.addRecord("a", { event: "status", status: "archived", time });
  index.addRecord("b", { event: "yanked", file: "b-1.0-py3-none-any.whl", time });
  await index.generate();
  const home = text(index, "index.html");
  expect(home).toMatch(/>a<\/a>.* <b class="badge bad">archived<\/b><\/h3>/);
  expect(home).toMatch(/>b<\/a>.* <b class="badge bad">yanked<\/b><\/h3>/);
  const rows = JSON.parse(text(index, "-/search.json")) as unknown[][];
  expect(rows.map(([, , , , badges]) => badges)).toEqual([["archived"], ["yanked"]]);
  await index.generate(["--check"]);
  index.addRecord("a", { event: "status", status: "active", time: "2026-02-01T00:00:00Z" });
  index.addRecord("b", { event: "unyanked", file: "b-1.0-py3-none-any.whl", time: "2026-02-01T00:00:00Z" });
  await index.generate();
  expect(text(index, "index.html")).not.toContain("badge");
  await index.generate(["--check"]);
});
