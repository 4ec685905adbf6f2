import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import { encodePath, encodeSegment, hrefFrom } from "../../src/simple/href.ts";
import { LAYOUTS } from "../../src/simple/layout.ts";

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe("encodeSegment", () => {
  it.each([
    ["demo_pkg-1.0-py3-none-any.whl", "demo_pkg-1.0-py3-none-any.whl"],
    ["~-._AZaz09", "~-._AZaz09"],
    ["1.0+cu121", "1.0%2Bcu121"],
    ["1!2.0", "1%212.0"],
    ["a@b", "a%40b"],
    ["a#b", "a%23b"],
    ["a?b", "a%3Fb"],
    ["a%b", "a%25b"],
    ["a%2Bb", "a%252Bb"],
    ["a b", "a%20b"],
    ["a\tb\nc\0", "a%09b%0Ac%00"],
    ["größe", "gr%C3%B6%C3%9Fe"],
    ["🐍", "%F0%9F%90%8D"],
    [`"a'b`, "%22a%27b"],
    ["<a>&", "%3Ca%3E%26"],
    ["a\\b/c", "a%5Cb%2Fc"],
    ["C:", "C%3A"],
    ["(a)*[b]{c}|^`$,;=", "%28a%29%2A%5Bb%5D%7Bc%7D%7C%5E%60%24%2C%3B%3D"],
    ["", ""],
  ])("writes %j as %j", (segment, encoded) => {
    expect(encodeSegment(segment)).toBe(encoded);
  });

  it("leaves RFC 3986's unreserved characters alone, and is undone by decoding", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const encoded = encodeSegment(text);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(encoded)).toBe(text);
      }),
    );
  });
});

describe("encodePath", () => {
  it.each([
    ["simple/demo-pkg", "simple/demo-pkg"],
    ["a+b/c d/ü", "a%2Bb/c%20d/%C3%BC"],
    ["plain", "plain"],
    ["", ""],
  ])("writes %j as %j", (path, encoded) => {
    expect(encodePath(path)).toBe(encoded);
  });
});

describe("hrefFrom", () => {
  it.each([
    ["simple/demo", "demo/demo-1.0.tar.gz", "../../demo/demo-1.0.tar.gz"],
    ["simple/demo", "demo-1.0.tar.gz", "../../demo-1.0.tar.gz"],
    ["simple/demo", "simple/demo/demo-1.0.tar.gz", "demo-1.0.tar.gz"],
    ["simple/demo", "a b/1+1/x@1!0.whl", "../../a%20b/1%2B1/x%401%210.whl"],
    ["simple", "demo/demo-1.0.tar.gz", "../demo/demo-1.0.tar.gz"],
    ["demo", "demo/demo-1.0.tar.gz", "demo-1.0.tar.gz"],
    ["demo", "demo/old/demo-1.0.tar.gz", "../demo/old/demo-1.0.tar.gz"],
    ["demo", "Demo/demo-1.0.tar.gz", "../Demo/demo-1.0.tar.gz"],
    ["demo", "demo-files/demo-1.0.tar.gz", "../demo-files/demo-1.0.tar.gz"],
    ["demo", "demo-1.0.tar.gz", "../demo-1.0.tar.gz"],
    ["", "demo/demo-1.0.tar.gz", "demo/demo-1.0.tar.gz"],
    ["", "demo-1.0.tar.gz", "demo-1.0.tar.gz"],
  ])("from a page in %j, %j is %j", (directory, path, href) => {
    expect(hrefFrom(directory)(path)).toBe(href);
  });

  it.each([
    [
      "files in folders",
      ["b/1.whl", "b/2.whl", "simple/demo/3.whl", "b/c/4.whl", "simple/demo/5.whl", "b/6.whl"],
    ],
    ["files in the root among them", ["1.whl", "b/2.whl", "3.whl", "4.whl", "simple/demo/5.whl", "6.whl"]],
  ])("does not mind which file came before: %s", (_, paths) => {
    for (const order of [paths, paths.toReversed()]) {
      expect(order.map(hrefFrom("simple/demo"))).toEqual(order.map((one) => hrefFrom("simple/demo")(one)));
    }
  });

  const segment = fc
    .string({ unit: "binary", minLength: 1, maxLength: 12 })
    .map((text) => text.replaceAll("/", "_"))
    .filter((text) => text !== "." && text !== "..");
  const path = fc.array(segment, { minLength: 1, maxLength: 4 });

  it.each(["simple", "flat"] as const)(
    "in the %s layout, an address leads a browser back to its file",
    (name) => {
      const directory = LAYOUTS[name].projectDirectory(normalizeProjectName("demo-pkg"));
      const roots = ["https://example.org/", "https://example.org/a%20b/c/", "file:///srv/www/"];
      fc.assert(
        fc.property(path, fc.constantFrom(...roots), (parts, root) => {
          const url = new URL(`${hrefFrom(directory)(parts.join("/"))}#sha256=00`, `${root}${directory}/`);
          const { pathname } = new URL(root);
          expect(url.pathname.startsWith(pathname)).toBe(true);
          expect(url.pathname.slice(pathname.length).split("/").map(decodeURIComponent)).toEqual(parts);
          expect(url.search).toBe("");
          expect(url.hash).toBe("#sha256=00");
        }),
      );
    },
  );
});
