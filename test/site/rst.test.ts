/** reStructuredText as descriptions use it. */
import { describe, expect, test } from "vitest";
import { renderReadme } from "../../src/site/readme.ts";

describe("becomes", () => {
  test.each<[what: string, written: string, html: string]>([
    ["a heading", "Demo\n====\n\ntext", '<h3 id="readme-demo">Demo</h3>\n<p>text</p>'],
    [
      "headings by the order of their underlines",
      "A\n---\n\nB\n===\n\nC\n---",
      '<h3 id="readme-a">A</h3>\n<h4 id="readme-b">B</h4>\n<h3 id="readme-c">C</h3>',
    ],
    ["a heading with a line above", "=====\nDemo \n=====", '<h3 id="readme-demo">Demo</h3>'],
    ["a literal", "use ``x = `1` `` or ``y``", "<p>use <code>x = `1`</code> or <code>y</code></p>"],
    ["a link", "`the docs <https://example.org/>`_", link("the docs", "https://example.org/")],
    [
      "a link over two lines",
      "`the\ndocs <https://example.org/>`__",
      link("the docs", "https://example.org/"),
    ],
    [
      "links to targets",
      "`the docs`_ and docs_\n\n.. _the docs: https://a.example/\n.. _docs: https://b.example/",
      link("the docs", "https://a.example/").replace(
        "</p>",
        ` and ${link("docs", "https://b.example/").replace("<p>", "")}`,
      ),
    ],
    ["a link without a name", "`docs`__\n\n__ https://a.example/", link("docs", "https://a.example/")],
    [
      "a link to a heading",
      "Use it_ or `How to`_\n\n.. _it:\n\nHow to\n------",
      '<p>Use <a href="#readme-how-to">it</a> or <a href="#readme-how-to">How to</a></p>\n<h3 id="readme-how-to">How to</h3>',
    ],
    ["a role", ":py:func:`~demo.run` runs", "<p><code>demo.run</code> runs</p>"],
    ["code behind two colons", "Run::\n\n    pip x\n\nend", `<p>Run:</p>\n${code("pip x\n")}\n<p>end</p>`],
    [
      "code in a language",
      ".. code-block:: python\n   :linenos:\n\n   x = 1\n",
      code('x = <span class="hljs-number">1</span>\n'),
    ],
    ["code with a fence in it", "::\n\n    ```\n    x\n", code("```\nx\n")],
    [
      "a note",
      ".. note:: First\n   line\n\n   Take *care*",
      "<blockquote>\n<p><strong>Note:</strong></p>\n<p>First\nline</p>\n<p>Take <em>care</em></p>\n</blockquote>",
    ],
    [
      "an admonition",
      ".. admonition:: Read *this*\n\n   text",
      "<blockquote>\n<p><strong>Read <em>this</em></strong></p>\n<p>text</p>\n</blockquote>",
    ],
    [
      "badges in a row",
      ".. image:: https://a.example/b.svg\n   :target: https://a.example/\n   :alt: build\n\n.. image:: https://a.example/c.svg\n   :alt: docs",
      `<p><a href="https://a.example/" rel="nofollow noopener"><span class="image">build</span></a>\n<span class="image">docs</span></p>`,
    ],
    [
      "a badge that is named",
      "|version|\n\n.. |version| image:: https://a.example/b.svg\n   :target: https://a.example/",
      '<p><a href="https://a.example/" rel="nofollow noopener"><span class="image">version</span></a></p>',
    ],
    ["a text that is named", "|x| here\n\n.. |x| replace:: the *thing*", "<p>the *thing* here</p>"],
    ["nothing, from a comment", ".. nothing to see\n   here\n\ntext", "<p>text</p>"],
    ["a field", ":Author: Somebody", "<p><strong>Author:</strong> Somebody</p>"],
    ["a quote", "text\n\n    said", "<p>text</p>\n<blockquote>\n<p>said</p>\n</blockquote>"],
    ["lines", "| one\n  more\n| two", "<p>one more<br>\ntwo</p>"],
    [
      "a list in a list",
      "* one\n  more\n\n  - two\n\n3. three",
      '<ul>\n<li>\n<p>one\nmore</p>\n<ul>\n<li>two</li>\n</ul>\n</li>\n</ul>\n<ol start="3">\n<li>three</li>\n</ol>',
    ],
    [
      "terms and what they mean",
      "term\n  meaning\n\n``x``\n  more",
      "<ul>\n<li>\n<p><strong>term</strong><br>\nmeaning</p>\n</li>\n<li>\n<p><strong><code>x</code></strong><br>\nmore</p>\n</li>\n</ul>",
    ],
    [
      "options",
      "-v, --verbose  say more",
      "<ul>\n<li>\n<p><code>-v, --verbose</code></p>\n<p>say more</p>\n</li>\n</ul>",
    ],
    [
      "signs of Markdown as they are",
      "__init__ [x](y) 2*3*4 &lt; <b>",
      "<p>__init__ [x](y) 2*3*4 &amp;lt; &lt;b&gt;</p>",
    ],
    ["a footnote", "see [1]_\n\n.. [1] there", "<p>see [1]</p>\n<p>[1] there</p>"],
  ])("%s", async (_, written, html) => {
    expect(await render(written)).toBe(html);
  });
});

describe("a table", () => {
  const twoRows = table('<thead>\n<tr>\n<th scope="col">A</th>\n<th scope="col">B</th>\n</tr>\n</thead>\n', [
    ["1", "<code>x|y</code>"],
    ["2", "more text"],
  ]);
  test.each<[what: string, written: string, html: string]>([
    ["of lines", "=== ======\nA   B\n=== ======\n1   ``x|y``\n2   more\n    text\n=== ======", twoRows],
    [
      "that is drawn",
      "+---+---------+\n| A | B       |\n+===+=========+\n| 1 | ``x|y`` |\n+---+---------+\n| 2 | more    |\n|   | text    |\n+---+---------+",
      twoRows,
    ],
    [
      "that is a list",
      ".. list-table::\n   :header-rows: 1\n\n   * - A\n     - B\n   * - 1\n     - ``x|y``\n   * - 2\n     - more\n       text",
      twoRows,
    ],
    ["of commas", '.. csv-table::\n   :header: A, B\n\n   1, "``x|y``"\n   2, more text', twoRows],
    ["without a head", "== ==\n1  2\n== ==\n\nend", `${table("", [["1", "2"]])}\n<p>end</p>`],
    [
      "with cells over several columns",
      "+---+---+\n| over  |\n+---+---+\n| 1 | 2 |\n+---+---+",
      table("", [
        ["over", ""],
        ["1", "2"],
      ]),
    ],
  ])("%s", async (_, written, html) => {
    expect(await render(written)).toBe(html);
  });
});

async function render(description: string): Promise<string> {
  const options = { remoteImages: false, imageWord: "image" };
  return (await renderReadme({ description, contentType: "text/x-rst", options })).html.trim();
}

function link(label: string, address: string): string {
  return `<p><a href="${address}" rel="nofollow noopener">${label}</a></p>`;
}

function code(text: string): string {
  return `<pre tabindex="0"><code>${text}</code></pre>`;
}

function table(head: string, rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => `<tr>\n${row.map((cell) => `<td>${cell}</td>\n`).join("")}</tr>\n`).join("");
  return `<div class="scroll" tabindex="0"><table>\n${head}<tbody>\n${body}</tbody>\n</table></div>`;
}

test.each(["text/x-rst", "text/x-rst; charset=UTF-8", undefined])(
  "is what %s stands for",
  async (contentType) => {
    const options = { remoteImages: false, imageWord: "image" };
    const { html } = await renderReadme({ description: "Demo\n====\n\n<b>``x``", contentType, options });
    expect(html).toBe('<h3 id="readme-demo">Demo</h3>\n<p>&lt;b&gt;<code>x</code></p>\n');
  },
);

test.each([
  ["titles", "a\n===\n"],
  ["two colons", "a:: "],
  ["backticks", "`a <b"],
  ["blanks", " "],
  ["lists", "- "],
  ["entries", "- x\n"],
  ["corners", "+---+\n"],
  ["borders", "=== ===\nx\n"],
  ["directives", ".. note::\n\n"],
  ["deeper lines", "x\n  "],
  ["bars", "|a"],
  ["underscores", "a_ "],
  ["targets", ".. _a: b\n"],
])(
  "a text of nothing but %s does not take for ever",
  async (_, part) => {
    expect(await render(`text\n\n${part.repeat(100_000)}x::`)).toContain("text");
  },
  60_000,
);
