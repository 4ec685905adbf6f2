import { describe, expect, it } from "vitest";
import {
  HTML_TYPE,
  JSON_TYPE,
  typeOfDistribution,
  VERSIONED_HTML_TYPE,
  type PageType,
} from "../../src/simple/media-types.ts";
import { negotiatePageType, tryParseFormat } from "../../src/simple/negotiation.ts";

const ALL: readonly PageType[] = [JSON_TYPE, VERSIONED_HTML_TYPE, HTML_TYPE];
const J = JSON_TYPE;
const V = VERSIONED_HTML_TYPE;
const H = HTML_TYPE;

describe("negotiatePageType", () => {
  it.each<[string, string | null, PageType | undefined]>([
    ["no header", null, H],
    ["an empty header", "", H],
    ["anything, as curl and old Poetry ask", "*/*", H],
    ["a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", H],
    ["pip", `${J}, ${V}; q=0.1, text/html; q=0.01`, J],
    ["pip before PEP 691", "text/html", H],
    ["uv", `${J}, ${V};q=0.2, text/html;q=0.01`, J],
    ["Poetry", `${J}, */*;q=0.1`, J],
    ["JSON alone", J, J],
    ["versioned HTML alone", V, V],
    ["the newest JSON", "application/vnd.pypi.simple.latest+json", J],
    ["the newest HTML", "application/vnd.pypi.simple.latest+html", V],
    ["names in another case", J.toUpperCase(), J],
    ["a weight in another case, with spaces", `${J} ; Q = 0.1 , text/html`, H],
    ["several parameters", "text/html; charset=utf-8; q=0.5", H],
    ["HTML rather than JSON", `${J};q=0.5, text/html`, H],
    ["both alike: the richer one", `text/html, ${J}`, J],
    ["both HTML types alike", `text/html, ${V}`, V],
    ["a named type before an equal wildcard", `*/*, ${J}`, J],
    ["a wildcard with more weight than the named type", "text/html;q=0.5, */*;q=0.8", J],
    ["a part of the types", "text/*", H],
    ["the other part", "application/*", J],
    ["a part before all", `text/*;q=0.1, */*;q=0.9`, J],
    ["JSON forbidden", `${J};q=0, */*`, H],
    ["HTML forbidden", `text/html;q=0, */*`, J],
    ["everything forbidden", "*/*;q=0", undefined],
    ["everything forbidden but one", `*/*;q=0, ${J};q=0.001`, J],
    ["plain JSON, which this is not", "application/json", undefined],
    ["a picture", "image/png", undefined],
    ["a version that does not exist", "application/vnd.pypi.simple.v2+json", undefined],
    ["a version that does not exist, or else this one", `application/vnd.pypi.simple.v2+json, ${J};q=0.1`, J],
    ["a weight that is none is no wish", `${J};q=high, text/html;q=0.1`, H],
    ["a weight above one is no wish", `${J};q=5, text/html;q=0.1`, H],
    ["nothing that can be read", "json, ;;, q=1", H],
    ["the same type twice", `text/html;q=0.1, ${J};q=0.5, text/html;q=0.9`, H],
    ["many commas", `,,, ${J} ,,`, J],
  ])("%s", (_, accept, type) => {
    expect(negotiatePageType(accept, ALL)).toBe(type);
  });

  it("offers only what there is", () => {
    expect(negotiatePageType(`${J}, text/html;q=0.1`, [V, H])).toBe(H);
    expect(negotiatePageType("text/html, */*;q=0.1", [J])).toBe(J);
    expect(negotiatePageType("text/html", [J])).toBeUndefined();
    expect(negotiatePageType("*/*", [])).toBeUndefined();
  });

  it("reads a header of 100 KB in no time that anyone would notice", () => {
    expect(negotiatePageType(`${"a/b;q=0.5,".repeat(10_000)}${J}`, ALL)).toBe(J);
    expect(negotiatePageType(";".repeat(100_000), ALL)).toBe(H);
  });
});

describe("tryParseFormat", () => {
  it.each<[string, PageType | undefined]>([
    [J, J],
    ["application/vnd.pypi.simple.v1 json", J],
    ["application/vnd.pypi.simple.latest+json", J],
    [V, V],
    ["text/html", H],
    ["*/*", undefined],
    ["json", undefined],
    ["", undefined],
  ])("%s", (format, type) => {
    expect(tryParseFormat(format, ALL)).toBe(type);
  });
});

describe("typeOfDistribution", () => {
  it.each([
    ["a-1.0-py3-none-any.whl", "application/octet-stream"],
    ["a-1.0-py3-none-any.whl.metadata", "text/plain; charset=utf-8"],
    ["a-1.0-py3-none-any.whl.provenance", "application/vnd.pypi.integrity.v1+json"],
    ["a-1.0.tar.gz", "application/gzip"],
    ["a-1.0.zip", "application/zip"],
  ])("%s", (filename, type) => {
    expect(typeOfDistribution(filename)).toBe(type);
  });
});
