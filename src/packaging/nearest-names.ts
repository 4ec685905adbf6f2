import distance from "leven";

/** So many are listed, and a name longer than this is no slip of a finger. */
const MOST = 3;
const LONGEST_COMPARED = 255;
const MOST_STEPS = 5;

/**
 * The candidates that `name` may be a slip of the finger for, nearest first, at most three. Two letters in five may differ; a
 * candidate that starts with the name, or the name with it, counts too (`torch` for `torch-geometric`), behind the slips.
 */
export function nearestNames(name: string, candidates: readonly string[]): string[] {
  const written = name.slice(0, LONGEST_COMPARED).toLowerCase();
  if (written === "") return [];
  const limit = Math.min(MOST_STEPS, Math.round(written.length * 0.4));
  const near: { candidate: string; steps: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const known = candidate.toLowerCase();
    if (Math.abs(known.length - written.length) <= limit && name.length <= LONGEST_COMPARED) {
      const steps = distance(written, known, { maxDistance: limit + 1 });
      if (steps <= limit) {
        near.push({ candidate, steps });
        continue;
      }
    }
    const shared = Math.min(written.length, known.length);
    if (shared >= 3 && (known.startsWith(written) || written.startsWith(known))) {
      near.push({ candidate, steps: limit + Math.abs(known.length - written.length) });
    }
  }
  near.sort(
    (a, b) => a.steps - b.steps || (a.candidate < b.candidate ? -1 : a.candidate > b.candidate ? 1 : 0),
  );
  return near.slice(0, MOST).map(({ candidate }) => candidate);
}
