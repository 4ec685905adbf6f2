/** What can have happened to a JSON page behind pkgindex's back. */
import { sealPage } from "../../src/simple/page-envelope.ts";

type Page = Readonly<Record<string, unknown>>;
type Spoil = (bytes: Buffer) => Buffer;

/** Changes a page and gives it a right checksum, so that it is believed at first sight. */
function reseal(bytes: Buffer, change: (page: Page) => Page): Buffer {
  const { _crc32: _, ...page } = change(JSON.parse(bytes.toString()) as Page);
  return sealPage(JSON.stringify(page).slice(0, -1));
}

function edit(change: (page: string) => string): Spoil {
  return (bytes) => Buffer.from(change(bytes.toString()));
}

function merge(values: Readonly<Record<string, unknown>>): Spoil {
  return (bytes) => reseal(bytes, (page) => ({ ...page, ...values }));
}

function spoilFile(values: Readonly<Record<string, unknown>>): Spoil {
  return (bytes) =>
    reseal(bytes, (page) => ({
      ...page,
      files: (page["files"] as readonly object[]).map((file) => ({ ...file, ...values })),
    }));
}

function spoilEnvelope(change: (envelope: Page) => Page): Spoil {
  return (bytes) => reseal(bytes, (page) => ({ ...page, _pkgindex: change(page["_pkgindex"] as Page) }));
}

/** What is wrong, and how it comes about. All work on a project page and on the project list. */
export const SPOILED_PAGES: readonly (readonly [string, Spoil])[] = [
  ["is cut off", (bytes) => bytes.subarray(0, bytes.length / 2)],
  ["lost its last byte", (bytes) => bytes.subarray(0, -1)],
  ["is empty", () => Buffer.alloc(0)],
  ["holds zeros, as after a power cut", (bytes) => Buffer.alloc(bytes.length)],
  [
    "is no UTF-8",
    (bytes) => Buffer.concat([bytes.subarray(0, 20), Buffer.alloc(20, 0xff), bytes.subarray(40)]),
  ],
  ["holds a merge conflict", edit((page) => `<<<<<<< HEAD\n${page}=======\n${page}>>>>>>> other\n`)],
  ["is nested a hundred thousand deep", edit(() => `${"[".repeat(100_000)}${"]".repeat(100_000)}`)],
  [
    "is nested deeply in a private key",
    edit((page) =>
      page.replace(`"_pkgindex":`, `"_deep":${"[".repeat(50_000)}${"]".repeat(50_000)},"_pkgindex":`),
    ),
  ],
  ["has a number of a thousand digits", edit((page) => page.replace(/:(\d+)/, `:${"9".repeat(1000)}`))],
  ["has null for a file", merge({ files: [null], projects: [null] })],
  ["has an object for the files", merge({ files: {}, projects: {} })],
  ["says another name", merge({ name: "evil", projects: [{ name: "evil" }] })],
  [
    "has wrong types in the private part",
    spoilEnvelope((envelope) => ({ ...envelope, html: [], fingerprint: {} })),
  ],
  [
    "sets __proto__",
    edit((page) => page.replace("{", `{"__proto__":{"polluted":true,"yanked":"polluted"},`)),
  ],
  [
    "is of a newer format",
    spoilEnvelope((envelope) => ({ ...envelope, format: Number(envelope["format"]) + 1 })),
  ],
  ["has a format that is no number", spoilEnvelope((envelope) => ({ ...envelope, format: "1e9" }))],
];

/** The same for what only a project page has. */
export const SPOILED_FILES: readonly (readonly [string, Spoil])[] = [
  ["has a huge number for a size", spoilFile({ size: 1e300 })],
  ["has a negative size", spoilFile({ size: -1 })],
  ["has a string for a size", spoilFile({ size: "12" })],
  ["has a number for a hash", spoilFile({ hashes: { sha256: 7 } })],
  ["has another sha256 than the record", spoilFile({ hashes: { sha256: "0".repeat(64) } })],
];

/** Pages that may just be older than the files: they are made again, and nobody needs to hear of it. */
export const OUTDATED_PAGES: readonly (readonly [string, Spoil])[] = [
  ["has no files", merge({ files: [], projects: [] })],
  ["has an address outside of the root", spoilFile({ url: "../../../../etc/passwd" })],
];
