/** Projects for the tests of the pages: one has everything that a page can say, the others one thing each. */
import { normalizeProjectName } from "../../src/packaging/project-name.ts";
import type { DistributionFile, ProjectDetail, ProjectSummary } from "../../src/simple/model.ts";
import { PAGE_FORMAT, type PageEnvelope } from "../../src/simple/page-envelope.ts";

export const ENVELOPE: PageEnvelope = {
  format: PAGE_FORMAT,
  fingerprint: "0123456789abcdef",
  recordsSize: 321,
  html: { size: 1234, crc32: 4022250974 },
};

/** The project list is made from no records of its own. */
export const LIST_ENVELOPE: PageEnvelope = {
  format: PAGE_FORMAT,
  fingerprint: "0123456789abcdef",
  html: { size: 1234, crc32: 4022250974 },
};

/** A reason that every format has to escape, with letters inside and outside of the basic plane. */
export const HOSTILE_REASON = `broken "build" & <b>it's</b> größer als 🐍 </a>`;

function digest(digit: string): string {
  return digit.repeat(64);
}

/** An sdist with nothing that may be left out. */
export const PLAIN_FILE: DistributionFile = {
  filename: "demo_pkg-1.0.tar.gz",
  path: "demo/demo_pkg-1.0.tar.gz",
  version: "1.0",
  sha256: digest("1"),
  size: 0,
  uploadTime: "2026-01-01T00:00:00Z",
  yanked: false,
};

/** A wheel with all that a file can have, in a folder whose name needs encoding. */
export const FULL_FILE: DistributionFile = {
  filename: "demo_pkg-1!2.0+cu121.x-py3-none-any.whl",
  path: "Größe & #1/demo_pkg-1!2.0+cu121.x-py3-none-any.whl",
  version: "1!2.0+cu121.x",
  sha256: digest("d"),
  size: 9_007_199_254_740_991,
  requiresPython: ">=3.9,!=3.10.*,<4",
  coreMetadata: { sha256: digest("e"), size: 8192 },
  uploadTime: "2026-02-03T04:05:06.789000Z",
  yanked: HOSTILE_REASON,
  provenance: "https://packages.example.org/a%20b/demo_pkg.provenance?x=1&y=%22",
};

/** A project with everything. */
export const EVERYTHING: ProjectDetail = {
  name: normalizeProjectName("demo-pkg"),
  status: { status: "deprecated", reason: `use <new> & "better", größer` },
  versions: ["1.0", "1.1", "1!2.0+cu121.x"],
  files: [
    {
      filename: "demo_pkg-1.0-py3-none-any.whl",
      path: "demo/demo_pkg-1.0-py3-none-any.whl",
      version: "1.0",
      sha256: digest("a"),
      size: 854,
      requiresPython: ">=3.9",
      coreMetadata: { sha256: digest("b"), size: 61 },
      uploadTime: "2026-01-01T00:00:00Z",
      yanked: false,
    },
    PLAIN_FILE,
    {
      filename: "demo_pkg-1.1-py3-none-any.whl",
      path: "demo-pkg/demo_pkg-1.1-py3-none-any.whl",
      version: "1.1",
      sha256: digest("c"),
      size: 900,
      uploadTime: "2026-01-02T00:00:00Z",
      yanked: true,
    },
    FULL_FILE,
  ],
  info: {
    filename: "demo_pkg-1.1-py3-none-any.whl",
    version: "1.1",
    summary: `Größe, "quoted" & <tagged>`,
    keywords: ["demo", "größe"],
    dependencies: ["numpy>=2", `six; extra == "all"`],
  },
};

/** A project of one sdist, with nothing that may be left out. */
export const PLAIN: ProjectDetail = {
  name: normalizeProjectName("plain"),
  versions: ["1.0"],
  files: [{ ...PLAIN_FILE, filename: "plain-1.0.tar.gz", path: "plain/plain-1.0.tar.gz" }],
};

/** The project with everything, in quarantine. */
export const QUARANTINED: ProjectDetail = {
  ...EVERYTHING,
  status: { status: "quarantined", reason: "under review" },
};

/** A line of the project list with everything, and one with nothing that may be left out. */
export const SUMMARIES: readonly ProjectSummary[] = [
  {
    name: normalizeProjectName("demo-pkg"),
    newestVersion: "1!2.0+cu121.x",
    uploadTime: "2026-02-03T04:05:06.789000Z",
    fileCount: 4,
    summary: `Größe, "quoted" & <tagged>`,
    keywords: ["demo", "größe"],
    dependencies: ["numpy", "six"],
  },
  { name: normalizeProjectName("plain"), fileCount: 1 },
];
