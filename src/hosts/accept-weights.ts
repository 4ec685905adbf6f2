/**
 * Content negotiation (PEP 691, "Version + Format Selection") for servers whose configuration knows regular expressions and
 * no arithmetic: one finds the weight of JSON in `Accept`, others the weight of HTML, and one says whether HTML's is higher.
 * Written for PCRE and RE2 alike, to be matched without regard to case.
 */

const JSON = "application/vnd\\.pypi\\.simple\\.(?:v1|latest)\\+json";
const HTML = "(?:text/html|application/vnd\\.pypi\\.simple\\.(?:v1|latest)\\+html)";
const ANY = "(?:text/\\*|\\*/\\*)";

/** In the order in which they are tried: the first that matches gives the weight, its group or 1. */
export interface WeightPattern {
  readonly pattern: string;
  /** Whether the group holds the weight; else it is 1. */
  readonly hasWeight: boolean;
}

function patternsOf(type: string): readonly WeightPattern[] {
  return [
    { pattern: `${type}[^,]*;\\s*q=([01](?:\\.[0-9]+)?)`, hasWeight: true },
    { pattern: type, hasWeight: false },
  ];
}

/** The weight of JSON; 0 where none matches. */
export const JSON_WEIGHT: readonly WeightPattern[] = patternsOf(JSON);

/** The weight of HTML, named or under a wildcard; 0 where none matches. */
export const HTML_WEIGHT: readonly WeightPattern[] = [...patternsOf(HTML), ...patternsOf(ANY)];

/**
 * Matches `<weight of JSON>:<weight of HTML>` where HTML is to be sent: JSON is not accepted, or weighs less by tenths. HTML
 * is what a client gets that accepts neither, as old ones say nothing and are given HTML.
 */
export const HTML_WINS = [
  "^0(?:\\.0*)?:",
  "^0\\.[0-9]*:1",
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map(
    (tenths) => `^0\\.${tenths}[0-9]*:0\\.${tenths === 8 ? "9" : `[${tenths + 1}-9]`}`,
  ),
].join("|");
