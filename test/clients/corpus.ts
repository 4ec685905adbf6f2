/**
 * The distribution files that the clients are let loose on, made in memory. What a client must find is said of these
 * files, here and in the checks; nothing is ever taken from a page that pkgindex wrote.
 */
import { createHash } from "node:crypto";

import { makeSdist } from "../support/make-sdist.ts";
import { makeWheel, type WheelOptions } from "../support/make-wheel.ts";
import { SDIST_BACKEND } from "./support/sdist-backend.ts";

/** One file as it was put into the index, and what a page must say of it. */
export interface InputFile {
  /** The package subfolder. */
  readonly folder: string;
  readonly filename: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  /** The normalized name. */
  readonly project: string;
  readonly version: string;
  readonly requiresPython?: string;
  /** The bytes of METADATA, for a wheel. */
  readonly metadata?: Buffer;
  /** A reason, or `true` for a yank without one. */
  readonly yanked?: string | true;
  readonly uploadTime: string;
}

/** When most files came, and when those of `late` did. */
export const EARLY = "2026-01-01T00:00:00Z";
export const LATE = "2026-06-01T00:00:00Z";
/** A moment between the two, for clients that are told to look at older files only. */
export const BETWEEN = "2026-03-01T00:00:00Z";

/** A reason with all that HTML, JSON and a terminal could stumble over. */
export const REASON = `broken "build" & 1 < 2, größer`;

/** The project whose page must offer nothing: its status says so. */
export const QUARANTINED = "demo-quarantined";

/** How many releases the project with the long page has. */
export const MANY = 400;

interface Extra {
  readonly yanked?: string | true;
  readonly late?: boolean;
}

function wheel(folder: string, options: WheelOptions, { yanked, late }: Extra = {}): InputFile {
  const { filename, bytes, metadata } = makeWheel(options);
  const fields = typeof options.metadata === "object" && !(options.metadata instanceof Uint8Array);
  const requiresPython = fields ? options.metadata.requiresPython : undefined;
  return {
    folder,
    filename,
    bytes,
    sha256: hash(bytes),
    project: normalize(options.name),
    version: options.version,
    metadata,
    uploadTime: late ? LATE : EARLY,
    ...(requiresPython === undefined ? {} : { requiresPython }),
    ...(yanked === undefined ? {} : { yanked }),
  };
}

function sdist(folder: string, name: string, version: string): InputFile {
  const { filename, bytes } = makeSdist({
    name,
    version,
    pkgInfo: { requiresPython: ">=3.7" },
    files: SDIST_BACKEND,
  });
  return {
    folder,
    filename,
    bytes,
    sha256: hash(bytes),
    project: normalize(name),
    version,
    requiresPython: ">=3.7",
    uploadTime: EARLY,
  };
}

/** The lower-case hexadecimal SHA-256 of some bytes. */
export function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** PEP 503, said once more, so that the tests do not lean on what they test. */
export function normalize(name: string): string {
  return name.replaceAll(/[-_.]+/g, "-").toLowerCase();
}

/** All files of the index under test. */
export const CORPUS: readonly InputFile[] = [
  // Releases of every kind; what a client takes without further words is 1.0.
  wheel("demo", { name: "demo-pkg", version: "0.9", metadata: { requiresPython: ">=3.6" } }),
  wheel("demo", { name: "demo-pkg", version: "1.0", metadata: { requiresPython: ">=3.6, <4" } }),
  sdist("demo", "demo-pkg", "1.0"),
  wheel("demo", { name: "demo-pkg", version: "1.1" }, { yanked: REASON }),
  wheel("demo", { name: "demo-pkg", version: "1.2rc1" }),
  wheel("demo", { name: "demo-pkg", version: "2.0", metadata: { requiresPython: ">=3.99" } }),
  // Dependencies, extras and markers, under spellings of their own.
  wheel("demo", {
    name: "demo-dep",
    version: "1.0",
    metadata: {
      requiresDist: [
        "Demo_Pkg>=0.9",
        "demo.local",
        'demo-epoch ; extra == "more"',
        'demo-missing ; python_version < "3"',
      ],
      headers: { "Provides-Extra": "more" },
    },
  }),
  wheel("versions", { name: "demo-epoch", version: "2030.1" }),
  wheel("versions", { name: "demo-epoch", version: "43!2025.12.17" }),
  wheel("versions", { name: "demo-local", version: "1.0" }),
  wheel("versions", { name: "demo-local", version: "1.0+cu121" }),
  wheel("versions", { name: "demo-pre", version: "1.0a1" }),
  wheel("versions", { name: "demo-pre", version: "1.0b2" }),
  wheel("versions", { name: "demo-late", version: "1.0" }),
  wheel("versions", { name: "demo-late", version: "2.0" }, { late: true }),
  // Names as people write them: in METADATA, and in the older form of a file name.
  wheel("odd", { name: "Demo_Odd.Name", version: "1.0" }),
  wheel("odd", { name: "Demo_Old.Form", version: "1.0", filename: "Demo_Old.Form-1.0-py3-none-any.whl" }),
  wheel("yanked", { name: "demo-yanked", version: "1.0" }, { yanked: true }),
  wheel("yanked", { name: "demo-yanked", version: "1.1" }, { yanked: REASON }),
  sdist("source", "demo-source", "1.0"),
  wheel("quarantine", { name: QUARANTINED, version: "1.0" }),
  ...Array.from({ length: MANY }, (_, index) =>
    wheel("many", { name: "demo-many", version: `0.${index + 1}`, files: {} }),
  ),
];

/** The one file of the second index, which the first must not know. */
export const ELSEWHERE: readonly InputFile[] = [
  wheel("elsewhere", { name: "demo-elsewhere", version: "1.0" }),
];

/** The input file of that name. Throws where there is none: a check has a wrong name. */
export function inputFile(filename: string): InputFile {
  const file = [...CORPUS, ...ELSEWHERE].find((candidate) => candidate.filename === filename);
  if (file === undefined) throw new Error(`the corpus has no ${filename}`);
  return file;
}

/** The names of all projects that must have a page, sorted. */
export function projectNames(corpus: readonly InputFile[]): string[] {
  return [...new Set(corpus.map(({ project }) => project))].toSorted();
}

/** What the page of a project must list: nothing while it is in quarantine. */
export function listedFiles(corpus: readonly InputFile[], project: string): InputFile[] {
  return project === QUARANTINED ? [] : corpus.filter((file) => file.project === project);
}
