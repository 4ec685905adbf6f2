/** GitHub Pages: a workflow that brings the pages up to date and publishes them, with as few rights as it can do with. */
import type { Host, HostFacts } from "./host.ts";
import { PAGES_WORKFLOW } from "./limits.ts";
import { refuseUnwritable } from "./site-address.ts";
import { quoteShell, stagingLines } from "./staging-script.ts";
import { sealText, stampFor } from "./stamp.ts";

export const githubPages: Host = {
  name: "github-pages",
  summary: "GitHub Pages: HTML only, which has all that pip and uv need",
  negotiates: false,
  tested: "in part: the workflow was linted, the tree was served as GitHub Pages does; not on the live host",
  render: (facts) => [
    { place: "repository", path: PAGES_WORKFLOW, text: sealText(renderWorkflow(facts)), comment: "#" },
    // Without it, a site that is published from a branch goes through Jekyll, which leaves folders like `_x` out.
    { place: "root", path: ".nojekyll", text: "", comment: "#" },
  ],
  nextSteps: () => ['choose "GitHub Actions" under Settings, Pages, Build and deployment of the repository'],
};

/** The same in every workflow that pkgindex ships. */
const INSTALL_STEP = `      - name: Install pkgindex
        run: | # zizmor: ignore[adhoc-packages] the owner says which version, and how exactly
          set -eu
          # A folder is built first; of all else, npm gets what is ready to run.
          if [ -e "$PKGINDEX_CLI/package-lock.json" ]; then npm ci --no-audit --no-fund --prefix "$PKGINDEX_CLI"; fi
          mkdir -p "$RUNNER_TEMP/pkgindex"
          npm install --loglevel=error --install-links --no-save --no-audit --no-fund --prefix "$RUNNER_TEMP/pkgindex" -- "$PKGINDEX_CLI"`;

function renderWorkflow(facts: HostFacts): string {
  refuseUnwritable(facts.rootInRepository, /\$\{\{/, "a workflow");
  const staging = `set -eu
root=${quoteShell(facts.rootInRepository)}
site=$RUNNER_TEMP/site
${stagingLines(facts, "/")}`
    .split("\n")
    .map((line) => (line === "" ? "" : `          ${line}`))
    .join("\n");
  return `# ${stampFor("github-pages")}
#
# GitHub Pages takes the type of a page from its file name and cannot negotiate: it serves the HTML pages, and no client
# gets JSON from it. HTML has all that pip, uv, Poetry and PDM need, but for pip's --uploaded-prior-to.
# [index] json-root = true makes a second root of JSON pages, simple-json/; GitHub Pages calls them text/html, so it is of
# use only behind a proxy that sets their type to application/vnd.pypi.simple.v1+json.
# Every answer may be cached for ten minutes; that cannot be changed.
name: Publish the index

on:
  push:
    branches: [main]
  workflow_dispatch:
  # The workflow that adds packages calls this one: what it pushes starts no run.
  workflow_call:

# No job has rights that it does not name.
permissions: {}

# One is published after the other, and a run that waits is not cancelled for a newer one.
# A GitHub Enterprise Server that does not know "queue" yet refuses the file: take the line out there.
concurrency:
  group: pages
  queue: max

env:
  # What npm installs to have pkgindex, as [automation] cli in pkgindex.toml says.
  PKGINDEX_CLI: ${JSON.stringify(facts.cli)}

jobs:
  build:
    name: Make the pages
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
          # The newest commit, also where this run's own has been overtaken, and what was asked for from another branch.
          ref: \${{ github.event_name == 'push' && github.ref || github.event.repository.default_branch }}
          # The commit that added a file says when it was uploaded; what older commits held need not be fetched.
          fetch-depth: 0
          filter: blob:none
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 24
          package-manager-cache: false
${INSTALL_STEP}
      - name: Bring the pages up to date, and take what is published
        env:
          PKGINDEX: \${{ runner.temp }}/pkgindex/node_modules/.bin/pkgindex
        run: |
${staging}
      - uses: actions/upload-pages-artifact@7b1f4a764d45c48632c6b24a0339c27f5614fb0b # v4.0.0
        with:
          path: \${{ runner.temp }}/site

  deploy:
    name: Publish them
    needs: build
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      pages: write # to publish them
      id-token: write # to prove where they come from, which Pages asks for
    environment:
      name: github-pages
      url: \${{ steps.deployment.outputs.page_url }}
    steps:
      - id: deployment
        uses: actions/deploy-pages@d6db90164ac5ed86f2b6aed7e0febac5b3c0c03e # v4.0.5
`;
}
