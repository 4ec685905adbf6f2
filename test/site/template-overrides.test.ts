import { describe, expect, it } from "vitest";

import { PkgIndexError } from "../../src/errors.ts";
import { toListView, toProjectView } from "../../src/simple/html-view.ts";
import { GENERATOR_TAG } from "../../src/simple/ownership.ts";
import { PLAIN, SUMMARIES } from "../simple/sample-projects.ts";
import { builtInText, listHtml, notFoundHtml, projectHtml, rendererWith } from "./built-in-pages.ts";

const LIST_VIEW = toListView(SUMMARIES, { title: "Our wheels", description: undefined });
const PROJECT_VIEW = toProjectView(PLAIN, "simple/plain");

/** A list template of ten lines; `line` stands in line 7. */
function listTemplate(line: string): string {
  return [
    "<!DOCTYPE html>",
    "<head>",
    GENERATOR_TAG,
    "<title><%= it.title %></title>",
    "</head>",
    '<body class="wide">',
    line,
    "<% for (const project of it.projects) { %>",
    `<a href="<%= project.href %>"><%= project.name %></a><br>`,
    "<% } %>",
    "</body>",
    "",
  ].join("\n");
}

/** The error of a run whose list has this template. */
function errorOf(template: string): PkgIndexError {
  try {
    rendererWith({ "simple/list.eta": template }).listPage(LIST_VIEW);
  } catch (error) {
    if (error instanceof PkgIndexError) return error;
    throw error;
  }
  throw new Error("the template was accepted");
}

describe("an override", () => {
  it("takes the place of one template, and leaves the others as they are", () => {
    const renderer = rendererWith({
      "simple/list.eta": listTemplate("<h1>Räder &amp; <%= it.title %></h1>"),
    });
    const list = renderer.listPage(LIST_VIEW).toString("latin1");
    expect(list).toContain("<h1>R&#xe4;der &amp; Our wheels</h1>");
    expect(list).toContain('<a href="demo-pkg/">demo-pkg</a><br>\n<a href="plain/">plain</a><br>\n</body>');
    expect(renderer.projectPage(PROJECT_VIEW).toString("latin1")).toBe(projectHtml(PLAIN));
    expect(renderer.notFoundPage().toString("latin1")).toBe(notFoundHtml());
  });

  it.each([
    ["simple/project", "Links for", (renderer) => renderer.projectPage(PROJECT_VIEW)],
    ["404", "no page at this address", (renderer) => renderer.notFoundPage()],
  ] as const satisfies [string, string, (renderer: ReturnType<typeof rendererWith>) => Buffer][])(
    "of %s is used",
    (name, text, render) => {
      const override = builtInText(name).replaceAll(text, "Wheels:");
      const page = render(rendererWith({ [`${name}.eta`]: override })).toString("latin1");
      expect(page).toContain("Wheels:");
      expect(page).not.toContain(text);
    },
  );

  it("escapes what it writes, without being told", () => {
    const renderer = rendererWith({ "simple/list.eta": listTemplate("<p><%= it.description %></p>") });
    const page = renderer.listPage({ ...LIST_VIEW, description: `<script>"ü"</script>` });
    expect(page.toString("latin1")).toContain("<p>&lt;script&gt;&quot;&#xfc;&quot;&lt;/script&gt;</p>");
  });

  it("with the line ends of another system gives the same page", () => {
    const template = listTemplate("<p>text</p>");
    const [page, other] = [template, template.replaceAll("\n", "\r\n")].map((text) =>
      rendererWith({ "simple/list.eta": text }).listPage(LIST_VIEW).toString("latin1"),
    );
    expect(other).toBe(page);
  });

  it("that nobody asks for is not looked at", () => {
    const renderer = rendererWith({ "simple/other.eta": "<% broken", "notes.txt": "<% broken" });
    expect(renderer.listPage(LIST_VIEW).toString("latin1")).toBe(listHtml(SUMMARIES, "Our wheels"));
  });
});

describe("a broken override is an error that names file and line:", () => {
  it.each([
    ["a tag that is closed by the end of the next one", "<% if (it.title) {", 8],
    ["a string that is not closed", "<h1><%= 'title %></h1>", 7],
    ["a string that is not closed, before other quotes", '<h1><%= "title %></h1>', 7],
    ["a template string that is not closed", "<h1><%= `title %></h1>", 7],
    ["a comment that is not closed", "<% /* nothing here %>", 7],
    ["an expression that is cut off", "<h1><%= it.title + %></h1>", 7],
    ["a loop without its bracket", "<% for (const name of it.names { %><%= name %><% } %>", 7],
    ["a bracket too many", "<p><% } %></p>", 7],
    [
      "a wrong expression in a tag of several lines",
      "<%\nconst one = 1;\nconst two = ;\nconst three = 3;\n%>",
      9,
    ],
    ["a wrong expression behind several lines", "a\nb\n<%\n%>\nc\n<%= 1 1 %>", 12],
    ["a name that is not known", "<h1><%= titel %></h1>", 7],
    ["a name that is not known, behind several lines", "a\nb\n<%\n%>\nc\n<%= titel %>", 12],
    ["a property of nothing", "<h1><%= it.index.title %></h1>", 7],
    ["an error that the template throws", '<% throw new Error("no title") %>', 7],
    ["a template that is not there", '<%~ include("./footer") %>', 7],
  ])("%s", (_, line, number) => {
    const error = errorOf(listTemplate(line));
    expect(error.code).toBe("template-broken");
    expect(error.exitCode).toBe(2);
    expect(error.path).toBe(`my-templates/simple/list.eta:${number}`);
  });

  it("a tag that is not closed, to the end of the template", () => {
    const template = `${listTemplate("<p>")}<% if (it.title) {\n</body>\n`;
    expect(errorOf(template).path).toBe("my-templates/simple/list.eta:12");
  });

  it("a loop that is not closed, at or behind its last line", () => {
    const text = listTemplate("<% for (const project of it.projects) { %>");
    const error = errorOf(text);
    const [file, line] = error.path?.split(":") ?? [];
    expect(file).toBe("my-templates/simple/list.eta");
    expect(Number(line)).toBeGreaterThanOrEqual(7);
    expect(Number(line)).toBeLessThanOrEqual(text.split("\n").length);
  });

  it("also where its line ends are those of another system", () => {
    const template = listTemplate("<h1><%= it.title + %></h1>").replaceAll("\n", "\r\n");
    expect(errorOf(template).path).toBe("my-templates/simple/list.eta:7");
  });

  it("code that goes on behind its tag, in the tag", () => {
    for (const text of ["<p>\n<% if ( { %>", "<p>\n<% if ( { %>\n", "<p>\n<% if ( { %>\n<%= it.title %>\n"])
      expect(errorOf(text).path).toMatch(/list\.eta:2$/);
  });

  it("says what is wrong in one line, and what to do", () => {
    for (const line of ["<h1><%= it.title + %></h1>", "<h1><%= titel %></h1>", "<% /* nothing here %>"]) {
      const error = errorOf(listTemplate(line));
      expect(error.message).toMatch(/^the template fails: [^\n]+[^\n:.]$/);
      expect(error.hint).toMatch(/mend the template, or delete the file/);
    }
    expect(errorOf(listTemplate("<h1><%= titel %></h1>")).message).toBe(
      "the template fails: titel is not defined",
    );
  });

  it("is found without a page to make, where the template does not compile", () => {
    expect(() => rendererWith({ "404.eta": `${GENERATOR_TAG}\n<%= ( %>` })).toThrow(PkgIndexError);
  });

  it.each([
    ["is not there", "<!DOCTYPE html>\n<h1><%= it.title %></h1>\n"],
    ["is another", listTemplate("").replace("pkgindex", "something-else")],
    ["stands in a condition that does not hold", `<% if (false) { %>${GENERATOR_TAG}<% } %>\n`],
    ["cannot be there, since nothing is", ""],
  ])("a generator tag that %s", (_, template) => {
    const error = errorOf(template);
    expect(error.code).toBe("template-broken");
    expect(error.path).toBe("my-templates/simple/list.eta");
    expect(error.message).toContain("tag");
    expect(error.hint).toContain(GENERATOR_TAG);
  });

  it("a template that returns something else than its text", () => {
    expect(errorOf(listTemplate("<% return 5 %>")).code).toBe("template-broken");
  });

  it("something thrown that is no error", () => {
    expect(errorOf(listTemplate("<% throw null %>")).message).toBe("the template fails: null");
  });
});
