/** What a release needs, by extra. */
import { isValidProjectName, normalizeProjectName } from "../packaging/project-name.ts";
import { shortLine } from "./plain-text.ts";

/** One requirement. */
export interface DependencyView {
  readonly name: string;
  /** Extras, specifiers and markers, as written. */
  readonly rest: string;
  /** The page of the project in this index. */
  readonly href: string | undefined;
}

export interface DependencyGroup {
  /** Undefined for what is always needed. */
  readonly extra: string | undefined;
  readonly dependencies: readonly DependencyView[];
}

export interface DependencyViews {
  readonly groups: readonly DependencyGroup[];
  /** How many are left out. */
  readonly hidden: number;
}

const MOST = 500;
/** PEP 508: a name, and whatever stands behind it. */
const REQUIREMENT = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(.*)$/s;
const EXTRA = /\bextra\s*===?\s*(["'])([^"']+)\1/;

/** Groups requirements: those of no extra first, then by extra in the order in which they come. */
export function toDependencyViews(
  requirements: readonly string[],
  hrefOf: (name: string) => string | undefined,
): DependencyViews {
  const groups = new Map<string | undefined, DependencyView[]>();
  const shown = requirements.slice(0, MOST);
  for (const requirement of shown) {
    const line = shortLine(requirement, 400);
    const [, name = line, written = ""] = REQUIREMENT.exec(line) ?? [];
    const extra = EXTRA.exec(written)?.[2];
    const rest = tidy(extra === undefined ? written : withoutExtra(written));
    const group = groups.get(extra) ?? [];
    const href = isValidProjectName(name) ? hrefOf(normalizeProjectName(name)) : undefined;
    group.push({ name, rest, href });
    groups.set(extra, group);
  }
  const always = groups.get(undefined);
  groups.delete(undefined);
  const all: DependencyGroup[] = [...groups].map(([extra, dependencies]) => ({ extra, dependencies }));
  if (always !== undefined) all.unshift({ extra: undefined, dependencies: always });
  return { groups: all, hidden: requirements.length - shown.length };
}

/** Older tools put specifiers in parentheses, and blanks where none are needed. */
function tidy(written: string): string {
  return written
    .replace(/^((?:\[[^\]]*\])?\s*)\(([^()]*)\)/, "$1$2")
    .replace(/\s*;\s*/, "; ")
    .replace(/^; /, "")
    .trim();
}

/** The marker that only names the extra says nothing that the group's heading does not. */
function withoutExtra(written: string): string {
  const [before = "", marker = ""] = splitMarker(written);
  const test = EXTRA.source;
  const rest = marker
    .replace(new RegExp(`\\s+and\\s+\\(?\\s*${test}\\s*\\)?\\s*$`), "")
    .replace(new RegExp(`^\\s*\\(?\\s*${test}\\s*\\)?\\s*(?:and\\s+|$)`), "")
    .trim();
  return rest === "" ? before : `${before}; ${rest}`;
}

function splitMarker(written: string): readonly [string, string] {
  const at = written.indexOf(";");
  return at === -1 ? [written, ""] : [written.slice(0, at).trimEnd(), written.slice(at + 1)];
}
