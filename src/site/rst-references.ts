/** What a reStructuredText names in one place and uses in another. */
import { headingSlug } from "./heading-slug.ts";
import { isBlank, readIndented, readTitle } from "./rst-lines.ts";

export interface References {
  /** Addresses by name; `#...` for a place in the text. */
  readonly targets: ReadonlyMap<string, string>;
  /** What stands for `|name|`: a directive's name and argument, and its options. */
  readonly substitutions: ReadonlyMap<string, Substitution>;
  /** Addresses of links without a name, in the order in which they are used. */
  readonly anonymous: string[];
}

export interface Substitution {
  readonly directive: string;
  readonly argument: string;
  readonly options: readonly string[];
}

const TARGET = /^\.\.\s+_(?:`([^`]+)`|([^:`]+)):\s*(\S*)\s*$/;
const ANONYMOUS = /^(?:\.\.\s+__:|__)\s+(\S+)\s*$/;
const SUBSTITUTION = /^\.\.\s+\|([^|]{1,80})\|\s+([\w-]+)::[ \t]*(.*)$/;

/** Finds them, wherever they stand. */
export function findReferences(lines: readonly string[]): References {
  const targets = new Map<string, string>();
  const titles = new Map<string, string>();
  const substitutions = new Map<string, Substitution>();
  const anonymous: string[] = [];
  let waiting: string[] = [];
  for (const [at, written] of lines.entries()) {
    const line = written.trimStart();
    const title = readTitle(lines, at);
    const [, quoted, plain, address = ""] = TARGET.exec(line) ?? [];
    const name = quoted ?? plain;
    const [, unnamed] = ANONYMOUS.exec(line) ?? [];
    const [, substituted, directive = "", argument = ""] = SUBSTITUTION.exec(line) ?? [];
    if (title !== undefined) {
      const place = `#${headingSlug(title.text.replace(/[`*|]/g, ""))}`;
      for (const key of [title.text, ...waiting]) {
        if (!titles.has(referenceKey(key))) titles.set(referenceKey(key), place);
      }
    }
    if (unnamed !== undefined) anonymous.push(unnamed);
    if (name !== undefined && address !== "") targets.set(referenceKey(name), address);
    else if (substituted !== undefined) {
      const { lines: options } = readIndented(lines, at + 1, written.length - line.length);
      substitutions.set(referenceKey(substituted), { directive, argument, options });
    }
    // A name without an address means what comes next.
    if (name !== undefined && address === "") waiting.push(name);
    else if (!isBlank(line)) waiting = [];
  }
  return { targets: new Map([...titles, ...targets]), substitutions, anonymous };
}

/** Names are the same whatever their case and blanks. */
export function referenceKey(name: string): string {
  return name.trim().replace(/\s+/g, " ").toLowerCase();
}
