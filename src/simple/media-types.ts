/** The media types of the simple API and of what it points at. */

/** JSON pages. https://packaging.python.org/en/latest/specifications/simple-repository-api/#content-types (PEP 691) */
export const JSON_TYPE = "application/vnd.pypi.simple.v1+json";

/** HTML pages, by the name that says which version they are. Old clients do not know it. */
export const VERSIONED_HTML_TYPE = "application/vnd.pypi.simple.v1+html";

/** HTML pages, by the name that every client and every browser knows. */
export const HTML_TYPE = "text/html";

/** A type in which a page of the simple API can be had. */
export type PageType = typeof JSON_TYPE | typeof VERSIONED_HTML_TYPE | typeof HTML_TYPE;

/** Names for the newest version: an answer never carries them, it names the version (PEP 691, "Version + Format Selection"). */
const ALIASES: Readonly<Record<string, PageType>> = {
  "application/vnd.pypi.simple.latest+json": JSON_TYPE,
  "application/vnd.pypi.simple.latest+html": VERSIONED_HTML_TYPE,
};

/** The type that a name in an `Accept` header stands for, in lower case: aliases become the type that they mean. */
export function resolveMediaType(name: string): string {
  const lower = name.toLowerCase();
  return ALIASES[lower] ?? lower;
}

const BY_ENDING: readonly (readonly [ending: string, type: string])[] = [
  [".whl.metadata", "text/plain; charset=utf-8"],
  // PEP 740: https://packaging.python.org/en/latest/specifications/index-hosted-attestations/
  [".provenance", "application/vnd.pypi.integrity.v1+json"],
  [".whl", "application/octet-stream"],
  [".tar.gz", "application/gzip"],
  [".zip", "application/zip"],
];

/**
 * The media type of a distribution file, a sidecar or a provenance file, by its name. An sdist is never sent with
 * `Content-Encoding`: a client would unpack it and find another hash.
 */
export function typeOfDistribution(filename: string): string {
  return BY_ENDING.find(([ending]) => filename.endsWith(ending))?.[1] ?? "application/octet-stream";
}
