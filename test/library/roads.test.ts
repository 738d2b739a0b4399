// Goal: a value of any kind comes back the same.
// Method: a table of values takes several roads: in process, and from one process to another, with V8's help on either
// side and without. Each comes back to be compared strictly with one that was made anew. Bytes with and without V8's help
// must be the same too.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { differences } from '../helpers/same.js';
import { valueTable } from '../helpers/value-table.js';

describe('in one process', () => {
  test.each(valueTable)('$name, there and back and there again', ({ make }) => {
    const value = make();
    const copy = loads(dumps(value));
    expect(differences(value, copy)).toEqual([]);
    const again = dumps(copy);
    expect(Buffer.from(dumps(loads(again))).equals(again)).toBe(true);
  });
});

describe('from one process to another', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary(['src/index.ts', 'test/helpers/same.ts', 'test/helpers/value-table.ts']);
    const save = `
      import { mkdirSync, writeFileSync } from 'node:fs';
      mkdirSync(process.argv[2]);
      lib.valueTable.forEach(({ make }, i) => writeFileSync(process.argv[2] + '/' + i, lib.dumps(make())));`;
    await Promise.all([
      lib.run(save, { args: ['fast'] }),
      lib.run(save, { args: ['plain'], env: { BRINE_PLAIN_PATHS: '1' } }),
    ]);
  });
  afterAll(() => lib.remove());

  const load = `
    import { readFileSync } from 'node:fs';
    const found = [];
    lib.valueTable.forEach(({ name, make }, i) => {
      try {
        const copy = lib.loads(readFileSync(process.argv[2] + '/' + i));
        for (const difference of lib.differences(make(), copy)) found.push(name + ': ' + difference);
      } catch (error) {
        found.push(name + ': ' + error.stack);
      }
    });
    console.log(JSON.stringify(found));`;

  for (const saver of ['fast', 'plain']) {
    for (const loader of ['fast', 'plain']) {
      test(`saved the ${saver} way, loaded the ${loader} way, everything is the same`, async () => {
        const env = loader === 'plain' ? { BRINE_PLAIN_PATHS: '1' } : undefined;
        const out = await lib.run(load, { args: [saver], ...(env && { env }) });
        expect(JSON.parse(out)).toEqual([]);
      });
    }
  }

  test('the fast and the plain way write the same bytes', async () => {
    const compare = `
      import { readFileSync } from 'node:fs';
      const other = lib.valueTable.filter((_, i) => !readFileSync('fast/' + i).equals(readFileSync('plain/' + i)));
      console.log(JSON.stringify(other.map(({ name }) => name)));`;
    expect(JSON.parse(await lib.run(compare))).toEqual([]);
    expect(readdirSync(join(lib.folder, 'fast')).length).toBe(valueTable.length);
  });
});
