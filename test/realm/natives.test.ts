// Goal: what asks V8 keeps working when V8 throws away the code of functions that rest.
// Method: a process of a V8 that throws it away at every collection saves before and after some of them.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => lib.remove());

test('a save long after the first one finds its questions compiled', async () => {
  const out = await lib.run(
    `
    const value = Array.from({ length: 100 }, (_, i) => ({ id: i, list: [i, 1.5] }));
    const first = lib.dumps(value);
    for (let i = 0; i < 20; i++) gc();
    console.log(Buffer.compare(first, lib.dumps(value)));`,
    { flags: ['--expose-gc', '--stress-flush-code'] },
  );
  expect(out.trim()).toBe('0');
});
