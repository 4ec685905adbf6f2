/** Netlify: headers, an edge function that negotiates, and the folder to publish. */
import { JSON_TYPE } from "../simple/media-types.ts";
import { renderHeaderRules } from "./header-rules.ts";
import type { Host, HostFacts } from "./host.ts";
import { NEGOTIATOR_SOURCE } from "./negotiator-source.ts";
import { parseSiteAddress } from "./site-address.ts";
import { quoteShell, stagingLines } from "./staging-script.ts";
import { sealText, stampFor } from "./stamp.ts";

const NETLIFY_SCRIPT = "hosting/netlify.sh";
/** In the folder that Netlify's tools keep out of git. */
const SITE_FOLDER = ".netlify/pkgindex";

export const netlify: Host = {
  name: "netlify",
  summary: "Netlify: negotiates HTML and JSON in an edge function",
  negotiates: true,
  tested: "in part: the edge function under Node's Fetch API; not on the live host",
  render: (facts) => [
    { place: "root", path: "_headers", text: sealText(renderHeaders(facts)), comment: "#" },
    {
      place: "repository",
      path: "netlify/edge-functions/pkgindex.js",
      text: sealText(renderFunction(facts)),
      comment: "//",
    },
    { place: "repository", path: "netlify.toml", text: sealText(renderConfig()), comment: "#" },
    {
      place: "repository",
      path: NETLIFY_SCRIPT,
      text: sealText(renderScript(facts)),
      comment: "#",
      isExecutable: true,
    },
  ],
  nextSteps: () => [
    "publish with netlify deploy --build --prod, or connect the repository to a site of Netlify's",
  ],
};

function basePathOnSite({ url }: HostFacts): string {
  return parseSiteAddress(url)?.encodedBasePath ?? "/";
}

function renderHeaders(facts: HostFacts): string {
  return `# ${stampFor("netlify")}
#
# A rule of Netlify's cannot name an ending, and two rules for one path are joined, not overridden: what depends on the
# ending is set by the edge function.
${renderHeaderRules(facts, basePathOnSite(facts), [])}`;
}

function renderConfig(): string {
  return `# ${stampFor("netlify")}

[build]
command = "sh ${NETLIFY_SCRIPT}"
publish = "${SITE_FOLDER}"
edge_functions = "netlify/edge-functions"

# Netlify's own tools would rewrite pages, and with them what they vouch for.
[build.processing]
skip_processing = true
`;
}

function renderScript(facts: HostFacts): string {
  return `#!/bin/sh
# ${stampFor("netlify")}
#
# Fills the folder that netlify.toml publishes.
set -eu
cd "$(dirname "$0")/.."
root=${quoteShell(facts.rootInRepository)}
site=${SITE_FOLDER}
rm -rf "$site"
${stagingLines(facts, parseSiteAddress(facts.url)?.basePath ?? "/")}
`;
}

function renderFunction(facts: HostFacts): string {
  const base = basePathOnSite(facts);
  const pages =
    facts.layout === "simple" ? [`${base}simple/`, `${base}simple/:project/`] : [base, `${base}:project/`];
  const files = ["whl", "whl.metadata", "tar.gz", "zip"].map((ending) => `${base}*.${ending}`);
  return `// ${stampFor("netlify")}
//
// Each request that it is asked for counts on the quota of edge functions. Without the second line of paths it is asked
// for pages only, and files are checked for a newer version by every client every time.

const JSON_TYPE = "${JSON_TYPE}";

${NEGOTIATOR_SOURCE}
export const config = {
  path: [
    ${pages.map((path) => JSON.stringify(path)).join(", ")},
    ${files.map((path) => JSON.stringify(path)).join(", ")},
  ],
};

export default async function negotiate(request, context) {
  const url = new URL(request.url);
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead) return context.next();
  const isPage = url.pathname.endsWith("/");
  const json = isPage && wantsJson(request.headers.get("accept"));
  if (json) url.pathname += "index.v1.json";
  // The address of a JSON page is none of this function's paths, so it is not asked for it again.
  const answer = json ? await fetch(new Request(url, request)) : await context.next();
  const headers = new Headers(answer.headers);
  if (isPage) {
    if (answer.status === 200) headers.set("Content-Type", json ? JSON_TYPE : "text/html; charset=utf-8");
    // Caches must keep the formats apart, and not for long.
    headers.set("Vary", "Accept");
    headers.set("Cache-Control", "public, max-age=60");
  } else if (answer.status === 200 || answer.status === 206) {
    // Distribution files and sidecars never change. Under a type for text they would be compressed on their way.
    headers.set("Content-Type", "application/octet-stream");
    headers.set("Cache-Control", "public, max-age=31536000, immutable");
  }
  headers.set("Access-Control-Allow-Origin", "*");
  headers.set("X-Content-Type-Options", "nosniff");
  return new Response(answer.body, { status: answer.status, headers });
}
`;
}
