/**
 * What our JSON pages carry for ourselves. PEP 691 leaves keys that start with `_` to the index
 * (https://peps.python.org/pep-0691/#specification). `_pkgindex` says how the page and its HTML twin were made,
 * and `_crc32`, always last, covers every byte before it: a page that was cut off, merged or edited by hand is
 * noticed without a look at anything else.
 */
import { crc32 } from "node:zlib";

/** Raised whenever the private part of the pages, or what the built-in code makes of a template, changes. */
export const PAGE_FORMAT = 1;

export interface PageEnvelope {
  readonly format: typeof PAGE_FORMAT;
  /** Of the templates and settings that the page depends on. */
  readonly fingerprint: string;
  /** Of a project page: the size in bytes of the records that it was made from. */
  readonly recordsSize?: number;
  /** What else was made of the same project: the HTML page always, the legacy JSON and the page in the second root where wanted. */
  readonly html: Twin;
  readonly legacy?: Twin;
  readonly jsonRoot?: Twin;
  /** Of the project list: the page for addresses that lead nowhere. */
  readonly notFound?: Twin;
  /** Of the project list: what the site for people has once, in the order in which it is made. */
  readonly site?: readonly Twin[];
}

/** Another page of the same project, as it was written. */
export interface Twin {
  /** In bytes. */
  readonly size: number;
  readonly crc32: number;
}

/** What a page must be to be a twin. */
export function toTwin(bytes: Buffer): Twin {
  return { size: bytes.length, crc32: crc32(bytes) };
}

/** Why a page cannot be used as it stands. */
export type PageFault = "damaged" | "newer-format" | "stranger";

/** An object that somebody else may have written. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

const TAIL = /,"_crc32":"([0-9a-f]{8})"\}\n$/;
const TAIL_LENGTH = `,"_crc32":"00000000"}\n`.length;

export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A count or a number of bytes. */
export function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** Closes a page: `body` is a JSON object without its last brace. */
export function sealPage(body: string): Buffer {
  const page = Buffer.allocUnsafe(Buffer.byteLength(body) + TAIL_LENGTH);
  const length = page.write(body);
  page.write(`,"_crc32":"${hexadecimal(crc32(page.subarray(0, length)))}"}\n`, length);
  return page;
}

/** Whether a page ends as ours do, with the right checksum: then it is ours, and as it was written. */
export function isSealed(bytes: Buffer): boolean {
  const tail = TAIL.exec(bytes.subarray(-TAIL_LENGTH).toString("latin1"));
  return tail !== null && hexadecimal(crc32(bytes.subarray(0, -TAIL_LENGTH))) === tail[1];
}

/** A page of ours, as it was written. */
export interface OpenedPage {
  readonly page: UnknownRecord;
  readonly envelope: PageEnvelope;
}

/** Opens a page that may be ours, or says why not. Never throws. */
export function openPage(bytes: Buffer): OpenedPage | PageFault {
  const sealed = isSealed(bytes);
  let page: unknown;
  try {
    page = JSON.parse(bytes.toString("utf8"));
  } catch {
    return "damaged";
  }
  if (!isRecord(page)) return "damaged";
  const envelope = page["_pkgindex"];
  // Either of our keys is enough to call a page ours: the other one may be what was damaged.
  if (!isRecord(envelope)) {
    // A page of the simple API, or one of the legacy JSON.
    const isPage = isRecord(page["meta"]) || isRecord(page["info"]);
    return isPage && !("_crc32" in page) ? "stranger" : "damaged";
  }
  if (typeof envelope["format"] === "number" && envelope["format"] > PAGE_FORMAT) return "newer-format";
  if (!sealed || !isEnvelope(envelope)) return "damaged";
  return { page, envelope };
}

/** Opens the envelope of a page of ours alone: `mark` is what stands before it. Undefined where the page cannot be used. */
export function openEnvelope(bytes: Buffer, mark: string): PageEnvelope | undefined {
  const at = bytes.lastIndexOf(mark);
  if (at === -1 || !isSealed(bytes)) return undefined;
  try {
    const text = bytes.toString("utf8", at + mark.length, bytes.length - TAIL_LENGTH);
    const envelope: unknown = JSON.parse(text);
    return isRecord(envelope) && isEnvelope(envelope) ? envelope : undefined;
  } catch {
    // Sealed, but by another hand.
    return undefined;
  }
}

function isTwin(value: unknown): value is Twin {
  return isRecord(value) && Number.isSafeInteger(value["size"]) && Number.isSafeInteger(value["crc32"]);
}

function isEnvelope(value: UnknownRecord): value is UnknownRecord & PageEnvelope {
  const { html, legacy, jsonRoot, notFound, site } = value;
  return (
    value["format"] === PAGE_FORMAT &&
    typeof value["fingerprint"] === "string" &&
    (value["recordsSize"] === undefined || Number.isSafeInteger(value["recordsSize"])) &&
    isTwin(html) &&
    (legacy === undefined || isTwin(legacy)) &&
    (jsonRoot === undefined || isTwin(jsonRoot)) &&
    (notFound === undefined || isTwin(notFound)) &&
    (site === undefined || (Array.isArray(site) && site.every(isTwin)))
  );
}

function hexadecimal(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}
