// Typed arrays of several types, 8 n bytes in all, a few small ones, and two views that share one buffer.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

const SMALL = 8;

export const workload = {
  name: 'typed',
  make(n) {
    const random = randomFrom(8);
    const half = Math.ceil(n / 2);
    const quarter = Math.ceil(n / 4);
    const below = (limit) => () => Math.floor(random() * limit);
    const shared = new ArrayBuffer(8 * Math.ceil(n / 16));
    const words = new Float64Array(shared);
    for (let at = 0; at < words.length; at++) words[at] = random();
    return {
      doubles: Float64Array.from({ length: half }, random),
      floats: Float32Array.from({ length: quarter }, random),
      ints: Int32Array.from({ length: quarter }, below(2 ** 31)),
      shorts: Uint16Array.from({ length: quarter }, below(2 ** 16)),
      bytes: Uint8Array.from({ length: n }, below(2 ** 8)),
      bigs: BigInt64Array.from({ length: SMALL }, (_, at) => BigInt(at) - 4n),
      small: Array.from({ length: SMALL }, (_, at) => Uint8Array.from({ length: at }, below(2 ** 8))),
      words,
      wordBytes: new Uint8Array(shared),
    };
  },
  check: lossesBetween,
};
