// One array of n small integers, some below 0.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

export const workload = {
  name: 'ints',
  make(n) {
    const random = randomFrom(10);
    return Array.from({ length: n }, () => Math.floor(random() * 20000) - 10000);
  },
  check: lossesBetween,
};
