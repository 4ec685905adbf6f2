/** A folder of files in memory, for the handler. */
import type { FolderFiles } from "../../src/io/folder-files.ts";
import { sealPage } from "../../src/simple/page-envelope.ts";
import { GENERATOR_TAG } from "../../src/simple/ownership.ts";

export interface MemoryFiles extends FolderFiles {
  readonly files: Map<string, string>;
  /** How many files are open. */
  readonly openCount: () => number;
  readonly reads: () => number;
}

export const MODIFIED_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export function memoryFiles(content: Readonly<Record<string, string>>): MemoryFiles {
  const files = new Map(Object.entries(content));
  let opened = 0;
  let reads = 0;
  const facts = (text: string) => ({
    size: Buffer.byteLength(text),
    modifiedMs: MODIFIED_MS,
    version: text,
  });
  return {
    files,
    openCount: () => opened,
    reads: () => reads,
    look: (path) => {
      const text = files.get(path);
      return text === undefined ? undefined : facts(text);
    },
    open: (path) => {
      const text = files.get(path);
      if (text === undefined) return undefined;
      if (text.startsWith("throws ")) throw Object.assign(new Error("no"), { code: text.slice(7) });
      opened += 1;
      let isOpen = true;
      const close = (): void => {
        if (isOpen) opened -= 1;
        isOpen = false;
      };
      return {
        ...facts(text),
        readAll: () => {
          reads += 1;
          return new Uint8Array(Buffer.from(text));
        },
        stream: (start, end) =>
          new ReadableStream(
            {
              pull: (controller) => {
                controller.enqueue(new Uint8Array(Buffer.from(text).subarray(start, end)));
                controller.close();
                close();
              },
              cancel: close,
            },
            { highWaterMark: 0 },
          ),
        close,
      };
    },
  };
}

export function htmlPage(body: string): string {
  return `<!DOCTYPE html>\n${GENERATOR_TAG}\n${body}\n`;
}

/** A JSON page of ours that lists files by their addresses. */
export function jsonPage(files: readonly object[], more: object = {}): string {
  const body = JSON.stringify({ meta: { "api-version": "1.4" }, files, ...more, _pkgindex: {} });
  return sealPage(body.slice(0, -1)).toString();
}
