// A Map of strings to Maps, Sets and objects by turns; n entries of the inner ones in all.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

const INNER = 10;

export const workload = {
  name: 'maps',
  make(n) {
    const random = randomFrom(12);
    const below = (limit) => Math.floor(random() * limit);
    const inner = [
      () => new Map(Array.from({ length: INNER }, (_, at) => [`field ${at}`, below(1000)])),
      () => new Set(Array.from({ length: INNER }, (_, at) => `tag ${at}-${below(1000)}`)),
      () => ({ entries: new Map(Array.from({ length: INNER }, (_, at) => [at, { count: below(1000) }])) }),
    ];
    const outer = new Map();
    for (let at = 0; at < Math.ceil(n / INNER); at++) outer.set(`group ${at}`, inner[at % inner.length]());
    return outer;
  },
  check: lossesBetween,
};
