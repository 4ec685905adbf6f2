/** The bytes of a wheel's entries against its RECORD, within limits. */
import { createHash } from "node:crypto";
import type { Entry } from "yauzl";
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import { quoteText } from "../packaging/quote-text.ts";
import type { RecordEntry } from "../packaging/record.ts";
import type { CentralDirectory, EntryRecord } from "./central-directory.ts";
import { readEntryContent } from "./entry-content.ts";
import { locateEntry } from "./locate-entry.ts";
import { collectFaults, REBUILD, type WheelEntry, type WheelFaults } from "./wheel-entries.ts";
import { isRecordItself, strongAlgorithm, type Listed } from "./wheel-record.ts";

/** Bounds on what is inflated. */
export interface ContentLimits {
  /** Bytes of one entry, inflated, and of all entries. */
  readonly entry: number;
  readonly total: number;
  /** How many times its compressed size an entry may have, above `free` bytes. */
  readonly ratio: number;
  readonly free: number;
}

/** The largest honest wheels have a few GiB, and honest tables of zeros inflate a thousand times. */
export const CONTENT_LIMITS: ContentLimits = {
  entry: 16 * 1024 ** 3,
  total: 32 * 1024 ** 3,
  ratio: 200,
  free: 128 * 1024 ** 2,
};

/** A wheel whose directory was read. */
export interface OpenWheel {
  readonly source: ByteSource;
  readonly directory: CentralDirectory;
  readonly entries: readonly WheelEntry[];
  readonly distInfo: string;
  readonly faults: WheelFaults;
}

const LOCAL_HEADER = 30;

/** Inflates every entry, and adds a fault for each whose bytes are not what RECORD says; without RECORD, if they are damaged. */
export async function checkContents(
  wheel: OpenWheel,
  listed: Listed | undefined,
  limits: ContentLimits,
): Promise<void> {
  let total = 0;
  for (const entry of wheel.entries) {
    if (wheel.faults.isFull) return;
    await collectFaults(wheel.faults, async () => {
      total += await checkContent(wheel, entry, listed?.get(entry.name), {
        ...limits,
        total: limits.total - total,
      });
    });
  }
}

/** Checks one entry and returns its size. Throws `InvalidInput` where it cannot be read. */
async function checkContent(
  { source, directory, distInfo, faults }: OpenWheel,
  { name, record }: WheelEntry,
  line: RecordEntry | undefined,
  limits: ContentLimits,
): Promise<number> {
  const label = `its entry ${quoteText(name)}`;
  const located = await locateEntry(source, directory, record, label);
  const { entry } = located;
  refuseOtherName(source, entry, name, record, label);
  refuseBomb(entry, limits, label);
  const algorithm = strongAlgorithm(line);
  const hash = algorithm === undefined ? undefined : createHash(algorithm);
  await readEntryContent(source, located, label, (piece) => hash?.update(piece));
  if (line === undefined || isRecordItself(name, distInfo)) return entry.uncompressedSize;
  const digest = hash?.digest("base64url");
  if (digest !== undefined && digest !== line.hash?.digest) {
    faults.add(
      "record-hash",
      `${label} has the ${line.hash?.algorithm} ${digest}, RECORD has ${line.hash?.digest}`,
    );
  }
  if (line.size !== undefined && line.size !== entry.uncompressedSize) {
    faults.add("record-size", `${label} has ${entry.uncompressedSize} bytes, RECORD has ${line.size}`);
  }
  return entry.uncompressedSize;
}

/** Refuses an entry that has another name in its local header, or in an extra field: installers differ in which they take. */
function refuseOtherName(
  source: ByteSource,
  entry: Entry,
  name: string,
  record: EntryRecord,
  label: string,
): void {
  const header = Buffer.from(
    source.read(entry.relativeOffsetOfLocalHeader, LOCAL_HEADER + record.name.length),
  );
  const isSame =
    header.readUInt16LE(LOCAL_HEADER - 4) === record.name.length &&
    header.toString("latin1", LOCAL_HEADER) === record.name;
  if (isSame && entry.fileName === name) return;
  throw new InvalidInput(
    "wheel-entry-name",
    `${label} has another name in its local header or an extra field`,
    REBUILD,
  );
}

function refuseBomb({ compressedSize, uncompressedSize }: Entry, limits: ContentLimits, label: string): void {
  let fault: string | undefined;
  if (uncompressedSize > limits.entry) fault = `more than the limit of ${limits.entry}`;
  else if (uncompressedSize > limits.total) fault = "with which the wheel has more than its limit";
  else if (uncompressedSize > limits.free && uncompressedSize > limits.ratio * compressedSize) {
    fault = `more than ${limits.ratio} times its compressed size`;
  }
  if (fault === undefined) return;
  throw new InvalidInput(
    "wheel-too-large",
    `${label} inflates to ${uncompressedSize} bytes, ${fault}`,
    "publish a smaller wheel",
  );
}
