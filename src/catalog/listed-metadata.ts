/** The core metadata of a listed file, from its sidecar where that is whole. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readFileIfExists } from "../io/files.ts";
import type { DistributionFile } from "../simple/model.ts";
import type { StagedSidecar } from "./catalog.ts";
import { readMetadataOf } from "./newest-metadata.ts";

/** Reads METADATA or PKG-INFO; undefined where there is none. `sidecars` are those of this run. */
export async function readListedMetadata(
  root: string,
  file: DistributionFile,
  sidecars: readonly StagedSidecar[],
): Promise<Buffer | undefined> {
  const path = `${file.path}.metadata`;
  if (file.coreMetadata !== undefined) {
    const staged = sidecars.find((sidecar) => sidecar.path === path)?.staged;
    const bytes = readFileIfExists(staged ?? join(root, path));
    const hash = bytes && createHash("sha256").update(bytes).digest("hex");
    if (hash === file.coreMetadata.sha256) return bytes;
  }
  return readMetadataOf(join(root, file.path), file.filename);
}
