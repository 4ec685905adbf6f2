/** The core metadata of one listed file. */
import { join } from "node:path";
import { sha256 } from "../archive/inspect.ts";
import { parseFilename } from "../archive/parse-filename.ts";
import { readWheelMetadata } from "../archive/wheel.ts";
import { InvalidInput } from "../errors.ts";
import { readFileIfExists, systemErrorCode } from "../io/files.ts";
import { openFile, type OpenFile } from "../io/open-file.ts";
import type { FileDraft } from "./file-draft.ts";
import type { VersionedFile } from "./project-info.ts";

/**
 * Reads METADATA from the sidecar that this run made, else from the file itself, or from its sidecar where the file is not
 * here; undefined for an sdist without PKG-INFO, and where there is neither.
 */
export async function readNewestMetadata(
  { file }: VersionedFile,
  draft: FileDraft,
  root: string,
): Promise<Buffer | undefined> {
  const staged = draft.staged === undefined ? undefined : readFileIfExists(draft.staged);
  if (staged !== undefined) return staged;
  const path = join(root, file.path);
  if (draft.file.standIn !== undefined) {
    const sidecar = readFileIfExists(`${path}.metadata`);
    return sidecar !== undefined && sha256(sidecar) === file.coreMetadata?.sha256 ? sidecar : undefined;
  }
  return readMetadataOf(draft.waiting ?? path, file.filename);
}

/** Reads METADATA or PKG-INFO from a distribution file that was verified before; undefined where that cannot be. */
export async function readMetadataOf(path: string, filename: string): Promise<Buffer | undefined> {
  let source: OpenFile | undefined;
  try {
    source = openFile(path);
    if (filename.endsWith(".whl")) return await readWheelMetadata(source, parseFilename(filename));
    const { readSdistMetadata } = await import("../archive/sdist.ts");
    return await readSdistMetadata(path, filename, source);
  } catch (error) {
    // It was verified when it came; what is wrong with it now, a run that reads it again will say.
    if (error instanceof InvalidInput || systemErrorCode(error) !== undefined) return undefined;
    throw error;
  } finally {
    source?.close();
  }
}
