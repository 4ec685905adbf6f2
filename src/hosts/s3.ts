/** Amazon S3, alone or behind CloudFront: how files are uploaded, a CloudFront Function that negotiates, and the Terraform for both. */
import { JSON_TYPE, typeOfDistribution } from "../simple/media-types.ts";
import { typeOfUncompressed } from "./header-rules.ts";
import type { Host, HostFacts } from "./host.ts";
import { NEGOTIATOR_SOURCE } from "./negotiator-source.ts";
import { renderTerraform } from "./s3-terraform.ts";
import { parseSiteAddress } from "./site-address.ts";
import { quoteShell } from "./staging-script.ts";
import { sealText, stampFor } from "./stamp.ts";
import { escapePattern, treePatterns } from "./tree-patterns.ts";

const FOLDER = "hosting/s3";

export const s3: Host = {
  name: "s3",
  summary:
    "Amazon S3: HTML only by itself, HTML and JSON behind CloudFront with the Function that is written",
  negotiates: true,
  tested:
    "in part: the Function in a JavaScript VM, the Terraform file by its parser and formatter; not on the live host",
  render: (facts) => [
    {
      place: "repository",
      path: `${FOLDER}/upload.sh`,
      text: sealText(renderUpload(facts)),
      comment: "#",
      isExecutable: true,
    },
    {
      place: "repository",
      path: `${FOLDER}/negotiate.js`,
      text: sealText(renderFunction(facts)),
      comment: "//",
    },
    {
      place: "repository",
      path: `${FOLDER}/main.tf`,
      text: sealText(renderTerraform(basePathOf(facts))),
      comment: "#",
    },
  ],
  nextSteps: () => [
    `terraform -chdir=${FOLDER} init, then apply (or tofu), with a bucket name of your own`,
    `upload with ${FOLDER}/upload.sh BUCKET, each time after pkgindex generate`,
    "without CloudFront S3 cannot negotiate: clients get HTML, or JSON from simple-json/ with [index] json-root = true",
  ],
};

function basePathOf({ url }: HostFacts): string {
  return parseSiteAddress(url)?.basePath ?? "/";
}

function renderUpload(facts: HostFacts): string {
  const { rootInRepository, layout, jsonRoot } = facts;
  const pages = layout === "simple" ? "simple/" : "";
  const step = (comment: string, includes: readonly string[], options: string): string =>
    `\n# ${comment}\nupload ${includes.map((pattern) => `--include ${quoteShell(pattern)}`).join(" ")} \\\n  --exclude '.*' --exclude '*/.*' --exclude 'node_modules/*' ${options}`;
  const short = "--cache-control 'public, max-age=60'";
  const immutable = "--size-only --cache-control 'public, max-age=31536000, immutable'";
  const type = (name: string): string => `--content-type ${quoteShell(name)}`;
  return `#!/usr/bin/env bash
# ${stampFor("s3")}
#
# Uploads the index: upload.sh BUCKET. S3 knows a type only as it is told when an object is uploaded. The order is that of
# pkgindex itself: files before the pages that name them, removals last, so that what is advertised is always there.
# Credentials come from the environment or the profile, as for every aws command.
set -euo pipefail
cd "$(dirname "$0")/../.."
bucket=\${1:?usage: upload.sh BUCKET}
root=${quoteShell(rootInRepository)}
target="s3://$bucket/"${quoteShell(basePathOf(facts).slice(1))}

upload() {
  # --no-follow-symlinks is not given: a link to a file is as good as the file.
  aws s3 sync "$root" "$target" --only-show-errors --exclude '*' "$@"
}
${step("Files never change, so a file of the same size is the same.", ["*.whl"], `${immutable} ${type(typeOfDistribution("a.whl"))}`)}
${step("An sdist is not sent as something encoded.", ["*.tar.gz"], `${immutable} ${type(typeOfDistribution("a.tar.gz"))}`)}
${step("Older sdists.", ["*.zip"], `${immutable} ${type(typeOfDistribution("a.zip"))}`)}
${step("Metadata sidecars.", ["*.whl.metadata"], `--cache-control 'public, max-age=31536000, immutable' ${type(typeOfUncompressed("a.whl.metadata"))}`)}
${step("Provenance.", ["*.provenance"], `${short} ${type(typeOfDistribution("a.provenance"))}`)}
${step("JSON pages: S3 would call them application/json, which pip refuses.", [`${pages}*index.v1.json`], `${short} ${type(JSON_TYPE)}`)}${
    layout === "simple"
      ? `\n${step("Legacy JSON has no ending that would say what it is.", ["pypi/*/json"], `${short} ${type("application/json")}`)}`
      : ""
  }${
    jsonRoot
      ? `\n${step("The second root: its index.html files hold JSON.", ["simple-json/*index.html"], `${short} ${type(JSON_TYPE)}`)}`
      : ""
  }
${step("HTML pages; the list comes with them.", [...htmlPages(layout), "404.html"], `--exclude 'simple-json/*' ${short} ${type("text/html; charset=utf-8")}`)}
${step("The site's own files.", ["-/*"], "--exclude '*.html' --cache-control 'public, max-age=60'")}

# Last, what is no longer there. Nothing is uploaded here: all that is published is there already.
aws s3 sync "$root" "$target" --only-show-errors --size-only --delete --exclude '*' \\
  --include '*.whl' --include '*.whl.metadata' --include '*.tar.gz' --include '*.zip' --include '*.provenance' \\
  --include '*index.html' --include '*index.v1.json' --include 'pypi/*/json' --include '-/*' \\
  --exclude '.*' --exclude '*/.*' --exclude 'node_modules/*'
`;
}

function htmlPages(layout: HostFacts["layout"]): readonly string[] {
  return layout === "simple" ? ["index.html", "simple/*index.html", "project/*index.html"] : ["*index.html"];
}

function renderFunction({ url, layout }: HostFacts): string {
  // The uri of a request is percent-encoded.
  const base = parseSiteAddress(url)?.encodedBasePath ?? "/";
  const pages = `^${escapePattern(base)}${treePatterns(layout).pages}$`.replace(/\//g, "\\/");
  return `// ${stampFor("s3")}
//
// A CloudFront Function for viewer requests. It runs before the cache is asked, so the address that it makes is the key
// there, and Accept need not be part of it.

${NEGOTIATOR_SOURCE}
function handler(event) {
  var request = event.request;
  if (!request.uri.endsWith("/")) return request;
  var accept = request.headers.accept;
  var isPage = /${pages}/.test(request.uri);
  request.uri += isPage && accept && wantsJson(accept.value) ? "index.v1.json" : "index.html";
  return request;
}
`;
}
