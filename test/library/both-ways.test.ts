// Goal: without V8's help and without code made from text, everything goes as with them.
// Method: the main suites of the library in a runner that is told to take plain ways; the table of values and a session in
// a Node that forbids code from strings, saved there and here and loaded there and here. What the table itself makes from
// text cannot be made there and is counted.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

const FORBID = '--disallow-code-generation-from-strings';

/** Suites that work in the process of the runner; those with processes of their own choose the ways themselves. */
const SUITES = ['reducers', 'tombstones'].map((name) => `test/library/${name}.test.ts`);

function runSuites(): Promise<{ code: number | null; out: string }> {
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', ...SUITES];
  const env = { ...process.env, BRINE_PLAIN_PATHS: '1', BRINE_TEST_NO_BUILD: '1' };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.on('data', (data) => (out += data));
    child.on('close', (code) => resolve({ code, out }));
  });
}

test('the main suites pass the plain way', async () => {
  const { code, out } = await runSuites();
  const report = JSON.parse(out.slice(out.indexOf('{')));
  const failed = report.testResults.flatMap((file: any) =>
    file.assertionResults.filter((one: any) => one.status === 'failed').map((one: any) => one.fullName),
  );
  expect(failed).toEqual([]);
  expect(code).toBe(0);
  expect(report.numPassedTests).toBeGreaterThan(20);
}, 120_000);

describe('where code from strings is forbidden', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary(['src/index.ts', 'test/helpers/same.ts', 'test/helpers/value-table.ts']);
  });
  afterAll(() => lib.remove());

  const save = `
    import { mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync(process.argv[2]);
    const skipped = [];
    lib.valueTable.forEach(({ name, make }, i) => {
      let value;
      try {
        value = make();
      } catch (error) {
        if (!(error instanceof EvalError)) throw error;
        return skipped.push(name);
      }
      writeFileSync(process.argv[2] + '/' + i, lib.dumps(value));
    });
    console.log(JSON.stringify(skipped));`;
  const load = `
    import { existsSync, readFileSync } from 'node:fs';
    const found = [];
    let count = 0;
    lib.valueTable.forEach(({ name, make }, i) => {
      const file = process.argv[2] + '/' + i;
      if (!existsSync(file) || !existsSync('forbidden/' + i)) return;
      count++;
      try {
        for (const difference of lib.differences(make(), lib.loads(readFileSync(file)))) found.push(name + ': ' + difference);
        if (!readFileSync('free/' + i).equals(readFileSync('forbidden/' + i))) found.push(name + ': other bytes');
      } catch (error) {
        found.push(name + ': ' + error.stack);
      }
    });
    console.log(JSON.stringify({ count, found }));`;

  test('values of every kind are saved with the same bytes, and loaded the same', async () => {
    const [free, forbidden] = await Promise.all([
      lib.run(save, { args: ['free'] }),
      lib.run(save, { args: ['forbidden'], flags: [FORBID] }),
    ]);
    expect(JSON.parse(free)).toEqual([]);
    const skipped = JSON.parse(forbidden) as string[];
    expect(
      skipped.every((name) => name.startsWith('arguments objects')),
      skipped.join(),
    ).toBe(true);
    const outs = await Promise.all([
      lib.run(load, { args: ['forbidden'] }),
      lib.run(load, { args: ['free'], flags: [FORBID] }),
    ]);
    for (const out of outs) {
      const { count, found } = JSON.parse(out);
      expect(found).toEqual([]);
      expect(count).toBeGreaterThan(80);
    }
  });

  test('closures, private members and generators are made again: scripts are no strings to V8', async () => {
    const out = await lib.run(
      `
      let n = 1;
      class Account { #balance = 5; balance() { return this.#balance; } }
      const value = { inc: () => ++n, account: new Account(), list: function* () { yield n; } };
      const copy = lib.loads(lib.dumps(value));
      let evalOf;
      try { (0, eval)('1'); } catch (error) { evalOf = error.name; }
      console.log(JSON.stringify([copy.inc(), copy.account.balance(), [...copy.list()], evalOf]));`,
      { flags: [FORBID] },
    );
    expect(JSON.parse(out)).toEqual([2, 5, [2], 'EvalError']);
  });

  test('a session runs, is saved and loaded, declared functions included', async () => {
    const file = JSON.stringify(join(lib.folder, 'work.pkl'));
    const prelude = `
      const session = new lib.Session();
      const run = async (source) => {
        const outcome = await session.evaluator.evaluate(source);
        return outcome.status === 'failed' ? 'failed: ' + outcome.error : outcome.value;
      };`;
    const cells = [
      'let n = 1',
      'function add() { return ++n }',
      'add()',
      'function add() { return n += 10 }',
    ];
    const saved = await lib.run(
      `${prelude}
      const told = [];
      for (const cell of ${JSON.stringify(cells)}) told.push(await run(cell));
      await session.save(${file});
      console.log(JSON.stringify(told[2]));`,
      { flags: [FORBID] },
    );
    expect(JSON.parse(saved)).toBe(2);
    for (const flags of [[FORBID], []]) {
      const loaded = await lib.run(
        `${prelude}
        await session.load(${file});
        console.log(JSON.stringify([await run('add()'), await run('n'), await run('add.name')]));`,
        { flags },
      );
      expect(JSON.parse(loaded)).toEqual([12, 12, 'add']);
    }
  });
});
