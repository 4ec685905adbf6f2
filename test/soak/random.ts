/** Numbers that look random and come again for the same seed, so that a bad run can be repeated. */
export interface Random {
  /** A number from 0 up to and without 1. */
  next(): number;
  /** A whole number from `least` to `most`. */
  integer(least: number, most: number): number;
  /** One of these. Throws where there is none. */
  pick<Item>(items: readonly Item[]): Item;
  /** At most `count` of these, each once. */
  sample<Item>(items: readonly Item[], count: number): Item[];
}

/** A generator that is set to `seed` (mulberry32: a counter, mixed). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const random: Random = {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    integer: (least, most) => least + Math.floor(random.next() * (most - least + 1)),
    pick(items) {
      const item = items[Math.floor(random.next() * items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    sample(items, count) {
      const rest = [...items];
      const taken = [];
      while (taken.length < count && rest.length > 0) {
        taken.push(...rest.splice(Math.floor(random.next() * rest.length), 1));
      }
      return taken;
    },
  };
  return random;
}
