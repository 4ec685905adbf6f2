/** Apache httpd: a virtual host that serves the tree and nothing else of the root. */
import { JSON_TYPE, typeOfDistribution } from "../simple/media-types.ts";
import { HTML_WEIGHT, HTML_WINS, JSON_WEIGHT, type WeightPattern } from "./accept-weights.ts";
import type { Host, HostFacts } from "./host.ts";
import { parseSiteAddress, refuseUnwritable } from "./site-address.ts";
import { sealText, stampFor } from "./stamp.ts";
import { escapePattern, treePatterns } from "./tree-patterns.ts";

export const APACHE_FILE = "hosting/apache.conf";

export const apache: Host = {
  name: "apache",
  summary: "Apache httpd 2.4 with mod_rewrite, mod_headers and mod_setenvif: negotiates HTML and JSON",
  negotiates: true,
  tested: "with the real Apache 2.4: its own syntax check and HTTP requests",
  render: (facts) => [
    { place: "repository", path: APACHE_FILE, text: sealText(render(facts)), comment: "#" },
  ],
  nextSteps: () => [
    "enable the modules: a2enmod rewrite headers setenvif",
    `include ${APACHE_FILE} in the configuration, or link it into /etc/apache2/sites-enabled/`,
    "check with apachectl configtest, then apachectl graceful",
  ],
};

/** In double quotes Apache takes a backslash before a quote or a backslash away. */
function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** mod_rewrite reads its lines by rules of its own: a backslash stays what it is, and a quote cannot be written at all. */
function quotePattern(pattern: string): string {
  return `"${pattern.replace(/"/g, "\\x22")}"`;
}

/** In what a rule puts in place of an address, `$` and `%` have a meaning. */
function escapeSubstitution(text: string): string {
  return text.replace(/[$%]/g, "\\$&");
}

function quoteTarget(text: string): string {
  return `"${text}"`;
}

function render(facts: HostFacts): string {
  const { layout, servedFrom, url, jsonRoot } = facts;
  const address = parseSiteAddress(url);
  const basePath = address?.basePath ?? "/";
  // `${` begins a variable of the configuration, wherever it stands; the others are patterns, or cannot be quoted.
  refuseUnwritable(servedFrom, /\$\{|["\\*?[]/, "the configuration of Apache");
  refuseUnwritable(basePath, /\$\{/, "the configuration of Apache");
  const patterns = treePatterns(layout);
  const base = escapePattern(basePath);
  const root = servedFrom.replace(/\/$/, "");
  const at = (pattern: string): string => quotePattern(`^${base}(${pattern})$`);
  const rule = (pattern: string, target: string): string =>
    `    RewriteRule ${at(pattern)} ${quoteTarget(`${escapeSubstitution(root)}/${target}`)} [L]`;
  const encodedBase = address?.encodedBasePath ?? "/";
  const onlyHttp = address === undefined || address.scheme === "http";
  const port = onlyHttp ? (address?.port ?? 80) : 80;
  return `# ${stampFor("apache")}
#
# Needs: a2enmod rewrite headers setenvif. Where a directive stands here, its reason stands above it; what is not named
# here is not served.
${onlyHttp ? "" : '#\n# TLS is yours to add: a certificate, "<VirtualHost *:443>", and a redirect from port 80.\n'}
<VirtualHost *:${port}>
${address === undefined ? "" : `    ServerName ${address.hostname}\n`}    DocumentRoot ${quote(root)}
    ErrorDocument 404 ${quote(`${encodedBase}404.html`)}

    # Which format a client wants (PEP 691): the weight of each in its Accept header, then the higher one.
    SetEnvIf Accept ".*" PKGINDEX_JSON_WEIGHT=0 PKGINDEX_HTML_WEIGHT=0
${weightLines("PKGINDEX_JSON_WEIGHT", JSON_WEIGHT)}
${weightLines("PKGINDEX_HTML_WEIGHT", HTML_WEIGHT)}
    # Compressed answers change their ETags; and a sidecar has to arrive as it is.
    SetEnv no-gzip 1
    SetEnv no-brotli 1

    RewriteEngine On
    RewriteCond "%{REQUEST_METHOD}" "!^(?:GET|HEAD)$"
    RewriteRule ^ - [R=405,L]
${jsonRoot ? `    # The second root: JSON for everyone, for clients or proxies that cannot ask for it.\n${rule(patterns.jsonRoot, "$1index.html")}\n` : ""}    # Pages of the simple API: one address, two formats.
    RewriteCond "%{ENV:PKGINDEX_JSON_WEIGHT}:%{ENV:PKGINDEX_HTML_WEIGHT}" ${quotePattern(HTML_WINS)}
    RewriteRule ${at(patterns.pages)} ${quoteTarget(`${escapeSubstitution(root)}/$1index.html`)} [L,E=PKGINDEX_VARIES:1]
    RewriteRule ${at(patterns.pages)} ${quoteTarget(`${escapeSubstitution(root)}/$1index.v1.json`)} [L,E=PKGINDEX_VARIES:1]
${rule(patterns.pageFiles, "$1")}
${patterns.legacy === undefined ? "" : `    # Legacy JSON.\n${rule(patterns.legacy, "$1")}\n`}    # Distribution files, their sidecars, and provenance.
${rule(`${patterns.distributions}|${patterns.provenance}`, "$1")}
    # The site for people, and what clients see where there is nothing.
${rule(patterns.siteFolders, "$1index.html")}
${rule(`${patterns.siteFiles}|404\\.html`, "$1")}
    # Without the slash at its end, relative links would lead astray. 302, since pip keeps a permanent redirect for ever.
    RewriteCond ${quoteTarget(`${escapeSubstitution(root)}/$1/index.html`)} -f
    RewriteRule ${at(patterns.slashless)} ${quoteTarget(`${escapeSubstitution(encodedBase)}$1/`)} [R=302,NE,L]
    # Nothing else: records, .git, tokens and configuration may lie beside the pages.
    RewriteRule ^ - [R=404,L]

    Header always set Access-Control-Allow-Origin "*"
    Header always set X-Content-Type-Options nosniff
    # Caches must keep the formats apart.
    Header always merge Vary Accept env=PKGINDEX_VARIES
    Header always merge Vary Accept env=REDIRECT_PKGINDEX_VARIES

    <Directory ${quote(root)}>
        Options FollowSymLinks
        AllowOverride None
        Require all granted
        # Which file answers is decided above.
        DirectoryIndex disabled
        DirectorySlash Off
        # Size and time: HTML and JSON of a project differ in size.
        FileETag MTime Size

        <FilesMatch "\\.(html|json)$">
            Header set Cache-Control "public, max-age=60"
            AddCharset utf-8 .html
        </FilesMatch>
        # mime.types says application/json, which pip refuses.
        <FilesMatch "^index\\.v1\\.json$">
            ForceType ${JSON_TYPE}
        </FilesMatch>
        # Distribution files never change: they may be kept for ever. An sdist is not sent as something encoded.
        <FilesMatch "\\.(whl|metadata|gz|zip)$">
            ForceType ${typeOfDistribution("a.whl")}
            RemoveEncoding .gz
            Header set Cache-Control "public, max-age=31536000, immutable"
        </FilesMatch>
        <FilesMatch "\\.metadata$">
            ForceType "${typeOfDistribution("a.whl.metadata")}"
        </FilesMatch>
        <FilesMatch "\\.gz$">
            ForceType ${typeOfDistribution("a.tar.gz")}
        </FilesMatch>
        <FilesMatch "\\.zip$">
            ForceType ${typeOfDistribution("a.zip")}
        </FilesMatch>
        <FilesMatch "\\.provenance$">
            ForceType ${typeOfDistribution("a.provenance")}
            Header set Cache-Control "public, max-age=60"
        </FilesMatch>
    </Directory>
${jsonRoot ? directory(`${root}/simple-json`, "^index\\.html$", JSON_TYPE) : ""}${patterns.legacy === undefined ? "" : directory(`${root}/pypi`, "^json$", "application/json")}</VirtualHost>
`;
}

function weightLines(variable: string, patterns: readonly WeightPattern[]): string {
  // The last one that matches counts here, so they stand the other way round.
  return patterns
    .toReversed()
    .map(
      ({ pattern, hasWeight }) =>
        `    SetEnvIfNoCase Accept ${quote(pattern)} ${variable}=${hasWeight ? "$1" : "1"}`,
    )
    .join("\n");
}

function directory(path: string, pattern: string, type: string): string {
  return `    <Directory ${quote(path)}>
        <FilesMatch ${quote(pattern)}>
            ForceType ${type}
            Header set Cache-Control "public, max-age=60"
        </FilesMatch>
    </Directory>
`;
}
