/** Lets through what a description may do on a page: no script, no style, no frame, no picture from elsewhere unless wanted. */
import sanitizeHtml from "sanitize-html";
import { repairNesting } from "./repair-nesting.ts";
import { shortLine, safeHref } from "./plain-text.ts";

export interface ReadmeOptions {
  readonly remoteImages: boolean;
  /** Stands where a picture would, if it says nothing of itself. */
  readonly imageWord: string;
}

const TAGS = [
  ..."h1 h2 h3 h4 h5 h6 p br hr div span blockquote pre code kbd samp var em strong b i u s del ins sub sup small mark".split(
    " ",
  ),
  ..."q abbr cite dfn ul ol li dl dt dd table thead tbody tfoot tr th td caption a img details summary figure figcaption".split(
    " ",
  ),
];
const WITHOUT_TEXT =
  "script style textarea option noscript iframe object embed svg math template title select audio video canvas head".split(
    " ",
  );
/** What is shown without asking anybody: a picture in the text itself. */
const OWN_IMAGE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/;
const LARGEST_IMAGE = 200_000;
const NESTING = 60;

/** Sanitizes rendered Markdown. `ids` are those of its headings: only links to these may stay inside of the page. */
export function sanitizeReadme(html: string, ids: ReadonlySet<string>, options: ReadmeOptions): string {
  const usedIds = new Set<string>();
  const headings: { written: number; level: number }[] = [];
  /** Below the page's own heading, and without leaving a level out. */
  const heading = (tagName: string, attributes: sanitizeHtml.Attributes): sanitizeHtml.Tag => {
    const written = Number(tagName.slice(1));
    while ((headings.at(-1)?.written ?? 0) >= written) headings.pop();
    const level = Math.min(6, (headings.at(-1)?.level ?? 2) + 1);
    headings.push({ written, level });
    const id = attributes["id"] ?? "";
    const isOwn = ids.has(id) && !usedIds.has(id);
    usedIds.add(id);
    return { tagName: `h${level}`, attribs: { ...alignment(attributes), ...(isOwn ? { id } : {}) } };
  };
  const clean = sanitizeHtml(html, {
    allowedTags: TAGS,
    nonTextTags: WITHOUT_TEXT,
    nestingLimit: NESTING,
    allowedAttributes: {
      "*": ["class"],
      a: ["href", "rel", "title"],
      img: ["src", "alt", "width", "height", "title"],
      pre: ["tabindex"],
      ol: ["start"],
      td: ["colspan", "rowspan"],
      th: ["colspan", "rowspan", "scope"],
      details: ["open"],
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, ["id"]])),
    },
    allowedClasses: {
      span: ["image", "unnamed"],
      blockquote: ["hint", "warning"],
      li: ["task"],
      "*": ["center", "right"],
    },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["http", "https", "data"] },
    transformTags: {
      ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((level) => [`h${level}`, heading])),
      a: (_, attributes) => link(attributes, ids),
      img: (_, attributes) => image(attributes, options),
      pre: () => ({ tagName: "pre", attribs: { tabindex: "0" } }),
      ol: (tagName, { start = "" }) => ({
        tagName,
        attribs: /^\d{1,6}$/.test(start) ? { start } : ({} as sanitizeHtml.Attributes),
      }),
      ...Object.fromEntries(["div", "p", "td", "th"].map((tagName) => [tagName, aligned])),
      center: () => ({ tagName: "div", attribs: { class: "center" } }),
    },
    exclusiveFilter: ({ tag, text, mediaChildren }) =>
      tag === "a" && text.trim() === "" && mediaChildren.length === 0,
  });
  return (
    nameHeadings(repairNesting(clean))
      .replaceAll("<table>", '<div class="scroll" tabindex="0"><table>')
      .replaceAll("</table>", "</table></div>")
      .replace(/<th(?: [^>]*)?><\/th>/g, "<td></td>")
      // A table of a language that knows tables without a head.
      .replace(/<thead>\s*<tr>(?:\s*<td><\/td>)+\s*<\/tr>\s*<\/thead>\s*/g, "")
  );
}

const UNNAMED = '<span class="image unnamed">';

/**
 * Takes what stands for pictures that say nothing of themselves out of headings, which are mostly logos there. A heading that says nothing
 * then is none, but links to it still lead there.
 */
function nameHeadings(html: string): string {
  if (!html.includes(UNNAMED)) return html;
  return html
    .replace(/<(h[3-6])([^>]*)>([^]*?)<\/\1>/g, (heading, tag: string, attributes: string, text: string) => {
      if (!text.includes(UNNAMED)) return heading;
      const named = text
        .replace(/<span class="image unnamed">[^<]*<\/span>/g, "")
        .replace(/<a [^>]*>\s*<\/a>/g, "");
      if (named.replace(/<[^>]*>/g, "").trim() !== "") return `<${tag}${attributes}>${named}</${tag}>`;
      const id = / id="[^"]*"/.exec(attributes)?.[0];
      return id === undefined ? "" : `<div${id}></div>`;
    })
    .replaceAll(UNNAMED, '<span class="image">');
}

function alignment({ align, style = "" }: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const written = align ?? /^text-align:\s*(\w+)/.exec(style)?.[1];
  return written === "center" || written === "right" ? { class: written } : {};
}

function aligned(tagName: string, attributes: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  const spans = ["colspan", "rowspan"].flatMap((name) => {
    const value = attributes[name];
    return value !== undefined && /^[1-9]\d?$/.test(value) ? [[name, value]] : [];
  });
  const { scope = "" } = attributes;
  const isScope = tagName === "th" && /^(?:col|row)(?:group)?$/.test(scope);
  return {
    tagName,
    attribs: { ...alignment(attributes), ...Object.fromEntries(spans), ...(isScope ? { scope } : {}) },
  };
}

/** A link that leads nowhere from here, such as one to a file of the repository, becomes text. */
function link({ href = "" }: sanitizeHtml.Attributes, ids: ReadonlySet<string>): sanitizeHtml.Tag {
  if (href.startsWith("#")) {
    const id = `readme-${decode(href.slice(1)).toLowerCase()}`;
    return ids.has(id) ? { tagName: "a", attribs: { href: `#${id}` } } : { tagName: "span", attribs: {} };
  }
  const address = safeHref(href);
  return address === undefined
    ? { tagName: "span", attribs: {} }
    : { tagName: "a", attribs: { href: address, rel: "nofollow noopener" } };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function image(
  { src = "", alt = "", width = "", height = "" }: sanitizeHtml.Attributes,
  { remoteImages, imageWord }: ReadmeOptions,
): sanitizeHtml.Tag {
  const isOwn = src.length <= LARGEST_IMAGE && OWN_IMAGE.test(src);
  const isRemote = remoteImages && /^https:\/\//i.test(src) && URL.canParse(src);
  if (!isOwn && !isRemote)
    return shortLine(alt, 120) === ""
      ? { tagName: "span", attribs: { class: "image unnamed" }, text: imageWord }
      : { tagName: "span", attribs: { class: "image" }, text: shortLine(alt, 120) };
  const sizes = Object.fromEntries(
    Object.entries({ width, height }).filter(([, value]) => /^\d{1,4}$/.test(value)),
  );
  return { tagName: "img", attribs: { src, alt: shortLine(alt, 200), ...sizes } };
}
