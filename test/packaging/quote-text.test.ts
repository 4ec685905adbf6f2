import { describe, expect, it } from "vitest";

import { quoteText } from "../../src/packaging/quote-text.ts";

describe("quoteText", () => {
  it.each([
    ["demo-1.0", '"demo-1.0"'],
    ["", '""'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["a\n\u001b[31m", '"a\\u{a}\\u{1b}[31m"'],
    ["\u202Egnp\u{1F40D}\uFFFD", '"\\u{202e}gnp\\u{1f40d}\\u{fffd}"'],
    ["\uD800x", '"\\u{d800}x"'],
    ["x".repeat(80), `"${"x".repeat(80)}"`],
    ["x".repeat(81), `"${"x".repeat(80)}…" (81 characters)`],
  ])("writes %j on one line of printable characters", (text, quoted) => {
    expect(quoteText(text)).toBe(quoted);
  });
});
