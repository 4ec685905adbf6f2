/** A line of reStructuredText as Markdown: literals, links, roles, substitutions; what Markdown alone would take for a sign is escaped. */
import { referenceKey, type References } from "./rst-references.ts";

/** Nobody writes longer paragraphs. */
const LONGEST = 20_000;

/** In the order in which they are tried at each place. Bounded, so that the time grows with the text alone. */
const INLINE = new RegExp(
  [
    /``(?<literal>[^`](?:[^`]|`(?!`)){0,500}?)``(?!`)/,
    /:(?<role>[\w:.+-]{1,40}):`(?<content>[^`]{1,500})`/,
    /`(?<label>[^`<]{0,500}?)\s*<(?<address>[^<>`]{1,1000})>`__?/,
    /`(?<phrase>[^`]{1,500})`(?<ending>__?)(?!\w)/,
    /_`(?<place>[^`]{1,200})`/,
    /`(?<plain>[^`]{1,500})`/,
    /\|(?<substitution>\w(?:[^|`\n]{0,60}[^|`\s])?)\|(?<linked>_{0,2})/,
    /\[(?<footnote>#?[\w.-]{0,40}|\*)\]_(?!\w)/,
    /(?<bare>(?:https?:\/\/|www\.)[^\s<>"'`|]{1,1000})/,
    /(?<![\w`/.-])(?<word>[A-Za-z0-9][\w.-]{0,60}?)(?<wordEnding>__?)(?!\w)/,
    /\\(?<escaped>[^\w\n])/,
    /(?<special>[[\]\\_`]|~~|(?<=\w)\*{1,3}(?=\w)|&(?=#?\w{1,30};))/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** Translates text that stands in one paragraph; its lines stay lines. */
export function translateInline(text: string, references: References): string {
  if (text.length > LONGEST) return escapeMarkdown(text);
  const markdown = text.replace(INLINE, (whole: string, ...rest: unknown[]) => {
    const found = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    return replaceInline(whole, found, references);
  });
  return markdown.replace(/^(\s*)([#>+=]|\d{1,9}[.)]\s|[-*]\s)/gm, escapeStart);
}

function escapeStart(_: string, blanks: string, sign: string): string {
  return /^\d/.test(sign) ? `${blanks}${sign.replace(/([.)])/, "\\$1")}` : `${blanks}\\${sign}`;
}

function replaceInline(
  whole: string,
  found: Readonly<Record<string, string | undefined>>,
  references: References,
): string {
  const { literal, role, content, label, address, phrase, plain, substitution, word } = found;
  if (literal !== undefined) return formatCode(literal);
  if (content !== undefined) return formatRole(role ?? "", content);
  if (label !== undefined && address !== undefined) {
    const written = address.replace(/\s+/g, "");
    return formatLink(label.trim() || written, written.replace(/(?<!\\)_$/, ""), references);
  }
  if (phrase !== undefined) {
    const unnamed = found["ending"] === "__" ? references.anonymous.shift() : undefined;
    return formatLink(phrase, unnamed ?? phrase, references);
  }
  if (found["place"] !== undefined) return escapeMarkdown(found["place"]);
  if (plain !== undefined) return formatCode(plain);
  if (substitution !== undefined)
    return substitute(substitution, found["linked"] !== "", references) ?? whole;
  if (found["footnote"] !== undefined) return `\\[${found["footnote"].replace(/^#/, "")}\\]`;
  if (found["bare"] !== undefined) return found["bare"];
  if (word !== undefined) {
    const target = references.targets.has(referenceKey(word));
    const unnamed = found["wordEnding"] === "__" ? references.anonymous.shift() : undefined;
    if (target || unnamed !== undefined) return formatLink(word, unnamed ?? word, references);
    return escapeMarkdown(whole);
  }
  // A backslash before a blank joins what stands around it.
  if (found["escaped"] !== undefined) return found["escaped"] === " " ? "" : whole;
  return whole.replace(/./g, "\\$&");
}

/** What stands for a name in bars; undefined where nothing does. */
function substitute(name: string, isLinked: boolean, references: References): string | undefined {
  const { directive, argument, options } = references.substitutions.get(referenceKey(name)) ?? {};
  if (directive === undefined || argument === undefined) return undefined;
  const target = references.targets.get(referenceKey(name));
  if (directive === "image") {
    const alt = optionOf(options ?? [], "alt") ?? name;
    return formatImage(
      argument,
      [`:alt: ${alt}`, ...(options ?? [])],
      references,
      isLinked ? target : undefined,
    );
  }
  const text = directive === "replace" ? argument : name;
  return isLinked && target !== undefined ? formatLink(text, target, references) : escapeMarkdown(text);
}

/** A picture, with what its options say of it: https://docutils.sourceforge.io/docs/ref/rst/directives.html#image */
export function formatImage(
  address: string,
  options: readonly string[],
  references: References,
  target = optionOf(options, "target"),
): string {
  const alt = (optionOf(options, "alt") ?? "").replace(/[[\]\\]/g, "");
  const image = `![${alt}](${encodeAddress(address.trim())})`;
  if (target === undefined) return image;
  const name = /^`?(.*?)`?_$/.exec(target)?.[1];
  const resolved = name === undefined ? target : references.targets.get(referenceKey(name));
  return resolved === undefined ? image : `[${image}](${encodeAddress(resolved)})`;
}

/** The value of an option such as `:alt: text`. */
export function optionOf(options: readonly string[], key: string): string | undefined {
  const line = options.find((option) => option.trimStart().startsWith(`:${key}:`));
  return (
    line
      ?.trimStart()
      .slice(key.length + 2)
      .trim() || undefined
  );
}

/** Code in a line. */
export function formatCode(code: string): string {
  const text = code.replace(/\s+/g, " ");
  if (text.trim() === "") return text;
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${text.trim()}${fence}` : `${fence} ${text.trim()} ${fence}`;
}

const EMPHASIS: Readonly<Record<string, string>> = { emphasis: "*", strong: "**" };
const PLAIN_ROLES = new Set([
  "sup",
  "sub",
  "superscript",
  "subscript",
  "title",
  "abbr",
  "rfc",
  "pep",
  "term",
]);

function formatRole(role: string, content: string): string {
  const sign = EMPHASIS[role];
  if (sign !== undefined) return `${sign}${escapeMarkdown(content)}${sign}`;
  if (role === "pep" || role === "rfc") return `${role.toUpperCase()} ${content}`;
  // `title <target>` shows its title.
  const shown = /^(.{1,300}?)\s*<[^<>]*>$/s.exec(content)?.[1] ?? content.replace(/^[~!]/, "");
  return PLAIN_ROLES.has(role) || /(?:^|:)(?:ref|doc)$/.test(role)
    ? escapeMarkdown(shown)
    : formatCode(shown);
}

function formatLink(label: string, address: string, { targets }: References): string {
  const resolved = targets.get(referenceKey(address)) ?? address;
  const text = escapeMarkdown(label.replace(/\s+/g, " "));
  // One target can be another name.
  const name = /^`?(.*?)`?_$/.exec(resolved)?.[1];
  const final = name === undefined ? resolved : (targets.get(referenceKey(name)) ?? resolved);
  return /^(?:[a-z][a-z0-9+.-]*:|#)/i.test(final) ? `[${text}](${encodeAddress(final)})` : text;
}

function encodeAddress(address: string): string {
  return address
    .replace(/\\(.)/g, "$1")
    .replace(/[()\s<>]/g, (sign) => (sign === "(" ? "%28" : sign === ")" ? "%29" : encodeURIComponent(sign)));
}

/** Text that Markdown must not take for more. */
function escapeMarkdown(text: string): string {
  return text.replace(/[[\]\\`*_]|~~|&(?=#?\w{1,30};)/g, "\\$&");
}
