/** The functions and files for hosts that cannot be run here, as far as they can be tried without them. */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { makeTemporaryDirectory, removeDirectory, temporaryDirectory } from "../../support/make-tree.ts";
import { runCli } from "../../support/run-cli.ts";
import { e2ePython } from "../support/pip.ts";
import { ACCEPT_TABLE } from "./support/http-checks.ts";
import { makeSampleTree, SECRETS, WHEEL, type SampleTree } from "./support/sample-tree.ts";
import { stagePublishedFiles } from "./support/staging.ts";
import { findProgram } from "./support/web-servers.ts";

const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

async function writeFor(
  host: string,
  layout: SampleTree["layout"],
  url: string,
  directory = temporaryDirectory(),
): Promise<SampleTree> {
  const tree = await makeSampleTree(directory, { layout, url });
  const { code, stdout, stderr } = await runCli(["host", host, "--write"], { cwd: tree.directory });
  if (code !== 0) throw new Error(stdout + stderr);
  return tree;
}

describe.each([
  ["simple", "https://example.org/", "/simple/demo-pkg/"],
  ["simple", "https://example.org/a/", "/a/simple/"],
  ["flat", "https://example.org/", "/demo-pkg/"],
] as const)("Netlify's edge function, layout %s, %s", (layout, url, page) => {
  type Handler = (request: Request, context: { next: () => Promise<Response> }) => Promise<Response>;
  let handler: Handler;
  let paths: readonly string[];
  let directory: string;

  beforeAll(async () => {
    directory = makeTemporaryDirectory();
    const tree = await writeFor("netlify", layout, url, directory);
    const copy = join(tree.directory, "function.mjs");
    writeFileSync(copy, readFileSync(join(tree.directory, "netlify/edge-functions/pkgindex.js")));
    const module = (await import(pathToFileURL(copy).href)) as {
      default: Handler;
      config: { path: string[] };
    };
    handler = module.default;
    paths = module.config.path;
  });
  afterAll(() => removeDirectory(directory));

  test("is asked for pages and files, and not for the JSON pages that it asks for itself", () => {
    expect(paths).toContain(page.replace(/demo-pkg/, ":project"));
    for (const path of paths) expect(path).not.toMatch(/json|\/\*$/);
  });

  test("gives each client the format that it prefers", async () => {
    const fetched: string[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = (input) => {
      fetched.push(new URL((input as Request).url).pathname);
      return Promise.resolve(new Response("json", { headers: { "content-type": "application/json" } }));
    };
    try {
      for (const [accept, isJson] of ACCEPT_TABLE) {
        const request = new Request(
          new URL(page, "https://example.org"),
          accept === undefined ? {} : { headers: { accept } },
        );
        const answer = await handler(request, { next: () => Promise.resolve(new Response("html")) });
        expect(await answer.text(), String(accept)).toBe(isJson ? "json" : "html");
        expect(answer.headers.get("content-type")).toBe(isJson ? JSON_TYPE : "text/html; charset=utf-8");
        expect(answer.headers.get("vary")).toBe("Accept");
        expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
        expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      }
      expect(new Set(fetched)).toEqual(new Set([`${page}index.v1.json`]));
    } finally {
      globalThis.fetch = original;
    }
  });

  test("files are kept for ever, what is missing is not, and parts stay parts", async () => {
    const ask = (status: number): Promise<Response> =>
      handler(new Request("https://example.org/demo/x.whl"), {
        next: () => Promise.resolve(new Response("x", { status })),
      });
    for (const status of [200, 206]) {
      const answer = await ask(status);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    }
    const missing = await ask(404);
    expect([missing.status, missing.headers.get("cache-control")]).toEqual([404, null]);
  });
});

test.each([
  ["cloudflare-pages", "hosting/cloudflare-pages.sh", "https://example.org/"],
  ["cloudflare-pages", "hosting/cloudflare-pages.sh", "https://example.org/a%20b/"],
  ["netlify", "hosting/netlify.sh", "https://example.org/"],
])("%s: what is published is the index and nothing else of the root (%s, %s)", async (host, script, url) => {
  const tree = await writeFor(host, "simple", url);
  const site = stagePublishedFiles(join(tree.directory, script), temporaryDirectory());
  const base = decodeURI(new URL(url).pathname).slice(1);
  const files = readdirSync(site, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(site.length + 1));
  expect(files).toContain("_headers");
  for (const path of [`demo files/${WHEEL.filename}`, "simple/index.html", "pypi/demo-pkg/json", "404.html"])
    expect(files).toContain(base + path);
  for (const secret of SECRETS) expect(files).not.toContain(base + secret);
  expect(files.filter((path) => /(?:^|\/)\./.test(path))).toEqual([]);
});

describe("S3", () => {
  test.each([
    ["simple", "https://example.org/", "/simple/demo-pkg/", "/demo-pkg/"],
    ["simple", "https://example.org/a/", "/a/simple/", "/simple/"],
    ["flat", "https://example.org/", "/demo-pkg/", "/-/"],
  ] as const)("the CloudFront Function, layout %s, %s", async (layout, url, page, other) => {
    const tree = await writeFor("s3", layout, url);
    const source = readFileSync(join(tree.directory, "hosting/s3/negotiate.js"), "utf8");
    const handler = runInNewContext(`${source}; handler`) as (event: object) => { uri: string };
    const uriOf = (uri: string, accept?: string): string =>
      handler({ request: { uri, headers: accept === undefined ? {} : { accept: { value: accept } } } }).uri;
    for (const [accept, isJson] of ACCEPT_TABLE)
      expect(uriOf(page, accept), String(accept)).toBe(`${page}index.${isJson ? "v1.json" : "html"}`);
    expect(uriOf("/x/y.whl", JSON_TYPE)).toBe("/x/y.whl");
    expect(uriOf(other, JSON_TYPE)).toBe(`${other}index.html`);
    // The limit of CloudFront Functions.
    expect(Buffer.byteLength(source)).toBeLessThan(10_240);
  });

  test("the upload script is a script that bash can read", async () => {
    const tree = await writeFor("s3", "simple", "https://example.org/it's/");
    execFileSync("bash", ["-n", join(tree.directory, "hosting/s3/upload.sh")]);
  });

  const terraform = findProgram("terraform", "tofu");
  test.skipIf(terraform === undefined)(
    `the Terraform file is formatted as its own tool does${terraform === undefined ? " (terraform is not installed)" : ""}`,
    async () => {
      const tree = await writeFor("s3", "simple", "https://example.org/");
      const { status, stdout } = spawnSync(
        terraform ?? "",
        ["fmt", "-check", "-diff", join(tree.directory, "hosting/s3/main.tf")],
        { encoding: "utf8" },
      );
      expect(stdout).toBe("");
      expect(status).toBe(0);
    },
  );

  const hasParser =
    e2ePython !== undefined && spawnSync(e2ePython, ["-c", "import hcl2"], { stdio: "ignore" }).status === 0;
  test.skipIf(!hasParser)(
    `the Terraform file parses, and the bucket is private${hasParser ? "" : " (python-hcl2 is not installed)"}`,
    async () => {
      const tree = await writeFor("s3", "simple", "https://example.org/${x}/");
      const program = "import hcl2, json, sys; print(json.dumps(hcl2.load(open(sys.argv[1]))))";
      const printed = execFileSync(e2ePython ?? "", [
        "-c",
        program,
        join(tree.directory, "hosting/s3/main.tf"),
      ]);
      const text = printed.toString().replaceAll('\\"', "");
      const { resource } = JSON.parse(text) as { resource: readonly Readonly<Record<string, unknown>>[] };
      const kinds = resource.flatMap((entry) => Object.keys(entry));
      expect(kinds).toEqual(
        expect.arrayContaining([
          "aws_s3_bucket",
          "aws_s3_bucket_public_access_block",
          "aws_cloudfront_function",
          "aws_cloudfront_distribution",
          "aws_cloudfront_response_headers_policy",
        ]),
      );
      expect(text).toContain("restrict_public_buckets");
      expect(text).not.toMatch(/access_key|secret_key/);
    },
  );
});
