// One array of n doubles.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

export const workload = {
  name: 'doubles',
  make(n) {
    const random = randomFrom(9);
    return Array.from({ length: n }, () => random() * 1000);
  },
  check: lossesBetween,
};
