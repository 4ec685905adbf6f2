import { describe, expect, it } from "vitest";
import { planRetry, type Outcome } from "../../src/github/retry-rules.ts";

const NOW = Date.UTC(2026, 0, 1);

function wait(outcome: Partial<Outcome>, attempt = 1): number | undefined {
  const full: Outcome = { status: 403, headers: {}, message: "", ...outcome };
  return planRetry(full, { attempt, now: NOW, random: 0.5 })?.waitMs;
}

const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const reset = (seconds: number) => ({
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": String(NOW / 1000 + seconds),
});

describe("a limit", () => {
  it.each([
    ["retry-after in seconds", { headers: { "retry-after": "7" } }, 7000],
    ["retry-after as a date", { headers: { "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" } }, 9000],
    ["retry-after before a reset", { headers: { "retry-after": "7", ...reset(100) } }, 7000],
    ["retry-after with 429", { status: 429, headers: { "retry-after": "3" } }, 3000],
    ["nothing left until a reset", { headers: reset(100) }, 101_000],
    ["nothing left until a reset that was", { headers: reset(-100) }, 1000],
    ["a reset with 429", { status: 429, headers: reset(5) }, 6000],
    ["a secondary limit", { message: SECONDARY }, 60_500],
    ["its old name", { message: "You have triggered an abuse detection mechanism" }, 60_500],
    ["429 and nothing else", { status: 429 }, 60_500],
  ] as const)("with %s", (_, outcome, ms) => {
    expect(wait(outcome)).toBe(ms);
  });

  it("without a time is waited for longer each time, and not for ever", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => wait({ message: SECONDARY }, attempt));
    expect(waits).toEqual([60_500, 120_500, 240_500, 480_500, 900_500, 900_500, 900_500, undefined]);
  });
});

describe("what is final", () => {
  it.each([400, 401, 404, 409, 410, 422, 451, 501])(
    "%i is never asked again, whatever its headers say",
    (status) => {
      expect(wait({ status, headers: { "retry-after": "1" } })).toBeUndefined();
    },
  );

  it("403 without the signs of a limit", () => {
    expect(wait({ message: "Resource not accessible by personal access token" })).toBeUndefined();
    expect(wait({ message: "Must have admin rights to Repository." })).toBeUndefined();
    expect(wait({ message: "Resource not accessible by integration", headers: reset(9) })).toBeUndefined();
  });

  it("an answer", () => {
    for (const status of [200, 204, 301, 307, 404]) expect(wait({ status })).toBeUndefined();
  });
});

describe("a server out of order, and silence", () => {
  it.each([500, 502, 503, 504, undefined])("%s is asked again three times, later each time", (status) => {
    expect([1, 2, 3, 4].map((attempt) => wait({ status }, attempt))).toEqual([1000, 2000, 4000, undefined]);
  });

  it("a time that the server gives counts", () => {
    expect(wait({ status: 503, headers: { "retry-after": "20" } })).toBe(20_000);
  });

  it("what will not go away is not asked again", () => {
    expect(wait({ status: undefined, isLasting: true })).toBeUndefined();
  });

  it("two who failed at once do not ask again at once", () => {
    const at = (random: number) =>
      planRetry({ status: 502, headers: {}, message: "" }, { attempt: 1, now: NOW, random })?.waitMs;
    expect([at(0), at(0.999)]).toEqual([500, 1499]);
  });
});
