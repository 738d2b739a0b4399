// What looking for secrets costs a save: the same session saved with and without it, in turns. Prints one line.
//   node bench/secrets.mjs [records]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from '../dist/index.js';

const count = Number(process.argv[2] ?? 100_000);
const session = new Session();
const folder = mkdtempSync(join(tmpdir(), 'brine-bench-'));
const file = join(folder, 'session.pkl');
globalThis.records = Array.from({ length: count }, (_, i) => ({
  id: i,
  name: `user number ${i}`,
  email: `user${i}@example.org`,
  url: `https://example.org/users/${i}?page=2`,
  note: `a note of some words that belongs to record ${i}`,
  state: i % 3 === 0 ? 'open' : 'closed',
}));
const times = { ignore: [], report: [] };
for (let round = 0; round < 9; round++) {
  for (const secrets of ['ignore', 'report']) {
    const start = performance.now();
    const report = await session.save(file, { secrets, sign: 'no' });
    times[secrets].push(performance.now() - start);
    if (report.secrets.length > 0) throw new Error('ordinary data is no secret');
  }
}
rmSync(folder, { recursive: true });
const median = (list) => list.slice(2).sort((a, b) => a - b)[Math.floor((list.length - 2) / 2)];
const [without, looking] = [median(times.ignore), median(times.report)];
console.log(
  `${count} records: ${without.toFixed(0)} ms without looking, ${looking.toFixed(0)} ms with, ${(looking - without).toFixed(0)} ms more`,
);
