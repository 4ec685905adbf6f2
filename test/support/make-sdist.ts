/**
 * Source distributions in memory.
 * Format: https://packaging.python.org/en/latest/specifications/source-distribution-format/
 */
import { crc32 } from "node:zlib";

import { makeMetadata, type MetadataFields } from "./make-metadata.ts";
import { escapeName, escapeVersion } from "./make-wheel.ts";
import { makeZip } from "./make-zip.ts";

export interface SdistOptions {
  readonly name: string;
  readonly version: string;
  /** `tar.gz` by default. */
  readonly format?: "tar.gz" | "zip";
  /** The PKG-INFO file: as it is, or from fields, or (`false`) none. */
  readonly pkgInfo?: string | Uint8Array | MetadataFields | false;
  /** The top folder, by default `{name}-{version}`. */
  readonly folder?: string;
  /** Further files, by their path below the top folder. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly filename?: string;
}

export interface MadeSdist {
  readonly filename: string;
  readonly bytes: Buffer;
  /** The exact bytes of PKG-INFO. Empty where there is none. */
  readonly pkgInfo: Buffer;
}

/** An sdist; the same options give the same bytes, on every machine. */
export function makeSdist(options: SdistOptions): MadeSdist {
  const format = options.format ?? "tar.gz";
  const stem = `${escapeName(options.name)}-${escapeVersion(options.version)}`;
  const folder = options.folder ?? stem;
  const pkgInfo =
    options.pkgInfo === false
      ? Buffer.alloc(0)
      : makeMetadata(options.name, options.version, options.pkgInfo);
  const files = Object.entries({
    ...(options.pkgInfo === false ? {} : { "PKG-INFO": pkgInfo }),
    "pyproject.toml": `[project]\nname = "${options.name}"\nversion = "${options.version}"\n`,
    ...options.files,
  }).map(([name, data]) => ({ name: `${folder}/${name}`, data: Buffer.from(data) }));
  return {
    filename: options.filename ?? `${stem}.${format}`,
    bytes: format === "zip" ? makeZip(files) : makeGzip(makeTar(files)),
    pkgInfo,
  };
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 */
export function makeTar(files: readonly { readonly name: string; readonly data: Uint8Array }[]): Buffer {
  const blocks = files.flatMap(({ name, data }) => {
    const padding = (512 - (data.length % 512)) % 512;
    return [tarHeader(name, data.length), data, Buffer.alloc(padding)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`too long for a plain tar header: ${name}`);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, "0")}\0`;
}

/** Gzip with stored blocks, by hand: a zlib's choice of blocks changes from version to version. */
export function makeGzip(data: Uint8Array): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])];
  const blocks = Math.max(1, Math.ceil(data.length / 0xffff));
  for (let index = 0; index < blocks; index += 1) {
    const block = data.subarray(index * 0xffff, (index + 1) * 0xffff);
    const head = Buffer.alloc(5);
    head.writeUInt8(index === blocks - 1 ? 1 : 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    parts.push(head, block);
  }
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(data), 0);
  tail.writeUInt32LE(data.length % 2 ** 32, 4);
  return Buffer.concat([...parts, tail]);
}
