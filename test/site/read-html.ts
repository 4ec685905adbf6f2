/** Readers of simple pages, as strict as the strictest clients. */

/** One anchor: its text and all its attributes, with entities decoded. */
export interface Anchor {
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a line with an anchor looks like: the tag in lower case, quoted attributes, no markup in the text, one a line. */
const ANCHOR_LINE = /^<a href="([^"<>]*)"((?: data-[a-z-]+="[^"<>]*")*)>([^"<>]*)<\/a><br>$/;

/** The anchors of a page. Throws where a line with an anchor is not exactly of the one form. */
export function readAnchors(html: string): Anchor[] {
  return html
    .split("\n")
    .filter((line) => /<a\b|<\/a/i.test(line))
    .map((line) => {
      const match = ANCHOR_LINE.exec(line);
      if (match === null) throw new Error(`no strict anchor: ${line}`);
      const [, href = "", rest = "", text = ""] = match;
      const attributes: Record<string, string> = { href: decodeEntities(href) };
      for (const [, name = "", value = ""] of rest.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
        if (name in attributes) throw new Error(`${name} twice: ${line}`);
        attributes[name] = decodeEntities(value);
      }
      return { text: decodeEntities(text), attributes };
    });
}

/** The content of each `<meta name=...>` of the head, entities decoded. */
export function readMeta(html: string): Record<string, string> {
  const head = html.slice(0, html.indexOf("</head>"));
  return Object.fromEntries(
    [...head.matchAll(/^<meta name="([^"]*)" content="([^"]*)">$/gm)].map(([, name = "", content = ""]) => [
      name,
      decodeEntities(content),
    ]),
  );
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Decodes character references. Throws for one that HTML would read differently than it is written here. */
export function decodeEntities(text: string): string {
  return text.replace(/&([^;&]*)(;?)/g, (reference, name: string, end: string) => {
    const number = /^#(?:x([0-9a-f]+)|([0-9]+))$/.exec(name);
    const codePoint = number ? parseInt(number[1] ?? number[2] ?? "", number[1] === undefined ? 10 : 16) : 0;
    const isC1 = codePoint >= 0x80 && codePoint <= 0x9f; // read as Windows-1252, all of them
    const decoded = number && !isC1 ? String.fromCodePoint(codePoint) : NAMED[name];
    if (decoded === undefined || end === "") throw new Error(`strange reference ${reference}`);
    return decoded;
  });
}

/** A distribution file as Bazel's rules for Python find it. */
export interface BazelFile {
  readonly filename: string;
  readonly url: string;
  readonly sha256: string;
  readonly metadataSha256: string;
  readonly isYanked: boolean;
}

/**
 * What Bazel's rules for Python find: no parser, but cuts between marks, and nothing is decoded. A page is cut at
 * `<a href="`, the address ends at `#sha256=`, the hash at the next quote, and the file name stands between the last
 * `>` and `</a>`.
 */
export function readAsBazel(html: string): BazelFile[] {
  const [head = "", ...pieces] = html.split('<a href="');
  if (!/name="pypi:repository-version" content="1\.\d+"/.test(head)) throw new Error("no version 1 page");
  return pieces.map((piece) => {
    const [url = "", afterUrl = ""] = cut(piece, piece.indexOf("#sha256="), "#sha256=");
    const [sha256 = "", afterHash = ""] = cut(afterUrl, afterUrl.indexOf('"'), '"');
    const [anchor = ""] = cut(afterHash, afterHash.lastIndexOf("</a>"), "</a>");
    const [attributes = "", filename = ""] = cut(anchor, anchor.lastIndexOf(">"), ">");
    const metadata = /data-core-metadata="sha256=([^"]*)"/.exec(attributes);
    return {
      filename,
      url,
      sha256,
      metadataSha256: metadata?.[1] ?? "",
      isYanked: piece.includes("data-yanked"),
    };
  });
}

function cut(text: string, position: number, mark: string): readonly string[] {
  return position === -1 ? [text] : [text.slice(0, position), text.slice(position + mark.length)];
}
