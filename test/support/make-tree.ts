/** Folders of files for tests, and pictures of them to compare. */
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Writes these files below `root`, with the folders that they need. */
export function makeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  mkdirSync(root, { recursive: true });
  for (const [path, data] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, data);
  }
}

/** A new empty folder that is removed when the running test has finished. */
export function temporaryDirectory(): string {
  const path = makeTemporaryDirectory();
  onTestFinished(() => removeDirectory(path));
  return path;
}

/** A new empty folder for `beforeAll`; the caller removes it with `removeDirectory`. */
export function makeTemporaryDirectory(): string {
  return mkdtempSync(join(realpathSync(tmpdir()), "pkgindex-test-"));
}

export function removeDirectory(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Everything below `root`: path to `sha256:...`, `folder`, `link to ...`, `unreadable`, or `special` (a FIFO, a
 * socket). Nothing is skipped and no link is followed. Bytes of a name that are no UTF-8 stand as Latin-1 letters.
 */
export function readTree(root: string): Record<string, string> {
  const tree: Record<string, string> = {};
  const visit = (folder: Buffer, prefix: string): void => {
    for (const name of readdirSync(folder, { encoding: "buffer" }).toSorted(Buffer.compare)) {
      const path = Buffer.concat([folder, Buffer.from("/"), name]);
      const text = name.toString();
      const key = prefix + (Buffer.from(text).equals(name) ? text : name.toString("latin1"));
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) {
        tree[key] = `link to ${readlinkSync(path)}`;
      } else if (stats.isDirectory()) {
        tree[key] = "folder";
        visit(path, `${key}/`);
      } else {
        tree[key] = stats.isFile() ? hashOf(path) : "special";
      }
    }
  };
  visit(Buffer.from(root), "");
  return tree;
}

function hashOf(path: Buffer): string {
  try {
    return `sha256:${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") return "unreadable";
    throw error;
  }
}
