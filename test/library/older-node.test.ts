// Goal: a kind that an older Node does not have is named there and not lost: saved again there, it comes back on a newer one.
// Method: a newer Node saves, this one loads and saves what it got, the newer one loads that.

import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';
import type { TombstoneRecord } from '../../src/realm/tombstone.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode } from '../helpers/nodes.js';

const run = promisify(execFile);

describe.each([
  {
    major: 24,
    kind: 'Float16Array',
    make: 'Float16Array.of(1.5, -2)',
    show: 'Array.from(v).join()',
    shown: '1.5,-2',
  },
  {
    major: 24,
    kind: 'URLPattern',
    make: "new URLPattern('https://a.b/:id')",
    show: 'v.pathname',
    shown: '/:id',
  },
  {
    major: 26,
    kind: 'Temporal.PlainDate',
    make: "Temporal.PlainDate.from('2020-01-02')",
    show: 'v.toString()',
    shown: '2020-01-02',
  },
])('$kind of Node $major', ({ major, kind, make, show, shown }) => {
  const node = findNode(major);
  const isHere = kind.split('.').reduce<any>((at, key) => at?.[key], globalThis) !== undefined;
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary();
  });
  afterAll(() => lib.remove());

  const there = async (program: string): Promise<string> => {
    const file = `${lib.folder}/there.mjs`;
    fs.writeFileSync(
      file,
      `import * as lib from ${JSON.stringify(lib.url)};\nimport * as fs from 'node:fs';\n${program}`,
    );
    return (await run((node as { path: string }).path, ['--no-warnings', file], { cwd: lib.folder })).stdout;
  };

  test.skipIf('missing' in node || isHere)('is a tombstone here, and comes back there', async () => {
    await there(`fs.writeFileSync('one.pkl', lib.dumps({ v: ${make}, ok: 1 }));`);
    const losses: TombstoneRecord[] = [];
    const copy = loads<{ v: object; ok: number }>(fs.readFileSync(`${lib.folder}/one.pkl`), {
      onLoss: (loss) => losses.push(loss),
    });
    expect(copy.ok).toBe(1);
    expect(losses.map(({ what }) => what)).toContain(kind);
    expect(losses.find(({ what }) => what === kind)?.reason).toContain(`this Node has no ${kind}`);
    fs.writeFileSync(`${lib.folder}/two.pkl`, dumps(copy));
    const out = await there(`const { v } = lib.loads(fs.readFileSync('two.pkl')); console.log(${show});`);
    expect(out.trim()).toBe(shown);
  });
});
