/** Finds PKG-INFO in an sdist (https://packaging.python.org/en/latest/specifications/source-distribution-format/). */
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { InvalidInput } from "../errors.ts";
import { streamFile } from "../io/files.ts";
import type { ByteSource } from "../io/open-file.ts";
import { readCentralDirectory, walkCentralDirectory } from "./central-directory.ts";
import { LIMITS } from "./limits.ts";
import { readMetadataEntry } from "./zip-entry.ts";

const REBUILD = "build the sdist again";
const PKG_INFO = /^(?:\.\/)?[^/]+\/PKG-INFO$/;

/** The bytes of the top folder's PKG-INFO, or undefined: old sdists may have none. Throws `InvalidInput` for a damaged file. */
export async function readSdistMetadata(
  path: string,
  filename: string,
  source: ByteSource,
): Promise<Buffer | undefined> {
  if (filename.endsWith(".tar.gz")) return readFromTar(path);
  const directory = readCentralDirectory(source);
  const [entry] = walkCentralDirectory(directory, (name) => PKG_INFO.test(name));
  return entry === undefined ? undefined : readMetadataEntry(source, directory, entry);
}

async function readFromTar(path: string): Promise<Buffer | undefined> {
  const enough = new AbortController();
  const tar = extract();
  let found: Buffer | undefined;
  let entries = 0;
  let inflated = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      inflated += chunk.length;
      if (inflated <= LIMITS.sdist) callback(null, chunk);
      else if (found !== undefined) enough.abort();
      else callback(overLimit(`inflates to more than ${LIMITS.sdist} bytes`));
    },
  });
  const walk = async (): Promise<void> => {
    for await (const entry of tar) {
      entries += 1;
      if (entries > LIMITS.entries) throw overLimit(`has more than ${LIMITS.entries} entries`);
      if (entry.header.type === "file" && PKG_INFO.test(entry.header.name)) {
        const size = entry.header.size ?? 0;
        if (size > LIMITS.metadata) throw overLimit(`its PKG-INFO has ${size} bytes`);
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        found ??= Buffer.concat(chunks);
      }
      // To the end, and not only to PKG-INFO: a file that was half copied must not be published.
      entry.resume();
    }
  };
  const flow = pipeline(streamFile(path), createGunzip(), limit, tar, { signal: enough.signal });
  const outcomes = await Promise.allSettled([walk(), flow]);
  const reasons = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as unknown] : [],
  );
  const failure = reasons.find((reason) => reason instanceof InvalidInput) ?? reasons[0];
  if (failure instanceof InvalidInput) throw failure;
  if (failure !== undefined && !(failure instanceof Error && failure.name === "AbortError")) {
    const reason = failure instanceof Error ? failure.message : "unknown";
    throw new InvalidInput("sdist-damaged", `is no gzipped tar archive, or is cut off: ${reason}`, REBUILD);
  }
  if (entries === 0) throw new InvalidInput("sdist-damaged", "is a tar archive without a file", REBUILD);
  return found;
}

function overLimit(message: string): InvalidInput {
  return new InvalidInput("sdist-too-large", message, "publish a smaller sdist, or wheels alone");
}
