import { parseHeaderFields, unfold, wantedFields, withoutBody, type HeaderFields } from "./header-fields.ts";

/** One `Project-URL`. A value without a comma is all label, and its `url` is empty. */
export interface ProjectUrl {
  readonly label: string;
  readonly url: string;
}

/**
 * What METADATA or PKG-INFO says, as text for display: nothing in it is checked. An absent or empty field is `undefined`
 * or `[]`; of a field that may be there once, the first counts. For versions 1.0 to 2.5 of the specification.
 */
export interface CoreMetadata {
  readonly metadataVersion: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly descriptionContentType: string | undefined;
  readonly keywords: readonly string[];
  readonly homePage: string | undefined;
  readonly downloadUrl: string | undefined;
  readonly author: string | undefined;
  readonly authorEmail: string | undefined;
  readonly maintainer: string | undefined;
  readonly maintainerEmail: string | undefined;
  readonly license: string | undefined;
  readonly licenseExpression: string | undefined;
  readonly licenseFiles: readonly string[];
  readonly classifiers: readonly string[];
  readonly platforms: readonly string[];
  readonly supportedPlatforms: readonly string[];
  readonly requiresPython: string | undefined;
  readonly requiresDist: readonly string[];
  readonly requiresExternal: readonly string[];
  readonly providesExtra: readonly string[];
  readonly providesDist: readonly string[];
  readonly obsoletesDist: readonly string[];
  /** `Requires`, `Provides`, `Obsoletes`: of version 1.1, deprecated since. */
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly obsoletes: readonly string[];
  readonly projectUrls: readonly ProjectUrl[];
  readonly dynamic: readonly string[];
  readonly importNames: readonly string[];
  readonly importNamespaces: readonly string[];
}

const IDENTITY_FIELDS = wantedFields(["name", "version", "requires-python"]);

const FIELDS = wantedFields([
  ...IDENTITY_FIELDS.names,
  "metadata-version",
  "summary",
  "description",
  "description-content-type",
  "keywords",
  "home-page",
  "download-url",
  "author",
  "author-email",
  "maintainer",
  "maintainer-email",
  "license",
  "license-expression",
  "license-file",
  "classifier",
  "platform",
  "supported-platform",
  "requires-dist",
  "requires-external",
  "provides-extra",
  "provides-dist",
  "obsoletes-dist",
  "requires",
  "provides",
  "obsoletes",
  "project-url",
  "dynamic",
  "import-name",
  "import-namespace",
]);

/**
 * All fields of METADATA or PKG-INFO, the description too. Never throws: what it cannot read is absent.
 * https://packaging.python.org/en/latest/specifications/core-metadata/
 */
export function parseCoreMetadata(bytes: Uint8Array): CoreMetadata {
  return toCoreMetadata(parseHeaderFields(bytes, FIELDS));
}

/** As `parseCoreMetadata`, but a description in the body is left out: for lists, which do not show it. */
export function parseCoreMetadataHeader(bytes: Uint8Array): CoreMetadata {
  return toCoreMetadata({ ...parseHeaderFields(withoutBody(bytes), FIELDS), body: "" });
}

/** The three fields that an index cannot do without, in the least time: this is called for each file of a cold run. */
export function readIdentity(bytes: Uint8Array): {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly requiresPython: string | undefined;
} {
  const fields = parseHeaderFields(withoutBody(bytes), IDENTITY_FIELDS);
  return {
    name: line(fields, "name"),
    version: line(fields, "version"),
    requiresPython: line(fields, "requires-python"),
  };
}

function toCoreMetadata(fields: HeaderFields): CoreMetadata {
  return {
    metadataVersion: line(fields, "metadata-version"),
    name: line(fields, "name"),
    version: line(fields, "version"),
    summary: line(fields, "summary"),
    description: fields.body.trim() === "" ? paragraphs(fields, "description") : fields.body,
    descriptionContentType: line(fields, "description-content-type"),
    keywords: splitKeywords(line(fields, "keywords")),
    homePage: line(fields, "home-page"),
    downloadUrl: line(fields, "download-url"),
    author: line(fields, "author"),
    authorEmail: line(fields, "author-email"),
    maintainer: line(fields, "maintainer"),
    maintainerEmail: line(fields, "maintainer-email"),
    license: paragraphs(fields, "license"),
    licenseExpression: line(fields, "license-expression"),
    licenseFiles: lines(fields, "license-file"),
    classifiers: lines(fields, "classifier"),
    platforms: lines(fields, "platform"),
    supportedPlatforms: lines(fields, "supported-platform"),
    requiresPython: line(fields, "requires-python"),
    requiresDist: lines(fields, "requires-dist"),
    requiresExternal: lines(fields, "requires-external"),
    providesExtra: lines(fields, "provides-extra"),
    providesDist: lines(fields, "provides-dist"),
    obsoletesDist: lines(fields, "obsoletes-dist"),
    requires: lines(fields, "requires"),
    provides: lines(fields, "provides"),
    obsoletes: lines(fields, "obsoletes"),
    projectUrls: lines(fields, "project-url").map(splitProjectUrl),
    dynamic: lines(fields, "dynamic"),
    importNames: lines(fields, "import-name"),
    importNamespaces: lines(fields, "import-namespace"),
  };
}

/** The value of a field that may be there once and is one line. */
function line(fields: HeaderFields, name: string): string | undefined {
  const [value] = fields.values.get(name) ?? [];
  return value === undefined ? undefined : unfold(value) || undefined;
}

/** The values of a field that may be there several times. */
function lines(fields: HeaderFields, name: string): readonly string[] {
  return (fields.values.get(name) ?? []).map(unfold).filter((value) => value !== "");
}

/** The value of a field that may hold several lines of text. */
function paragraphs(fields: HeaderFields, name: string): string | undefined {
  const [value] = fields.values.get(name) ?? [];
  return value === undefined ? undefined : unindent(value).trim() || undefined;
}

const PIPE_PREFIX = /^[ \t]*\|/;

/**
 * Takes back what the writer did to get text with line breaks into one field: seven blanks and a `|` before each further
 * line (the specification), eight blanks (distutils and setuptools), or what else all of them start with.
 */
function unindent(value: string): string {
  const [first = "", ...rest] = value.split("\n");
  const written = rest.filter((next) => next.trim() !== "");
  const isPiped = written.every((next) => PIPE_PREFIX.test(next));
  let indentation = 8;
  for (const next of written) indentation = Math.min(indentation, next.length - next.trimStart().length);
  const strip = (next: string): string => (isPiped ? next.replace(PIPE_PREFIX, "") : next.slice(indentation));
  return [first.trim(), ...rest.map(strip)].join("\n");
}

/** By commas; text without one is the older form, split by blanks. */
function splitKeywords(value: string | undefined): readonly string[] {
  const keywords = value?.split(value.includes(",") ? "," : /\s+/) ?? [];
  return keywords.map((keyword) => keyword.trim()).filter((keyword) => keyword !== "");
}

function splitProjectUrl(value: string): ProjectUrl {
  const comma = value.indexOf(",");
  if (comma === -1) return { label: value, url: "" };
  return { label: value.slice(0, comma).trim(), url: value.slice(comma + 1).trim() };
}
