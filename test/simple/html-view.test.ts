import { describe, expect, it } from "vitest";

import { toListView, toProjectView } from "../../src/simple/html-view.ts";
import type { DistributionFile } from "../../src/simple/model.ts";
import {
  EVERYTHING,
  FULL_FILE,
  HOSTILE_REASON,
  PLAIN,
  PLAIN_FILE,
  QUARANTINED,
  SUMMARIES,
} from "./sample-projects.ts";

function viewOf(file: DistributionFile): object | undefined {
  return toProjectView({ ...PLAIN, files: [file] }, "simple/plain").files[0];
}

describe("toProjectView", () => {
  it("has an anchor for each file, in their order", () => {
    const view = toProjectView(EVERYTHING, "simple/demo-pkg");
    expect(view.files.map(({ filename }) => filename)).toEqual(
      EVERYTHING.files.map(({ filename }) => filename),
    );
    expect(view).toMatchObject({ apiVersion: "1.4", name: "demo-pkg", status: "deprecated" });
    expect(view.statusReason).toBe(EVERYTHING.status?.reason);
  });

  it("writes what is known of a file as its attributes", () => {
    expect(viewOf(FULL_FILE)).toEqual({
      filename: "demo_pkg-1!2.0+cu121.x-py3-none-any.whl",
      href: `../../Gr%C3%B6%C3%9Fe%20%26%20%231/demo_pkg-1%212.0%2Bcu121.x-py3-none-any.whl#sha256=${FULL_FILE.sha256}`,
      requiresPython: ">=3.9,!=3.10.*,<4",
      coreMetadata: `sha256=${FULL_FILE.coreMetadata?.sha256}`,
      yanked: HOSTILE_REASON,
      uploadTime: "2026-02-03T04:05:06.789000Z",
      size: 9_007_199_254_740_991,
      provenance: FULL_FILE.provenance,
    });
  });

  it("leaves undefined what is not known", () => {
    expect(viewOf(PLAIN_FILE)).toEqual({
      filename: "demo_pkg-1.0.tar.gz",
      href: `../../demo/demo_pkg-1.0.tar.gz#sha256=${PLAIN_FILE.sha256}`,
      requiresPython: undefined,
      coreMetadata: undefined,
      yanked: undefined,
      uploadTime: "2026-01-01T00:00:00Z",
      size: 0,
      provenance: undefined,
    });
  });

  it.each([
    [false, undefined],
    [true, ""],
    ["a reason", "a reason"],
  ])("a file with yanked %j has the attribute %j", (yanked, attribute) => {
    expect(viewOf({ ...PLAIN_FILE, yanked })).toHaveProperty("yanked", attribute);
  });

  it("a quarantined project has no anchors", () => {
    const view = toProjectView(QUARANTINED, "simple/demo-pkg");
    expect(view.files).toEqual([]);
    expect(view.status).toBe("quarantined");
    expect(view.statusReason).toBe("under review");
  });

  it("in the flat layout, a file beside its page is its name", () => {
    const view = toProjectView(PLAIN, "plain");
    expect(view.files[0]?.href).toBe(`plain-1.0.tar.gz#sha256=${PLAIN_FILE.sha256}`);
  });
});

describe("toListView", () => {
  it("has the name of each project as text and as a folder", () => {
    expect(toListView(SUMMARIES, { title: "Größe", description: undefined })).toEqual({
      apiVersion: "1.4",
      title: "Größe",
      description: undefined,
      projects: [
        { name: "demo-pkg", href: "demo-pkg/" },
        { name: "plain", href: "plain/" },
      ],
    });
  });
});
