/** The two ways in which hosts negotiate give what the table says: patterns for servers, source text for the others. */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";

import { HTML_WEIGHT, HTML_WINS, JSON_WEIGHT, type WeightPattern } from "../../src/hosts/accept-weights.ts";
import { NEGOTIATOR_SOURCE } from "../../src/hosts/negotiator-source.ts";
import { ACCEPT_TABLE } from "../e2e/hosts/support/http-checks.ts";

/** As a server does it. */
function weigh(patterns: readonly WeightPattern[], accept: string): string {
  for (const { pattern, hasWeight } of patterns) {
    const match = new RegExp(pattern, "i").exec(accept);
    if (match !== null) return hasWeight ? (match[1] ?? "") : "1";
  }
  return "0";
}

function patternsGiveJson(accept = ""): boolean {
  return !new RegExp(HTML_WINS).test(`${weigh(JSON_WEIGHT, accept)}:${weigh(HTML_WEIGHT, accept)}`);
}

const negotiator = runInNewContext(`${NEGOTIATOR_SOURCE}; wantsJson`) as (accept?: string | null) => boolean;

describe.each(ACCEPT_TABLE)("Accept: %s", (accept, isJson) => {
  test("by patterns", () => expect(patternsGiveJson(accept)).toBe(isJson));
  test("by source text", () => expect(negotiator(accept)).toBe(isJson));
});

test("the source text takes what a host may give for no header, and nonsense", () => {
  for (const nothing of [undefined, null, "", ",", ";q=1", "q=1", "\u0000", ";".repeat(1000)])
    expect(negotiator(nothing)).toBe(false);
});

test("the patterns need nothing that Go's regular expressions lack", () => {
  for (const pattern of [...JSON_WEIGHT, ...HTML_WEIGHT].map(({ pattern: text }) => text).concat(HTML_WINS))
    expect(pattern).not.toMatch(/\(\?[=!<]|\\[1-9]/);
});
