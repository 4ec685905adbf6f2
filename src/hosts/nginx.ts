/** nginx: one file for the `http` context, with a `server` block that serves the tree and nothing else of the root. */
import { JSON_TYPE, typeOfDistribution } from "../simple/media-types.ts";
import { HTML_WEIGHT, HTML_WINS, JSON_WEIGHT, type WeightPattern } from "./accept-weights.ts";
import type { Host, HostFacts } from "./host.ts";
import { parseSiteAddress, refuseUnwritable } from "./site-address.ts";
import { sealText, stampFor } from "./stamp.ts";
import { escapePattern, treePatterns } from "./tree-patterns.ts";

export const NGINX_FILE = "hosting/nginx.conf";

export const nginx: Host = {
  name: "nginx",
  summary: "nginx 1.18 or newer: negotiates HTML and JSON",
  negotiates: true,
  tested: "with the real nginx 1.22: its own syntax check and HTTP requests",
  render: (facts) => [{ place: "repository", path: NGINX_FILE, text: sealText(render(facts)), comment: "#" }],
  nextSteps: () => [
    `include ${NGINX_FILE} in the http block of nginx.conf, or link it into /etc/nginx/conf.d/`,
    "check with nginx -t, then nginx -s reload",
  ],
};

/** In double quotes nginx takes a backslash before a quote or a backslash away; a dollar begins a variable, and cannot be written. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A pattern keeps its backslashes, but for those before a quote. */
function quotePattern(pattern: string): string {
  return `"${pattern.replace(/\\\\/g, "\\\\\\\\").replace(/"/g, '\\"')}"`;
}

function render(facts: HostFacts): string {
  const { layout, servedFrom, url, jsonRoot } = facts;
  const address = parseSiteAddress(url);
  refuseUnwritable(servedFrom, /\$/, "nginx");
  const root = quote(servedFrom);
  const patterns = treePatterns(layout);
  const encodedBase = (address?.encodedBasePath ?? "/").replace(/\$/g, "%24");
  const base = escapePattern(address?.basePath ?? "/");
  const at = (pattern: string): string =>
    `location ~ ${quotePattern(`^${base}(?<pkgindex_path>${pattern})$`)}`;
  const onlyHttp = address === undefined || address.scheme === "http";
  const port = onlyHttp ? (address?.port ?? 80) : 80;
  const host = address === undefined ? "_" : address.hostname;
  return `# ${stampFor("nginx")}
#
# For the http context: include it in nginx.conf, or put it into conf.d/. Where a directive stands here, its reason
# stands above it; what is not named here is not served.
${onlyHttp ? "" : '#\n# TLS is yours to add: a certificate, "listen 443 ssl", and a redirect from port 80.\n'}
# Which format a client wants (PEP 691): the weight of each in its Accept header, then the higher one.
map $http_accept $pkgindex_json_weight {
    default 0;
${weightLines(JSON_WEIGHT)}
}
map $http_accept $pkgindex_html_weight {
    default 0;
${weightLines(HTML_WEIGHT)}
}
map "$pkgindex_json_weight:$pkgindex_html_weight" $pkgindex_page {
    default index.v1.json;
    ${quotePattern(`~${HTML_WINS}`)} index.html;
}

server {
    listen ${port};
    listen [::]:${port};
    server_name ${host};
    root ${root};

    # A redirect names no host and no port, so that it is right behind a proxy.
    absolute_redirect off;
    server_tokens off;
    # Compressed answers have weak ETags, which uv ignores; and a sidecar has to arrive as it is.
    gzip off;
    error_page 404 @pkgindex_missing;
${jsonRoot ? jsonRootLocation(at(patterns.jsonRoot)) : ""}
    # Pages of the simple API: one address, two formats. Caches must keep them apart, and not for long.
    ${at(patterns.pages)} {
        types { text/html html; ${JSON_TYPE} json; }
        charset utf-8;
        add_header Vary Accept always;
        add_header Cache-Control "public, max-age=60";
        add_header Access-Control-Allow-Origin "*" always;
        add_header X-Content-Type-Options nosniff always;
        # Never from one format to the other: the type would lie.
        try_files /$pkgindex_path$pkgindex_page =404;
    }
    ${at(patterns.pageFiles)} {
        types { text/html html; ${JSON_TYPE} json; }
        charset utf-8;
        add_header Cache-Control "public, max-age=60";
        add_header Access-Control-Allow-Origin "*" always;
        add_header X-Content-Type-Options nosniff always;
        try_files /$pkgindex_path =404;
    }
${patterns.legacy === undefined ? "" : legacyLocation(at(patterns.legacy))}
    # Distribution files and sidecars never change: they may be kept for ever.
${distributionLocations(at, patterns.distributions)}
    ${at(patterns.provenance)} {
        types { }
        default_type ${typeOfDistribution("a.provenance")};
        add_header Cache-Control "public, max-age=60";
        add_header Access-Control-Allow-Origin "*" always;
        try_files /$pkgindex_path =404;
    }

    # The site for people.
    ${at(patterns.siteFolders)} {
        types { text/html html; }
        charset utf-8;
        add_header Cache-Control "public, max-age=60";
        try_files /\${pkgindex_path}index.html =404;
    }
    ${at(`${patterns.siteFiles}`)} {
        types {
            text/html html; text/css css; text/javascript js mjs; application/json json; image/svg+xml svg;
            image/png png; image/x-icon ico; application/atom+xml atom; application/rss+xml rss;
            application/xml xml; text/plain txt; application/manifest+json webmanifest; font/woff2 woff2;
        }
        charset utf-8;
        add_header Cache-Control "public, max-age=60";
        try_files /$pkgindex_path =404;
    }

    # A missing project has to be a 404, so that clients go on to the next index.
    location @pkgindex_missing {
        types { text/html html; }
        charset utf-8;
        add_header Cache-Control no-cache always;
        add_header Access-Control-Allow-Origin "*" always;
        try_files /404.html =404;
    }

    # Without the slash at its end, relative links would lead astray. 302, since pip keeps a permanent redirect for ever.
    ${at(patterns.slashless)} {
        add_header Vary Accept always;
        if (-f $document_root/$pkgindex_path/index.html) {
            return 302 ${quote(`${encodedBase}$pkgindex_path/$is_args$args`)};
        }
        return 404;
    }

    # Nothing else: records, .git, tokens and configuration may lie beside the pages.
    location / {
        return 404;
    }
}
`;
}

function weightLines(patterns: readonly WeightPattern[]): string {
  return patterns
    .map(({ pattern, hasWeight }) => `    ${quotePattern(`~*${pattern}`)} ${hasWeight ? "$1" : "1"};`)
    .join("\n");
}

function distributionLocations(at: (pattern: string) => string, pattern: string): string {
  return `    ${at(pattern)} {
        types {
            ${typeOfDistribution("a.zip")} zip; ${typeOfDistribution("a.tar.gz")} gz;
            text/plain metadata;
        }
        default_type ${typeOfDistribution("a.whl")};
        charset utf-8;
        charset_types text/plain;
        add_header Cache-Control "public, max-age=31536000, immutable";
        add_header Access-Control-Allow-Origin "*" always;
        add_header X-Content-Type-Options nosniff always;
        try_files /$pkgindex_path =404;
    }`;
}

function jsonRootLocation(location: string): string {
  return `
    # The second root: JSON for everyone, for clients or proxies that cannot ask for it.
    ${location} {
        types { }
        default_type ${JSON_TYPE};
        add_header Cache-Control "public, max-age=60";
        add_header Access-Control-Allow-Origin "*" always;
        add_header X-Content-Type-Options nosniff always;
        try_files /\${pkgindex_path}index.html =404;
    }
`;
}

function legacyLocation(location: string): string {
  return `
    # Legacy JSON: micropip refuses it under any other type.
    ${location} {
        types { }
        default_type application/json;
        add_header Cache-Control "public, max-age=60";
        add_header Access-Control-Allow-Origin "*" always;
        add_header X-Content-Type-Options nosniff always;
        try_files /$pkgindex_path =404;
    }
`;
}
