/**
 * Static hosting as plain as it gets, with the ways of GitHub Pages: HTML at every folder, `.json` as
 * `application/json`, everything cached for ten minutes, a redirect for a missing slash, `404.html`, no negotiation.
 * https://docs.github.com/en/pages/getting-started-with-github-pages/what-is-github-pages
 * For tests of the tests it can also negotiate, and answer wrongly where it is told to.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { close, listen } from "./tap.ts";

/** A server that runs. */
export interface RunningServer {
  /** The address of the root, without a trailing slash. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** What is different from GitHub Pages. */
export interface StaticHostOptions {
  readonly basePath?: string;
  /** Whether a client that asks for JSON gets `index.v1.json`. */
  readonly negotiates?: boolean;
  /** Folders whose pages hold JSON and are typed so, as a `_headers` file does it on some hosts. */
  readonly typesJsonRoot?: boolean;
  /** The last word on an answer, to spoil it: the path is decoded and below the root. */
  readonly change?: (path: string, answer: Answer) => Answer;
}

/** What is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const JSON_PAGE = "application/vnd.pypi.simple.v1+json";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".xml": "application/xml",
};

/** Serves the folder `root` on a free port of 127.0.0.1. */
export async function startStaticHost(root: string, options: StaticHostOptions = {}): Promise<RunningServer> {
  const base = options.basePath ?? "";
  const server = createServer((request, response) => {
    const target = (request.url ?? "/").split("?")[0] ?? "/";
    const wantsJson = options.negotiates === true && (request.headers.accept ?? "").includes(JSON_PAGE);
    let { status, headers, body } = answerTo(root, base, target, wantsJson);
    if (options.change !== undefined)
      ({ status, headers, body } = options.change(decodeSafely(target), { status, headers, body }));
    const etag = headers["ETag"];
    if (options.typesJsonRoot === true && status === 200 && /\/simple-json\/(?:.*\/)?$/.test(target))
      headers = { ...headers, "Content-Type": JSON_PAGE };
    if (options.negotiates === true && status === 200 && /\/pypi\/[^/]+\/json$/.test(target))
      headers = { ...headers, "Content-Type": "application/json" };
    if (options.negotiates === true) headers = { ...headers, Vary: "Accept, Accept-Encoding" };
    if (status === 200 && etag !== undefined && request.headers["if-none-match"] === etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
    if (status === 200 && range !== null) {
      const [start, end] = rangeOf(range[1] ?? "", range[2] ?? "", body.length);
      headers = { ...headers, "Content-Range": `bytes ${start}-${end}/${body.length}` };
      status = 206;
      body = body.subarray(start, end + 1);
    }
    response.writeHead(status, { ...headers, "Content-Length": String(body.length) });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  const { port } = await listen(server);
  return { url: `http://127.0.0.1:${port}${base}`, stop: () => close(server) };
}

function answerTo(root: string, base: string, target: string, wantsJson: boolean): Answer {
  const below = target.startsWith(`${base}/`)
    ? normalize(decodeSafely(target.slice(base.length)))
    : undefined;
  if (below !== undefined && !below.includes("\0") && !/\/\.(?!nojekyll)/.test(below)) {
    const path = join(root, below);
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind?.isDirectory() && !below.endsWith("/"))
      return { status: 301, headers: { Location: `${target}/` }, body: Buffer.alloc(0) };
    const file = kind?.isDirectory() ? join(path, wantsJson ? "index.v1.json" : "index.html") : path;
    if (
      statSync(file, { throwIfNoEntry: false })?.isFile() &&
      (kind?.isDirectory() || !below.endsWith("/"))
    ) {
      const body = readFileSync(file);
      const isPage = kind?.isDirectory() === true;
      const type = isPage && wantsJson ? JSON_PAGE : (TYPES[extname(file)] ?? "application/octet-stream");
      return { status: 200, headers: { ...headersOf(body), "Content-Type": type }, body };
    }
  }
  const page = join(root, "404.html");
  const body = statSync(page, { throwIfNoEntry: false })?.isFile()
    ? readFileSync(page)
    : Buffer.from("404\n");
  return { status: 404, headers: { "Content-Type": "text/html; charset=utf-8" }, body };
}

function headersOf(body: Buffer): Record<string, string> {
  const etag = createHash("sha256").update(body).digest("hex").slice(0, 16);
  return {
    ETag: `"${etag}"`,
    "Cache-Control": "max-age=600",
    "Accept-Ranges": "bytes",
    "Access-Control-Allow-Origin": "*",
    Vary: "Accept-Encoding",
  };
}

function rangeOf(first: string, last: string, size: number): [start: number, end: number] {
  if (first === "") return [Math.max(0, size - Number(last)), size - 1];
  return [Number(first), last === "" ? size - 1 : Math.min(Number(last), size - 1)];
}

function decodeSafely(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
