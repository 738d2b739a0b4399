// Goal: a session loads what a damaged file still has, and saves although a part that it never read is damaged.
// Method: sessions in processes of their own; one name's part of the file is changed, the file is loaded in every way, and
// what was restored is saved again and looked at.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSnapshot } from '../../src/format/index.js';
import { numberAt } from '../../src/graph/column.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  lib = await bundleLibrary();
  folder = mkdtempSync(join(tmpdir(), 'brine-damaged-'));
  env = { BRINE_HOME: join(folder, 'keys') };
  await lib.run(
    `
    const session = new lib.Session();
    await session.evaluator.evaluate('let n = 1; const add = () => ++n; const table = { rows: [1, 2, 3] }; const other = ["o"]');
    await session.save(${JSON.stringify(join(folder, 'work.pkl'))});`,
    { env },
  );
  const bytes = readFileSync(join(folder, 'work.pkl'));
  const { container, index } = openSnapshot(bytes);
  const root = index.rootNames.indexOf('table');
  const group = index.rootLinks[numberAt(index.roots, root)]?.group as number;
  const stripe = index.groups[group]?.stripes[0] as number;
  const { offset } = container.sections[stripe] as { offset: number };
  bytes[offset + 12]! ^= 1;
  writeFileSync(join(folder, 'damaged.pkl'), bytes);
});
afterAll(() => {
  lib.remove();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (program: string): Promise<any> => {
  const file = JSON.stringify(join(folder, 'damaged.pkl'));
  const out = JSON.stringify(join(folder, 'again.pkl'));
  return JSON.parse(
    await lib.run(
      `const file = ${file}; const out = ${out}; const session = new lib.Session();\n${program}`,
      { env },
    ),
  );
};

test('a session refuses a damaged file unless it is to be salvaged', async () => {
  const found = await run(`
    const code = await session.load(file).then(() => 'loaded', (error) => error.code);
    const odd = await session.load(file, { damaged: 'mend' }).catch((error) => error.code);
    console.log(JSON.stringify([code, odd, session.evaluator.names()]));`);
  expect(found).toEqual(['SNAPSHOT_CHECKSUM', 'SESSION_OPTION', []]);
});

for (const isLazy of [true, false]) {
  test(`what survives is restored, ${isLazy ? 'name by name' : 'as a whole'}`, async () => {
    const found = await run(`
      const report = await session.load(file, { damaged: 'salvage', isLazy: ${isLazy} });
      const { damage, opened, losses } = report;
      let touched;
      try { touched = JSON.stringify(globalThis.table.rows) } catch (error) { touched = error.code }
      console.log(JSON.stringify({ damaged: damage.length, opened, lost: losses.map(({ name }) => name),
        touched, add: [globalThis.add(), globalThis.n], other: globalThis.other }));`);
    // Of a file that is read when it is touched, the damage shows then.
    const late = { damaged: 0, lost: [], touched: 'SNAPSHOT_CHECKSUM' };
    const now = { damaged: 1, lost: ['table'], touched: 'TOMBSTONE' };
    expect(found).toEqual({ opened: 'trusted', add: [2, 2], other: ['o'], ...(isLazy ? late : now) });
  });
}

test('a save goes on without what turns out to be damaged, and says so', async () => {
  const found = await run(`
    await session.load(file, { isLazy: true });
    const strict = await session.save(out, { isStrict: true }).catch((error) => error.code);
    const report = await session.save(out);
    const after = await session.load(out, { mode: 'replace', isLazy: false });
    console.log(JSON.stringify({ strict, lost: report.losses.map(({ path, what }) => [path, what]),
      after: after.restored, add: globalThis.add() }));`);
  expect(found).toEqual({
    strict: 'SNAPSHOT_CHECKSUM',
    lost: [['table', 'damaged']],
    after: ['add', 'n', 'other'],
    add: 2,
  });
});
