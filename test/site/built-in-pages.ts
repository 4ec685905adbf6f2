/** Pages of the built-in templates, and of templates with one of them overridden, as text. */
import { readTemplates } from "../../src/io/templates.ts";
import { createRenderer, type Renderer } from "../../src/site/renderer.ts";
import { TEMPLATE_NAMES, type TemplateName } from "../../src/site/template-source.ts";
import { toListView, toProjectView } from "../../src/simple/html-view.ts";
import type { ProjectDetail, ProjectSummary } from "../../src/simple/model.ts";
import { makeTree, temporaryDirectory } from "../support/make-tree.ts";

/** The renderer of an index whose folder of templates has these files (paths such as `simple/list.eta`). */
export function rendererWith(overrides: Readonly<Record<string, string>>): Renderer {
  const directory = temporaryDirectory();
  makeTree(directory, overrides);
  return createRenderer(readTemplates(TEMPLATE_NAMES, { directory, display: "my-templates" }));
}

export function builtInText(name: TemplateName): string {
  const [source] = readTemplates([name], undefined);
  if (source === undefined) throw new Error(`no template ${name}`);
  return source.text;
}

const builtIn = createRenderer(readTemplates(TEMPLATE_NAMES, undefined));

/** The page as bytes that each stand for one letter: what is no ASCII shows. */
export function projectHtml(project: ProjectDetail, directory = `simple/${project.name}`): string {
  return builtIn.projectPage(toProjectView(project, directory)).toString("latin1");
}

export function listHtml(projects: readonly ProjectSummary[], title: string, description?: string): string {
  return builtIn.listPage(toListView(projects, { title, description })).toString("latin1");
}

export function notFoundHtml(): string {
  return builtIn.notFoundPage().toString("latin1");
}
