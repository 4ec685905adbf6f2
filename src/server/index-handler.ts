/** The published tree over HTTP: from a request to an answer, over the files of a folder. Answers as the best host would. */
import { getMimeType } from "hono/utils/mime";
import type { FolderFiles, ServedFile } from "../io/folder-files.ts";
import { encodePath } from "../simple/href.ts";
import { HTML_PAGE, joinPath, JSON_PAGE, type Layout } from "../simple/layout.ts";
import {
  HTML_TYPE,
  JSON_TYPE,
  typeOfDistribution,
  VERSIONED_HTML_TYPE,
  type PageType,
} from "../simple/media-types.ts";
import { negotiatePageType, tryParseFormat } from "../simple/negotiation.ts";
import { isOurHtml, isOurJson } from "../simple/ownership.ts";
import { ListedFiles } from "./listed-files.ts";
import { PageStore, type StoredPage } from "./page-store.ts";
import { findCanonicalPath, findPlace, type Place } from "./published-place.ts";
import { tryParseRequestPath, type RequestPath } from "./request-path.ts";
import { ALWAYS, respond, respondWithMessage, type Answer, type Representation } from "./respond.ts";

export interface IndexHandlerOptions {
  readonly files: FolderFiles;
  readonly layout: Layout;
  /** Starts and ends with `/`. */
  readonly basePath: string;
  /** `Cache-Control` of pages. */
  readonly pageCaching: string;
}

/** A file never changes under its name. */
const FILE_CACHING = "public, max-age=31536000, immutable";

const HTML_CONTENT_TYPE = `${HTML_TYPE}; charset=utf-8`;

/**
 * Makes the handler of GET and HEAD requests. It throws the system's error where the system refuses to read a file, and
 * nothing else, whatever the request is.
 */
export function createIndexHandler(options: IndexHandlerOptions): (request: Request) => Answer {
  const { files, layout, basePath, pageCaching } = options;
  const pages = new PageStore(files, isPublishedPage);
  const listed = new ListedFiles(pages, layout);

  const findForms = (directory: string): ReadonlyMap<PageType, StoredPage> => {
    const json = pages.read(joinPath(directory, JSON_PAGE));
    const html = pages.read(joinPath(directory, HTML_PAGE));
    const forms = new Map<PageType, StoredPage>();
    if (json !== undefined) forms.set(JSON_TYPE, json);
    if (html !== undefined) forms.set(VERSIONED_HTML_TYPE, html).set(HTML_TYPE, html);
    return forms;
  };
  const hasPage = (path: string): boolean => {
    const place = findPlace(path, layout);
    if (place?.kind === "simple-page") return findForms(place.directory).size > 0;
    return place?.kind === "page" && pages.read(place.path) !== undefined;
  };

  const answerSimplePage = (request: Request, directory: string, query: string): Answer | undefined => {
    const forms = findForms(directory);
    if (forms.size === 0) return undefined;
    const available = [...forms.keys()];
    const format = query === "" ? null : new URLSearchParams(query).get("format");
    const type =
      format === null
        ? negotiatePageType(request.headers.get("accept"), available)
        : tryParseFormat(format, available);
    const page = type && forms.get(type);
    if (type === undefined || page === undefined) {
      const message = `406: this page can be had as ${available.join(", ")}\n`;
      return respondWithMessage(request, 406, message, { Vary: "Accept" });
    }
    const contentType = type === HTML_TYPE ? HTML_CONTENT_TYPE : type;
    return respond(request, { ...ofPage(page, contentType, pageCaching), isNegotiated: true });
  };
  const answerPage = (request: Request, path: string): Answer | undefined => {
    const page = pages.read(path);
    return page && respond(request, ofPage(page, typeOfPage(path), pageCaching));
  };
  const answerFile = (
    request: Request,
    { path, ending }: Extract<Place, { kind: "distribution" }>,
  ): Answer | undefined => {
    const distribution = path.slice(0, path.length - ending.length);
    if (!listed.isListed(distribution, ending === ".metadata")) return undefined;
    const file = files.open(path);
    return file && respond(request, ofFile(file, typeOfDistribution(path)));
  };
  const answer = (request: Request, path: string, query: string): Answer | undefined => {
    const place = findPlace(path, layout);
    switch (place?.kind) {
      case "simple-page":
        return answerSimplePage(request, place.directory, query);
      case "page":
        return answerPage(request, place.path);
      case "distribution":
        return answerFile(request, place);
      default:
        return undefined;
    }
  };
  const redirect = ({ path, query }: RequestPath): Answer | undefined => {
    const canonical = findCanonicalPath(path, layout, hasPage);
    // A root without a page of its own sends people to the project list, until it has one.
    const target = canonical ?? (/^\.?\/*$/.test(path) ? joinPath(layout.listDirectory, "") : undefined);
    if (target === undefined || !hasPage(target)) return undefined;
    const location = basePath + encodePath(target) + query;
    const headers = { ...ALWAYS, Location: location, "Cache-Control": pageCaching, "Content-Length": "0" };
    return { status: canonical === undefined ? 302 : 301, headers, body: null };
  };
  const refuse = (request: Request): Answer => {
    const page = pages.read("404.html");
    if (page !== undefined) {
      return respondWithMessage(request, 404, page.bytes, { "Content-Type": HTML_CONTENT_TYPE });
    }
    return respondWithMessage(request, 404, "404: this index has no such page or file\n");
  };
  return (request) => {
    const asked = tryParseRequestPath(request.url, basePath);
    if (asked === undefined) return refuse(request);
    return answer(request, asked.path, asked.query) ?? redirect(asked) ?? refuse(request);
  };
}

/** Pages say that they are ours; in the folders that are ours alone every file is. */
function isPublishedPage(path: string, bytes: Buffer): boolean {
  if (/^(?:-|pypi|simple-json)\//.test(path)) return true;
  return path.endsWith(JSON_PAGE) ? isOurJson(bytes) : isOurHtml(bytes);
}

function typeOfPage(path: string): string {
  if (path.endsWith(JSON_PAGE) || path.startsWith("simple-json/")) return JSON_TYPE;
  // The legacy JSON API of PyPI; micropip and PDM insist on the type.
  if (path.startsWith("pypi/")) return "application/json";
  if (path.endsWith(".html")) return HTML_CONTENT_TYPE;
  return getMimeType(path) ?? "application/octet-stream";
}

function ofPage({ bytes, digest, modifiedMs }: StoredPage, type: string, caching: string): Representation {
  return {
    size: bytes.length,
    modifiedMs,
    etag: `"${digest}-${type.replace(/;.*/, "").replace(/^.*[./+](?=\w)/, "")}${type.startsWith("app") ? "-v1" : ""}"`,
    type,
    caching,
    isNegotiated: false,
    body: (start, end) => (end - start === bytes.length ? bytes : bytes.subarray(start, end)),
    discard: () => undefined,
  };
}

function ofFile(file: ServedFile, type: string): Representation {
  const { size, modifiedMs, stream, close } = file;
  const etag = `"${size.toString(36)}-${Math.round(modifiedMs * 1000).toString(36)}"`;
  return {
    size,
    modifiedMs,
    etag,
    type,
    caching: FILE_CACHING,
    isNegotiated: false,
    body: stream,
    discard: close,
  };
}
