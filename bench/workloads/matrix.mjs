// A square matrix of doubles, as an array of rows, 10 n cells in all: 1000 × 1000 at n = 100,000.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

export const workload = {
  name: 'matrix',
  make(n) {
    const random = randomFrom(11);
    const side = Math.round(Math.sqrt(10 * n));
    return Array.from({ length: side }, () => Array.from({ length: side }, () => random() - 0.5));
  },
  check: lossesBetween,
};
