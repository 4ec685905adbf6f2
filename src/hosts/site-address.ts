/** The parts of `[index] url` that a server has to know. */
import { InvalidInput } from "../errors.ts";

/** The address of the root, taken apart. */
export interface SiteAddress {
  readonly scheme: "http" | "https";
  /** Without the brackets of an IPv6 address kept: as a URL writes it. */
  readonly hostname: string;
  /** As written, or the scheme's own. */
  readonly port: number;
  /** The path as a server sees it after decoding: begins and ends with a slash. */
  readonly basePath: string;
  /** The same, percent-encoded. */
  readonly encodedBasePath: string;
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** Takes an address apart; undefined stays undefined. Throws `InvalidInput` where its path cannot be decoded. */
export function parseSiteAddress(url: string | undefined): SiteAddress | undefined {
  if (url === undefined) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  const scheme = protocol === "http:" ? "http" : "https";
  const basePath = tryDecode(pathname);
  if (basePath === undefined || CONTROL_CHARACTER.test(basePath) || /%2f/i.test(pathname)) {
    throw new InvalidInput(
      "host-url",
      "the path of the address has encoded control characters or slashes, which servers refuse",
      "set [index] url to an address with a plain path",
    );
  }
  return {
    scheme,
    hostname,
    port: port === "" ? (scheme === "http" ? 80 : 443) : Number(port),
    basePath,
    encodedBasePath: pathname,
  };
}

/** The path that the root is served under, decoded; `/` where the address is not known. */
export function basePathOf(url: string | undefined): string {
  return parseSiteAddress(url)?.basePath ?? "/";
}

function tryDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Refuses a path with characters that a syntax has no way to write. */
export function refuseUnwritable(path: string, forbidden: RegExp, what: string): void {
  if (!CONTROL_CHARACTER.test(path) && !forbidden.test(path)) return;
  throw new InvalidInput(
    "host-path",
    `the path ${JSON.stringify(path)} has characters that ${what} cannot write`,
    "name a folder without them with --serve-from, or another [index] url",
  );
}
