// Distinct strings beyond ASCII: by turns Latin-1 (one byte a character in V8), two-byte scripts, and both mixed with ASCII.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

const HEADS = ['café crème ', 'Київ і Львів ', '東京都港区', 'naïve — “quoted” ', 'plain text, then 🙂 '];

export const workload = {
  name: 'strings-wide',
  make(n) {
    const random = randomFrom(7);
    return Array.from({ length: n }, (_, id) => {
      const tail = Math.floor(random() * 1e9).toString(36);
      return `${HEADS[id % HEADS.length]}${id} ${tail}`;
    });
  },
  check: lossesBetween,
};
