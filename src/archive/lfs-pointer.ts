/**
 * Git LFS pointers: small files that stand for large ones
 * (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
 */
import { createHash } from "node:crypto";

/** What a pointer says of its file. */
export interface LfsPointer {
  /** Hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
}

const VERSION = "version https://git-lfs.github.com/spec/v1";

/** By the specification; no pointer is larger. */
const MOST_BYTES = 1024;

/** Pointers of today have fewer bytes than any wheel can have: what is larger need not be read to know that it is none. */
export const USUAL_POINTER_BYTES = 200;

/** Whether some bytes are meant as a pointer, of whatever version. */
export function isLfsPointer(bytes: Buffer): boolean {
  return (
    bytes.length < MOST_BYTES &&
    bytes.toString("latin1").startsWith("version https://git-lfs.github.com/spec/")
  );
}

/** What a pointer says; undefined where the bytes are none. */
export function tryParseLfsPointer(bytes: Buffer): LfsPointer | undefined {
  if (!isLfsPointer(bytes)) return undefined;
  const text = bytes.toString("latin1");
  const sha256 = /^oid sha256:([0-9a-f]{64})$/m.exec(text)?.[1];
  const size = Number(/^size ([0-9]{1,15})$/m.exec(text)?.[1]);
  return sha256 === undefined || Number.isNaN(size) ? undefined : { sha256, size };
}

/** The git object id of the pointer that stands for some bytes: it can be told without a look at either. */
export function lfsPointerBlob({ sha256, size }: LfsPointer, format: "sha1" | "sha256"): string {
  const text = `${VERSION}\noid sha256:${sha256}\nsize ${size}\n`;
  return createHash(format).update(`blob ${text.length}\0${text}`).digest("hex");
}
