// What compressing costs and saves, for data of three kinds: `node bench/compression.mjs`. Run it on the Node of interest; zstd is
// measured where Node writes it. Medians of five.
import { performance } from 'node:perf_hooks';
import { dumps, loads } from '../dist/index.js';

const records = Array.from({ length: 200_000 }, (_, id) => ({
  id,
  name: `user ${(id * 7919) % 10_007}`,
  email: `user${(id * 7919) % 10_007}@example.org`,
  score: ((id * 2_654_435_761) % 100_000) / 7,
  isActive: id % 3 === 0,
  at: new Date(1.7e12 + id * 60_000),
}));
const texts = Array.from(
  { length: 20_000 },
  (_, i) => `${i} ${'the quick brown fox jumps over the lazy dog '.repeat(1 + (i % 7))}${i * 31}`,
);
let seed = 1;
const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
const numbers = Float64Array.from({ length: 2_000_000 }, () => random());
const SAMPLES = { records, texts, numbers };

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
function timed(work) {
  const times = [];
  let result;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    result = work();
    times.push(performance.now() - start);
  }
  return [median(times), result];
}

console.log(`Node ${process.versions.node}`);
console.log('data      form      size MB   of none   dumps ms   loads ms');
for (const [name, value] of Object.entries(SAMPLES)) {
  let plain;
  for (const compression of ['none', 'deflate', 'brotli', 'zstd']) {
    try {
      const [write, bytes] = timed(() => dumps(value, { compression }));
      const [read] = timed(() => loads(bytes));
      plain ??= bytes.length;
      const cells = [
        (bytes.length / 1e6).toFixed(2),
        `${((100 * bytes.length) / plain).toFixed(0)} %`,
        write.toFixed(0),
        read.toFixed(0),
      ];
      console.log(
        `${name.padEnd(9)} ${compression.padEnd(9)} ${cells.map((cell) => cell.padStart(7)).join('   ')}`,
      );
    } catch (error) {
      console.log(`${name.padEnd(9)} ${compression.padEnd(9)} ${error.message}`);
    }
  }
}
