/** Which distribution files a page lists: the others are not published, wherever they lie. */
import { parseSdistFilename } from "../packaging/sdist-filename.ts";
import { parseWheelFilename } from "../packaging/wheel-filename.ts";
import { hrefFrom } from "../simple/href.ts";
import { joinPath, JSON_PAGE, type Layout } from "../simple/layout.ts";
import { isRecord } from "../simple/page-envelope.ts";
import { InvalidInput } from "../errors.ts";
import type { PageStore, StoredPage } from "./page-store.ts";

/** The addresses on a page, and whether each has a metadata sidecar. */
type Listing = ReadonlyMap<string, { readonly hasMetadata: boolean }>;

/** How many pages are kept as listings. */
const LIMIT = 200;

/** Answers from the JSON pages of the projects. */
export class ListedFiles {
  readonly #pages: PageStore;
  readonly #layout: Layout;
  readonly #listings = new Map<string, { readonly digest: string; readonly listing: Listing }>();

  constructor(pages: PageStore, layout: Layout) {
    this.#pages = pages;
    this.#layout = layout;
  }

  /**
   * Whether the page of its project lists the distribution file at `path`, and with a sidecar where `needsMetadata`. The
   * files of a quarantined project count as listed: who has their address in a lock file gets them from every other host, too.
   */
  isListed(path: string, needsMetadata: boolean): boolean {
    const project = tryParseProject(path.slice(path.lastIndexOf("/") + 1));
    if (project === undefined) return false;
    const directory = this.#layout.projectDirectory(project);
    const page = this.#pages.read(joinPath(directory, JSON_PAGE));
    if (page === undefined) return false;
    const entry = this.#read(directory, page).get(hrefFrom(directory)(path));
    return entry !== undefined && (entry.hasMetadata || !needsMetadata);
  }

  #read(directory: string, page: StoredPage): Listing {
    const known = this.#listings.get(directory);
    if (known?.digest === page.digest) return known.listing;
    const listing = parseListing(page.bytes);
    this.#listings.delete(directory);
    this.#listings.set(directory, { digest: page.digest, listing });
    if (this.#listings.size > LIMIT) {
      const [oldest] = this.#listings.keys();
      if (oldest !== undefined) this.#listings.delete(oldest);
    }
    return listing;
  }
}

function tryParseProject(filename: string): ReturnType<typeof parseWheelFilename>["name"] | undefined {
  try {
    return (filename.endsWith(".whl") ? parseWheelFilename(filename) : parseSdistFilename(filename)).name;
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}

/** Takes what it can from a page, ours or damaged. */
function parseListing(bytes: Uint8Array): Listing {
  let page: unknown;
  try {
    page = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return new Map();
  }
  const files = isRecord(page) ? (page["_files"] ?? page["files"]) : undefined;
  const listing = new Map<string, { readonly hasMetadata: boolean }>();
  for (const file of Array.isArray(files) ? (files as unknown[]) : []) {
    const url = isRecord(file) ? file["url"] : undefined;
    if (typeof url !== "string" || !isRecord(file)) continue;
    const metadata = file["core-metadata"];
    listing.set(url, { hasMetadata: metadata === true || isRecord(metadata) });
  }
  return listing;
}
