/**
 * Puts the elements of sanitized HTML where HTML allows them, so that a stranger's description cannot make a page invalid or
 * end what stands around it: https://html.spec.whatwg.org/multipage/dom.html#content-models
 */

/** What holds text and what stands in a line of text, nothing else; `a` holds what its parent may hold. */
const PHRASING = new Set(
  "p h1 h2 h3 h4 h5 h6 summary caption dt pre span em strong b i u s del ins sub sup small mark q abbr cite dfn code kbd samp var".split(
    " ",
  ),
);
const BLOCKS = new Set(
  "p h1 h2 h3 h4 h5 h6 hr div blockquote pre ul ol dl table details figure figcaption".split(" "),
);
const VOID = new Set(["br", "hr", "img"]);
/** Elements with a parent of their own kind. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  li: ["ul", "ol"],
  dt: ["dl"],
  dd: ["dl"],
  caption: ["table"],
  thead: ["table"],
  tbody: ["table"],
  tfoot: ["table"],
  tr: ["thead", "tbody", "tfoot", "table"],
  td: ["tr"],
  th: ["tr"],
  summary: ["details"],
  figcaption: ["figure"],
};
/** What must stand between these and anything else. */
const IMPLIED: Readonly<Record<string, string>> = {
  ul: "li",
  ol: "li",
  dl: "dd",
  table: "tbody",
  thead: "tr",
  tbody: "tr",
  tfoot: "tr",
  tr: "td",
};
/** What would start a part of the text within the head of a column. */
const NOT_IN_HEADS = new Set(["h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "details"]);
const CELLS = new Set(["td", "th", "caption"]);

/** Repairs HTML in which every element is closed and every text escaped, as a sanitizer writes it. */
export function repairNesting(html: string): string {
  const tokens = html.match(/<[^>]*>|[^<]+/g) ?? [];
  const repair = new Repair();
  for (const [index, token] of tokens.entries()) {
    const [, slash, name = "", attributes = ""] = /^<(\/?)([a-z0-9]+)([^>]*)>$/s.exec(token) ?? [];
    if (slash === undefined) repair.text(token);
    else if (slash === "/") repair.close(name);
    else
      repair.open(name, attributes, tokens[index + 1]?.trim() === "" ? tokens[index + 2] : tokens[index + 1]);
  }
  return repair.finish();
}

class Repair {
  readonly #open: string[] = [];
  readonly #parts: string[] = [];
  /** Where the caption of each open figure stands. */
  readonly #captions: ("none" | "first" | "last")[] = [];
  /** The element that was opened last, while nothing stands in it. */
  #fresh: string | undefined;

  text(text: string): void {
    const isBlank = text.trim() === "";
    if (!isBlank) {
      this.#leaveFigure();
      this.#imply();
    }
    this.#parts.push(text);
    if (!isBlank) this.#fresh = undefined;
  }

  /** `next` is the token behind the tag, blanks aside. */
  open(name: string, attributes: string, next: string | undefined): void {
    this.#leaveFigure();
    const parents = PARENTS[name];
    if (parents !== undefined && !this.#popTo(parents)) return;
    // These two come first or not at all.
    if ((name === "summary" || name === "caption") && this.#fresh !== this.#open.at(-1)) return;
    if (name === "figcaption" && !this.#mayCaption()) return;
    if (name === "thead" && !this.#isStartOfTable()) return;
    if (name === "details" && next?.startsWith("<summary") !== true) return;
    if (name === "a" && this.#has("a")) return;
    if (NOT_IN_HEADS.has(name) && this.#has("th")) return;
    if (BLOCKS.has(name)) this.#leavePhrasing(name);
    if (parents === undefined) this.#imply();
    // Rows without a body would have to stand behind all that have one.
    if (name === "tr" && this.#open.at(-1) === "table") this.#push("tbody", "");
    this.#push(name, attributes);
  }

  close(name: string): void {
    if (!this.#has(name)) return;
    while (this.#open.length > 0) if (this.#pop() === name) return;
  }

  finish(): string {
    while (this.#open.length > 0) this.#pop();
    return this.#parts.join("");
  }

  #push(name: string, attributes: string): void {
    const isVoid = VOID.has(name);
    this.#parts.push(`<${name}${isVoid ? attributes.replace(/\s*\/$/, "") : attributes}>`);
    this.#fresh = undefined;
    if (isVoid) return;
    this.#open.push(name);
    this.#fresh = name;
    if (name === "figure") this.#captions.push("none");
  }

  #pop(): string | undefined {
    const name = this.#open.pop();
    if (name !== undefined) this.#parts.push(`</${name}>`);
    if (name === "figure") this.#captions.pop();
    this.#fresh = undefined;
    return name;
  }

  /** Whether the figure that is open may have a caption here: one, at its start or its end. */
  #mayCaption(): boolean {
    if (this.#captions.at(-1) !== "none") return false;
    this.#captions.splice(-1, 1, this.#fresh === "figure" ? "first" : "last");
    return true;
  }

  /** Closes a figure whose caption was its end. */
  #leaveFigure(): void {
    if (this.#open.at(-1) === "figure" && this.#captions.at(-1) === "last") this.#pop();
  }

  #isStartOfTable(): boolean {
    return /^<(?:table|\/caption)/.test(this.#parts.findLast((part) => part.trim() !== "") ?? "");
  }

  /** Whether an element is open; nothing reaches out of a cell but the cell's own table. */
  #has(name: string): boolean {
    for (let at = this.#open.length - 1; at >= 0; at -= 1) {
      const open = this.#open[at] ?? "";
      if (open === name) return true;
      if (CELLS.has(open) && !(name in PARENTS) && name !== "table") return false;
    }
    return false;
  }

  /** Closes what is open inside of the nearest of these parents; false where there is none. */
  #popTo(parents: readonly string[]): boolean {
    const at = this.#open.findLastIndex((open) => parents.includes(open));
    // An element of an outer table or list does not end the inner one.
    const barrier = this.#open.findLastIndex((open) => open === "table" || open === "ul" || open === "ol");
    if (at === -1 || (barrier > at && !parents.includes(this.#open[barrier] ?? ""))) return false;
    while (this.#open.length > at + 1) this.#pop();
    return true;
  }

  #imply(): void {
    for (let name = IMPLIED[this.#open.at(-1) ?? ""]; name !== undefined; name = IMPLIED[name]) {
      this.#push(name, "");
    }
  }

  /** Closes what may hold no blocks. */
  #leavePhrasing(name: string): void {
    const isHeading = /^h\d$/.test(name);
    const start = this.#open.findLastIndex((open) => !PHRASING.has(open) && open !== "a") + 1;
    const first = this.#open.findIndex(
      (open, at) => at >= start && PHRASING.has(open) && !(isHeading && open === "summary"),
    );
    if (first === -1) return;
    while (this.#open.length > first) this.#pop();
  }
}
