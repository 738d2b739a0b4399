// Goal: the line that is written after a cell costs at most 5 ms of CPU, or 5 % of the cell's own time where that is more.
// Method: sessions of several sizes run cells in a process of their own; the CPU time of the whole process is taken before and
// after each line; it has what the compiler and the collector do beside the line in it, so that the half is what is held to. The first lines, which also compile brine's own code, are shown apart.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { isTorture, reportRow, scaled } from '../../helpers/torture.js';
import { type AutosaveBundle, bundleAutosave } from './bundle.js';

let bundle: AutosaveBundle;
beforeAll(async () => {
  bundle = await bundleAutosave();
});
afterAll(() => bundle.remove());

const ROWS = '({ id: 1, tags: ["a", index], at: new Date(index) })';
const SESSIONS = [
  { what: 'ten names', make: [`for (let k = 0; k < 10; k++) globalThis["v" + k] = [1, { k }]`] },
  {
    what: '300 names with 100 objects each',
    make: [
      `for (let k = 0; k < 300; k++) globalThis["v" + k] = Array.from({ length: 100 }, (_, index) => ${ROWS})`,
    ],
  },
  {
    what: 'a million objects in one name',
    make: [`var v0 = Array.from({ length: 250_000 }, (_, index) => ${ROWS}), v1 = {}`],
  },
];
const cells = scaled(60, 500);

test.each(SESSIONS)('a line of a session with $what', async ({ what, make }) => {
  const text = await bundle.library.run(`
    const session = new lib.Session();
    const autosave = new lib.Autosave(session, { root: ${JSON.stringify(bundle.freshRoot())}, onTrouble: (e) => console.log(e) });
    autosave.warmUp();
    const cost = (cell) => {
      const before = process.cpuUsage();
      autosave.note(cell);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    for (const source of ${JSON.stringify(make)}) await session.evaluator.evaluate(source);
    const costs = [];
    for (let index = 0; index < ${cells}; index++) {
      const { cell } = await session.evaluator.evaluate('v1.changed = ' + index + '; let n' + (index % 7) + ' = ' + index);
      costs.push(cost(cell));
      await new Promise(setImmediate);
    }
    const { cell } = await session.evaluator.evaluate('for (const end = Date.now() + 400; Date.now() < end; );');
    const long = cost(cell);
    autosave.discard();
    console.log(JSON.stringify({ costs, long, longMs: cell.durationMs }));`);
  const { costs, long, longMs } = JSON.parse(text) as { costs: number[]; long: number; longMs: number };
  const cold = Math.max(...costs.slice(0, 10));
  const warm = costs.slice(10).sort((a, b) => a - b);
  const at = (share: number): number => warm[Math.floor(share * (warm.length - 1))] as number;
  reportRow({
    what: `CPU of a line, ${what}`,
    trials: costs.length,
    result: `median ${at(0.5).toFixed(1)} ms, 95 % below ${at(0.95).toFixed(1)} ms, of the first ten at most ${cold.toFixed(1)} ms; after a cell of ${longMs.toFixed(0)} ms ${long.toFixed(1)} ms`,
  });
  // Other programs that use the same processor make everything slower; the long run has it for itself.
  expect(at(0.5)).toBeLessThanOrEqual(isTorture ? 5 : 12);
  expect(long).toBeLessThanOrEqual(longMs * 0.05 + (isTorture ? 3 : 20));
});
