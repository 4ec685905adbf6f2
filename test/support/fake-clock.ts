/** A clock that a test moves: whoever sleeps on it wakes at once, and the time has passed. */
import type { Clock } from "../../src/io/clock.ts";

export class FakeClock implements Clock {
  /** What was slept, in milliseconds. */
  readonly naps: number[] = [];
  #now: number;

  constructor(now: number = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly sleep = (ms: number): Promise<void> => {
    this.naps.push(ms);
    this.#now += ms;
    return Promise.resolve();
  };
}
