/** Style sheets that would end in the middle, or take the rest of a page with them. */
import { expect, test } from "vitest";
import { findStyleFault } from "../../src/site/check-style-sheet.ts";
import { builtInText } from "./built-in-pages.ts";

test.each<[text: string, line: number, message: string]>([
  ["a {\n  color: red\n", 1, "{ is not closed"],
  ["a {}\n}\n", 2, "} closes nothing"],
  ["a {}\n/* b {}\n", 2, "a comment is not closed"],
  ["/*/", 1, "a comment is not closed"],
  ["a::after {\n  content: 'x;\n}", 2, "a string is not closed"],
  ['a {\n  content: "', 2, "a string is not closed"],
  ["a:not(b {\n}", 1, "( is not closed"],
  ["a {}\n</STYLE><script>", 2, "</STYLE would end the style of the page"],
])("%j is a fault", (text, line, message) => {
  expect(findStyleFault(text)).toEqual({ line, message });
});

test.each([
  "",
  "a { b: c }",
  "/* } */ a { content: '}\\'' }",
  'a[href="{"]::before { content: "\\"" }',
  ".a\\{b {}",
  builtInText("site/style.css"),
])("%# is none", (text) => {
  expect(findStyleFault(text)).toBeUndefined();
});
