// Every cut and every turned bit of every golden: none may be opened, and each must be refused by the error of its place.
// `npm run torture:damage [-- name…]`: a million and a half files; ends with 1 when one was not noticed.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleTests } from './bundle-tests.mjs';

const folder = mkdtempSync(join(tmpdir(), 'brine-torture-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const bundle = join(folder, 'library.mjs');
await bundleTests(bundle, ['test/attacks/damage.ts']);
const { Damage } = await import(bundle);

const snapshots = fileURLToPath(new URL('../snapshots', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(snapshots, { recursive: true })
  .filter(
    (file) => file.endsWith('.pkl') && (wanted.length === 0 || wanted.some((word) => file.includes(word))),
  )
  .sort();
const start = performance.now();
const total = { cuts: 0, bits: 0, unnoticed: 0 };
for (const file of files) {
  const damage = new Damage(readFileSync(join(snapshots, file)));
  const complaints = [];
  for (let length = 0; length < damage.cuts; length++) complaints.push(damage.cut(length));
  for (let bit = 0; bit < damage.bits; bit++) complaints.push(damage.flip(bit));
  const bad = complaints.filter((complaint) => complaint !== undefined);
  total.cuts += damage.cuts;
  total.bits += damage.bits;
  total.unnoticed += bad.length;
  console.log(`${file}  ${damage.cuts} cuts, ${damage.bits} bits, ${bad.length} not noticed as they must be`);
  for (const complaint of bad.slice(0, 10)) console.log(`  ${complaint}`);
}
const seconds = Math.round((performance.now() - start) / 1000);
console.log(
  `${files.length} files, ${total.cuts} cuts, ${total.bits} bits in ${seconds} s: ${total.unnoticed} not noticed as they must be`,
);
process.exit(total.unnoticed > 0 || files.length === 0 ? 1 : 0);
