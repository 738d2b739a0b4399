// Goal: a save goes on when modules of Node are loaded that have a name with `node:` only, and loads no package that has the
// same name without it.
// Method: processes that have loaded them, beside packages of these names that say when they are run.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
});
afterAll(() => lib.remove());

const NAMES = ['test', 'sqlite', 'sea', 'test/reporters'];

const PROGRAM = `
  const loaded = [];
  for (const name of ${JSON.stringify(NAMES)})
    await import('node:' + name).then(() => loaded.push(name), () => {});
  const losses = [];
  const save = (value) => lib.dumps(value, { onLoss: ({ what, reason }) => losses.push(what + ': ' + reason) });
  const copy = lib.loads(save({ f: () => 1 }));
  if (loaded.includes('sqlite')) {
    const { DatabaseSync } = await import('node:sqlite');
    save(new DatabaseSync(':memory:'));
  }
  console.log(JSON.stringify({ loaded, losses, one: copy.f(), strangers: globalThis.strangers ?? [] }));
  process.exit(0);`;

for (const arePackages of [false, true]) {
  test(arePackages ? 'packages of the same names are not run' : 'a save goes on', async () => {
    if (arePackages)
      for (const name of ['test', 'sqlite', 'sea']) {
        mkdirSync(join(lib.folder, 'node_modules', name), { recursive: true });
        const text = `(globalThis.strangers ??= []).push(${JSON.stringify(name)});`;
        writeFileSync(join(lib.folder, 'node_modules', name, 'index.js'), text);
      }
    const told = JSON.parse((await lib.run(PROGRAM)).trim().split('\n').at(-1) as string);
    const database =
      'DatabaseSync: it was a database in memory; it holds resources of this process, which mean nothing in another one';
    expect(told.loaded).toContain('test');
    expect(told).toMatchObject({ one: 1, strangers: [] });
    expect(told.losses).toEqual(told.loaded.includes('sqlite') ? [database] : []);
  });
}
