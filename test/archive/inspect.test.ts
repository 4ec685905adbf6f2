import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import {
  inspect,
  type Inspection,
  type InspectionOutcome,
  type InspectionRequest,
} from "../../src/archive/inspect.ts";
import { makeSdist } from "../support/make-sdist.ts";
import { temporaryDirectory } from "../support/make-tree.ts";
import { makeWheel, type WheelOptions } from "../support/make-wheel.ts";

const A = { name: "a", version: "1.0" };
const LARGE = { "a/data.bin": Buffer.alloc(700_000, "not all of it in one buffer ") };

/** Writes a file and asks for everything that can be known of it. */
function inspectBytes(
  { filename, bytes }: { readonly filename: string; readonly bytes: Uint8Array },
  change: Partial<InspectionRequest> = {},
): Promise<InspectionOutcome> {
  const file = join(temporaryDirectory(), filename);
  writeFileSync(file, bytes);
  return inspectFile(file, filename, change);
}

function inspectFile(
  file: string,
  filename: string,
  change: Partial<InspectionRequest> = {},
): Promise<InspectionOutcome> {
  return inspect({
    file,
    filename,
    hash: true,
    gitObjectFormat: "sha1",
    sidecar: undefined,
    staging: undefined,
    stagingTime: 0,
    ...change,
  });
}

function inspectionOf(outcome: InspectionOutcome): Inspection {
  if (!outcome.ok) throw new Error(`${outcome.fault.code}: ${outcome.fault.message}`);
  return outcome.inspection;
}

function faultOf(outcome: InspectionOutcome): string {
  if (outcome.ok) throw new Error("nothing was refused");
  return `${outcome.fault.code}: ${outcome.fault.message}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function gitHash(bytes: Uint8Array, format: "sha1" | "sha256"): string {
  const cwd = temporaryDirectory();
  const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_GLOBAL: "/dev/null", HOME: "/nonexistent" };
  execFileSync("git", ["init", "--quiet", `--object-format=${format}`], { cwd, env });
  return execFileSync("git", ["hash-object", "--stdin"], { cwd, env, input: bytes, encoding: "utf8" }).trim();
}

describe("hashes", () => {
  const sizes = [
    ["a small wheel", makeWheel(A)],
    ["a large wheel", makeWheel({ ...A, files: LARGE })],
    ["a wheel as large as the buffer", wheelOfSize(128 * 1024)],
    ["a wheel one byte smaller than the buffer", wheelOfSize(128 * 1024 - 1)],
    ["a wheel one byte larger than the buffer", wheelOfSize(128 * 1024 + 1)],
    ["a wheel of two buffers", wheelOfSize(512 * 1024)],
    ["an sdist", makeSdist(A)],
    ["a large sdist", makeSdist({ ...A, files: LARGE })],
  ] as const;

  test.each(sizes)("of %s are those of node and git", async (_, file) => {
    const inspection = inspectionOf(await inspectBytes(file));
    expect(inspection.size).toBe(file.bytes.length);
    expect(inspection.sha256).toBe(sha256(file.bytes));
    expect(inspection.gitBlob).toBe(gitHash(file.bytes, "sha1"));
  });

  test("for a repository of sha256 objects are git's", async () => {
    const wheel = makeWheel(A);
    const { gitBlob } = inspectionOf(await inspectBytes(wheel, { gitObjectFormat: "sha256" }));
    expect(gitBlob).toBe(gitHash(wheel.bytes, "sha256"));
  });

  test("outside git are the sha256 alone", async () => {
    const { gitBlob, sha256: hash } = inspectionOf(
      await inspectBytes(makeWheel(A), { gitObjectFormat: undefined }),
    );
    expect([gitBlob, typeof hash]).toEqual([undefined, "string"]);
  });

  test("are not made where nobody asks for them", async () => {
    const wheel = makeWheel({ ...A, files: LARGE });
    const inspection = inspectionOf(await inspectBytes(wheel, { hash: false }));
    expect([inspection.sha256, inspection.gitBlob]).toEqual([undefined, undefined]);
    expect(inspection.coreMetadata?.sha256).toBe(sha256(wheel.metadata));
  });

  test("of one file after another do not mix, though they share a buffer", async () => {
    const wheels = [makeWheel({ ...A, files: LARGE }), makeWheel(A), makeWheel({ ...A, version: "2.0" })];
    for (const wheel of wheels) {
      expect(inspectionOf(await inspectBytes(wheel)).sha256).toBe(sha256(wheel.bytes));
    }
  });
});

function wheelOfSize(size: number): ReturnType<typeof makeWheel> {
  const make = (length: number) =>
    makeWheel({ ...A, record: "", files: { "a/data.bin": Buffer.alloc(length, 9) } });
  return make(size - make(0).bytes.length);
}

describe("core metadata", () => {
  const withPython = (requiresPython: string): WheelOptions => ({ ...A, metadata: { requiresPython } });

  test("of a wheel has the hash and size of METADATA, of an sdist none", async () => {
    const wheel = makeWheel(withPython(">=3.8"));
    const { coreMetadata } = inspectionOf(await inspectBytes(wheel));
    expect(coreMetadata).toEqual({ sha256: sha256(wheel.metadata), size: wheel.metadata.length });
    const sdist = inspectionOf(await inspectBytes(makeSdist(A)));
    expect([sdist.coreMetadata, sdist.sidecarDiffers]).toEqual([undefined, false]);
  });

  test.each([
    ["a specifier", ">=3.8", ">=3.8", undefined],
    ["several", ">=3.8, <4, !=3.9.*", ">=3.8, <4, !=3.9.*", undefined],
    ["white space around it", "  >=3.8  ", ">=3.8", undefined],
    ["nothing", "", undefined, undefined],
    ["what PEP 440 refuses", ">=3.8.*", undefined, ">=3.8.*"],
    ["nonsense", "three", undefined, "three"],
  ])("with %s as Requires-Python", async (_, text, kept, dropped) => {
    for (const file of [
      makeWheel(withPython(text)),
      makeSdist({ ...A, pkgInfo: { requiresPython: text } }),
    ]) {
      const inspection = inspectionOf(await inspectBytes(file));
      expect([inspection.requiresPython, inspection.droppedRequiresPython]).toEqual([kept, dropped]);
    }
  });

  test("of an sdist without PKG-INFO is missing, which is no fault", async () => {
    const inspection = inspectionOf(await inspectBytes(makeSdist({ ...A, pkgInfo: false })));
    expect(inspection.requiresPython).toBeUndefined();
  });

  test("of an sdist must be that of its file name", async () => {
    const sdist = makeSdist({ ...A, pkgInfo: "Name: b\nVersion: 1.0\n" });
    expect(faultOf(await inspectBytes(sdist))).toMatch(/^metadata-name: PKG-INFO says Name: "b"/);
  });
});

describe("the sidecar", () => {
  const wheel = makeWheel(A);
  const place = (bytes: Uint8Array | undefined) => {
    const folder = temporaryDirectory();
    const sidecar = join(folder, "sidecar");
    if (bytes !== undefined) writeFileSync(sidecar, bytes);
    return { sidecar, staging: join(folder, "staged"), stagingTime: 1_700_000_000_000 };
  };

  test.each<[string, Uint8Array | undefined, boolean]>([
    ["that holds METADATA stays", wheel.metadata, false],
    ["that is missing is staged", undefined, true],
    ["that is empty is staged", Buffer.alloc(0), true],
    ["that is cut off is staged", wheel.metadata.subarray(0, -1), true],
    ["with another byte is staged", Buffer.from(wheel.metadata.toString().replace("1.0", "1.1")), true],
  ])("%s", async (_, bytes, differs) => {
    const request = place(bytes);
    expect(inspectionOf(await inspectBytes(wheel, request)).sidecarDiffers).toBe(differs);
    expect(existsSync(request.staging)).toBe(differs);
    if (!differs) return;
    expect(readFileSync(request.staging)).toEqual(wheel.metadata);
    expect(Math.floor(statSync(request.staging).mtimeMs)).toBe(request.stagingTime);
  });

  test("is never staged for a wheel that is refused", async () => {
    const request = place(undefined);
    const bad = makeWheel({ ...A, metadata: "Name: b\nVersion: 1.0\n" });
    expect(faultOf(await inspectBytes(bad, request))).toMatch(/^metadata-name/);
    expect(existsSync(request.staging)).toBe(false);
  });

  test("is not written in a run that writes nothing, and differs all the same", async () => {
    const { sidecar } = place(undefined);
    const { sidecarDiffers } = inspectionOf(await inspectBytes(wheel, { sidecar, staging: undefined }));
    expect([sidecarDiffers, existsSync(sidecar)]).toEqual([true, false]);
  });
});

describe("a fault is an outcome", () => {
  test("of a file that is missing", async () => {
    const file = join(temporaryDirectory(), "a-1.0-py3-none-any.whl");
    expect(faultOf(await inspectFile(file, "a-1.0-py3-none-any.whl"))).toBe(
      "unreadable: cannot be read: it vanished during the run",
    );
  });

  test("of a folder in its place", async () => {
    const file = join(temporaryDirectory(), "a-1.0-py3-none-any.whl");
    mkdirSync(file);
    expect(faultOf(await inspectFile(file, "a-1.0-py3-none-any.whl"))).toMatch(/^not-a-file: /);
  });

  test("of a FIFO, which is not waited for", async () => {
    const file = join(temporaryDirectory(), "a-1.0-py3-none-any.whl");
    execFileSync("mkfifo", [file]);
    expect(faultOf(await inspectFile(file, "a-1.0-py3-none-any.whl"))).toMatch(/^not-a-file: /);
  });

  test("of a loop of links", async () => {
    const file = join(temporaryDirectory(), "a-1.0-py3-none-any.whl");
    symlinkSync(file, file);
    expect(faultOf(await inspectFile(file, "a-1.0-py3-none-any.whl"))).toMatch(/^unreadable: .*loop/);
  });

  test.skipIf(process.getuid?.() === 0)(
    "of a file without permission (needs a user that is not root)",
    async () => {
      const file = join(temporaryDirectory(), "a-1.0-py3-none-any.whl");
      writeFileSync(file, makeWheel(A).bytes);
      chmodSync(file, 0);
      expect(faultOf(await inspectFile(file, "a-1.0-py3-none-any.whl"))).toMatch(
        /^unreadable: .*permission denied/,
      );
    },
  );

  test("of a file name that breaks its specification", async () => {
    const { bytes } = makeWheel(A);
    expect(faultOf(await inspectBytes({ filename: "a-1.0-py3.whl", bytes }))).toMatch(/^wheel-filename: /);
    expect(faultOf(await inspectBytes({ filename: "a.tar.gz", bytes }))).toMatch(/^sdist-filename: /);
  });
});
