/** Templates to bytes. The only module that knows Eta; it reads no file: the texts are handed to it. */
import { Script } from "node:vm";
import { Eta } from "eta/core";
import { PkgIndexError } from "../errors.ts";
import type { ListView, ProjectView } from "../simple/html-view.ts";
import { GENERATOR_TAG } from "../simple/ownership.ts";
import type { TemplateName, TemplateSource } from "./template-source.ts";

export interface Renderer {
  readonly projectPage: (view: ProjectView) => Buffer;
  readonly listPage: (view: ListView) => Buffer;
  readonly notFoundPage: () => Buffer;
}

/**
 * Compiles the templates. Throws a `PkgIndexError` (`template-broken`) that names file and line, now where a template
 * does not compile, or later where it fails on a page.
 */
export function createRenderer(sources: readonly TemplateSource[]): Renderer {
  const eta = new Eta({ autoEscape: true });
  const files = new Map(sources.map((source) => [source.name, source]));
  for (const source of sources) {
    try {
      eta.loadTemplate(`@${source.name}`, source.text);
    } catch (error) {
      throw brokenTemplate(source, error, lineOfSyntaxError(source.text, error));
    }
  }
  const render = (name: TemplateName, view: object): Buffer => {
    let html: unknown;
    try {
      html = eta.render(`@${name}`, view);
    } catch (error) {
      const source = files.get(name);
      throw source === undefined
        ? error
        : brokenTemplate(source, error, lineOfRuntimeError(source.text, view));
    }
    if (typeof html !== "string" || !html.includes(GENERATOR_TAG)) {
      throw new PkgIndexError({
        code: "template-broken",
        path: files.get(name)?.file ?? name,
        message: "the page does not carry the tag by which pkgindex knows its own pages",
        hint: `put ${GENERATOR_TAG} into the template's head`,
      });
    }
    return toAscii(html);
  };
  return {
    projectPage: (view) => render("simple/project", view),
    listPage: (view) => render("simple/list", view),
    notFoundPage: () => render("404", {}),
  };
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
  for (let at = codeLine - 1; at >= 0; at -= 1) {
    const opened = /^__eta\.line=(\d+)/.exec(code[at] ?? "")?.[1];
    if (opened === undefined) continue;
    const fromTag = lines.slice(Number(opened) - 1).join("\n");
    const blankLines = /<%[-_]?[=~]?(\s*)/.exec(fromTag)?.[1]?.split("\n").length ?? 1;
    return Math.min(lines.length, Number(opened) + Math.max(0, codeLine - at - 2) + blankLines - 1);
  }
  return 1;
}

/** Renders once more in Eta's slow mode, which keeps count of the lines. */
function lineOfRuntimeError(text: string, view: object): number | undefined {
  try {
    new Eta({ autoEscape: true, debug: true }).renderString(text, view);
  } catch (error) {
    const line = error instanceof Error ? /^(?:.*:|line )(\d+)\n/.exec(error.message)?.[1] : undefined;
    return line === undefined ? undefined : Number(line);
  }
  return undefined;
}
