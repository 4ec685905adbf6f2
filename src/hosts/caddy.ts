/** Caddy: a Caddyfile with one site, which serves the tree and nothing else of the root. */
import { JSON_TYPE, typeOfDistribution } from "../simple/media-types.ts";
import { HTML_WEIGHT, HTML_WINS, JSON_WEIGHT, type WeightPattern } from "./accept-weights.ts";
import type { Host, HostFacts } from "./host.ts";
import { parseSiteAddress, refuseUnwritable } from "./site-address.ts";
import { sealText, stampFor } from "./stamp.ts";
import { escapePattern, treePatterns } from "./tree-patterns.ts";

export const CADDY_FILE = "hosting/Caddyfile";

export const caddy: Host = {
  name: "caddy",
  summary: "Caddy 2.6 or newer, with its own certificates: negotiates HTML and JSON",
  negotiates: true,
  tested: "with the real Caddy 2.6: its own validation and HTTP requests",
  render: (facts) => [{ place: "repository", path: CADDY_FILE, text: sealText(render(facts)), comment: "#" }],
  nextSteps: () => [
    `check with caddy validate --adapter caddyfile --config ${CADDY_FILE}`,
    `run it with caddy run --config ${CADDY_FILE}, or import it from /etc/caddy/Caddyfile`,
  ],
};

/** Between backticks the Caddyfile takes everything as it is; braces would be placeholders. */
function quote(text: string): string {
  return `\`${text}\``;
}

function siteOf(url: string | undefined): string {
  const address = parseSiteAddress(url);
  if (address === undefined) return ":8080";
  const { scheme, hostname, port } = address;
  return `${scheme}://${hostname}${port === (scheme === "http" ? 80 : 443) ? "" : `:${port}`}`;
}

function render(facts: HostFacts): string {
  const { layout, servedFrom, url, jsonRoot } = facts;
  const address = parseSiteAddress(url);
  const basePath = address?.basePath ?? "/";
  refuseUnwritable(servedFrom, /[`{}]/, "a Caddyfile");
  refuseUnwritable(basePath, /[`{}]/, "a Caddyfile");
  const patterns = treePatterns(layout);
  const base = escapePattern(basePath);
  const match = (name: string, pattern: string): string =>
    `@${name} path_regexp ${name} ${quote(`^${base}(${pattern})$`)}`;
  // A query in an address is no part of what is matched; the path below the root is what stands in the group.
  const strip = basePath === "/" ? "" : `\n\t\turi strip_prefix ${quote(basePath.replace(/\/$/, ""))}`;
  return `# ${stampFor("caddy")}
#
# Where a directive stands here, its reason stands above it; what is not named here is not served.

${siteOf(url)} {
	root * ${quote(servedFrom)}

	# Which format a client wants (PEP 691): the weight of each in its Accept header, then the higher one.
	map {header.Accept} {pkgindex_json_weight} {
${weightLines(JSON_WEIGHT)}
		default 0
	}
	map {header.Accept} {pkgindex_html_weight} {
${weightLines(HTML_WEIGHT)}
		default 0
	}
	map "{pkgindex_json_weight}:{pkgindex_html_weight}" {pkgindex_page} {pkgindex_type} {
		${quote(`~${HTML_WINS}`)} index.html "text/html; charset=utf-8"
		default index.v1.json ${JSON_TYPE}
	}

	header Access-Control-Allow-Origin *
	header X-Content-Type-Options nosniff

	# In this order: the first that matches serves.
	@other not method GET HEAD
	handle @other {
		header Allow "GET, HEAD"
		respond 405
	}
	${match("page", patterns.pages)}
	${match("pagefile", patterns.pageFiles)}
	${match("distribution", patterns.distributions)}
	${match("provenance", patterns.provenance)}
	${match("sitefolder", patterns.siteFolders)}
	${match("sitefile", patterns.siteFiles)}
	${match("slashless", patterns.slashless)}
${jsonRoot ? jsonRootHandler(match("jsonroot", patterns.jsonRoot)) : ""}
	# Pages of the simple API: one address, two formats. Caches must keep them apart, and not for long.
	handle @page {
		header Vary Accept
		header Cache-Control "public, max-age=60"
		header Content-Type {pkgindex_type}
		rewrite * /{re.page.1}{pkgindex_page}
		file_server
	}
	handle @pagefile {
		header Cache-Control "public, max-age=60"
		@json path *.json
		header @json Content-Type ${JSON_TYPE}
		rewrite * /{re.pagefile.1}
		file_server
	}
${patterns.legacy === undefined ? "" : legacyHandler(match("legacy", patterns.legacy))}
	# Distribution files and sidecars never change: they may be kept for ever.
	handle @distribution {${strip}
		header Cache-Control "public, max-age=31536000, immutable"
		header Content-Type ${typeOfDistribution("a.whl")}
		@metadata path *.metadata
		header @metadata Content-Type "${typeOfDistribution("a.whl.metadata")}"
		@gzip path *.tar.gz
		header @gzip Content-Type ${typeOfDistribution("a.tar.gz")}
		@zip path *.zip
		header @zip Content-Type ${typeOfDistribution("a.zip")}
		file_server
	}
	handle @provenance {${strip}
		header Cache-Control "public, max-age=60"
		header Content-Type ${typeOfDistribution("a.provenance")}
		file_server
	}

	# Without the slash at its end, relative links would lead astray. 302, since pip keeps a permanent redirect for ever.
	handle @slashless {
		header Vary Accept
		@there file {re.slashless.1}/index.html
		redir @there ${quote(`${(address?.encodedBasePath ?? "/").replace(/[{}]/g, "")}{re.slashless.1}/`)} 302
		error 404
	}

	# The site for people.
	handle @sitefolder {${strip}
		header Cache-Control "public, max-age=60"
		rewrite * {path}index.html
		header Content-Type "text/html; charset=utf-8"
		file_server
	}
	handle @sitefile {${strip}
		header Cache-Control "public, max-age=60"
		file_server
	}

	# Nothing else: records, .git, tokens and configuration may lie beside the pages.
	handle {
		error 404
	}

	# A missing project has to be a 404, so that clients go on to the next index.
	handle_errors {
		header Cache-Control no-cache
		header Content-Type "text/html; charset=utf-8"
		rewrite * /404.html
		file_server
	}
}
`;
}

function weightLines(patterns: readonly WeightPattern[]): string {
  return patterns
    .map(({ pattern, hasWeight }) => `\t\t${quote(`~(?i)${pattern}`)} ${hasWeight ? '"${1}"' : "1"}`)
    .join("\n");
}

function jsonRootHandler(matcher: string): string {
  return `
	# The second root: JSON for everyone, for clients or proxies that cannot ask for it.
	${matcher}
	handle @jsonroot {
		header Cache-Control "public, max-age=60"
		header Content-Type ${JSON_TYPE}
		rewrite * /{re.jsonroot.1}index.html
		file_server
	}
`;
}

function legacyHandler(matcher: string): string {
  return `
	# Legacy JSON: micropip refuses it under any other type.
	${matcher}
	handle @legacy {
		header Cache-Control "public, max-age=60"
		header Content-Type application/json
		rewrite * /{re.legacy.1}
		file_server
	}
`;
}
