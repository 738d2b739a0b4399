// Goal: a suspended generator goes on as if nothing had happened, with its closures, also when it is saved twice.
// Method: random generator functions are taken some steps, saved in one process, loaded in another, taken further, saved
// again and loaded in a third; what each run gives and logs is compared with runs that nobody interrupted. `return` and
// `throw` are among the steps. `BRINE_GENERATORS=200000` says with which seed to begin.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';
import { scaled } from '../../helpers/torture.js';
// @ts-expect-error: plain JavaScript, which is a program of its own too
import { randomGenerator } from './random.mjs';

type Run = readonly [seen: readonly unknown[], log: readonly unknown[]];

const run = promisify(execFile);
const program = fileURLToPath(new URL('./random.mjs', import.meta.url));
const first = Number(process.env['BRINE_GENERATORS'] ?? 1);
const COUNT = scaled(30, 1000);

let library: LibraryBundle;
beforeAll(async () => {
  library = await bundleLibrary();
});
afterAll(() => library.remove());

async function step(file: string, name: string): Promise<any[]> {
  const args = [program, library.url, file, name, String(first), String(COUNT)];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as any[];
}

it('random generators go on in another process, and in a third', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'brine-generators-'));
  try {
    const file = join(folder, 'generators.pkl');
    const wanted = (await step(file, 'make')) as [Run, Run][];
    const loaded = (await step(file, 'load')) as Run[];
    const again = (await step(file, 'again')) as Run[];
    wanted.forEach(([some, whole], i) => {
      const about = `seed ${first + i}: ${(randomGenerator(first + i) as { text: string }).text}`;
      expect(loaded[i], about).toEqual(some);
      const [seen, log] = again[i] as Run;
      expect(seen, about).toEqual(whole[0].slice(some[0].length));
      expect(log, about).toEqual(whole[1]);
    });
    expect(wanted).toHaveLength(COUNT);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
