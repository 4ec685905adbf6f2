/**
 * Checks all that is in a wheel against its RECORD, and its WHEEL file against its name: what installers could check and do
 * not. https://packaging.python.org/en/latest/specifications/binary-distribution-format/
 */
import { InvalidInput } from "../errors.ts";
import type { ByteSource } from "../io/open-file.ts";
import { quoteText } from "../packaging/quote-text.ts";
import { expandTags, parseWheelFile } from "../packaging/wheel-file.ts";
import { parseWheelFilename } from "../packaging/wheel-filename.ts";
import { readCentralDirectory, walkCentralDirectory } from "./central-directory.ts";
import type { ParsedFilename } from "./parse-filename.ts";
import { checkContents, CONTENT_LIMITS, type ContentLimits, type OpenWheel } from "./wheel-contents.ts";
import {
  collectFaults,
  listWheelEntries,
  WheelFaults,
  type WheelEntry,
  type WheelFault,
} from "./wheel-entries.ts";
import { compareNames, listRecord, type Listed } from "./wheel-record.ts";
import { readWheelMetadata } from "./wheel.ts";
import { readMetadataEntry } from "./zip-entry.ts";

export type { WheelFault } from "./wheel-entries.ts";

/** So many faults are listed; then the search ends. */
export const MOST_FAULTS = 20;

/**
 * The faults of a wheel, at most `MOST_FAULTS`; empty for a good one. `expected` is what its file name says. Memory stays
 * flat whatever the wheel's size. Throws only what is no fault of the wheel.
 */
export async function verifyWheel(
  source: ByteSource,
  expected: ParsedFilename,
  limits: ContentLimits = CONTENT_LIMITS,
): Promise<readonly WheelFault[]> {
  const faults = new WheelFaults(MOST_FAULTS);
  await collectFaults(faults, async () => {
    await readWheelMetadata(source, expected);
    const directory = readCentralDirectory(source);
    const refused = new Set<string>();
    const entries = listWheelEntries(
      walkCentralDirectory(directory, () => true),
      faults,
      refused,
    );
    const wheel: OpenWheel = { source, directory, entries, distInfo: findDistInfo(entries), faults };
    const wheelFile = await readMember(wheel, "WHEEL");
    if (wheelFile !== undefined) checkWheelFile(wheelFile, expected, faults);
    const record = await readMember(wheel, "RECORD");
    let listed: Listed | undefined;
    if (record !== undefined) await collectFaults(faults, () => (listed = listRecord(record, faults)));
    if (listed !== undefined) compareNames(entries, wheel.distInfo, listed, faults, refused);
    await checkContents(wheel, listed, limits);
  });
  return faults.list;
}

function findDistInfo(entries: readonly WheelEntry[]): string {
  const metadata = entries.find(({ name }) => /^[^/]*\.dist-info\/METADATA$/.test(name));
  return metadata?.name.slice(0, -"/METADATA".length) ?? "";
}

/** A small file of the `.dist-info` folder; a fault where it is missing or cannot be read. */
async function readMember(wheel: OpenWheel, filename: string): Promise<Buffer | undefined> {
  const { source, directory, entries, distInfo, faults } = wheel;
  const entry = entries.find(({ name }) => name === `${distInfo}/${filename}`);
  if (entry === undefined) {
    faults.add("wheel-file-missing", `${distInfo} has no ${filename}`);
    return undefined;
  }
  let bytes: Buffer | undefined;
  await collectFaults(faults, async () => {
    bytes = await readMetadataEntry(source, directory, entry.record);
  });
  return bytes;
}

function checkWheelFile(bytes: Buffer, expected: ParsedFilename, faults: WheelFaults): void {
  const { wheelVersion, tags } = parseWheelFile(bytes);
  if (wheelVersion === undefined) faults.add("wheel-version", "its WHEEL has no Wheel-Version");
  else if (!/^[01]\.[0-9]+$/.test(wheelVersion)) {
    faults.add(
      "wheel-version",
      `its WHEEL says Wheel-Version: ${quoteText(wheelVersion)}, installers know 1.x`,
      "build the wheel with a tool that writes version 1.0 of the format",
    );
  }
  const wanted = tagsOf(expected.identity.slice(expected.identity.lastIndexOf("/") + 1));
  const written = new Set(tags.flatMap((tag) => tagsOf(tag) ?? [tag]));
  if (wanted === undefined || (written.size === wanted.length && wanted.every((tag) => written.has(tag))))
    return;
  faults.add(
    "wheel-tags",
    `its WHEEL has the tags ${listTags([...written])}, its file name has ${listTags(wanted)}`,
    "change tags with `wheel tags`, which changes WHEEL and the file name together",
  );
}

/** The single tags of `py2.py3-none-any`; undefined where it is no set of tags. */
function tagsOf(set: string): string[] | undefined {
  try {
    return expandTags(parseWheelFilename(`name-0-${set}.whl`));
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}

function listTags(tags: readonly string[]): string {
  if (tags.length === 0) return "(none)";
  const shown = tags
    .toSorted()
    .slice(0, 6)
    .map((tag) => (/^[!-~]+$/.test(tag) ? tag : quoteText(tag)));
  return shown.join(", ") + (tags.length > shown.length ? ` and ${tags.length - shown.length} more` : "");
}
