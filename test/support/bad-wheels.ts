/** Wheels that break one rule each. */
import { makeWheel, wheelEntries, type WheelOptions } from "./make-wheel.ts";
import type { ZipEntry } from "./make-zip.ts";

export const BAD = "bad-1.0-py3-none-any.whl";
const MEGABYTE = 1 << 20;

/** Version 1.0 of `bad`, or of another project, with these things wrong. */
export function badWheel(options: Partial<WheelOptions>): Buffer {
  return makeWheel({ name: "bad", version: "1.0", ...options }).bytes;
}

function metadataOf(name: string, version = "1.0"): string {
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;
}

function isInDistInfo(entry: ZipEntry): boolean {
  return String(entry.name).includes(".dist-info/");
}

/** What is wrong with a wheel, the wheel of that project, and what any sensible sentence about it says. */
export const BAD_WHEELS: readonly (readonly [string, (name: string) => Uint8Array, RegExp])[] = [
  ["that is not a zip", () => Buffer.from("<html>404 not found</html>\n".repeat(20)), /zip/i],
  ["that is empty", () => Buffer.alloc(0), /empty|zip/i],
  ["that lost its end", (name) => badWheel({ name }).subarray(0, -100), /zip|truncat|cut|central directory/i],
  [
    "that lost its first half",
    (name) => badWheel({ name }).subarray(400),
    /zip|truncat|cut|beyond|outside|range/i,
  ],
  [
    "with METADATA that is encrypted",
    (name) =>
      badWheel({
        name,
        entries: (entries) =>
          entries.map((entry) => ({ ...entry, encrypted: String(entry.name).endsWith("METADATA") })),
      }),
    /encrypt/i,
  ],
  [
    "with entries that share their bytes",
    (name) => badWheel({ name, entries: (entries) => [...entries, { name: "twin.py", sameDataAs: 0 }] }),
    /overlap/i,
  ],
  [
    "with an entry that reaches into the next",
    (name) =>
      badWheel({
        name,
        files: { "first.py": "x = 1\n" },
        entries: ([first, ...rest]) => [
          { ...first!, central: { compressedSize: 60, uncompressedSize: 60 } },
          ...rest,
        ],
      }),
    /overlap/i,
  ],
  ["with a million entries", (name) => badWheel({ name, zip: { emptyEntries: 1_000_000 } }), /entries/i],
  [
    "with METADATA that inflates a thousandfold",
    (name) =>
      badWheel({ name, method: "deflate", metadata: `${metadataOf(name)}\n${" ".repeat(64 * MEGABYTE)}` }),
    /METADATA.*(limit|large|big|size|bytes|MB|MiB|at most|more than)/i,
  ],
  [
    "with METADATA that inflates a thousandfold and says that it does not",
    (name) =>
      badWheel({
        name,
        method: "deflate",
        metadata: `${metadataOf(name)}\n${" ".repeat(64 * MEGABYTE)}`,
        entries: (entries) =>
          entries.map((entry) =>
            String(entry.name).endsWith("METADATA")
              ? { ...entry, central: { uncompressedSize: 200 }, local: { uncompressedSize: 200 } }
              : entry,
          ),
      }),
    /METADATA.*(limit|large|big|size|bytes|MB|MiB|at most|more than|inflat)/i,
  ],
  [
    "without a dist-info folder",
    (name) =>
      badWheel({
        name,
        entries: (entries) => entries.filter((entry) => !isInDistInfo(entry)),
      }),
    /dist-info/,
  ],
  [
    "with two dist-info folders",
    (name) =>
      badWheel({
        name,
        entries: (entries) => [
          ...entries,
          ...wheelEntries({ name: "other", version: "2.0" }).filter(isInDistInfo),
        ],
      }),
    /dist-info/,
  ],
  [
    "with the dist-info folder of another project",
    (name) => badWheel({ name, distInfo: "other-1.0.dist-info" }),
    /other/,
  ],
  [
    "with the dist-info folder of another version",
    (name) => badWheel({ name, distInfo: `${name}-2.0.dist-info` }),
    /2\.0/,
  ],
  [
    "with the Name of another project",
    (name) => badWheel({ name, metadata: metadataOf("other") }),
    /Name.*other|other.*Name/,
  ],
  [
    "with another Version in METADATA",
    (name) => badWheel({ name, metadata: metadataOf(name, "2.0") }),
    /Version.*2\.0|2\.0.*Version/,
  ],
  ["without METADATA", (name) => badWheel({ name, metadata: false }), /METADATA/],
  [
    "without Name in METADATA",
    (name) => badWheel({ name, metadata: "Metadata-Version: 2.1\nVersion: 1.0\n" }),
    /\bName\b/,
  ],
  [
    "without Version in METADATA",
    (name) => badWheel({ name, metadata: `Metadata-Version: 2.1\nName: ${name}\n` }),
    /\bVersion\b/,
  ],
  [
    "with a Version that PEP 440 refuses",
    (name) => badWheel({ name, metadata: metadataOf(name, "one") }),
    /version/i,
  ],
];

/** What is wrong with a file name, the file name in that project, and what any sensible sentence about it says. */
export const BAD_FILENAMES: readonly (readonly [string, (name: string) => string, RegExp])[] = [
  ["without tags", (name) => `${name}-1.0.whl`, /name|tag|part|component/i],
  ["with two tags only", (name) => `${name}-1.0-py3-none.whl`, /name|tag|part|component/i],
  ["with a part too many", (name) => `${name}-1.0-1-py3-none-any-more.whl`, /name|tag|part|component/i],
  ["with a version that PEP 440 refuses", (name) => `${name}-1.0banana-py3-none-any.whl`, /version|PEP 440/i],
  ["with a build tag that starts with a letter", (name) => `${name}-1.0-x1-py3-none-any.whl`, /build/i],
];
