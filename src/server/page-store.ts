/** Pages in memory, as long as the files that they came from stay the same. */
import { createHash } from "node:crypto";
import type { FolderFiles } from "../io/folder-files.ts";

/** A page that was read. */
export interface StoredPage {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  /** Of the bytes, short: what the entity tags are made of. */
  readonly digest: string;
}

interface Entry {
  readonly version: string;
  /** Undefined for a file that is there and not served. */
  readonly page: StoredPage | undefined;
}

/** What pages may take in memory, and the largest that is kept. */
const TOTAL_LIMIT = 32 * 1024 * 1024;
const PAGE_LIMIT = 8 * 1024 * 1024;
/** What an entry takes beside its bytes. */
const OVERHEAD = 512;

/** Reads pages, each once. Only what `isServed` accepts is a page. */
export class PageStore {
  readonly #files: FolderFiles;
  readonly #isServed: (path: string, bytes: Buffer) => boolean;
  readonly #entries = new Map<string, Entry>();
  #total = 0;

  constructor(files: FolderFiles, isServed: (path: string, bytes: Buffer) => boolean) {
    this.#files = files;
    this.#isServed = isServed;
  }

  /** The page at a path, or undefined. Throws the system's error where the file cannot be read. */
  read(path: string): StoredPage | undefined {
    const version = this.#files.look(path)?.version;
    const known = this.#entries.get(path);
    if (known !== undefined && known.version === version) {
      this.#entries.delete(path);
      this.#entries.set(path, known);
      return known.page;
    }
    this.#forget(path);
    return version === undefined ? undefined : this.#load(path);
  }

  #load(path: string): StoredPage | undefined {
    const file = this.#files.open(path);
    if (file === undefined) return undefined;
    try {
      const bytes = file.readAll();
      const page = this.#isServed(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
        ? {
            bytes,
            modifiedMs: file.modifiedMs,
            digest: createHash("sha256").update(bytes).digest("base64url").slice(0, 22),
          }
        : undefined;
      if (bytes.length <= PAGE_LIMIT) this.#keep(path, { version: file.version, page });
      return page;
    } finally {
      file.close();
    }
  }

  #keep(path: string, entry: Entry): void {
    this.#entries.set(path, entry);
    this.#total += sizeOf(entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#total <= TOTAL_LIMIT) break;
      this.#forget(oldest);
    }
  }

  #forget(path: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    this.#total -= sizeOf(entry);
  }
}

function sizeOf({ page }: Entry): number {
  return OVERHEAD + (page?.bytes.length ?? 0);
}
