/** The entries of a wheel by their names, and what is wrong with the names. */
import { InvalidInput, type Problem } from "../errors.ts";
import { quoteText } from "../packaging/quote-text.ts";
import type { EntryRecord } from "./central-directory.ts";

/** What is wrong with a wheel; the caller knows its path. */
export type WheelFault = Pick<Problem, "code" | "message" | "hint">;

/** What helps against nearly every fault. */
export const REBUILD = "build the wheel again with its own build tool, and change nothing in it afterwards";

/** Faults up to a number; what comes after is dropped. */
export class WheelFaults {
  readonly list: WheelFault[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.list.length >= this.#most;
  }

  add(code: string, message: string, hint = REBUILD): void {
    if (!this.isFull) this.list.push({ code, message, hint });
  }
}

/** Does the work; what it finds wrong with the wheel is one more fault. */
export async function collectFaults(faults: WheelFaults, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    faults.add(error.code, error.message, error.hint);
  }
}

export interface WheelEntry {
  /** As RECORD has it. */
  readonly name: string;
  readonly isFolder: boolean;
  readonly record: EntryRecord;
}

const FLAGS_AT = 8;
const UTF8_FLAG = 1 << 11;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The entries whose names mean one place in the wheel's own folders, each once; the others are faults, and their names join
 * `refused`.
 */
export function listWheelEntries(
  records: readonly EntryRecord[],
  faults: WheelFaults,
  refused = new Set<string>(),
): WheelEntry[] {
  const entries = new Map<string, WheelEntry>();
  for (const record of records) {
    const name = decodeName(record);
    const fault = name === undefined ? "is not ASCII, and not marked as UTF-8" : nameFault(name);
    if (name === undefined || fault !== undefined) {
      if (name !== undefined) refused.add(name);
      faults.add("wheel-entry-name", `the name of its entry ${quoteText(name ?? record.name)} ${fault}`);
      continue;
    }
    const isFolder = name.endsWith("/");
    if (!entries.has(name)) entries.set(name, { name, isFolder, record });
    else if (!isFolder) faults.add("wheel-duplicate-entry", `has more than one entry ${quoteText(name)}`);
  }
  return [...entries.values()];
}

/** The one name that every installer reads; elsewhere they differ (APPNOTE appendix D). */
function decodeName({ name, bytes }: EntryRecord): string | undefined {
  if (!/[\x80-\xff]/.test(name)) return name;
  if ((bytes.readUInt16LE(FLAGS_AT) & UTF8_FLAG) === 0) return undefined;
  try {
    return UTF8.decode(Buffer.from(name, "latin1"));
  } catch {
    return undefined;
  }
}

/** Why a name leads out of the folder that a wheel is unpacked in, or means another place than it says; or `undefined`. */
function nameFault(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.includes("\0")) return "has a NUL byte";
  if (name.includes("\\")) return 'has a backslash; folders are separated by "/"';
  if (name.startsWith("/")) return "is an absolute path";
  if (/^[A-Za-z]:/.test(name)) return "starts with a drive letter";
  const parts = name.split("/");
  if (parts.includes("..")) return 'leads out of its folder by ".."';
  const last = parts.length - 1;
  const isPlain = parts.every((part, index) => part !== "." && (part !== "" || index === last));
  return isPlain ? undefined : 'is no plain path: it has an empty part or "."';
}
