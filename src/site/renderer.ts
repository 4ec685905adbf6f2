/** Templates to bytes: the pages of the simple API, and the one for addresses that lead nowhere. */
import { PkgIndexError } from "../errors.ts";
import type { ListView, ProjectView } from "../simple/html-view.ts";
import { GENERATOR_TAG } from "../simple/ownership.ts";
import { compileTemplates, type RenderTemplate } from "./compiled-templates.ts";
import type { TemplateName, TemplateSource } from "./template-source.ts";

export interface Renderer {
  readonly projectPage: (view: ProjectView) => Buffer;
  readonly listPage: (view: ListView) => Buffer;
  readonly notFoundPage: (view?: object) => Buffer;
}

/**
 * Compiles the templates. Throws a `PkgIndexError` (`template-broken`) that names file and line, now where a template
 * does not compile, or later where it fails on a page.
 */
export function createRenderer(sources: readonly TemplateSource[]): Renderer {
  const renderTemplate = compileTemplates(sources);
  const render = (name: TemplateName, view: object): Buffer =>
    toAscii(renderOurHtml(renderTemplate, sources, name, view));
  return {
    projectPage: (view) => render("simple/project", view),
    listPage: (view) => render("simple/list", view),
    notFoundPage: (view = {}) => render("404", view),
  };
}

/** Renders a page that must say that it is ours. Throws a `PkgIndexError` where its template left that out. */
export function renderOurHtml(
  renderTemplate: RenderTemplate,
  sources: readonly TemplateSource[],
  name: TemplateName,
  view: object,
): string {
  const html: unknown = renderTemplate(name, view);
  if (typeof html === "string" && html.includes(GENERATOR_TAG)) return html;
  throw new PkgIndexError({
    code: "template-broken",
    path: sources.find((source) => source.name === name)?.file ?? name,
    message: "the page does not carry the tag by which pkgindex knows its own pages",
    hint: `put ${GENERATOR_TAG} into the template's head`,
  });
}

/** ASCII only: Poetry reads a page without a charset in its HTTP type as Latin-1. */
function toAscii(html: string): Buffer {
  const ascii = html.replace(/[^\0-\x7f]/gu, (character) => {
    const codePoint = character.codePointAt(0) ?? 0xfffd;
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    return `&#x${(isSurrogate ? 0xfffd : codePoint).toString(16)};`;
  });
  return Buffer.from(ascii, "latin1");
}
