/** The core metadata of one listed file. */
import { join } from "node:path";
import { parseFilename } from "../archive/parse-filename.ts";
import { readSdistMetadata } from "../archive/sdist.ts";
import { readWheelMetadata } from "../archive/wheel.ts";
import { readFileIfExists } from "../io/files.ts";
import { openFile } from "../io/open-file.ts";
import type { FileDraft } from "./file-draft.ts";
import type { VersionedFile } from "./project-info.ts";

/** Reads METADATA from the sidecar that this run made, else from the file itself; undefined for an sdist without PKG-INFO. */
export async function readNewestMetadata(
  { file, kind }: VersionedFile,
  draft: FileDraft,
  root: string,
): Promise<Buffer | undefined> {
  const staged = draft.staged === undefined ? undefined : readFileIfExists(draft.staged);
  if (staged !== undefined) return staged;
  const path = join(root, file.path);
  const source = openFile(path);
  try {
    if (kind === "wheel") return await readWheelMetadata(source, parseFilename(file.filename));
    return await readSdistMetadata(path, file.filename, source);
  } finally {
    source.close();
  }
}
