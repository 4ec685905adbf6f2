/** From one form of what is at an address to the answer: conditions, then ranges, then the bytes. */
import { parseByteRange } from "./byte-range.ts";
import { allowsRange, evaluateConditions, formatHttpDate } from "./validators.ts";

export type HeaderFields = Readonly<Record<string, string>>;

/** One form of what is at an address, ready to be sent in whole or in part. */
export interface Representation {
  readonly size: number;
  /** In milliseconds. */
  readonly modifiedMs: number;
  /** Strong, and another for each form. */
  readonly etag: string;
  /** `Content-Type`. */
  readonly type: string;
  /** `Cache-Control`. */
  readonly caching: string;
  readonly isNegotiated: boolean;
  /** The bytes from `start` up to and without `end`. */
  readonly body: (start: number, end: number) => Uint8Array | ReadableStream<Uint8Array>;
  /** Called instead of `body` where no bytes are sent. */
  readonly discard: () => void;
}

/** An answer before it becomes a `Response`: its parts can be looked at without a cost. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderFields;
  readonly body: string | Uint8Array | ReadableStream<Uint8Array> | null;
}

/** On every answer. Pages in browsers may read the index (micropip does), and nobody guesses types. */
export const ALWAYS: HeaderFields = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified",
  "X-Content-Type-Options": "nosniff",
};

/** Answers a GET or HEAD request with a representation, a part of it, or what its conditions come to. */
export function respond({ method, headers }: Request, representation: Representation): Answer {
  const { size, etag, type, caching, modifiedMs, isNegotiated, body, discard } = representation;
  const fields: Record<string, string> = {
    ...ALWAYS,
    ETag: etag,
    "Last-Modified": formatHttpDate(modifiedMs),
    "Cache-Control": caching,
    ...(isNegotiated ? { Vary: "Accept" } : {}),
  };
  const withoutBody = (status: number, more: HeaderFields = {}): Answer => {
    discard();
    return { status, headers: { ...fields, ...more }, body: null };
  };
  const condition = evaluateConditions(headers, representation);
  if (condition === "not-modified") return withoutBody(304);
  if (condition === "failed") return withoutBody(412, { "Content-Length": "0" });
  fields["Content-Type"] = type;
  fields["Accept-Ranges"] = "bytes";
  // Ranges are defined for GET alone.
  if (method === "HEAD") return withoutBody(200, { "Content-Length": String(size) });
  const asked = headers.get("range");
  const range =
    asked !== null && allowsRange(headers.get("if-range"), representation)
      ? parseByteRange(asked, size)
      : "whole";
  if (range === "unsatisfiable") {
    delete fields["Content-Type"];
    return withoutBody(416, { "Content-Range": `bytes */${size}`, "Content-Length": "0" });
  }
  if (size === 0) return withoutBody(200, { "Content-Length": "0" });
  const { start, end } = range === "whole" ? { start: 0, end: size } : range;
  fields["Content-Length"] = String(end - start);
  if (range !== "whole") fields["Content-Range"] = `bytes ${start}-${end - 1}/${size}`;
  return { status: range === "whole" ? 200 : 206, headers: fields, body: body(start, end) };
}

/** Answers with a short message, or with a page that is no answer to what was asked. */
export function respondWithMessage(
  { method }: Request,
  status: number,
  body: string | Uint8Array,
  more: HeaderFields = {},
): Answer {
  const headers = {
    ...ALWAYS,
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-cache",
    "Content-Length": String(typeof body === "string" ? Buffer.byteLength(body) : body.byteLength),
    ...more,
  };
  return { status, headers, body: method === "HEAD" ? null : body };
}

/** The answer as the Fetch API has it. */
export function toResponse({ status, headers, body }: Answer): Response {
  // Bytes of files lie in plain memory, never in memory that threads share; their type cannot say so.
  const plain = body as string | ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> | null;
  return new Response(plain, { status, headers });
}
