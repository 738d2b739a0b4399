// Goal: keys of the web that may be given out come back working where Node can make one at once, and are tombstones with a
// true reason elsewhere; measures and entries of folders come back without a trace on the timeline or the disk.
// Method: a program on each Node that there is; keys sign and decrypt after the way there and back.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode } from '../helpers/nodes.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
});
afterAll(() => lib.remove());

const PROGRAM = `
  import fs from 'node:fs';
  import { webcrypto } from 'node:crypto';
  import { performance } from 'node:perf_hooks';
  const { subtle } = webcrypto;
  const losses = [];
  const ec = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const hmac = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-512', length: 256 }, true, ['sign', 'verify']);
  const hidden = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
  const measure = performance.measure('m', { start: 1, duration: 2, detail: { a: [1] } });
  const entry = fs.readdirSync('/', { withFileTypes: true }).find((one) => one.isDirectory());
  const before = performance.getEntries().length;
  const value = { ec, hmac, hidden, measure, entry };
  const copy = lib.loads(lib.dumps(value, { onLoss: ({ path, reason }) => losses.push([path, reason]) }));
  const told = {
    losses,
    measure: [copy.measure instanceof PerformanceMeasure, copy.measure.toJSON()],
    isTimelineAsBefore: performance.getEntries().length === before,
    entry: [copy.entry instanceof fs.Dirent, copy.entry.isDirectory(), copy.entry.name === entry.name, copy.entry.parentPath],
  };
  if (losses.length === 1) {
    const text = Buffer.from('text');
    const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, copy.ec.privateKey, text);
    told.keys = [
      await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, ec.publicKey, signature, text),
      await subtle.verify('HMAC', hmac, await subtle.sign('HMAC', copy.hmac, text), text),
      copy.hmac instanceof CryptoKey, copy.hmac.algorithm, copy.hmac.usages, copy.hmac.extractable,
    ];
  }
  console.log(JSON.stringify(told));`;

for (const major of [20, 24]) {
  const node = findNode(major);
  describe.skipIf('missing' in node)(`on Node ${major}`, () => {
    test('keys, measures and entries of folders', () => {
      const file = join(lib.folder, `keys-${major}.mjs`);
      writeFileSync(file, `import * as lib from ${JSON.stringify(lib.url)};\n${PROGRAM}`);
      const out = execFileSync('path' in node ? node.path : '', ['--no-warnings', file], {
        encoding: 'utf8',
      });
      const told = JSON.parse(out) as { losses: [string, string][]; keys?: unknown };
      const hidden = 'whoever made it wanted it to stay in this process: it is not extractable';
      const late = 'this Node cannot make one at once';
      expect(told).toMatchObject({
        measure: [true, { name: 'm', entryType: 'measure', startTime: 1, duration: 2, detail: { a: [1] } }],
        isTimelineAsBefore: true,
        entry: [true, true, true, '/'],
      });
      if (major < 24) {
        const paths = ['.ec.publicKey', '.ec.privateKey', '.hmac'];
        const expected = [...paths.map((path) => [path, late]), ['.hidden', hidden]];
        expect(told.losses.sort()).toEqual(expected.sort());
        return;
      }
      expect(told.losses).toEqual([['.hidden', hidden]]);
      expect(told.keys).toEqual([
        true,
        true,
        true,
        { name: 'HMAC', length: 256, hash: { name: 'SHA-512' } },
        ['sign', 'verify'],
        true,
      ]);
    });
  });
}
