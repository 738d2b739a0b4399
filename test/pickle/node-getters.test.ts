// Goal: what is behind a getter of Node's modules (`fs.promises`, `crypto.webcrypto`) has the same name in a snapshot whether it was loaded
// before the first save of a process or after it; a save of a function loads none of it.
// Method: two processes each, of this Node and of one that loads such things late; one saves a function first.

import { afterAll, beforeAll, describe, expect, test as plainTest } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode } from '../helpers/nodes.js';

let bundle: LibraryBundle;
beforeAll(async () => {
  bundle = await bundleLibrary();
});
afterAll(() => bundle.remove());

const major = Number(process.versions.node.split('.')[0]);

describe.each(major >= 24 ? [major] : [major, 24])('on Node %i', (major) => {
  const node = findNode(major);
  const test = 'missing' in node ? plainTest.skip : plainTest;
  const run = (program: string): Promise<string> =>
    bundle.run(program, 'path' in node ? { node: node.path } : {});

  test('a name does not depend on when it was loaded', async () => {
    const FIRST = `
      const before = process.moduleLoadList.length;
      lib.dumps({ f: (x) => x });
      const later = process.moduleLoadList.slice(before);
      if (later.some((entry) => /internal\\/(fs\\/promises|crypto\\/webcrypto)$/.test(entry))) throw new Error(later.join());`;
    const SAVE = `
      const { promises } = process.getBuiltinModule('fs');
      const { webcrypto, subtle } = process.getBuiltinModule('crypto');
      const handle = await promises.open(process.execPath);
      const value = { promises, read: promises.readFile, constants: promises.constants, webcrypto, subtle };
      await handle.close();
      const bytes = lib.dumps(value);
      const copy = lib.loads(bytes);
      for (const key in value) if (copy[key] !== value[key]) throw new Error(key);
      console.log(Buffer.from(bytes).toString('hex'));`;
    const [late, early] = await Promise.all([run(FIRST + SAVE), run(SAVE)]);
    expect(late).toBe(early);
  });
});
