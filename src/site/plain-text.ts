/** Text of strangers, made fit for a page: what cannot be seen or turns the line around is taken out. */

/** C0 and C1 controls but for tab and line feed, noncharacters, and the marks that override directions. */
const UNSEEN =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb]|\p{Cs}|[\u{fffe}\u{ffff}\u{1fffe}\u{1ffff}\u{10fffe}\u{10ffff}]/gu;

/** The text without what HTML and XML forbid; line feeds stay. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNSEEN, "");
}

/** Words of plain ASCII, one blank between each two: what most fields are. */
const PLAIN_LINE = /^[!-~]+(?: [!-~]+)*$/;

/** One line of at most `length` letters; where it is cut it ends in an ellipsis. */
export function shortLine(text: string, length: number): string {
  if (text.length <= length && PLAIN_LINE.test(text)) return text;
  // What is cut off need not be cleaned; the rest of a field can be very long.
  const line = cleanText(text.slice(0, length * 4))
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= length) return line;
  return `${[...line]
    .slice(0, length - 1)
    .join("")
    .trimEnd()}…`;
}

/** Endings that installers take for a distribution file: https://packaging.python.org/en/latest/specifications/source-distribution-format/ and what pip still knows. */
const DISTRIBUTION =
  /\.(?:whl|egg|exe|zip|tar|tgz|tbz|tbz2|txz|tlz|(?:tar\.)?(?:gz|bz2|xz|lz|lzma|zst|z))\/*$/i;

/**
 * An address that a page may link to: http, https or mailto, and none that a client could take for a file of this index.
 * Undefined for every other.
 */
export function safeHref(address: string): string | undefined {
  if (address.length > 2048) return undefined;
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    return undefined;
  }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return undefined;
  if (url.protocol !== "mailto:" && looksLikeDistribution(url)) return undefined;
  return url.href;
}

function looksLikeDistribution({ pathname }: URL): boolean {
  try {
    return DISTRIBUTION.test(decodeURIComponent(pathname));
  } catch {
    return DISTRIBUTION.test(pathname);
  }
}

/** `12.3 MB`: as package sites write sizes, in powers of 1000. */
export function formatSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}
