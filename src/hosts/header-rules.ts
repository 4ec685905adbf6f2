/** The `_headers` file that Cloudflare Pages and Netlify read: a path, and below it the headers of what it matches. */
import { JSON_TYPE, typeOfDistribution } from "../simple/media-types.ts";
import type { HostFacts } from "./host.ts";

/**
 * The rules for a tree that is served under `base`. `immutable` are the names of distribution files as patterns, for a host
 * whose rules can have one in the middle of a path; a host whose rules cannot gives none.
 */
export function renderHeaderRules(facts: HostFacts, base: string, immutable: readonly string[]): string {
  const { layout, jsonRoot } = facts;
  const rules: string[] = [
    rule(`${base}*`, ["Access-Control-Allow-Origin: *", "X-Content-Type-Options: nosniff"]),
  ];
  for (const pattern of immutable) {
    rules.push(
      rule(`${base}${pattern}`, [
        `Content-Type: ${typeOfUncompressed(pattern)}`,
        "Cache-Control: public, max-age=31536000, immutable",
      ]),
    );
  }
  if (jsonRoot) {
    rules.push(
      `# The second root: its index.html files hold JSON.\n${rule(`${base}simple-json/*`, [`Content-Type: ${JSON_TYPE}`, SHORT])}`,
    );
  }
  if (layout === "simple") {
    rules.push(
      `# Legacy JSON has no ending that would say what it is.\n${rule(`${base}pypi/*`, ["Content-Type: application/json", SHORT])}`,
    );
  }
  return `${rules.join("\n")}`;
}

const SHORT = "Cache-Control: public, max-age=60";

function rule(path: string, headers: readonly string[]): string {
  return `${path}\n${headers.map((header) => `  ${header}\n`).join("")}`;
}

/**
 * The type of a distribution file or a sidecar on a host that compresses what its type calls text: a sidecar has to arrive as
 * it is, since pip compares the bytes that come with its hash.
 */
export function typeOfUncompressed(filename: string): string {
  const type = typeOfDistribution(filename);
  return type.startsWith("text/") ? "application/octet-stream" : type;
}
