/** What RECORD says, against the names in the wheel. */
import { quoteText } from "../packaging/quote-text.ts";
import { parseRecord, type RecordEntry } from "../packaging/record.ts";
import type { WheelEntry, WheelFaults } from "./wheel-entries.ts";

/** The algorithms of RECORD that are as good as SHA-256, by their names in Python's hashlib, and their names here. */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["sha256", "sha256"],
  ["sha384", "sha384"],
  ["sha512", "sha512"],
  ["sha3_256", "sha3-256"],
  ["sha3_384", "sha3-384"],
  ["sha3_512", "sha3-512"],
  ["blake2b", "blake2b512"],
]);

/** The name that Node has for an algorithm of RECORD; undefined for a weak or unknown one. */
export function strongAlgorithm(line: RecordEntry | undefined): string | undefined {
  return ALGORITHMS.get(line?.hash?.algorithm.toLowerCase() ?? "");
}

/** What RECORD says, by path. */
export type Listed = ReadonlyMap<string, RecordEntry>;

/** The lines of RECORD by path. Two different ones for a path are a fault. Throws `InvalidInput` where it is no RECORD. */
export function listRecord(bytes: Buffer, faults: WheelFaults): Listed {
  const listed = new Map<string, RecordEntry>();
  for (const entry of parseRecord(bytes)) {
    const before = listed.get(entry.path);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(entry)) {
      faults.add("record-duplicate", `RECORD has two different lines for ${quoteText(entry.path)}`);
    }
    listed.set(entry.path, entry);
  }
  return listed;
}

/** RECORD and its signatures cannot be in it, or not with their hashes. */
export function isRecordItself(name: string, distInfo: string): boolean {
  return ["RECORD", "RECORD.jws", "RECORD.p7s"].some((own) => name === `${distInfo}/${own}`);
}

/**
 * Adds a fault for each entry without a good line in RECORD, and for each line without an entry; `refused` are entries
 * whose names are faults themselves.
 */
export function compareNames(
  entries: readonly WheelEntry[],
  distInfo: string,
  listed: Listed,
  faults: WheelFaults,
  refused: ReadonlySet<string>,
): void {
  const names = new Set([...entries.map(({ name }) => name), ...refused]);
  for (const { name, isFolder } of entries) {
    if (isFolder || isRecordItself(name, distInfo)) continue;
    const line = listed.get(name);
    if (line === undefined) {
      faults.add("record-unlisted", `its entry ${quoteText(name)} is not in RECORD`);
    } else if (line.hash === undefined) {
      faults.add("record-no-hash", `RECORD has no hash for ${quoteText(name)}`);
    } else if (strongAlgorithm(line) === undefined) {
      const { algorithm } = line.hash;
      const message = `RECORD has the hash ${quoteText(algorithm)} for ${quoteText(name)}, sha256 or better is the rule`;
      faults.add("record-weak-hash", message);
    }
  }
  for (const path of listed.keys()) {
    if (!names.has(path) && !isRecordItself(path, distInfo)) {
      faults.add("record-without-entry", `RECORD lists ${quoteText(path)}, which is not in the wheel`);
    }
  }
}
