/**
 * Addresses on the pages: relative to the page, so that they survive sub-paths, custom domains, `file://` and
 * proxies, and percent-encoded but for RFC 3986's unreserved set (https://www.rfc-editor.org/rfc/rfc3986#section-2.3):
 * a raw `+` is a space to S3, and clients differ on `!`.
 */

const UNRESERVED = /^[A-Za-z0-9._~-]*$/;
const UNRESERVED_PATH = /^[A-Za-z0-9._~/-]*$/;

/** Percent-encodes one segment of a path. */
export function encodeSegment(segment: string): string {
  if (UNRESERVED.test(segment)) return segment;
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Percent-encodes each segment of a path relative to the root. */
export function encodePath(path: string): string {
  return UNRESERVED_PATH.test(path) ? path : path.split("/").map(encodeSegment).join("/");
}

/**
 * What stands before the names in the addresses of a folder's files as seen from a page in `pageDirectory`. Both are relative to the
 * root, and empty for the root itself.
 */
export function hrefOfFolder(pageDirectory: string, folder: string): string {
  if (folder === pageDirectory) return "";
  const up = pageDirectory === "" ? "" : "../".repeat(pageDirectory.split("/").length);
  return folder === "" ? up : `${up}${encodePath(folder)}/`;
}

/** A function that writes the address of a file of the tree (a path relative to the root) as seen from a page in `pageDirectory`. */
export function hrefFrom(pageDirectory: string): (path: string) => string {
  let lastFolder = "";
  let lastPrefix = hrefOfFolder(pageDirectory, "");
  return (path) => {
    const slash = path.lastIndexOf("/");
    const folder = path.slice(0, Math.max(0, slash));
    if (folder !== lastFolder) {
      lastFolder = folder;
      lastPrefix = hrefOfFolder(pageDirectory, folder);
    }
    return lastPrefix + encodeSegment(path.slice(slash + 1));
  };
}

/** The path behind a relative address of ours. */
export function pathOfUrl(url: string, pageDirectory: string): string {
  try {
    const base = new URL(`http://localhost/${encodePath(pageDirectory)}/`);
    return decodeURIComponent(new URL(url, base).pathname).slice(1);
  } catch {
    return url;
  }
}
