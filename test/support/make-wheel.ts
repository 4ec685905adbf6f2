/**
 * Wheels in memory: valid by default, and wrong in exactly the way that a test asks for.
 * Format: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
 */
import { createHash } from "node:crypto";

import { makeMetadata, type MetadataFields } from "./make-metadata.ts";
import { makeZip, type ZipEntry, type ZipOptions } from "./make-zip.ts";

export interface WheelOptions {
  /** As METADATA spells it; the file name has it lower-cased with `_` for every run of `-`, `_` and `.`. */
  readonly name: string;
  readonly version: string;
  /** `py3-none-any` by default; compressed sets (`py2.py3-none-any`) are taken as they are. */
  readonly tag?: string;
  readonly build?: string;
  /** The METADATA file: as it is, or from fields, or (`false`) none. */
  readonly metadata?: string | Uint8Array | MetadataFields | false;
  /** The name of the dist-info folder, instead of the one that fits the file name. */
  readonly distInfo?: string;
  /** The installed files; by default one little package. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The RECORD file: right (default), none (`false`), or this text. */
  readonly record?: boolean | string;
  /** The text of the WHEEL file. */
  readonly wheelFile?: string;
  readonly filename?: string;
  /** How entries are packed: `stored` by default, which gives the same bytes under every version of zlib. */
  readonly method?: "stored" | "deflate";
  /** Has the last word on the entries: changes, removes or adds some. */
  readonly entries?: (entries: readonly ZipEntry[]) => readonly ZipEntry[];
  readonly zip?: ZipOptions;
}

export interface MadeWheel {
  readonly filename: string;
  readonly bytes: Buffer;
  /** The exact bytes of METADATA: what the sidecar must hold. Empty where there is none. */
  readonly metadata: Buffer;
}

/** A wheel; the same options give the same bytes, on every machine unless `method` is `deflate`. */
export function makeWheel(options: WheelOptions): MadeWheel {
  const entries = wheelEntries(options);
  return {
    filename: wheelFilename(options),
    bytes: makeZip(options.entries?.(entries) ?? entries, options.zip),
    metadata: metadataOf(options),
  };
}

/** The entries of that wheel, for `writeZip`: package files first, the dist-info folder last, as tools do. */
export function wheelEntries(options: WheelOptions): readonly ZipEntry[] {
  const module = escapeName(options.name);
  const folder = options.distInfo ?? distInfoOf(options);
  const contents: (readonly [string, Uint8Array])[] = [];
  for (const [name, data] of Object.entries(
    options.files ?? { [`${module}/__init__.py`]: `__version__ = "${options.version}"\n` },
  )) {
    contents.push([name, Buffer.from(data)]);
  }
  if (options.metadata !== false) contents.push([`${folder}/METADATA`, metadataOf(options)]);
  contents.push([`${folder}/WHEEL`, Buffer.from(options.wheelFile ?? wheelFileOf(options))]);
  if (options.record !== false) {
    const name = `${folder}/RECORD`;
    const text = typeof options.record === "string" ? options.record : recordOf(contents, name);
    contents.push([name, Buffer.from(text)]);
  }
  const method = options.method ?? "stored";
  return contents.map(([name, data]) => ({ name, data, method }));
}

function metadataOf(options: WheelOptions): Buffer {
  if (options.metadata === false) return Buffer.alloc(0);
  return makeMetadata(options.name, options.version, options.metadata);
}

function wheelFilename(options: WheelOptions): string {
  if (options.filename !== undefined) return options.filename;
  const build = options.build === undefined ? "" : `-${options.build}`;
  return `${escapeName(options.name)}-${escapeVersion(options.version)}${build}-${tagOf(options)}.whl`;
}

/** Follows a given file name where it is a whole one, since the two must fit each other. */
function distInfoOf(options: WheelOptions): string {
  const parts = options.filename?.split("-") ?? [];
  const [name = "", version = ""] =
    parts.length > 2 ? parts : [escapeName(options.name), escapeVersion(options.version)];
  return `${name}-${version}.dist-info`;
}

function tagOf(options: WheelOptions): string {
  return options.tag ?? "py3-none-any";
}

/** One line for each single tag: https://peps.python.org/pep-0425/#compressed-tag-sets */
function wheelFileOf(options: WheelOptions): string {
  const [pythons = "", abis = "", platforms = ""] = tagOf(options).split("-");
  const tags = pythons
    .split(".")
    .flatMap((python) =>
      abis
        .split(".")
        .flatMap((abi) => platforms.split(".").map((platform) => `${python}-${abi}-${platform}`)),
    );
  const lines = ["Wheel-Version: 1.0", "Generator: test", `Root-Is-Purelib: ${platforms === "any"}`];
  if (options.build !== undefined) lines.push(`Build: ${options.build}`);
  return `${[...lines, ...tags.map((tag) => `Tag: ${tag}`)].join("\n")}\n`;
}

/** https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file */
function recordOf(contents: readonly (readonly [string, Uint8Array])[], recordName: string): string {
  const lines = contents.map(([name, data]) => {
    const digest = createHash("sha256").update(data).digest("base64url");
    return `${quote(name)},sha256=${digest},${data.length}`;
  });
  return `${[...lines, `${quote(recordName)},,`].join("\n")}\n`;
}

function quote(field: string): string {
  return /[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** https://packaging.python.org/en/latest/specifications/binary-distribution-format/#escaping-and-unicode */
export function escapeName(name: string): string {
  return name.replaceAll(/[-_.]+/g, "_").toLowerCase();
}

export function escapeVersion(version: string): string {
  return version.replaceAll("-", "_");
}
