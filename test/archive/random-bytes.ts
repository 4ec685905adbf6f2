/** Damaged files that come again for the same seed. */

/** A number below `limit`, from a generator that is set to `seed` (an xorshift of 32 bits). */
export function createDice(seed: number): (limit: number) => number {
  let state = seed | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** A copy with one to eight things wrong: bits, bytes, numbers, pieces that are cut out, doubled or moved. */
export function damage(bytes: Uint8Array, dice: (limit: number) => number): Buffer {
  let damaged = Buffer.from(bytes);
  for (let left = 1 + dice(8); left > 0 && damaged.length > 8; left -= 1) {
    const at = dice(damaged.length - 4);
    const length = 1 + dice(Math.min(40, damaged.length - at));
    const piece = Buffer.from(damaged.subarray(at, at + length));
    switch (dice(10)) {
      case 0:
        damaged = damaged.subarray(0, at);
        break;
      case 1:
        damaged = Buffer.concat([damaged.subarray(0, at), damaged.subarray(at + length)]);
        break;
      case 2:
        damaged = Buffer.concat([damaged.subarray(0, at), piece, damaged.subarray(at)]);
        break;
      case 3:
        piece.copy(damaged, dice(damaged.length));
        break;
      case 4:
        damaged.writeUInt32LE([0, 1, 0xffff, 0x7fffffff, 0xffffffff][dice(5)] ?? 0, at);
        break;
      case 5:
        damaged.writeUInt16LE([0, 1, 8, 0x7fff, 0xffff][dice(5)] ?? 0, at);
        break;
      case 6:
        damaged.fill(dice(256), at, at + length);
        break;
      default:
        damaged[at] = (damaged[at] ?? 0) ^ (1 << dice(8));
    }
  }
  return damaged;
}
