/** The parts of a request, each by itself: path, conditions, range. */
import { describe, expect, it } from "vitest";
import { parseByteRange } from "../../src/server/byte-range.ts";
import { tryParseBasePath, tryParseRequestPath } from "../../src/server/request-path.ts";
import { allowsRange, evaluateConditions, formatHttpDate } from "../../src/server/validators.ts";

describe("tryParseBasePath", () => {
  it.each([
    ["/", "/"],
    ["", "/"],
    ["a", "/a/"],
    ["/a/b/", "/a/b/"],
    ["//a//b//", "/a/b/"],
    ["/a/../b/", undefined],
    ["/./", undefined],
    ["/a b/", undefined],
    ["/a?b/", undefined],
    ["/a#b/", undefined],
    ["/a%2Fb/", undefined],
    ["/a\nb/", undefined],
    ["http://host/a/", undefined],
  ])("%j", (text, path) => {
    expect(tryParseBasePath(text)).toBe(path);
  });
});

describe("tryParseRequestPath", () => {
  it.each<[string, string, string | undefined]>([
    ["/", "/", ""],
    ["/simple/", "/", "simple/"],
    ["/simple/a%2Bb%21/", "/", "simple/a+b!/"],
    ["/simple/a+b!/", "/", "simple/a+b!/"],
    ["/x/%2b", "/", "x/+"],
    ["/a/b/simple/", "/a/b/", "simple/"],
    ["/a/b/", "/a/b/", ""],
    ["/a/b", "/a/b/", "."],
    ["/a/", "/a/b/", undefined],
    ["/a/bc/", "/a/b/", undefined],
    ["/x#y", "/", "x"],
    ["/..", "/", undefined],
    ["/%2e%2e/x", "/", undefined],
    ["/%2E%2e/x", "/", undefined],
    ["/.%2e/x", "/", undefined],
    ["/a/./x", "/", undefined],
    ["/%252e%252e/x", "/", "%2e%2e/x"],
    ["/a%2fb", "/", undefined],
    ["/a%5cb", "/", undefined],
    ["/a%00b", "/", undefined],
    ["/a%0d%0ab", "/", undefined],
    ["/a%", "/", undefined],
    ["/a%zz", "/", undefined],
    ["/a%ff", "/", undefined],
    ["/%c0%ae%c0%ae/x", "/", undefined],
  ])("%s below %s", (target, basePath, path) => {
    expect(tryParseRequestPath(`http://host:1${target}`, basePath)?.path).toBe(path);
  });

  it("keeps the query apart", () => {
    expect(tryParseRequestPath("http://host/a/?b=/../c#d", "/")).toEqual({ path: "a/", query: "?b=/../c" });
  });
});

describe("parseByteRange", () => {
  it.each<[string | null, number, ReturnType<typeof parseByteRange>]>([
    [null, 10, "whole"],
    ["bytes=0-3", 10, { start: 0, end: 4 }],
    ["bytes=0-", 10, { start: 0, end: 10 }],
    ["bytes=9-9", 10, { start: 9, end: 10 }],
    ["bytes=5-100", 10, { start: 5, end: 10 }],
    ["bytes=-3", 10, { start: 7, end: 10 }],
    ["bytes=-100", 10, { start: 0, end: 10 }],
    ["Bytes = 1 - 2", 10, { start: 1, end: 3 }],
    ["bytes=10-", 10, "unsatisfiable"],
    ["bytes=99999999999999999999-", 10, "unsatisfiable"],
    ["bytes=-0", 10, "unsatisfiable"],
    ["bytes=0-", 0, "unsatisfiable"],
    ["bytes=-1", 0, "unsatisfiable"],
    ["bytes=3-2", 10, "whole"],
    ["bytes=-", 10, "whole"],
    ["bytes=a-b", 10, "whole"],
    ["bytes=0-1,3-4", 10, "whole"],
    ["lines=0-1", 10, "whole"],
  ])("%s of %d", (header, size, range) => {
    expect(parseByteRange(header, size)).toEqual(range);
  });
});

describe("evaluateConditions", () => {
  const modifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const date = "Fri, 02 Jan 2026 03:04:05 GMT";
  const earlier = "Fri, 02 Jan 2026 03:04:04 GMT";
  const state = { etag: '"a,b"', modifiedMs };

  it("dates have whole seconds", () => {
    expect(formatHttpDate(modifiedMs)).toBe(date);
  });

  it.each<[Record<string, string>, ReturnType<typeof evaluateConditions>]>([
    [{}, "proceed"],
    [{ "If-None-Match": '"a,b"' }, "not-modified"],
    [{ "If-None-Match": 'W/"a,b"' }, "not-modified"],
    [{ "If-None-Match": '"x", W/"y","a,b"' }, "not-modified"],
    [{ "If-None-Match": "*" }, "not-modified"],
    [{ "If-None-Match": '"a"' }, "proceed"],
    [{ "If-None-Match": "a,b" }, "proceed"],
    [{ "If-None-Match": '"x"', "If-Modified-Since": date }, "proceed"],
    [{ "If-Modified-Since": date }, "not-modified"],
    [{ "If-Modified-Since": "Sat, 03 Jan 2026 00:00:00 GMT" }, "not-modified"],
    [{ "If-Modified-Since": earlier }, "proceed"],
    [{ "If-Modified-Since": "9999999999999" }, "proceed"],
    [{ "If-Modified-Since": "yesterday" }, "proceed"],
    [{ "If-Match": '"a,b"' }, "proceed"],
    [{ "If-Match": 'W/"a,b"' }, "failed"],
    [{ "If-Match": '"x"' }, "failed"],
    [{ "If-Match": "*" }, "proceed"],
    [{ "If-Unmodified-Since": date }, "proceed"],
    [{ "If-Unmodified-Since": earlier }, "failed"],
    [{ "If-Match": '"a,b"', "If-Unmodified-Since": earlier }, "proceed"],
  ])("%j", (headers, condition) => {
    expect(evaluateConditions(new Headers(headers), state)).toBe(condition);
  });

  it.each<[string | null, boolean]>([
    [null, true],
    ['"a,b"', true],
    ['W/"a,b"', false],
    ['"x"', false],
    [date, true],
    [earlier, false],
    ["Sat, 03 Jan 2026 00:00:00 GMT", false],
    ["nonsense", false],
  ])("a range may be sent if %s", (ifRange, allowed) => {
    expect(allowsRange(ifRange, state)).toBe(allowed);
  });
});
