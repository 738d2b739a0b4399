// Goal: what random programs made goes on in another process, and in a third, as if nothing had happened.
// Method: programs of nested scopes, whose few names hide each other, push functions, objects and classes that read and write
// them. Each program runs twice: one run is saved, one is left alone. Then the same random calls are made on both, on what
// another process loads, and on what a third one loads of the second's save. What was reported as lost is not compared.
// Two generators of programs take turns of five seeds.
// `BRINE_PROGRAMS=200000` says with which seed to begin; `npm run torture` takes thousands.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';
import { reportRow, scaled } from '../../helpers/torture.js';
// @ts-expect-error: plain JavaScript, which is a program of its own too
import { programOf } from './run-programs.mjs';

interface Step {
  readonly texts?: readonly string[];
  readonly wanted?: readonly string[];
  readonly got?: readonly string[];
  readonly losses: readonly string[];
  readonly changes?: readonly string[];
  readonly problem?: string;
}

const run = promisify(execFile);
const program = fileURLToPath(new URL('./run-programs.mjs', import.meta.url));
const first = Number(process.env['BRINE_PROGRAMS'] ?? 13);
const COUNT = scaled(4, 2000);
const AT_ONCE = Math.min(COUNT, 20);

let library: LibraryBundle;
beforeAll(async () => {
  library = await bundleLibrary();
});
afterAll(() => library.remove());

async function step(folder: string, name: string, from: number): Promise<Step[]> {
  const args = [program, library.url, folder, name, String(from), String(AT_ONCE)];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as Step[];
}

it(`what ${COUNT} random programs made goes on in another process, and in a third`, async () => {
  let lossy = 0;
  for (let from = first; from < first + COUNT; from += AT_ONCE) {
    const folder = mkdtempSync(join(tmpdir(), 'brine-programs-'));
    try {
      const made = await step(folder, 'make', from);
      const loaded = await step(folder, 'load', from);
      const again = await step(folder, 'again', from);
      expect([made.length, loaded.length, again.length]).toEqual([AT_ONCE, AT_ONCE, AT_ONCE]);
      made.forEach((one, i) => {
        const [two, three] = [loaded[i], again[i]] as [Step, Step];
        const about = `seed ${from + i}: ${programOf(from + i) as string}`;
        expect([one.problem, two.problem, three.problem], about).toEqual([undefined, undefined, undefined]);
        // Saving changes nothing, whatever of it is lost.
        expect(one.got, about).toEqual(one.wanted);
        if ([one, two, three].some(({ losses, changes = [] }) => losses.length + changes.length > 0)) {
          lossy++;
          return;
        }
        const wanted = one.wanted as string[];
        expect(two.texts, about).toEqual(one.texts);
        expect(two.got, about).toEqual(wanted);
        expect(three.got, about).toEqual(wanted.slice(wanted.length / 2));
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  reportRow({
    what: 'random programs',
    trials: COUNT,
    result: `no difference, ${lossy} with losses reported`,
  });
  expect(lossy).toBeLessThan(COUNT);
}, 3_600_000);
