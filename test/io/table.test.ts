import { describe, expect, it } from "vitest";
import { formatField, formatTable } from "../../src/io/table.ts";

const HEAD = ["project", "newest", "files", "uploaded", "summary"];
const ROWS = [
  [
    "dace",
    "3.0",
    "5",
    "2026-01-31",
    "Parallel programs from Python, with a summary that is longer than a line",
  ],
  ["a-project-with-quite-a-long-name", "43!2026.2.12+git0123456789", "71", "2026-01-31", "日本語の要約 wide"],
];

describe("a table", () => {
  it("is not cut where the output is no terminal", () => {
    const lines = formatTable(HEAD, ROWS, undefined);
    expect(lines[0]).toMatch(/^project +newest +files +uploaded +summary$/);
    for (const [index, row] of ROWS.entries())
      for (const cell of row) expect(lines[index + 1]).toContain(cell);
  });

  it("has columns that stand below each other", () => {
    const [head = "", ...rows] = formatTable(HEAD, ROWS, undefined);
    for (const row of rows) expect(row.indexOf("2026-01-31")).toBe(head.indexOf("uploaded"));
  });

  it.each([200, 100, 80, 60, 40, 20, 13])("fits %i columns", (width) => {
    for (const line of formatTable(HEAD, ROWS, width)) {
      const wide = line.match(/[\u3000-\u9fff]/g)?.length ?? 0;
      expect(line.length + wide, line).toBeLessThanOrEqual(width);
    }
  });

  it("cuts the summary before the names, and marks the cut", () => {
    const [, line = ""] = formatTable(HEAD, ROWS.slice(0, 1), 60);
    expect(line).toMatch(/^dace {5}3\.0 {5}5 {6}2026-01-31 {2}Parallel programs.*…$/);
  });

  it("leaves columns out from the right where none could say anything", () => {
    const [head] = formatTable(HEAD, ROWS, 40);
    expect(head).toMatch(/^project +newest +files$/);
    expect(formatTable(HEAD, ROWS, 20)[0]).toBe("project");
  });
});

describe("a field", () => {
  it("is one line where it fits, or the output is no terminal", () => {
    expect(formatField("  sha256  ", "a".repeat(64), 80)).toEqual([`  sha256  ${"a".repeat(64)}`]);
    expect(formatField("  sha256  ", "a".repeat(64), undefined)).toHaveLength(1);
  });

  it.each([40, 30, 20])("goes on below itself in %i columns, and loses nothing", (width) => {
    const lines = formatField("  sha256  ", "0123456789abcdef".repeat(4), width);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.max(22, width));
    expect(lines.map((line) => line.slice(10)).join("")).toBe("0123456789abcdef".repeat(4));
  });

  it("breaks between words where there are any", () => {
    expect(formatField("x ", "one two three four five", 16)).toEqual(["x one two three", "  four five"]);
  });
});
