/**
 * What every host of an index has to answer, as a list that any suite can run: each check takes a host and throws where it is
 * wrong. What a host cannot do at all is named in `lacks`; the check then asks for what it does instead.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

import { ask, type Answer } from "./http-client.ts";
import { FOLDER, SDIST, SECRETS, WHEEL, type SampleTree } from "./sample-tree.ts";

/** What a host may be unable to do. */
export type Lack =
  "negotiation" | "ranges" | "immutable" | "head" | "not-modified" | "legacy-types" | "temporary-redirect";

export interface HostUnderTest {
  /** The address of the root, ending in a slash. */
  readonly url: string;
  readonly tree: SampleTree;
  readonly lacks: readonly Lack[];
}

export interface HttpCheck {
  readonly name: string;
  readonly needs?: readonly Lack[];
  readonly run: (host: HostUnderTest) => Promise<void>;
}

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";
const HTML_TYPE = "application/vnd.pypi.simple.v1+html";
const PIP = `${JSON_TYPE}, ${HTML_TYPE}; q=0.1, text/html; q=0.01`;

function get(
  host: HostUnderTest,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Answer> {
  const { origin, pathname } = new URL(host.url);
  return ask(origin, pathname + path, { headers, method });
}

function pageOf({ tree }: HostUnderTest, project = ""): string {
  return `${tree.layout === "simple" ? "simple/" : ""}${project}`;
}

function onDisk({ tree }: HostUnderTest, path: string): Buffer {
  return readFileSync(join(tree.root, path));
}

const WHEEL_PATH = `${FOLDER}/${WHEEL.filename}`;
const ENCODED_WHEEL = WHEEL_PATH.split("/")
  .map((part) => encodeURIComponent(part).replaceAll("!", "%21"))
  .join("/");

/** An Accept header, and whether JSON is the answer. Undefined: none is sent. */
export const ACCEPT_TABLE: readonly (readonly [accept: string | undefined, isJson: boolean])[] = [
  [undefined, false],
  ["*/*", false],
  ["text/html", false],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false],
  [PIP, true],
  [`${JSON_TYPE}, ${HTML_TYPE};q=0.2, text/html;q=0.01`, true],
  [`${JSON_TYPE}, */*;q=0.1`, true],
  [JSON_TYPE, true],
  [JSON_TYPE.toUpperCase(), true],
  ["application/vnd.pypi.simple.latest+json", true],
  [`${JSON_TYPE};q=0`, false],
  [`${JSON_TYPE};q=0.0, text/html`, false],
  [`text/html, ${JSON_TYPE};q=0.5`, false],
  [`${JSON_TYPE};q=0.5, text/html`, false],
  [`text/html;q=0.4, ${JSON_TYPE};q=0.5`, true],
  [`text/html;q=0.9, ${JSON_TYPE};q=0.5`, false],
  [`${JSON_TYPE} ; q=0.2 , text/html ; q=0.3`, false],
  [`text/html, ${JSON_TYPE}`, true],
  [HTML_TYPE, false],
  ["application/json", false],
];

export const HTTP_CHECKS: readonly HttpCheck[] = [
  {
    name: "each Accept header gets the format that it prefers, in both kinds of pages",
    needs: ["negotiation"],
    run: async (host) => {
      for (const page of [pageOf(host), pageOf(host, "demo-pkg/")]) {
        for (const [accept, isJson] of ACCEPT_TABLE) {
          const answer = await get(host, page, accept === undefined ? {} : { Accept: accept });
          const what = `${page} for ${accept}`;
          expect(answer.status, what).toBe(200);
          expect(answer.headers["content-type"], what).toBe(isJson ? JSON_TYPE : "text/html; charset=utf-8");
          expect(answer.headers["vary"]?.toLowerCase(), what).toContain("accept");
          expect(answer.body.equals(onDisk(host, `${page}index.${isJson ? "v1.json" : "html"}`)), what).toBe(
            true,
          );
        }
      }
    },
  },
  {
    name: "a host that cannot negotiate gives HTML to everyone",
    run: async (host) => {
      if (!host.lacks.includes("negotiation")) return;
      const answer = await get(host, pageOf(host, "demo-pkg/"), { Accept: PIP });
      expect(answer.status).toBe(200);
      expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    },
  },
  {
    name: "pages are kept for a short time, files for ever",
    needs: ["immutable"],
    run: async (host) => {
      const page = await get(host, pageOf(host, "demo-pkg/"), { Accept: PIP });
      expect(page.headers["cache-control"]).toBe("public, max-age=60");
      for (const path of [ENCODED_WHEEL, `${ENCODED_WHEEL}.metadata`, `demo%20files/${SDIST.filename}`]) {
        const file = await get(host, path);
        expect(file.headers["cache-control"], path).toBe("public, max-age=31536000, immutable");
      }
    },
  },
  {
    name: "the formats of a page have ETags of their own, and 304 answers them",
    needs: ["negotiation", "not-modified"],
    run: async (host) => {
      const page = pageOf(host, "demo-pkg/");
      const json = await get(host, page, { Accept: JSON_TYPE });
      const html = await get(host, page, { Accept: "text/html" });
      const tag = json.headers["etag"] ?? "";
      expect(tag).not.toBe("");
      expect(html.headers["etag"]).not.toBe(tag);
      const headers = { "If-None-Match": tag };
      expect((await get(host, page, { ...headers, Accept: JSON_TYPE })).status).toBe(304);
      expect((await get(host, page, { ...headers, Accept: "text/html" })).status).toBe(200);
    },
  },
  {
    name: "distribution files, sidecars and sdists arrive as they are",
    run: async (host) => {
      for (const [path, bytes] of [
        [ENCODED_WHEEL, WHEEL.bytes],
        [`${ENCODED_WHEEL}.metadata`, WHEEL.metadata],
        [`demo%20files/${SDIST.filename}`, SDIST.bytes],
      ] as const) {
        const answer = await get(host, path, { "Accept-Encoding": "gzip, deflate, br" });
        expect(answer.status, path).toBe(200);
        expect(answer.headers["content-encoding"], path).toBeUndefined();
        expect(answer.headers["content-type"], path).not.toMatch(/html/);
        expect(answer.body.equals(bytes), path).toBe(true);
      }
    },
  },
  {
    name: "a name is found in every spelling of its characters",
    run: async (host) => {
      const raw = `demo%20files/${WHEEL.filename}`;
      for (const path of [
        ENCODED_WHEEL,
        raw,
        raw.replace("+", "%2b"),
        raw.replace("!", "%21"),
        raw.replace("demo", "%64emo"),
      ]) {
        const answer = await get(host, path);
        expect(answer.status, path).toBe(200);
        expect(answer.body.equals(WHEEL.bytes), path).toBe(true);
      }
    },
  },
  {
    name: "the second root is JSON for everyone",
    run: async (host) => {
      for (const page of ["simple-json/", "simple-json/demo-pkg/"]) {
        const answer = await get(host, page, { Accept: "text/html" });
        expect(answer.status, page).toBe(200);
        if (!host.lacks.includes("legacy-types"))
          expect(answer.headers["content-type"], page).toBe(JSON_TYPE);
        expect(answer.body.equals(onDisk(host, `${page}index.html`)), page).toBe(true);
      }
    },
  },
  {
    name: "the legacy JSON is application/json, and its addresses lead to the files",
    run: async (host) => {
      const answer = await get(host, "pypi/demo-pkg/json");
      if (host.tree.layout === "flat") {
        expect(answer.status).toBe(404);
        return;
      }
      expect(answer.status).toBe(200);
      if (!host.lacks.includes("legacy-types"))
        expect(answer.headers["content-type"]?.split(";")[0]).toBe("application/json");
      const { urls } = JSON.parse(answer.body.toString()) as { urls: { url: string }[] };
      expect(urls.length).toBeGreaterThan(0);
      for (const { url } of urls) {
        const { origin, pathname } = new URL(url);
        expect((await ask(origin, pathname)).status, url).toBe(200);
      }
    },
  },
  {
    name: "what is not there is a 404 that is not kept for ever",
    run: async (host) => {
      for (const path of [pageOf(host, "nothing/"), "nothing/x-1.0-py3-none-any.whl", "demo%20files/x.whl"]) {
        for (const accept of [PIP, "text/html"]) {
          const answer = await get(host, path, { Accept: accept });
          expect(answer.status, path).toBe(404);
          expect(answer.headers["cache-control"] ?? "", path).not.toContain("immutable");
          expect(answer.body.includes("<!DOCTYPE html>"), `${path}: ${answer.body.toString()}`).toBe(true);
        }
      }
    },
  },
  {
    name: "nothing but the index is served",
    run: async (host) => {
      for (const path of SECRETS) {
        const plain = path.split("/").map(encodeURIComponent).join("/");
        const hidden = plain.replace(/(^|\/)\./, "$1%2e");
        for (const spelling of [plain, hidden, `demo%20files/../${plain}`, `demo%20files/%2e%2e/${plain}`]) {
          const answer = await get(host, spelling);
          expect([301, 302, 307, 308, 400, 403, 404], spelling).toContain(answer.status);
          expect(answer.body.includes("SECRET"), spelling).toBe(false);
          expect(answer.body.includes("uploaded"), spelling).toBe(false);
        }
      }
      for (const path of [
        "../pkgindex.toml",
        "%2e%2e/pkgindex.toml",
        "..%2fpkgindex.toml",
        "demo%20files/",
      ]) {
        const answer = await get(host, path);
        expect(answer.status, path).toBeGreaterThanOrEqual(300);
        expect(answer.body.includes("json-root"), path).toBe(false);
      }
    },
  },
  {
    name: "a page without its slash leads to the one with it, not for ever",
    run: async (host) => {
      const answer = await get(host, pageOf(host, "demo-pkg"));
      expect([301, 302, 307, 308]).toContain(answer.status);
      if (!host.lacks.includes("temporary-redirect")) expect([302, 307]).toContain(answer.status);
      const target = new URL(answer.headers["location"] ?? "", new URL(host.url + pageOf(host, "demo-pkg")));
      expect(decodeURI(target.href.replaceAll("%24", "$"))).toBe(
        decodeURI(host.url + pageOf(host, "demo-pkg/")),
      );
      expect((await get(host, pageOf(host, "nothing"))).status).not.toBe(200);
    },
  },
  {
    name: "HEAD says what GET says, without a body",
    needs: ["head"],
    run: async (host) => {
      for (const [path, accept] of [
        [pageOf(host, "demo-pkg/"), PIP],
        [pageOf(host), "text/html"],
        [ENCODED_WHEEL, "*/*"],
      ] as const) {
        const head = await get(host, path, { Accept: accept }, "HEAD");
        const full = await get(host, path, { Accept: accept });
        expect(head.status, path).toBe(200);
        expect(head.body.length, path).toBe(0);
        expect(head.headers["content-type"], path).toBe(full.headers["content-type"]);
        expect(head.headers["content-length"], path).toBe(full.headers["content-length"]);
      }
    },
  },
  {
    name: "parts of a file can be had",
    needs: ["ranges"],
    run: async (host) => {
      const part = await get(host, ENCODED_WHEEL, { Range: "bytes=10-19" });
      expect(part.status).toBe(206);
      expect(part.body.equals(WHEEL.bytes.subarray(10, 20))).toBe(true);
      const end = await get(host, ENCODED_WHEEL, { Range: "bytes=-7" });
      expect(end.status).toBe(206);
      expect(end.body.equals(WHEEL.bytes.subarray(-7))).toBe(true);
      expect((await get(host, ENCODED_WHEEL, { Range: "bytes=99999999-" })).status).toBe(416);
    },
  },
  {
    name: "browsers of other sites may read it",
    run: async (host) => {
      for (const path of [pageOf(host, "demo-pkg/"), ENCODED_WHEEL, `${ENCODED_WHEEL}.metadata`]) {
        const answer = await get(host, path, { Origin: "https://example.org", Accept: PIP });
        expect(answer.headers["access-control-allow-origin"], path).toBe("*");
      }
    },
  },
  {
    name: "other methods change nothing and are refused",
    run: async (host) => {
      for (const method of ["POST", "PUT", "DELETE"]) {
        const answer = await get(host, pageOf(host, "demo-pkg/"), {}, method);
        expect(answer.status, method).toBeGreaterThanOrEqual(400);
      }
    },
  },
];

/** The checks that fit a host. */
export function checksFor(lacks: readonly Lack[]): readonly HttpCheck[] {
  return HTTP_CHECKS.filter(({ needs = [] }) => !needs.some((need) => lacks.includes(need)));
}
