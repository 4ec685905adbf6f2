/** What the bench prints: a table per row, and what each ratio is worth against its limit. */
import { loadavg } from "node:os";
import { medianOf, samplesOf, spreadOf, type Result } from "./measure.ts";

/** A measured figure and the bound it must keep. */
export interface Limit {
  readonly what: string;
  readonly value: number;
  readonly unit: "x" | "s" | "ms" | "MB" | "requests/s";
  readonly rule: "at most" | "at least";
  readonly limit: number;
  /** Whether a busy machine can bend it; a short run passes no verdict on those. */
  readonly noisy?: boolean;
  /** What is printed behind the verdict. */
  readonly remark?: string;
}

/** Prints rows as they are done and remembers what the end of the run repeats. */
export class Report {
  readonly #short: boolean;
  #row = "";
  readonly #verdicts: string[] = [];
  readonly #skipped: string[] = [];
  readonly #failed: string[] = [];

  constructor(short: boolean) {
    this.#short = short;
  }

  /** The head of a row; the summary names it by `name`. */
  open(name: string, title: string): void {
    this.#row = name;
    console.log(`\n== ${title}   [load ${loadavg()[0]?.toFixed(1)}]`);
  }

  /** A row's contestants, one line each. */
  table(results: readonly Result[]): void {
    const width = Math.max(...results.map(({ name }) => name.length));
    console.log(`   ${"".padEnd(width)}   median s      min-max s   cpu s   peak MB`);
    for (const { name, samples } of results) {
      const wall = spreadOf(samples, "wall");
      const range = `${seconds(wall.least)}-${seconds(wall.most)}`;
      const cpu = seconds(spreadOf(samples, "cpu").median);
      const peak = (spreadOf(samples, "peak").most / 1e6).toFixed(0);
      console.log(
        `   ${name.padEnd(width)}   ${seconds(wall.median).padStart(8)}   ${range.padStart(12)}   ${cpu.padStart(5)}   ${peak.padStart(7)}`,
      );
    }
  }

  /** One figure against its bound. */
  limit({ what, value, unit, rule, limit, noisy = true, remark = "" }: Limit): void {
    const met = rule === "at most" ? value <= limit : value >= limit;
    const verdict = this.#short && noisy ? "no verdict (short run)" : met ? "met" : "MISSED";
    const figure = unit === "x" || unit === "s" ? value.toFixed(2) : value.toFixed(0);
    const line = `${what}: ${figure} ${unit}   [${rule} ${limit} ${unit}]   ${verdict} ${remark}`.trimEnd();
    console.log(`   ${line}`);
    this.#verdicts.push(`${this.#row}: ${line}`);
  }

  /** How many times the time of `slower` that of `faster` is, if both ran. */
  compare(
    results: readonly Result[],
    slower: string,
    faster: string,
    rule: Limit["rule"],
    limit: number,
  ): void {
    if (![slower, faster].every((name) => results.some((result) => result.name === name))) return;
    const value = medianOf(results, slower) / medianOf(results, faster);
    const ratio = (quantity: "wall" | "cpu", end: "least" | "median"): string => {
      const [more, less] = [slower, faster].map((name) => spreadOf(samplesOf(results, name), quantity)[end]);
      return `${(more! / less!).toFixed(2)} x`;
    };
    const remark = `(best runs ${ratio("wall", "least")}, cpu ${ratio("cpu", "median")})`;
    this.limit({ what: `${slower} / ${faster}`, value, unit: "x", rule, limit, remark });
  }

  /** A figure without a bound, or a remark. */
  note(text: string): void {
    console.log(`   ${text}`);
  }

  /** Something that was left out, and why; it does not fail the run. */
  leaveOut(what: string, why: string): void {
    console.log(`   skipped: ${what}: ${why}`);
    this.#skipped.push(`${what}: ${why}`);
  }

  /** Something that should have run and did not; it fails the run. */
  fail(what: string, why: string): void {
    console.log(`   COULD NOT RUN: ${what}: ${why}`);
    this.#failed.push(`${what}: ${why}`);
  }

  /** Prints the summary; returns the exit code. */
  close(): 0 | 1 {
    console.log("\n== summary");
    for (const line of this.#verdicts) console.log(`   ${line}`);
    for (const line of this.#skipped) console.log(`   skipped: ${line}`);
    for (const line of this.#failed) console.log(`   COULD NOT RUN: ${line}`);
    return this.#failed.length > 0 ? 1 : 0;
  }
}

function seconds(value: number): string {
  return value < 1 ? value.toFixed(3) : value.toFixed(2);
}
