// Goal: the object that `super` means is never guessed without a word.
// Method: a process of its own with more in its heap than a snapshot is taken of; what the save and the loaded value give.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';

let library: LibraryBundle;
beforeAll(async () => {
  library = await bundleLibrary();
});
afterAll(() => library.remove());

it('the report says when the only object that holds a method with `super` is taken for its home', async () => {
  const told = await library.run(`
    // Few nodes, so that looking through what is alive is fast.
    globalThis.ballast = Array.from({ length: 9 }, () => new Array(1e6).fill(0.5));
    const one = { __proto__: { m: () => 1 }, m() { return super.m() + 1 } };
    const [losses, changes] = [[], []];
    const bytes = lib.dumps(one, { onLoss: (loss) => losses.push(loss), onChange: (change) => changes.push(change) });
    console.log(JSON.stringify([losses, changes.map(({ path, reason }) => [path, reason]), lib.loads(bytes).m()]));`);
  expect(JSON.parse(told)).toEqual([[], [['.m', expect.stringContaining('the only one that holds it')]], 2]);
});
