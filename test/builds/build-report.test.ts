import { describe, expect, test } from "vitest";
import { formatBuildReport, parseBuildReport, type BuildReport } from "../../src/builds/build-report.ts";

const REPORT: BuildReport = {
  version: 1,
  repository: "octo-org/demo",
  commit: "a".repeat(40),
  ref: "v1",
  tools: { python: "3.11.2" },
  files: [
    { file: "demo-1.0-py3-none-any.whl", sha256: "b".repeat(64), size: 5 },
    { file: "demo-1.0.tar.gz", sha256: "c".repeat(64), size: 0 },
  ],
};

describe("a build report", () => {
  test("is read as it was written", () => {
    expect(parseBuildReport(formatBuildReport(REPORT))).toEqual(REPORT);
  });

  test("has its files in one order", () => {
    const other = { ...REPORT, files: REPORT.files.toReversed() };
    expect(formatBuildReport(other)).toBe(formatBuildReport(REPORT));
  });

  const [file] = REPORT.files;
  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["another version", { ...REPORT, version: 2 }],
    ["no repository", { ...REPORT, repository: "demo" }],
    ["a repository with a path", { ...REPORT, repository: "octo-org/../demo" }],
    ["a short commit", { ...REPORT, commit: "abc" }],
    ["a ref that is no text", { ...REPORT, ref: 1 }],
    ["tools that are no texts", { ...REPORT, tools: { python: 3 } }],
    ["no files", { ...REPORT, files: [] }],
    ["a file twice", { ...REPORT, files: [file, file] }],
    ["a path for a file", { ...REPORT, files: [{ ...file, file: "../demo-1.0-py3-none-any.whl" }] }],
    ["a hidden file", { ...REPORT, files: [{ ...file, file: ".demo.whl" }] }],
    ["a short hash", { ...REPORT, files: [{ ...file, sha256: "b" }] }],
    ["a size that is none", { ...REPORT, files: [{ ...file, size: -1 }] }],
  ])("with %s is refused", (_, value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => parseBuildReport(text)).toThrow(expect.objectContaining({ code: "build-report" }));
  });
});
