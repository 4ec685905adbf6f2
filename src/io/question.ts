/** Asks a person, where there is one. */
import { createInterface } from "node:readline/promises";
import type { Host } from "./terminal.ts";

/** Asks on the terminal. Undefined where stdin is none; anything but `y` or `yes` is a no. */
export async function askYesOrNo(host: Pick<Host, "stderr">, question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin });
  try {
    host.stderr.write(question);
    return /^y(?:es)?$/i.test((await lines.question("")).trim());
  } finally {
    lines.close();
  }
}
