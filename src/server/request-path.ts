/** What a request asks for: a path below the base path, or nothing that could exist. */

/** A path that was asked for, decoded. */
export interface RequestPath {
  /** Relative to the base path; ends with `/` where the address does; empty for the base path, `.` for it without its slash. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
}

/** The base path in its normal form: it starts and ends with `/`. Undefined for what is no path. */
export function tryParseBasePath(text: string): string | undefined {
  const path = `/${text}/`.replace(/\/{2,}/g, "/");
  const segments = path.split("/").slice(1, -1);
  const isPlain = segments.every((segment) => /^[A-Za-z0-9._~!$&'()*+,;=@-]+$/.test(segment));
  return isPlain && segments.every((segment) => segment !== "." && segment !== "..") ? path : undefined;
}

/**
 * The path that a URL asks for, or undefined where nothing can be there: it lies outside the base path, is not rightly
 * encoded, or has a part that no published file has (`..` in any spelling, a slash or a control character within a name).
 */
export function tryParseRequestPath(url: string, basePath: string): RequestPath | undefined {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const [beforeFragment = ""] = url.slice(start).split("#", 1);
  const mark = beforeFragment.indexOf("?");
  const pathname = mark === -1 ? beforeFragment : beforeFragment.slice(0, mark);
  const query = mark === -1 ? "" : beforeFragment.slice(mark);
  if (start === -1) return undefined;
  if (`${pathname}/` === basePath) return { path: ".", query };
  if (!pathname.startsWith(basePath)) return undefined;
  const path = tryDecodePath(pathname.slice(basePath.length));
  return path === undefined ? undefined : { path, query };
}

function tryDecodePath(encoded: string): string | undefined {
  const segments: string[] = [];
  for (const segment of encoded.split("/")) {
    const decoded = tryDecode(segment);
    if (decoded === undefined || /[/\\\p{Cc}]/u.test(decoded) || /^\.\.?$/.test(decoded)) return undefined;
    segments.push(decoded);
  }
  return segments.join("/");
}

function tryDecode(segment: string): string | undefined {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
