/** Cloudflare Pages: headers, a Function that negotiates, and the routes that it is asked for. */
import { JSON_TYPE } from "../simple/media-types.ts";
import { renderHeaderRules } from "./header-rules.ts";
import type { Host, HostFacts } from "./host.ts";
import { NEGOTIATOR_SOURCE } from "./negotiator-source.ts";
import { parseSiteAddress } from "./site-address.ts";
import { quoteShell, stagingLines } from "./staging-script.ts";
import { sealText, stampFor } from "./stamp.ts";

const CLOUDFLARE_SCRIPT = "hosting/cloudflare-pages.sh";

export const cloudflarePages: Host = {
  name: "cloudflare-pages",
  summary: "Cloudflare Pages: negotiates HTML and JSON in a Function",
  negotiates: true,
  tested: "in workerd, by wrangler pages dev; not on the live host",
  render: (facts) => {
    const base = basePathOnSite(facts);
    const folder = facts.layout === "simple" ? `${base}simple` : base.replace(/\/$/, "");
    return [
      { place: "root", path: "_headers", text: sealText(renderHeaders(facts)), comment: "#" },
      { place: "root", path: "_routes.json", text: sealText(renderRoutes(folder)), comment: "//" },
      {
        place: "repository",
        path: `functions${folder}/[[path]].js`,
        text: sealText(renderFunction()),
        comment: "//",
      },
      {
        place: "repository",
        path: CLOUDFLARE_SCRIPT,
        text: sealText(renderScript(facts)),
        comment: "#",
        isExecutable: true,
      },
    ];
  },
  nextSteps: () => [
    `publish with ${CLOUDFLARE_SCRIPT} --project-name NAME`,
    "404.html, which pkgindex generate makes, has to be there: without it a missing project is answered with a page",
    "a deleted file may be served from a cache for up to a week",
  ],
};

function basePathOnSite({ url }: HostFacts): string {
  return parseSiteAddress(url)?.encodedBasePath ?? "/";
}

function renderHeaders(facts: HostFacts): string {
  return `# ${stampFor("cloudflare-pages")}
#
# Answers of the Function in functions/ do not go through these rules: it sets its own headers. Ranges are not supported
# by Cloudflare Pages: a client that asks for one gets the whole file, which is why sidecars matter there.
${renderHeaderRules(facts, basePathOnSite(facts), ["*.whl", "*.whl.metadata", "*.tar.gz", "*.zip"])}`;
}

function renderRoutes(folder: string): string {
  const routes = {
    version: 1,
    // The only place for words: JSON has no comments.
    description: `Only pages of the simple API go through the Function, files do not count on its quota; ${stampFor("cloudflare-pages")}`,
    include: [`${folder}/*`],
    exclude: folder === "" ? ["/-/*", "/simple-json/*"] : [],
  };
  return `${JSON.stringify(routes, undefined, 2)}\n`;
}

function renderScript(facts: HostFacts): string {
  return `#!/bin/sh
# ${stampFor("cloudflare-pages")}
#
# Publishes the index. Arguments go to wrangler pages deploy; it takes its token from CLOUDFLARE_API_TOKEN.
set -eu
cd "$(dirname "$0")/.."
root=${quoteShell(facts.rootInRepository)}
site=$(mktemp -d)
trap 'rm -rf "$site"' EXIT
${stagingLines(facts, parseSiteAddress(facts.url)?.basePath ?? "/")}
# Run here, wrangler finds the Function in functions/.
npx --yes wrangler@4 pages deploy "$site" "$@"
`;
}

function renderFunction(): string {
  return `// ${stampFor("cloudflare-pages")}

const JSON_TYPE = "${JSON_TYPE}";

${NEGOTIATOR_SOURCE}
export async function onRequest({ request, env }) {
  const url = new URL(request.url);
  const isRead = request.method === "GET" || request.method === "HEAD";
  const isPage = isRead && url.pathname.endsWith("/");
  const json = isPage && wantsJson(request.headers.get("accept"));
  if (json) url.pathname += "index.v1.json";
  const answer = await env.ASSETS.fetch(new Request(url, request));
  // pip keeps a permanent redirect for ever; the one to the address with a slash at its end may change.
  const status = answer.status === 301 || answer.status === 308 ? 302 : answer.status;
  const headers = new Headers(answer.headers);
  if (isPage || status === 302) {
    // Of what is not there the type is that of 404.html.
    if (status === 200) headers.set("Content-Type", json ? JSON_TYPE : "text/html; charset=utf-8");
    // Caches must keep the formats apart, and not for long.
    headers.set("Vary", "Accept");
    headers.set("Cache-Control", "public, max-age=60");
    headers.set("Access-Control-Allow-Origin", "*");
    headers.set("X-Content-Type-Options", "nosniff");
  }
  return new Response(answer.body, { status, headers });
}
`;
}
