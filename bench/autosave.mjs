// What autosave costs: CPU of a journal line after a cell, in sessions of different sizes, beside the cell itself; and of a
// snapshot, which waits until nobody types. `node bench/autosave.mjs [cells]`: medians in milliseconds. Needs a build.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Autosave, Session } from '../dist/index.js';

const CELLS = Number(process.argv[2] ?? 200);
const SESSIONS = [
  { name: '20 names', setUp: Array.from({ length: 20 }, (_, i) => `let n${i} = ${i}, o${i} = { i: ${i} }`) },
  { name: '1,000 names', setUp: Array.from({ length: 1000 }, (_, i) => `var v${i} = { i: ${i} }`) },
  {
    name: '100,000 objects',
    setUp: ['const big = Array.from({ length: 1e5 }, (_, id) => ({ id, name: "n" + id }))'],
  },
];

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const cpuOf = async (work) => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const root = mkdtempSync(join(tmpdir(), 'brine-bench-'));
const session = new Session();
console.log(`${CELLS} cells each, Node ${process.versions.node}; median CPU milliseconds`);
console.log('session            a cell   its journal line   a snapshot');
for (const { name, setUp } of SESSIONS) {
  session.evaluator.clear();
  for (const cell of setUp) await session.evaluator.evaluate(cell);
  const autosave = new Autosave(session, { root });
  const cells = [];
  const lines = [];
  const snapshots = [];
  for (let i = 0; i < CELLS; i++) {
    let outcome;
    cells.push(
      await cpuOf(async () => (outcome = await session.evaluator.evaluate(`var count = ${i}; count * 2`))),
    );
    // Away from the prompt's turn, as at the prompt.
    await new Promise((resolve) => setTimeout(resolve, 5));
    lines.push(await cpuOf(() => autosave.note(outcome.cell)));
  }
  for (let i = 0; i < 5; i++) {
    autosave.note((await session.evaluator.evaluate(`var count = ${i}`)).cell);
    snapshots.push(await cpuOf(() => autosave.snapshot()));
  }
  const text = (list) => median(list).toFixed(2);
  console.log(
    `${name.padEnd(17)} ${text(cells).padStart(7)} ${text(lines).padStart(18)} ${text(snapshots).padStart(12)}`,
  );
  autosave.discard();
}
rmSync(root, { recursive: true });
