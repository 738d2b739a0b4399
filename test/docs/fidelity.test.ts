// Goal: docs/FIDELITY.md is what a run gives today, and brine loses nothing of the values that it is tested with.
// Method: the script that writes it compares its columns with a run of brine, and of the peers that take no minute for a value.

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { page, ROOT, table } from './markdown.js';

test('the page is what a run gives', () => {
  const run = spawnSync(process.execPath, ['scripts/fidelity.mjs', '--check', 'brine,v8,JSON,flatted'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(run.stdout + run.stderr).toBe('');
  expect(run.status).toBe(0);
});

test('its first table counts what the second one shows', () => {
  const text = page('docs/FIDELITY.md');
  const values = table(text, 'value');
  expect(values.length).toBeGreaterThan(100);
  const marks = { same: '✓', refused: '✗', wrong: '**!**', fatal: '**✗✗**' };
  for (const row of table(text, 'tool'))
    for (const [verdict, mark] of Object.entries(marks))
      expect(values.filter((value) => value[row['tool'] as string] === mark).length, row['tool']).toBe(
        Number(row[verdict]),
      );
  expect(values.filter((value) => value['brine'] !== '✓')).toEqual([]);
});
