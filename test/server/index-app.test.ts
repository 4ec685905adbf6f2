import { describe, expect, it } from "vitest";
import { createIndexApp } from "../../src/server/index-app.ts";
import type { Answer } from "../../src/server/respond.ts";
import { LAYOUTS, type LayoutName } from "../../src/simple/layout.ts";
import { htmlPage, jsonPage, memoryFiles, type MemoryFiles } from "./memory-files.ts";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";
const V1_HTML = "application/vnd.pypi.simple.v1+html";
const DATE = "Fri, 02 Jan 2026 03:04:05 GMT";

const WHEEL = "demo_pkg-1.0-py3-none-any.whl";
const LOCAL = "demo_pkg-1!2.0+cpu-py3-none-any.whl";
const SDIST = "demo_pkg-1.0.tar.gz";

/** Everything that an index may have, and much that must not be served. */
function simpleTree(): Record<string, string> {
  return {
    "index.html": htmlPage("home"),
    "404.html": htmlPage("missing"),
    ".nojekyll": "",
    "pkgindex.toml": "secret",
    ".token": "secret",
    "README.md": "secret",
    ".git/config": "secret",
    ".pkgindex/records/demo-pkg.jsonl": "secret",
    [`${WHEEL}`]: "secret",
    "simple/index.html": htmlPage("list"),
    "simple/index.v1.json": jsonPage([], { projects: [] }),
    "simple/secret.txt": "secret",
    "simple/strange/index.html": "secret, and not made by pkgindex",
    "simple/demo-pkg/index.html": htmlPage("demo-pkg"),
    "simple/demo-pkg/index.v1.json": jsonPage([
      { url: `../../tools/${WHEEL}`, "core-metadata": { sha256: "0" } },
      { url: "../../tools/demo_pkg-1%212.0%2Bcpu-py3-none-any.whl" },
      { url: `../../tools/${SDIST}` },
    ]),
    "simple/only-html/index.html": htmlPage("only-html"),
    "simple/hidden/index.html": htmlPage("hidden"),
    "simple/hidden/index.v1.json": jsonPage([], {
      _files: [{ url: "../../tools/hidden-1.0-py3-none-any.whl" }],
    }),
    [`tools/${WHEEL}`]: "0123456789",
    [`tools/${WHEEL}.metadata`]: "Name: demo-pkg",
    [`tools/${WHEEL}.provenance`]: "{}",
    [`tools/${LOCAL}`]: "local",
    [`tools/${LOCAL}.metadata`]: "secret: the page does not know it",
    [`tools/${SDIST}`]: "sdist",
    "tools/hidden-1.0-py3-none-any.whl": "quarantined",
    "tools/demo_pkg-3.0-py3-none-any.whl": "secret, not listed yet",
    "tools/notes.txt": "secret",
    "tools/nonsense.whl": "secret",
    "tools/.env": "secret",
    "other/demo_pkg-1.0-py3-none-any.whl": "secret, listed elsewhere",
    "-/style.css": "body{}",
    "-/.hidden": "secret",
    "project/demo-pkg/index.html": htmlPage("about"),
    "project/demo-pkg/notes.txt": "secret",
    "pypi/demo-pkg/json": "{}",
    "pypi/notes.txt": "secret",
    "simple-json/index.html": "{}",
    "simple-json/demo-pkg/index.html": "{}",
  };
}

function flatTree(): Record<string, string> {
  return {
    "index.html": htmlPage("list"),
    "index.v1.json": jsonPage([]),
    "pkgindex.toml": "secret",
    "demo-pkg/index.html": htmlPage("demo-pkg"),
    "demo-pkg/index.v1.json": jsonPage([{ url: WHEEL }]),
    [`demo-pkg/${WHEEL}`]: "0123456789",
    "demo-pkg/setup.py": "secret",
    "docs/index.html": "secret: a page of somebody else",
  };
}

interface Served {
  readonly files: MemoryFiles;
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  readonly answers: Answer[];
  readonly failures: unknown[];
}

function serve(
  tree = simpleTree(),
  { layout = "simple", basePath = "/" }: { layout?: LayoutName; basePath?: string } = {},
): Served {
  const files = memoryFiles(tree);
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  const app = createIndexApp({
    files,
    layout: LAYOUTS[layout],
    basePath,
    pageCaching: "public, max-age=60",
    onAnswer: (_, answer) => void answers.push(answer),
    onFailure: (_, error) => void failures.push(error),
  });
  const ask = async (path: string, init?: RequestInit): Promise<Response> =>
    app.fetch(new Request(`http://127.0.0.1:8000${path}`, init));
  return { files, ask, answers, failures };
}

const accept = (type: string): RequestInit => ({ headers: { Accept: type } });

describe("a project page", () => {
  it("comes as JSON or HTML, each with its own strong entity tag", async () => {
    const { ask } = serve();
    const tags = new Set<string>();
    for (const [wanted, type, part] of [
      [JSON_TYPE, JSON_TYPE, '"files"'],
      [V1_HTML, V1_HTML, "<!DOCTYPE html>"],
      ["text/html", "text/html; charset=utf-8", "<!DOCTYPE html>"],
    ] as const) {
      const response = await ask("/simple/demo-pkg/", accept(wanted));
      const body = await response.text();
      expect(response.status).toBe(200);
      expect(body).toContain(part);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        "content-type": type,
        vary: "Accept",
        "cache-control": "public, max-age=60",
        "last-modified": DATE,
        "accept-ranges": "bytes",
        "access-control-allow-origin": "*",
        "x-content-type-options": "nosniff",
        "content-length": String(Buffer.byteLength(body)),
      });
      const etag = response.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[^"]+"$/);
      tags.add(etag);
    }
    expect(tags.size).toBe(3);
  });

  it("is not modified for who has its tag, and is for who has another form's", async () => {
    const { ask } = serve();
    const json = await ask("/simple/demo-pkg/", accept(JSON_TYPE));
    const etag = json.headers.get("etag") ?? "";
    const again = await ask("/simple/demo-pkg/", {
      headers: { Accept: JSON_TYPE, "If-None-Match": `"x", W/${etag}` },
    });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(again.headers.get("etag")).toBe(etag);
    expect(again.headers.get("vary")).toBe("Accept");
    expect(again.headers.get("cache-control")).toBe("public, max-age=60");
    expect((await ask("/simple/demo-pkg/", { headers: { "If-None-Match": etag } })).status).toBe(200);
    expect((await ask("/simple/demo-pkg/", { headers: { "If-Modified-Since": DATE } })).status).toBe(304);
  });

  it("changes when its file does, and is read once until then", async () => {
    const { ask, files } = serve();
    const first = await ask("/simple/demo-pkg/");
    const reads = files.reads();
    await ask("/simple/demo-pkg/");
    expect(files.reads()).toBe(reads);
    files.files.set("simple/demo-pkg/index.html", htmlPage("changed"));
    const second = await ask("/simple/demo-pkg/");
    expect(await second.text()).toContain("changed");
    expect(second.headers.get("etag")).not.toBe(first.headers.get("etag"));
    files.files.delete("simple/demo-pkg/index.html");
    files.files.delete("simple/demo-pkg/index.v1.json");
    expect((await ask("/simple/demo-pkg/")).status).toBe(404);
  });

  it("answers 406 with what there is where the client takes none of it", async () => {
    const response = await serve().ask("/simple/demo-pkg/", accept("application/json"));
    expect(response.status).toBe(406);
    expect(response.headers.get("vary")).toBe("Accept");
    expect(await response.text()).toContain(JSON_TYPE);
  });

  it("comes in the form that the URL names, whatever the header says", async () => {
    const { ask } = serve();
    const asked = await ask(`/simple/demo-pkg/?format=${JSON_TYPE}`, accept("text/html"));
    expect(asked.headers.get("content-type")).toBe(JSON_TYPE);
    expect((await ask("/simple/demo-pkg/?format=xml")).status).toBe(406);
    expect((await ask("/simple/demo-pkg/?other=1")).status).toBe(200);
  });

  it("of which there is only HTML comes as HTML", async () => {
    const { ask } = serve();
    const response = await ask("/simple/only-html/", accept(`${JSON_TYPE}, text/html;q=0.1`));
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect((await ask("/simple/only-html/", accept(JSON_TYPE))).status).toBe(406);
  });

  it("and the list have their files as addresses, too", async () => {
    const { ask } = serve();
    for (const path of ["/simple/demo-pkg/index.v1.json", "/simple/index.v1.json"]) {
      const response = await ask(path, accept("text/html"));
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe(JSON_TYPE);
      expect(response.headers.has("vary")).toBe(false);
    }
  });
});

describe("a file", () => {
  it("may be kept for ever, and comes whole or in parts", async () => {
    const { ask, files } = serve();
    const path = `/tools/${WHEEL}`;
    const whole = await ask(path);
    expect(await whole.text()).toBe("0123456789");
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "10",
      "cache-control": "public, max-age=31536000, immutable",
      "last-modified": DATE,
      "accept-ranges": "bytes",
      "access-control-allow-origin": "*",
    });
    expect(whole.headers.has("vary")).toBe(false);
    expect(whole.headers.has("content-encoding")).toBe(false);
    const etag = whole.headers.get("etag") ?? "";
    for (const [headers, status, body, range] of [
      [{ Range: "bytes=2-4" }, 206, "234", "bytes 2-4/10"],
      [{ Range: "bytes=-3" }, 206, "789", "bytes 7-9/10"],
      [{ Range: "bytes=8-" }, 206, "89", "bytes 8-9/10"],
      [{ Range: "bytes=0-1,4-5" }, 200, "0123456789", null],
      [{ Range: "bytes=10-" }, 416, "", "bytes */10"],
      [{ Range: "bytes=2-4", "If-Range": etag }, 206, "234", "bytes 2-4/10"],
      [{ Range: "bytes=2-4", "If-Range": DATE }, 206, "234", "bytes 2-4/10"],
      [{ Range: "bytes=2-4", "If-Range": '"old"' }, 200, "0123456789", null],
      [{ Range: "bytes=2-4", "If-None-Match": etag }, 304, "", null],
      [{ "If-Match": '"old"' }, 412, "", null],
    ] as const) {
      const response = await ask(path, { headers });
      expect([response.status, await response.text(), response.headers.get("content-range")]).toEqual([
        status,
        body,
        range,
      ]);
      if (status === 206) expect(response.headers.get("content-length")).toBe(String(body.length));
    }
    expect(files.openCount()).toBe(0);
  });

  it("is closed when the client goes away", async () => {
    const { ask, files } = serve();
    const response = await ask(`/tools/${WHEEL}`);
    expect(files.openCount()).toBe(1);
    await response.body?.cancel();
    expect(files.openCount()).toBe(0);
  });

  it.each([
    `/tools/${LOCAL}`,
    "/tools/demo_pkg-1%212.0%2Bcpu-py3-none-any.whl",
    "/tools/demo_pkg-1%212.0%2bcpu-py3-none-any.whl",
    "/tools/%64emo_pkg-1!2.0+cpu-py3-none-any%2ewhl",
  ])("is found as %s", async (path) => {
    expect(await (await serve().ask(path)).text()).toBe("local");
  });

  it.each([
    [`/tools/${WHEEL}.metadata`, "text/plain; charset=utf-8", "Name: demo-pkg"],
    [`/tools/${WHEEL}.provenance`, "application/vnd.pypi.integrity.v1+json", "{}"],
    [`/tools/${SDIST}`, "application/gzip", "sdist"],
    ["/tools/hidden-1.0-py3-none-any.whl", "application/octet-stream", "quarantined"],
    ["/-/style.css", "text/css; charset=utf-8", "body{}"],
    ["/pypi/demo-pkg/json", "application/json", "{}"],
    ["/simple-json/", JSON_TYPE, "{}"],
    ["/simple-json/demo-pkg/", JSON_TYPE, "{}"],
  ])("%s has its type", async (path, type, body) => {
    const response = await serve().ask(path, accept("text/html"));
    expect([response.status, response.headers.get("content-type"), await response.text()]).toEqual([
      200,
      type,
      body,
    ]);
  });
});

describe("HEAD", () => {
  it.each(["/simple/demo-pkg/", `/tools/${WHEEL}`, "/nothing", "/simple", "/"])(
    "says of %s what GET says, without a body",
    async (path) => {
      const { ask, files } = serve();
      const got = await ask(path);
      await got.text();
      const head = await ask(path, { method: "HEAD", headers: { Range: "bytes=0-1" } });
      expect(head.status).toBe(got.status);
      expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(got.headers));
      expect(await head.text()).toBe("");
      expect(files.openCount()).toBe(0);
    },
  );
});

describe("an address that is nearly right", () => {
  it.each([
    ["/simple", 301, "/simple/"],
    ["/simple?a=b", 301, "/simple/?a=b"],
    ["/simple/demo-pkg", 301, "/simple/demo-pkg/"],
    ["/simple/Demo_Pkg/", 301, "/simple/demo-pkg/"],
    ["/simple/demo.pkg", 301, "/simple/demo-pkg/"],
    ["/simple//demo-pkg/", 301, "/simple/demo-pkg/"],
    ["//simple/", 301, "/simple/"],
    ["/pypi/Demo_Pkg/json", 301, "/pypi/demo-pkg/json"],
    ["/pypi/demo-pkg/json/", 301, "/pypi/demo-pkg/json"],
    ["/project/Demo.Pkg/", 301, "/project/demo-pkg/"],
    ["/simple/nothing", 404, null],
    ["/simple/No_Thing/", 404, null],
    ["//evil.example/", 404, null],
    ["//evil.example/simple/", 404, null],
    ["/tools", 404, null],
    ["/tools/", 404, null],
  ])("%s: %d %s", async (path, status, location) => {
    const response = await serve().ask(path);
    expect([response.status, response.headers.get("location")]).toEqual([status, location]);
  });

  it("keeps the base path", async () => {
    const { ask } = serve(simpleTree(), { basePath: "/a/b/" });
    expect((await ask("/a/b")).headers.get("location")).toBe("/a/b/");
    expect((await ask("/a/b/simple/Demo_Pkg?x")).headers.get("location")).toBe("/a/b/simple/demo-pkg/?x");
    expect((await ask("/a/b/simple/demo-pkg/")).status).toBe(200);
    expect((await ask("/simple/demo-pkg/")).status).toBe(404);
    expect((await ask("/a/bc/simple/")).status).toBe(404);
  });

  it("leads from a root without a page to the project list, for the time being", async () => {
    const { "index.html": _home, ...tree } = simpleTree();
    const response = await serve(tree).ask("/");
    expect([response.status, response.headers.get("location")]).toEqual([302, "/simple/"]);
    expect((await serve(tree).ask("//")).headers.get("location")).toBe("/simple/");
  });
});

describe("what is not published", () => {
  const hidden = [
    ...Object.entries(simpleTree())
      .filter(([path, text]) => text.includes("secret") || path.startsWith("."))
      .map(([path]) => `/${path}`),
    "/simple/strange/",
    "/.git/",
    "/.pkgindex/",
    "/tools/%2e%2e/pkgindex.toml",
    "/tools/..%2fpkgindex.toml",
    "/tools%2f..%2fpkgindex.toml",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/-/%2e%2e/pkgindex.toml",
    "/-/..%2fpkgindex.toml",
    "/-/..%5cpkgindex.toml",
    "/pkgindex.toml%00.html",
    "/tools/notes.txt%00.whl",
    "/etc/passwd",
    "//etc/passwd",
  ];

  it.each(hidden)("%s is not there", async (path) => {
    const response = await serve().ask(path);
    const body = await response.text();
    expect(response.status).toBe(404);
    expect(body).toBe(htmlPage("missing"));
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-cache");
  });

  it("is told in words where the index has no page for it", async () => {
    const { "404.html": _missing, ...tree } = simpleTree();
    const response = await serve(tree).ask("/nothing");
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      "text/plain; charset=utf-8",
    ]);
  });
});

describe("the flat layout", () => {
  it("has its pages at the root", async () => {
    const { ask } = serve(flatTree(), { layout: "flat" });
    for (const path of ["/", "/demo-pkg/"]) {
      const response = await ask(path, accept(JSON_TYPE));
      expect([response.status, response.headers.get("content-type")]).toEqual([200, JSON_TYPE]);
    }
    expect((await ask("/Demo_Pkg")).headers.get("location")).toBe("/demo-pkg/");
    expect(await (await ask(`/demo-pkg/${WHEEL}`)).text()).toBe("0123456789");
    for (const path of [
      "/pkgindex.toml",
      "/demo-pkg/setup.py",
      "/docs/",
      "/docs",
      "/docs/index.html",
      "/simple/",
    ])
      expect((await ask(path)).status).toBe(404);
  });
});

describe("methods", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])("%s is not allowed", async (method) => {
    const response = await serve().ask("/simple/", { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  it("a browser may ask from another origin", async () => {
    const response = await serve().ask("/simple/demo-pkg/", {
      method: "OPTIONS",
      headers: { Origin: "https://example.com", "Access-Control-Request-Method": "GET" },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, HEAD, OPTIONS",
      "access-control-allow-headers": "*",
    });
  });
});

describe("a failure", () => {
  it.each([
    ["EACCES", 403],
    ["EMFILE", 503],
    ["EIO", 500],
  ])("%s is %d, and says nothing of the system", async (code, status) => {
    const { ask, failures } = serve({ ...simpleTree(), [`tools/${WHEEL}`]: `throws ${code}` });
    const response = await ask(`/tools/${WHEEL}`);
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain(code);
    expect(failures).toHaveLength(1);
    expect((await ask("/simple/")).status).toBe(200);
  });
});
