/** As many projects as a test asks for, each with a wheel, a summary and keywords of its own. */
import type { WheelOptions } from "../../../support/make-wheel.ts";

const KINDS = "mesh solver reader writer plotter parser filter sampler tracker planner".split(" ");
const FIELDS = "ocean cloud river forest glacier desert harbour island valley mountain canyon prairie".split(
  " ",
);
const WAYS = "fast exact parallel adaptive implicit explicit streaming interactive typed vectorized".split(
  " ",
);

/** Wheels of `count` projects, one each. Names and summaries differ, as those of a real index do. */
export function* manyWheels(count: number): Iterable<WheelOptions> {
  for (let number = 0; number < count; number += 1) {
    const field = pick(FIELDS, number);
    const kind = pick(KINDS, Math.floor(number / FIELDS.length));
    const way = pick(WAYS, number * 7);
    yield {
      name: `${field}-${kind}-${number}`,
      version: `${number % 5}.${number % 11}.${number % 7}`,
      metadata: {
        summary: `A ${way} ${kind} for data of the ${field}, number ${number}, with what its users asked for`,
        requiresDist: [`${field}-${kind}-${number % 120}`],
        headers: { Keywords: `${field},${kind},${way}` },
      },
    };
  }
}

function pick(words: readonly string[], number: number): string {
  return words[number % words.length] ?? "";
}
