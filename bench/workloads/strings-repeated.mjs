// ASCII strings of which there are only some hundred different ones, each its own string in memory, as after reading a file.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

const DIFFERENT = 300;

export const workload = {
  name: 'strings-repeated',
  make(n) {
    const random = randomFrom(6);
    return Array.from({ length: n }, () => `status ${Math.floor(random() * DIFFERENT)} of the build`);
  },
  check: lossesBetween,
};
