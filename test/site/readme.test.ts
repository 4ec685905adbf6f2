/** Descriptions: what is let through, what is not, and that the result is valid HTML whatever comes in. */
import * as fc from "fast-check";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { describe, expect, test, vi } from "vitest";
import { findReadme, isEmptyReadme, markReadme } from "../../src/site/readme-marks.ts";
import { renderReadme } from "../../src/site/readme.ts";
import { repairNesting } from "../../src/site/repair-nesting.ts";

vi.setConfig({ testTimeout: 120_000 });

const OPTIONS = { remoteImages: false, imageWord: "image" };

async function render(
  description: string,
  contentType = "text/markdown",
  options = OPTIONS,
): Promise<string> {
  return (await renderReadme({ description, contentType, options })).html.trim();
}

describe("Markdown", () => {
  test.each<[what: string, written: string, html: string]>([
    ["a paragraph", "one *two* **three**", "<p>one <em>two</em> <strong>three</strong></p>"],
    [
      "a table, with a way to scroll it by keyboard",
      "|a|b|\n|-|:-:|\n|1|2|",
      '<div class="scroll" tabindex="0"><table>\n<thead>\n<tr>\n<th scope="col">a</th>\n<th class="center" scope="col">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td class="center">2</td>\n</tr>\n</tbody>\n</table></div>',
    ],
    [
      "code in colours",
      "```python\nx = 1\n```",
      '<pre tabindex="0"><code>x = <span class="hljs-number">1</span>\n</code></pre>',
    ],
    [
      "code of a language that nobody knows",
      "```nonsense\n<x>\n```",
      '<pre tabindex="0"><code>&lt;x&gt;\n</code></pre>',
    ],
    [
      "tasks",
      "- [x] done\n- [ ] to *do*\n- [y] other",
      '<ul>\n<li class="task">☑ done</li>\n<li class="task">☐ to <em>do</em></li>\n<li>[y] other</li>\n</ul>',
    ],
    [
      "a note as GitHub writes it",
      "> [!NOTE]\n> one *two*\n>\n> three",
      '<blockquote class="hint">\n<p><strong>Note</strong></p>\n<p>one <em>two</em></p>\n<p>three</p>\n</blockquote>',
    ],
    [
      "a warning, its text in a paragraph of its own",
      "> [!caution]\n>\n> - x",
      '<blockquote class="warning">\n<p><strong>Caution</strong></p>\n<ul>\n<li>x</li>\n</ul>\n</blockquote>',
    ],
    [
      "what only looks like a note",
      "> [!NOTE] x\n\n> [!OTHER]\n> y\n\n[!NOTE]",
      "<blockquote>\n<p>[!NOTE] x</p>\n</blockquote>\n<blockquote>\n<p>[!OTHER]\ny</p>\n</blockquote>\n<p>[!NOTE]</p>",
    ],
    [
      "a heading of nothing but pictures without words",
      "# ![](a.png) [![](b.png)](https://example.org)\n\n# ![a logo](c.png)\n\n# x [![](d.png)](https://example.org)\n\n# image\n\n<h2><img src=e.png></h2>\n\n![](f.png)",
      '<div id="readme-"></div>\n<h3 id="readme-a-logo"><span class="image">a logo</span></h3>\n<h3 id="readme-x">x </h3>\n<h3 id="readme-image">image</h3>\n\n<p><span class="image">image</span></p>',
    ],
    ["strikethrough", "~~gone~~", "<p><s>gone</s></p>"],
    [
      "a bare address",
      "see https://example.org/x",
      '<p>see <a href="https://example.org/x" rel="nofollow noopener">https://example.org/x</a></p>',
    ],
    [
      "headings below those of the page, none left out",
      "# A\n### B\n## C",
      '<h3 id="readme-a">A</h3>\n<h4 id="readme-b">B</h4>\n<h4 id="readme-c">C</h4>',
    ],
    [
      "a link to a heading of its own",
      "# Größe & more\n[go](#größe--more)",
      '<h3 id="readme-größe--more">Größe &amp; more</h3>\n<p><a href="#readme-größe--more">go</a></p>',
    ],
  ])("%s", async (_, written, html) => {
    expect(await render(written)).toBe(html);
  });
});

describe("is kept out", () => {
  test.each<[what: string, written: string, html: string]>([
    ["a script", "<script>alert(1)</script>x", "x"],
    ["a script in a picture", "<img src=x onerror=alert(1)>", '<span class="image">image</span>'],
    ["a script behind a link", "[x](javascript:alert%281%29)", "<p>[x](javascript:alert%281%29)</p>"],
    ["a script behind a link in HTML", '<a href="java&#115;cript:alert(1)">x</a>', "<p><span>x</span></p>"],
    ["data behind a link", '<a href="data:text/html,x">x</a>', "<p><span>x</span></p>"],
    ["a style sheet", "<style>body{display:none}</style>x", "x"],
    ["a style", '<p style="position:fixed">x</p>', "<p>x</p>"],
    ["a class of the page", '<div class="skip top">x</div>', "<div>x</div>"],
    ["an id of the page", '<div id="main">x</div>', "<div>x</div>"],
    ["a frame", '<iframe src="https://example.org/"></iframe>x', "x"],
    ["a drawing with a script", "<svg><script>alert(1)</script></svg>x", "<p>x</p>"],
    ["a form", '<form action="https://example.org/"><input name="q"><button>x</button></form>', "x"],
    ["a base", '<base href="https://example.org/">x', "x"],
    ["a refresh", '<meta http-equiv="refresh" content="0;url=https://example.org/">x', "<p>x</p>"],
    ["a comment with a mark", "<!--/readme--><!--readme x whole-->x", "x"],
    [
      "a picture from elsewhere",
      "![build](https://example.org/b.svg)",
      '<p><span class="image">build</span></p>',
    ],
    [
      "a drawing in an address",
      '<b><img alt="x" src="data:image/svg+xml;base64,AAAA"></b>',
      '<p><b><span class="image">x</span></b></p>',
    ],
    ["a link with nothing in it", 'a <a href="https://example.org/"></a>b', "<p>a b</p>"],
    ["a link to a file of the repository", "[x](docs/x.md)", "<p><span>x</span></p>"],
    ["a link to a place that is not there", "[x](#nowhere)", "<p><span>x</span></p>"],
    [
      "a link that a client could take for a file",
      "[x](https://example.org/demo-99-py3-none-any.whl)",
      "<p><span>x</span></p>",
    ],
    [
      "the same, encoded and with a hash",
      '<a href="https://example.org/demo-99%2Etar.gz#sha256=00">x</a>',
      "<p><span>x</span></p>",
    ],
    ["what turns the text around", "a\u202eb\u2066c", "<p>abc</p>"],
  ])("%s", async (_, written, html) => {
    expect(await render(written)).toBe(html);
  });

  test("a picture from elsewhere, unless the owner wants such", async () => {
    const options = { ...OPTIONS, remoteImages: true };
    expect(await render("![b](https://example.org/b.svg)", "text/markdown", options)).toBe(
      '<p><img src="https://example.org/b.svg" alt="b"></p>',
    );
    expect(await render("![b](http://example.org/b.svg)", "text/markdown", options)).not.toContain("<img");
  });
});

test.each([
  ["in an attribute", '<a href="https://example.org/" title="&#xfdd0;0&#xfdd0;">x</a>'],
  ["in an address", '<a href="https://example.org/&#xfdd0;0&#xfdd0;">x</a>'],
  ["in a picture", '<img alt="&#xfdd0;0&#xfdd0;" src="data:image/png;base64,AAAA">'],
  ["in a text", "<b>&#xfdd0;0&#xfdd0;</b>"],
])("a mark for code %s stands for none", async (_, forged) => {
  const html = await render(`\`\`\`python\n"><script>\n\`\`\`\n\n${forged}`);
  expect(html.match(/hljs/g)).toHaveLength(1);
  expect(html).not.toMatch(/\ufdd0|<script|=""/);
});

test("other texts stay as they are written", async () => {
  expect(await render("Title\n=====\n\n<b>`x`_", "text/x-rst")).toContain("&lt;b&gt;");
  expect(await render("<script>alert(1)</script>", "text/plain")).not.toContain("<script");
});

test("a description of five megabytes is cut at a line, and says so", async () => {
  const description = "word ".repeat(20).concat("\n").repeat(50_000);
  const readme = await renderReadme({ description, contentType: "text/markdown", options: OPTIONS });
  expect(readme.isCut).toBe(true);
  expect(readme.html.length).toBeLessThan(400_000);
});

describe("valid HTML", () => {
  const validator = new HtmlValidate(
    new StaticConfigLoader({
      extends: ["html-validate:standard"],
      rules: { "tel-non-breaking": "off" },
    }),
  );
  function faultsOf(html: string): string[] {
    const report = validator.validateStringSync(
      `<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><div>${html}</div></body></html>`,
    );
    return report.results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message }) => `${ruleId}: ${message}`),
    );
  }

  test.each([
    "<h1><p>x</p></h1>",
    "<p><div>x</div></p>y",
    "<ul>text<p>x</p><li>y</ul>",
    "<li>x</li><td>y</td><summary>z</summary>",
    "<table><p>x</p><tr>y<td>z</table>",
    "<table><tr><td><table><tr><td><li>x</table></table>",
    "<a href='https://example.org/'>x<a href='https://example.org/'>y</a></a>",
    "<details>x<summary>y</summary></details>",
    "<em><ul><li><strong><h2>x</h2></strong></ul></em>",
    "<dl><p>x</p><dt>y</dl>",
    "<b><i></b></i>",
    "<table><tr><th>x<blockquote>y</blockquote><h2>z</h2>",
    "<figure>x<figcaption>y</figcaption>z</figure>",
    "<figure><figcaption>x</figcaption>y<figcaption>z</figcaption></figure>",
    "<table><tr><th><details><summary>x</summary>y</details>",
  ])("is made of %s", async (written) => {
    expect(faultsOf(await render(written))).toEqual([]);
  });

  test("is made of any tags in any order", async () => {
    const tags =
      "p div h1 h3 ul ol li dl dt dd table thead tbody tr td th a em pre details summary blockquote figure figcaption caption"
        .split(" ")
        .flatMap((name) => [`<${name}>`, `</${name}>`]);
    const tag = fc.constantFrom(...tags, "<br>", "<hr>", "text", '<a href="https://example.org/">');
    const property = fc.asyncProperty(fc.array(tag, { maxLength: 14 }), async (parts) => {
      expect(faultsOf(await render(`<div>${parts.join("")}</div>`))).toEqual([]);
    });
    await fc.assert(property, { numRuns: 400 });
  });

  test("of sound nesting is left alone", () => {
    const sound =
      '<div class="center"><p>a <em>b</em><br>c</p><ul><li>d<ol><li>e</li></ol></li></ul><hr></div><dl><dt>f</dt><dd>g</dd></dl>';
    expect(repairNesting(sound)).toBe(sound);
  });
});

test("a description is found again on its page, with what it was made from", () => {
  const readme = { html: "<p>x</p>", isCut: true };
  const origin = { metadata: "abc", text: "012" };
  const marked = markReadme(readme, origin);
  expect(findReadme(`<main>${marked.html}</main>`)).toEqual({ readme, origin });
  expect(findReadme("<main><p>x</p></main>")).toBeUndefined();
  expect(isEmptyReadme(marked.html)).toBe(false);
  expect(isEmptyReadme(markReadme({ html: "", isCut: false }, origin).html)).toBe(true);
});
