/** Where the bench keeps its things and where it measures. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The folders of a run. */
export interface Folders {
  /** Kept between runs: the virtual environment of the peers. */
  readonly environment: string;
  /** Kept between runs: the real wheels. */
  readonly downloads: string;
  /** For trees of real wheels: on disk, and in no git work tree, since inside one pkgindex does other work. */
  readonly disk: string;
  /** For synthetic wheels and their trees: in memory where there is room. */
  readonly memory: string;
  /** Whether `memory` is. */
  readonly inMemory: boolean;
}

/** How the folder of a synthetic corpus starts. */
export const WHEELS_PREFIX = "wheels-";

const TMPFS = 0x0102_1994;
const SHARED_MEMORY = "/dev/shm";

/** Makes the folders; `room` is what the synthetic corpora and their trees may take, in bytes. */
export function openFolders(work: string, room: number): Folders {
  const environment = join(work, "environment");
  const downloads = join(work, "downloads");
  mkdirSync(downloads, { recursive: true });
  const disk = mkdtempSync(isInGit(work) ? join(tmpdir(), "pkgindex-bench-") : join(work, "run-"));
  if (isInGit(disk))
    throw new Error(`${disk} lies in a git work tree: choose another folder with --work or TMPDIR`);
  const inMemory = hasRoom(SHARED_MEMORY, room);
  const memory = inMemory ? mkdtempSync(join(SHARED_MEMORY, "pkgindex-bench-")) : join(disk, "synthetic");
  mkdirSync(memory, { recursive: true });
  return { environment, downloads, disk, memory, inMemory };
}

/** Removes the trees and lists of a row; synthetic wheels stay for the next. */
export function clearFolders({ disk, memory }: Folders): void {
  for (const name of readdirSync(memory)) {
    if (!name.startsWith(WHEELS_PREFIX)) rmSync(join(memory, name), { recursive: true });
  }
  for (const name of readdirSync(disk)) {
    if (join(disk, name) !== memory) rmSync(join(disk, name), { recursive: true });
  }
}

/** Removes what is not kept. */
export function closeFolders({ disk, memory }: Folders): void {
  rmSync(memory, { recursive: true, force: true });
  rmSync(disk, { recursive: true, force: true });
}

function isInGit(folder: string): boolean {
  for (let current = resolve(folder); ; current = dirname(current)) {
    if (existsSync(join(current, ".git"))) return true;
    if (dirname(current) === current) return false;
  }
}

function hasRoom(folder: string, room: number): boolean {
  if (!existsSync(folder)) return false;
  const { type, bavail, bsize } = statfsSync(folder);
  return type === TMPFS && bavail * bsize > room;
}
