/** Opens one distribution file and says what must be known of it: its hashes, and what its core metadata says. */
import { createHash, type Hash } from "node:crypto";
import { InvalidInput, type Problem } from "../errors.ts";
import { readFileIfExists, systemErrorCode, writeNewFile } from "../io/files.ts";
import { openFile, type ByteSource, type OpenFile } from "../io/open-file.ts";
import { isValidSpecifierSet } from "../packaging/specifier-set.ts";
import { isLfsPointer } from "./lfs-pointer.ts";
import { parseFilename } from "./parse-filename.ts";
import { checkIdentity, readWheelMetadata } from "./wheel.ts";

/** What is asked of one file. Plain data: it travels to a worker thread. */
export interface InspectionRequest {
  /** Absolute path of the file. */
  readonly file: string;
  readonly filename: string;
  /** Whether to hash the bytes; else only the core metadata is read. */
  readonly hash: boolean;
  /** The algorithm of the git object id to compute in the same pass, if any. */
  readonly gitObjectFormat: "sha1" | "sha256" | undefined;
  /** Absolute path of the wheel's sidecar, where there is one: if it holds the right bytes, nothing is staged. */
  readonly sidecar: string | undefined;
  /** Absolute path where the sidecar is staged; undefined in a run that writes nothing. */
  readonly staging: string | undefined;
  /** The modification time that a staged sidecar gets, in milliseconds: the start of the run. */
  readonly stagingTime: number;
}

/** What a distribution file says of itself. */
export interface Inspection {
  /** In bytes. */
  readonly size: number;
  /** Hexadecimal; undefined where the request did not ask for hashes. */
  readonly sha256: string | undefined;
  readonly gitBlob: string | undefined;
  readonly requiresPython: string | undefined;
  /** Whether a Requires-Python was left out because it breaks PEP 440. */
  readonly droppedRequiresPython: string | undefined;
  /** Wheels only. */
  readonly coreMetadata: { readonly sha256: string; readonly size: number } | undefined;
  /** Whether the sidecar at its place does not hold these bytes. */
  readonly sidecarDiffers: boolean;
}

export type InspectionOutcome =
  | { readonly ok: true; readonly inspection: Inspection }
  | { readonly ok: false; readonly fault: Pick<Problem, "code" | "message" | "hint"> };

/**
 * One buffer for every file of this thread: memory stays flat whatever the size of a wheel. It is small enough for a core's
 * own cache: with twice the size, the bytes were hashed from memory, and reading cost three times as much.
 */
const buffer = Buffer.allocUnsafeSlow(128 * 1024);

/** Inspects one file. Faults of the file are part of the outcome; a full disk or a bug is thrown. */
export async function inspect(request: InspectionRequest): Promise<InspectionOutcome> {
  let file: OpenFile | undefined;
  try {
    file = openFile(request.file);
    return { ok: true, inspection: await inspectOpenFile(file, request) };
  } catch (error) {
    if (error instanceof InvalidInput) {
      return { ok: false, fault: { code: error.code, message: error.message, hint: error.hint } };
    }
    const reading = file === undefined || systemErrorCode(error) === "EIO";
    if (reading && systemErrorCode(error) !== undefined) return { ok: false, fault: unreadable(error) };
    throw error;
  } finally {
    file?.close();
  }
}

async function inspectOpenFile(file: OpenFile, request: InspectionRequest): Promise<Inspection> {
  const expected = parseFilename(request.filename);
  const whole = request.hash ? readSmallFile(file) : undefined;
  const hashes = request.hash ? hashBytes(file, whole, request.gitObjectFormat) : undefined;
  if (whole !== undefined && isLfsPointer(whole)) {
    throw new InvalidInput(
      "lfs-pointer",
      "is a Git LFS pointer, not the file itself",
      "fetch the files first: git lfs pull",
    );
  }
  const isWheel = expected.kind === "wheel";
  const source = whole === undefined ? file : sourceOf(whole);
  const metadata = isWheel
    ? await readWheelMetadata(source, expected)
    : await (await import("./sdist.ts")).readSdistMetadata(request.file, request.filename, source);
  const requiresPython =
    metadata && checkIdentity(metadata, expected, isWheel ? "METADATA" : "PKG-INFO")?.trim();
  const valid = requiresPython === undefined || isValidSpecifierSet(requiresPython);
  const sidecar = isWheel ? metadata : undefined;
  const sidecarDiffers = sidecar !== undefined && !holds(request.sidecar, sidecar);
  if (!file.isUnchanged()) throw changed();
  if (sidecarDiffers && request.staging !== undefined)
    writeNewFile(request.staging, sidecar, request.stagingTime);
  return {
    size: file.size,
    sha256: hashes?.sha256,
    gitBlob: hashes?.gitBlob,
    requiresPython: valid && requiresPython !== "" ? requiresPython : undefined,
    droppedRequiresPython: valid ? undefined : requiresPython,
    coreMetadata: sidecar && { sha256: sha256(sidecar), size: sidecar.length },
    sidecarDiffers,
  };
}

function holds(path: string | undefined, bytes: Buffer): boolean {
  return path !== undefined && readFileIfExists(path)?.equals(bytes) === true;
}

/** All of a file that fits into the buffer: most wheels do, and then one read serves the hash and the archive. */
function readSmallFile(file: OpenFile): Buffer | undefined {
  if (file.size >= buffer.length) return undefined;
  // There is room for one more byte than the file should have: if it comes, the file has grown.
  const length = file.readInto(buffer, 0);
  if (length !== file.size) throw changed();
  return buffer.subarray(0, length);
}

function sourceOf(bytes: Buffer): ByteSource {
  return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) };
}

function hashBytes(
  file: OpenFile,
  whole: Buffer | undefined,
  gitObjectFormat: "sha1" | "sha256" | undefined,
): { sha256: string; gitBlob: string | undefined } {
  const content = createHash("sha256");
  const blob: Hash | undefined = gitObjectFormat && createHash(gitObjectFormat).update(`blob ${file.size}\0`);
  const update = (chunk: Buffer): void => {
    content.update(chunk);
    blob?.update(chunk);
  };
  if (whole === undefined) readChunks(file, update);
  else update(whole);
  return { sha256: content.digest("hex"), gitBlob: blob?.digest("hex") };
}

function readChunks(file: OpenFile, update: (chunk: Buffer) => void): void {
  let position = 0;
  for (;;) {
    const length = file.readInto(buffer, position);
    position += length;
    if (position > file.size) throw changed();
    if (length === 0) break;
    update(buffer.subarray(0, length));
  }
  if (position !== file.size) throw changed();
}

/** The SHA-256 of some bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function changed(): InvalidInput {
  return new InvalidInput(
    "changed-while-read",
    "changed while it was read",
    "wait until it is copied, then run again",
  );
}

function unreadable(error: unknown): Pick<Problem, "code" | "message" | "hint"> {
  const code = systemErrorCode(error);
  const reasons: Record<string, string> = {
    EACCES: "permission denied",
    EPERM: "permission denied",
    ENOENT: "it vanished during the run",
    ELOOP: "its symbolic links form a loop",
    ENXIO: "is no regular file",
  };
  return {
    code: "unreadable",
    message: `cannot be read: ${reasons[code ?? ""] ?? code}`,
    hint: "make it readable for the user that runs pkgindex, or move it away",
  };
}
