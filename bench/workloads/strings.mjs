// Distinct ASCII strings of 12 … 20 characters.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

export const workload = {
  name: 'strings',
  make(n) {
    const random = randomFrom(5);
    return Array.from({ length: n }, (_, id) => {
      const tail = Math.floor(random() * 1e9).toString(36);
      return `item-${id.toString(36)}-${tail}`.padEnd(12, '.');
    });
  },
  check: lossesBetween,
};
