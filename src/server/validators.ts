/** Conditional requests: whether the client has what it asks for already (RFC 9110, section 13). */

/** What tells one state of a representation from another. */
export interface Validators {
  /** A strong entity tag, with its quotes. */
  readonly etag: string;
  /** In milliseconds. */
  readonly modifiedMs: number;
}

/** What a conditional request comes to: the answer as usual, 304 Not Modified, or 412 Precondition Failed. */
export type Condition = "proceed" | "not-modified" | "failed";

/** An HTTP date; whole seconds. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** Evaluates the conditions of a GET or HEAD request in their order. https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2 */
export function evaluateConditions(headers: Headers, { etag, modifiedMs }: Validators): Condition {
  const match = headers.get("if-match");
  if (match !== null) {
    if (!listsTag(match, etag, "strong")) return "failed";
  } else {
    const unmodifiedSince = tryParseDate(headers.get("if-unmodified-since"));
    if (unmodifiedSince !== undefined && toSeconds(modifiedMs) > unmodifiedSince) return "failed";
  }
  const noneMatch = headers.get("if-none-match");
  if (noneMatch !== null) return listsTag(noneMatch, etag, "weak") ? "not-modified" : "proceed";
  const modifiedSince = tryParseDate(headers.get("if-modified-since"));
  return modifiedSince !== undefined && toSeconds(modifiedMs) <= modifiedSince ? "not-modified" : "proceed";
}

/**
 * Whether the part that a client has is of the present state, so that a range may be sent: `If-Range` holds an entity tag, or
 * the very date that it was given. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
export function allowsRange(ifRange: string | null, { etag, modifiedMs }: Validators): boolean {
  if (ifRange === null) return true;
  const value = ifRange.trim();
  if (value.startsWith('"') || value.startsWith("W/")) return value === etag;
  return tryParseDate(value) === toSeconds(modifiedMs);
}

function listsTag(list: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (list.trim() === "*") return true;
  // Commas may stand within a tag, so that the list is read tag by tag.
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag === etag || (comparison === "weak" && tag === `W/${etag}`));
}

function tryParseDate(text: string | null): number | undefined {
  // Only the forms of HTTP: Date would take a bare number, too.
  if (text === null || !/^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : toSeconds(ms);
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
