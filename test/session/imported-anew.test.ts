// Goal: nobody finds out after loading that an imported class of their own file is another one than that of their instances.
// Method: cells import a file and keep what it made; the report of the save is read, and another process looks at the classes.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { toldBy } from '../helpers/sessions.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
  writeFileSync(join(lib.folder, 'own.mjs'), 'export default class D {}\nexport const one = 1;\n');
  writeFileSync(join(lib.folder, 'alone.mjs'), 'export default class E {}\n');
});
afterAll(() => lib.remove());

test('a name that is imported anew is reported when what its module made is saved by value', async () => {
  const file = JSON.stringify(join(lib.folder, 'anew.pkl'));
  const cells = [
    'import D, * as all from "./own.mjs"',
    'import E from "./alone.mjs"',
    'import { basename } from "node:path"',
    'const { default: Kept } = await import("./own.mjs")',
    'const d = new D(), base = (x) => basename(x)',
  ];
  const saved = await toldBy(
    lib,
    cells,
    `const { changes, linked } = await session.save(${file}); tell({ changes: changes.map(({ path, reason, hint }) => [path, reason.includes('imports its module anew'), hint.includes('await import')]), linked: linked.map(({ name }) => name) });`,
  );
  expect(saved).toEqual({
    changes: [
      ['D', true, true],
      ['all', true, true],
    ],
    linked: ['D', 'E', 'all', 'basename'],
  });
  const look = `tell(await run('[d instanceof D, d instanceof Kept, typeof E, base("a/b")].join()'));`;
  expect(await toldBy(lib, [], `await session.load(${file}); ${look}`)).toBe('false,true,function,b');
});
