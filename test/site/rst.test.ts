/** reStructuredText as descriptions use it. */
import { describe, expect, test } from "vitest";
import { renderReadme } from "../../src/site/readme.ts";
import { rstToMarkdown } from "../../src/site/rst-to-markdown.ts";

describe("becomes Markdown", () => {
  test.each<[what: string, written: string, markdown: string]>([
    ["a heading", "Demo\n====\n\ntext", "# Demo\n\n\ntext"],
    ["headings by the order of their underlines", "A\n---\n\nB\n===\n\nC\n---", "# A\n\n\n## B\n\n\n# C\n"],
    ["a heading with a line above", "=====\nDemo \n=====", "# Demo\n"],
    ["a literal", "use ``x = `1` `` or ``y``", "use `` x = `1`  `` or `y`"],
    ["a link", "`the docs <https://example.org/>`_", "[the docs](https://example.org/)"],
    [
      "a link to a target",
      "`the docs`_ and docs_\n\n.. _the docs: https://a.example/\n.. _docs: https://b.example/",
      "[the docs](https://a.example/) and [docs](https://b.example/)\n",
    ],
    ["a role", ":py:func:`demo.run` runs", "`demo.run` runs"],
    ["code behind two colons", "Run::\n\n    pip x\n\nend", "Run:\n\n```\npip x\n```\n\n\nend"],
    [
      "code in a language",
      ".. code-block:: python\n   :linenos:\n\n   x = 1\n",
      "\n````python\nx = 1\n````\n\n",
    ],
    ["a note", ".. note::\n\n   Take *care*", "\n> **Note:**\n>\n> Take *care*\n"],
    [
      "a badge",
      ".. image:: https://a.example/b.svg\n   :target: https://a.example/\n   :alt: build",
      "[![build](https://a.example/b.svg)](https://a.example/)",
    ],
    ["a comment", ".. nothing to see\n   here\n\ntext", "\ntext"],
    ["a field", ":Author: Somebody", "**Author:** Somebody  "],
  ])("%s", (_, written, markdown) => {
    expect(rstToMarkdown(written)).toBe(markdown);
  });
});

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
])(
  "a text of nothing but %s does not take for ever",
  async (_, part) => {
    const description = `${part.repeat(100_000)}x::`;
    const options = { remoteImages: false, imageWord: "image" };
    expect((await renderReadme({ description, contentType: "text/x-rst", options })).html).not.toBe("");
  },
  60_000,
);
