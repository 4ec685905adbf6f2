/** Markdown as it is written for package sites: CommonMark with tables, strikethrough and bare addresses, code in colours. */
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import diff from "highlight.js/lib/languages/diff";
import ini from "highlight.js/lib/languages/ini";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import pythonRepl from "highlight.js/lib/languages/python-repl";
import rust from "highlight.js/lib/languages/rust";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import MarkdownIt from "markdown-it";
import { markCode } from "./code-marks.ts";
import { headingSlug } from "./heading-slug.ts";

export type Markdown = InstanceType<typeof MarkdownIt>;
type MarkdownToken = ReturnType<Markdown["parse"]>[number];

/** Markdown as HTML that is not safe yet, and what belongs to it. */
export interface RenderedMarkdown {
  readonly html: string;
  /** The ids of its headings. */
  readonly ids: ReadonlySet<string>;
  /** Code in colours: safe HTML, for the places that `markCode` holds free. */
  readonly code: readonly string[];
}

/** Where the rules put what they find. */
interface Environment {
  ids: ReadonlySet<string>;
  readonly code: string[];
}

const LANGUAGES = {
  bash,
  c,
  cpp,
  diff,
  ini,
  javascript,
  json,
  python,
  "python-repl": pythonRepl,
  rust,
  shell,
  sql,
  xml,
  yaml,
};
/** Colouring more than this is no help, and takes long. */
const LONGEST_CODE = 20_000;

let markdown: Markdown | undefined;

/** Renders Markdown. `hasTags` says whether HTML in it counts as such. */
export function renderMarkdown(text: string, hasTags: boolean): RenderedMarkdown {
  const found: Environment = { ids: new Set(), code: [] };
  markdown ??= createMarkdown();
  markdown.set({ html: hasTags });
  const html = markdown.render(text, { found });
  return { html, ...found };
}

/** Costs several milliseconds, and is the same for every text. */
function createMarkdown(): Markdown {
  for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
  hljs.registerAliases(["toml", "cfg"], { languageName: "ini" });
  const made = new MarkdownIt({ html: true, linkify: true });
  made.core.ruler.push("headings", markHeadings);
  made.core.ruler.push("tasks", markTasks);
  made.core.ruler.push("alerts", markAlerts);
  const { fence } = made.renderer.rules;
  made.renderer.rules.fence = (tokens, index, options, environment, renderer) => {
    const { content = "", info = "" } = tokens[index] ?? {};
    const colored = highlight(content, /^\S*/.exec(info.trim())?.[0] ?? "");
    if (colored === undefined) return fence?.(tokens, index, options, environment, renderer) ?? "";
    const { code } = foundIn(environment);
    return `<pre><code>${markCode(code.push(colored) - 1)}</code></pre>\n`;
  };
  skipTextsWithoutAddress(made);
  return made;
}

function foundIn(environment: unknown): Environment {
  return (environment as { readonly found: Environment }).found;
}

/** Most texts hold no address; this sees it much sooner than the search for one. */
function skipTextsWithoutAddress({ linkify }: Markdown): void {
  const findsAddress = linkify.test.bind(linkify);
  linkify.test = (text) => /[:@]|\/\//.test(text) && findsAddress(text);
}

/** Code in colours; undefined where it stays as it is. Nothing in it but the colours is a tag. */
function highlight(code: string, language: string): string | undefined {
  const name = language.toLowerCase();
  if (code.length > LONGEST_CODE || hljs.getLanguage(name) === undefined) return undefined;
  const { value } = hljs.highlight(code, { language: name, ignoreIllegals: true });
  return value.replaceAll("&quot;", '"').replaceAll("&#x27;", "'");
}

/** Gives each heading the id that links inside of the text mean: as GitHub makes them, behind a prefix of our own. Those of columns get their scope. */
function markHeadings(state: { tokens: MarkdownToken[]; env: unknown }): void {
  const ids = new Set<string>();
  const counts = new Map<string, number>();
  for (const [index, token] of state.tokens.entries()) {
    // A head may lose a cell that holds nothing safe: the others say by themselves what they head.
    if (token.type === "th_open") token.attrSet("scope", "col");
    if (token.type !== "heading_open") continue;
    const text = state.tokens[index + 1]?.children?.map(({ content }) => content).join("") ?? "";
    const slug = headingSlug(text);
    let count = counts.get(slug) ?? 0;
    let id = count === 0 ? `readme-${slug}` : `readme-${slug}-${count}`;
    // Another heading may be called so.
    for (; ids.has(id); id = `readme-${slug}-${count}`) count += 1;
    counts.set(slug, count + 1);
    ids.add(id);
    token.attrSet("id", id);
  }
  foundIn(state.env).ids = ids;
}

/** What GitHub's alerts are called, and how they are shown. */
const ALERTS: ReadonlyMap<string, string> = new Map([
  ["note", "hint"],
  ["tip", "hint"],
  ["important", "hint"],
  ["warning", "warning"],
  ["caution", "warning"],
]);

/** Shows `> [!NOTE]` with a title: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
function markAlerts(state: {
  tokens: MarkdownToken[];
  readonly Token: new (type: string, tag: string, nesting: -1 | 0 | 1) => MarkdownToken;
}): void {
  const { tokens, Token } = state;
  const make = (
    type: string,
    tag: string,
    nesting: -1 | 0 | 1,
    change: Partial<MarkdownToken> = {},
  ): MarkdownToken => Object.assign(new Token(type, tag, nesting), change);
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const quotation = tokens[index];
    const [mark, lineBreak, ...rest] = tokens[index + 2]?.children ?? [];
    if (quotation?.type !== "blockquote_open" || tokens[index + 1]?.type !== "paragraph_open") continue;
    if (mark?.type !== "text" || (lineBreak !== undefined && !lineBreak.type.endsWith("break"))) continue;
    const kind = /^\[!(\w+)\]$/.exec(mark.content.trim())?.[1]?.toLowerCase() ?? "";
    const look = ALERTS.get(kind);
    if (look === undefined) continue;
    quotation.attrSet("class", look);
    const title = make("inline", "", 0, {
      content: kind,
      children: [
        make("strong_open", "strong", 1),
        make("text", "", 0, { content: kind.charAt(0).toUpperCase() + kind.slice(1) }),
        make("strong_close", "strong", -1),
      ],
    });
    // Without a text behind the mark, its paragraph is that of the title.
    if (rest.length === 0) {
      tokens.splice(index + 2, 1, title);
      continue;
    }
    Object.assign(tokens[index + 2] ?? {}, { children: rest });
    const block = { block: true };
    tokens.splice(
      index + 1,
      0,
      make("paragraph_open", "p", 1, block),
      title,
      make("paragraph_close", "p", -1, block),
    );
  }
}

/** Shows `- [x] done` with a sign: https://github.github.com/gfm/#task-list-items-extension- */
function markTasks({ tokens }: { tokens: MarkdownToken[] }): void {
  for (const [index, item] of tokens.entries()) {
    const text = tokens[index + 2]?.children?.[0];
    if (
      item.type !== "list_item_open" ||
      tokens[index + 1]?.type !== "paragraph_open" ||
      text?.type !== "text"
    )
      continue;
    const [, box] = /^\[([ xX])\]\s/.exec(text.content) ?? [];
    if (box === undefined) continue;
    text.content = `${box === " " ? "☐" : "☑"} ${text.content.slice(4)}`;
    item.attrSet("class", "task");
  }
}
