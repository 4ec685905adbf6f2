/** Eta at work: templates to text, and what is wrong with one, by file and line. No other module knows Eta. */
import { Script } from "node:vm";
import { Eta } from "eta/core";
import { PkgIndexError } from "../errors.ts";
import type { TemplateName, TemplateSource } from "./template-source.ts";

/** Renders a template with what it is given. Throws a `PkgIndexError` (`template-broken`) where it fails. */
export type RenderTemplate = (name: TemplateName, view: object) => string;

/** Compiles the templates. Throws a `PkgIndexError` (`template-broken`) that names file and line where one does not compile. */
export function compileTemplates(sources: readonly TemplateSource[]): RenderTemplate {
  const eta = new Eta({ autoEscape: true });
  for (const source of sources) {
    try {
      eta.loadTemplate(`@${source.name}`, source.text);
    } catch (error) {
      throw brokenTemplate(source, error, lineOfSyntaxError(source.text, error));
    }
  }
  return (name, view) => {
    try {
      return eta.render(`@${name}`, view);
    } catch (error) {
      const { source, line } = findFailure(sources, name, view);
      throw source === undefined ? error : brokenTemplate(source, error, line);
    }
  };
}

function brokenTemplate(source: TemplateSource, error: unknown, line: number | undefined): PkgIndexError {
  const reason = error instanceof Error ? error.message : String(error);
  const firstLines = reason.replace(/^Bad template syntax\s*/, "").split("\n", 1)[0] ?? reason;
  return new PkgIndexError({
    code: "template-broken",
    path: line === undefined ? source.file : `${source.file}:${line}`,
    message: `the template fails: ${firstLines.replace(/:$/, "")}`,
    hint: "mend the template, or delete the file to go back to the built-in one; the pages stay as they were",
    cause: error,
  });
}

/** Eta says the line where its own tags are wrong; where the code inside them is, the compiled function tells it. */
function lineOfSyntaxError(text: string, error: unknown): number | undefined {
  const said = error instanceof Error ? / at line (\d+) col /.exec(error.message) : null;
  if (said) return Number(said[1]);
  const code = new Eta({ debug: true }).compileToString(text);
  try {
    void new Script(`(function (it, options) {${code}\n})`, { filename: "template" });
  } catch (syntaxError) {
    const stack = syntaxError instanceof Error ? (syntaxError.stack ?? "") : "";
    const codeLine = Number(/^template:(\d+)/.exec(stack)?.[1] ?? 0);
    return lineOfCode(text, code.split("\n"), codeLine);
  }
  return undefined;
}

/** In its slow mode Eta notes before each tag the line where the tag opens; the code inside follows, without blank lines in front. */
function lineOfCode(text: string, code: readonly string[], codeLine: number): number {
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = codeLine - 2; at >= 0; at -= 1) {
    const opened = /^__eta\.line=(\d+)/.exec(code[at] ?? "")?.[1];
    if (opened === undefined) continue;
    const fromTag = lines.slice(Number(opened) - 1).join("\n");
    const blankLines = /<%[-_]?[=~]?(\s*)/.exec(fromTag)?.[1]?.split("\n").length ?? 1;
    // What a tag leaves open fails behind it.
    const tagLines = /<%[^]*?%>/.exec(fromTag)?.[0].split("\n").length ?? lines.length;
    return Number(opened) + Math.min(tagLines, Math.max(0, codeLine - at - 2) + blankLines) - 1;
  }
  return 1;
}

/** Renders once more in Eta's slow mode, which keeps count of the lines. The template that fails first is the innermost. */
function findFailure(
  sources: readonly TemplateSource[],
  name: TemplateName,
  view: object,
): { readonly source: TemplateSource | undefined; readonly line: number | undefined } {
  const eta = new Eta({ autoEscape: true, debug: true });
  let source: TemplateSource | undefined;
  let line: number | undefined;
  for (const candidate of sources) {
    const compiled = eta.compile(candidate.text);
    eta.loadTemplate(`@${candidate.name}`, function renderWatched(data, options) {
      try {
        return compiled.call(this, data, options);
      } catch (error) {
        if (source === undefined) {
          source = candidate;
          line = lineOfRuntimeError(error);
        }
        throw error;
      }
    });
  }
  try {
    eta.render(`@${name}`, view);
  } catch {
    // It was to be expected.
  }
  return { source: source ?? sources.find((candidate) => candidate.name === name), line };
}

function lineOfRuntimeError(error: unknown): number | undefined {
  const line = error instanceof Error ? /^(?:.*:|line )(\d+)\n/.exec(error.message)?.[1] : undefined;
  return line === undefined ? undefined : Number(line);
}
