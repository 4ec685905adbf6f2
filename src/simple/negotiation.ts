/** Content negotiation: which form of a page a client wants (RFC 9110, PEP 691). */
import { HTML_TYPE, JSON_TYPE, resolveMediaType, VERSIONED_HTML_TYPE, type PageType } from "./media-types.ts";

/** What a client would take, as its `Accept` header says: lower-case types and ranges with their quality. */
type Preferences = ReadonlyMap<string, number>;

/** How closely a client named a type: itself, by `text/*`, by the wildcard, not at all. */
type Closeness = 3 | 2 | 1 | 0;

/**
 * Where a client likes several types equally. One that names them gets the richest; one that takes whatever there is gets
 * HTML, since that is a browser, `curl` or a client from before PEP 691.
 */
const ORDER_WHEN_NAMED: readonly PageType[] = [JSON_TYPE, VERSIONED_HTML_TYPE, HTML_TYPE];
const ORDER_OTHERWISE: readonly PageType[] = [HTML_TYPE, JSON_TYPE, VERSIONED_HTML_TYPE];

/**
 * The type of the answer, one of `available`, or undefined where the client takes none of them (406 Not Acceptable). Of an
 * `Accept` header each type gets the quality of the closest range; without a header everything is welcome.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 and
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/#version-format-selection (PEP 691)
 */
export function negotiatePageType(
  accept: string | null,
  available: readonly PageType[],
): PageType | undefined {
  const preferences = parseAccept(accept ?? "");
  let best: { readonly type: PageType; readonly quality: number; readonly closeness: Closeness } | undefined;
  for (const type of [...ORDER_WHEN_NAMED, ...ORDER_OTHERWISE]) {
    if (!available.includes(type)) continue;
    const { quality, closeness } = qualityOf(type, preferences);
    if (quality === 0) continue;
    const order = closeness === 3 ? ORDER_WHEN_NAMED : ORDER_OTHERWISE;
    const isBetter =
      best === undefined ||
      quality > best.quality ||
      (quality === best.quality && closeness > best.closeness) ||
      (quality === best.quality &&
        closeness === best.closeness &&
        order.indexOf(type) < order.indexOf(best.type));
    if (isBetter) best = { type, quality, closeness };
  }
  return best?.type;
}

/**
 * The type that the URL parameter `format` names, which goes before the header; undefined where it names none of
 * `available`. https://peps.python.org/pep-0691/#url-parameter
 */
export function tryParseFormat(format: string, available: readonly PageType[]): PageType | undefined {
  // In a query a plus sign means a space, and people write "v1+json" all the same.
  const type = resolveMediaType(format.trim().replaceAll(" ", "+"));
  return available.find((known) => known === type);
}

/** The ranges of an `Accept` header; what cannot be read is passed over. Where nothing is left, everything is welcome. */
function parseAccept(accept: string): Preferences {
  const preferences = new Map<string, number>();
  for (const element of accept.split(",")) {
    const [name = "", ...parameters] = element.split(";").map((part) => part.trim());
    if (!/^[^\s/]+\/[^\s/]+$/.test(name)) continue;
    const type = resolveMediaType(name);
    const quality = parseQuality(parameters);
    if (quality === undefined) continue;
    preferences.set(type, Math.max(quality, preferences.get(type) ?? 0));
  }
  return preferences.size === 0 ? new Map([["*/*", 1]]) : preferences;
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2; undefined for a weight that is none. */
function parseQuality(parameters: readonly string[]): number | undefined {
  const weight = parameters.find((parameter) => /^q\s*=/i.test(parameter));
  if (weight === undefined) return 1;
  const value = weight.slice(weight.indexOf("=") + 1).trim();
  return /^(?:0(?:\.\d*)?|1(?:\.0*)?|\.\d+)$/.test(value) ? Number(value) : undefined;
}

function qualityOf(
  type: PageType,
  preferences: Preferences,
): { readonly quality: number; readonly closeness: Closeness } {
  const ranges = [type, `${type.slice(0, type.indexOf("/"))}/*`, "*/*"];
  const index = ranges.findIndex((range) => preferences.has(range));
  const range = ranges[index];
  if (range === undefined) return { quality: 0, closeness: 0 };
  return { quality: preferences.get(range) ?? 0, closeness: index === 0 ? 3 : index === 1 ? 2 : 1 };
}
