import { InvalidInput } from "../../errors.ts";
import { Refusal, refuse, type Fault } from "../rule.ts";

const LIMIT = 1_000_000;

/** A number of releases or days that must leave something: at least 1. */
export function settleCount(written: number): number | Refusal {
  if (written >= 1 && written <= LIMIT) return written;
  return refuse(
    `${written} is not from 1 to ${LIMIT}`,
    "write a larger number, or leave the key out to set no bound",
  );
}

/** A number of days, which may be none. */
export function settleDays(written: number): number | Refusal {
  if (written >= 0 && written <= LIMIT) return written;
  return refuse(`${written} is not from 0 to ${LIMIT}`, "write a number of days");
}

/** Requirements and file names. */
export async function settleNever(written: readonly string[]): Promise<readonly string[] | Refusal> {
  if (written.length === 0) return written;
  const { parseSpec } = await import("../../packaging/spec.ts");
  const faults = written.flatMap((text): Fault[] => {
    try {
      parseSpec(text);
      return [];
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return [
        { code: "config-value", message: `${JSON.stringify(text)}: ${error.message}`, hint: error.hint },
      ];
    }
  });
  return faults.length === 0 ? written : new Refusal(faults);
}
