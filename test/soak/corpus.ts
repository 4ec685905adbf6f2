/** The wheels of the soak: small, many, and every revision of one with bytes of its own. */
import { createHash } from "node:crypto";

import { makeWheel } from "../support/make-wheel.ts";

/** One wheel that may be in the tree. */
export interface SoakWheel {
  readonly project: string;
  /** Where it lies below the root, unless it was moved. */
  readonly folder: string;
  readonly filename: string;
  /** The bytes of the wheel after this many replacements. */
  bytes(revision: number): Buffer;
}

/** Text that does not look alike anywhere, for a file of this size. */
function filler(seed: string, size: number): string {
  let text = "";
  for (let block = 0; text.length < size; block += 1) {
    text += `${createHash("sha256").update(`${seed} ${block}`).digest("hex")}\n`;
  }
  return text;
}

function versionOf(index: number): string {
  if (index % 7 === 5) return `1!${index}.0`;
  if (index % 7 === 6) return `${index}.0+build.${index}`;
  return `${Math.floor(index / 3)}.${index % 3}${index % 5 === 4 ? "rc1" : ""}`;
}

/** `count` wheels in `projects` projects; a fifth of the projects shares the folder of another. */
export function makeCorpus(projects: number, count: number): readonly SoakWheel[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index % projects;
    const project = `soak-demo-${String(number).padStart(3, "0")}`;
    const version = versionOf(Math.floor(index / projects));
    const made = (revision: number) =>
      makeWheel({
        name: project,
        version,
        metadata: {
          summary: `Revision ${revision} of ${project} ${version}`,
          requiresPython: number % 3 === 0 ? ">=3.8" : ">=3.6,<4",
          requiresDist: number === 0 ? [] : [`soak-demo-${String(number - 1).padStart(3, "0")}`],
          description: filler(`${project} ${version}`, 1500),
        },
        files: {
          // Every fifth wheel is larger, so that reading takes its time, too.
          "payload.txt": filler(`${project} ${version} ${revision}`, index % 5 === 0 ? 200_000 : 2000),
        },
      });
    const shares = number % 5 === 4;
    return {
      project,
      folder: shares ? `soak-demo-${String(number - 1).padStart(3, "0")}` : project,
      filename: made(0).filename,
      bytes: (revision: number) => made(revision).bytes,
    };
  });
}
