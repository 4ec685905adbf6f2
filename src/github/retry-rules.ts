/**
 * When to ask GitHub again, and when never.
 *
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api: `retry-after` says how long; else an
 * empty budget lasts until its reset; else a minute, and longer each time. Who goes on regardless may be banned.
 */

/** What GitHub answered, or why there was no answer. */
export interface Outcome {
  /** Undefined where nothing came back. */
  readonly status: number | undefined;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What it says in words. */
  readonly message: string;
  /** Whether asking again can help where there was no answer: not where the certificate is wrong. */
  readonly isLasting?: boolean;
}

/** How often the same thing has happened to this request, and the world that decides how long to wait. */
export interface RetryState {
  /** From 1: how many times this request was sent. */
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** At least 0, less than 1. */
  readonly random: number;
}

export interface Retry {
  readonly waitMs: number;
  /** Why, in words that follow "GitHub". */
  readonly reason: string;
}

/** How often a request is sent where GitHub does not answer as it should, and where it limits. */
const MOST_ATTEMPTS = 4;
const MOST_LIMITED_ATTEMPTS = 8;

const SECONDARY_MS = 60_000;
const LONGEST_SECONDARY_MS = 15 * 60_000;

/** How long to wait before the request is sent again; undefined where what came is final. */
export function planRetry(outcome: Outcome, { attempt, now, random }: RetryState): Retry | undefined {
  const { status, headers, message } = outcome;
  const jitter = 0.5 + random;
  if (status === undefined || (status >= 500 && status !== 501)) {
    if (attempt >= MOST_ATTEMPTS || outcome.isLasting) return undefined;
    const reason = status === undefined ? `did not answer: ${message}` : `answered ${status}`;
    const asked = readRetryAfter(headers, now);
    return { waitMs: asked ?? 1000 * 2 ** (attempt - 1) * jitter, reason };
  }
  if (!isLimit(outcome) || attempt >= MOST_LIMITED_ATTEMPTS) return undefined;
  const asked = readRetryAfter(headers, now);
  if (asked !== undefined) return { waitMs: asked, reason: "limits how much is asked of it" };
  const reset = Number(headers["x-ratelimit-reset"]);
  if (headers["x-ratelimit-remaining"] === "0" && Number.isFinite(reset)) {
    // A second more: the clocks of two machines differ.
    return { waitMs: Math.max(0, reset * 1000 - now) + 1000, reason: "has no requests left for this token" };
  }
  const waitMs = Math.min(SECONDARY_MS * 2 ** (attempt - 1), LONGEST_SECONDARY_MS) + random * 1000;
  return {
    waitMs,
    reason: `limits how much is asked of it at once${/abuse/i.test(message) ? " (abuse)" : ""}`,
  };
}

/** A limit, and not a missing right: both may be a 403. */
export function isLimit({ status, headers, message }: Outcome): boolean {
  if (status === 429) return true;
  if (status !== 403 || /^resource not accessible/i.test(message)) return false;
  return (
    headers["retry-after"] !== undefined ||
    headers["x-ratelimit-remaining"] === "0" ||
    /rate limit|abuse detection/i.test(message)
  );
}

/** Seconds, or a date (RFC 9110, section 10.2.3), in milliseconds from now. */
function readRetryAfter(headers: Outcome["headers"], now: number): number | undefined {
  const text = headers["retry-after"]?.trim();
  if (text === undefined || text === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
