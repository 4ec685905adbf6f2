/** The core metadata of a listed file, from its sidecar where that is whole. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readFileIfExists } from "../io/files.ts";
import type { DistributionFile } from "../simple/model.ts";
import { readMetadataOf } from "./newest-metadata.ts";

/** Reads METADATA or PKG-INFO; undefined where there is none. `staged` says where the files and sidecars of this run wait, by path. */
export async function readListedMetadata(
  root: string,
  file: DistributionFile,
  staged: ReadonlyMap<string, string | undefined>,
): Promise<Buffer | undefined> {
  const path = `${file.path}.metadata`;
  if (file.coreMetadata !== undefined) {
    const bytes = readFileIfExists(staged.get(path) ?? join(root, path));
    const hash = bytes && createHash("sha256").update(bytes).digest("hex");
    if (hash === file.coreMetadata.sha256) return bytes;
  }
  return readMetadataOf(staged.get(file.path) ?? join(root, file.path), file.filename);
}
