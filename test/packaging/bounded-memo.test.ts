import { describe, expect, it } from "vitest";

import { boundedMemo } from "../../src/packaging/bounded-memo.ts";

describe("boundedMemo", () => {
  it("makes a value once, and again when it has forgotten it", () => {
    const made: string[] = [];
    const memo = boundedMemo(2, (key) => {
      made.push(key);
      return { key };
    });
    const first = memo("a");
    expect(memo("a")).toBe(first);
    memo("b");
    expect(made).toEqual(["a", "b"]);
    memo("c");
    expect(memo("a")).not.toBe(first);
    expect(made).toEqual(["a", "b", "c", "a"]);
  });

  it("does not remember a failure", () => {
    let calls = 0;
    const memo = boundedMemo(2, () => {
      calls += 1;
      if (calls === 1) throw new Error("no");
      return calls;
    });
    expect(() => memo("a")).toThrow("no");
    expect(memo("a")).toBe(2);
  });
});
