// Goal: what a session is told about single values (names for them, reducers, buffers, promises, packages) holds for its
// saves and loads as it does for dumps and loads; getting ready changes nothing but the time of the first save.
// Method: one process saves, another loads, each with its options; what comes back and what is told is compared.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { toldBy } from '../helpers/sessions.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
});
afterAll(() => lib.remove());

let files = 0;
const newFile = (): string => JSON.stringify(join(lib.folder, `passed-on-${files++}.pkl`));

const inProcess = (cells: readonly string[], code: string): Promise<any> => toldBy(lib, cells, code);

describe('a save and a load', () => {
  test('name values instead of copying them', async () => {
    const file = newFile();
    const cells = [
      'globalThis.database = { rows: [1, 2, 3] }; const user = { name: "Ada", from: database }; const fn = () => database.rows.length',
    ];
    await inProcess(
      cells,
      `await session.save(${file}, { names: ['user'], persistentId: (value) => (value === database ? 'main' : undefined) }); tell(0);`,
    );
    const told = await inProcess(
      [],
      `const losses = [];
       await session.load(${file}, { onLoss: ({ path, reason }) => losses.push(path) });
       const other = { rows: [4] };
       await session.load(${file}, { persistentLoad: (id) => (id === 'main' ? other : undefined) });
       tell([losses, user.from === other, user.name]);`,
    );
    expect(told).toEqual([['user.from'], true, 'Ada']);
  });

  test('reduce by an override, by reducers of the session, and take what is missing as they are told', async () => {
    const file = newFile();
    const reducers = `
      class Money { constructor(cents) { this.cents = cents } }
      const money = { name: 'Money', reduce: ({ cents }) => cents, revive: (cents) => new Money(cents) };`;
    await inProcess(
      [],
      `${reducers}
       session.registerReducer(Money, money);
       globalThis.price = new Money(5);
       globalThis.odd = { is: 'odd' };
       await session.save(${file}, {
         reducerOverride: (value) => (value === odd ? { name: 'Money', state: 7 } : undefined),
       });
       tell(0);`,
    );
    const told = await inProcess(
      [],
      `const losses = [];
       await session.load(${file}, { onLoss: ({ name }) => losses.push(name) });
       await session.load(${file}, { onMissing: 'record' });
       const records = [price instanceof lib.MissingRecord, price.state, odd.state];
       const error = await errorOf(() => session.load(${file}, { onMissing: 'throw' }));
       ${reducers}
       session.registerReducer(Money, money);
       await session.load(${file});
       tell([losses.sort(), records, error.code, price instanceof Money, price.cents, odd.cents]);`,
    );
    expect(told).toEqual([['odd', 'price'], [true, 5, 7], 'UNPICKLE_MISSING', true, 5, 7]);
  });

  test('hand buffers over without a copy', async () => {
    const file = newFile();
    const told = await inProcess(
      ['const samples = new Float64Array([1.5, 2.5]); const view = new Uint8Array(samples.buffer, 8)'],
      `const taken = [];
       await session.save(${file}, { onBuffer: (buffer) => taken.push(buffer) > 0 });
       const wanted = samples.buffer;
       const other = new lib.Session();
       await other.load(${file}, { buffers: taken });
       tell([taken.length, taken[0] === wanted, samples.buffer === wanted, view.buffer === wanted, [...samples],
         await errorOf(() => session.save(${newFile()}, { onBuffer: () => true, bytesMax: 1e6 }))]);`,
    );
    expect(told.slice(0, 5)).toEqual([1, true, true, true, [1.5, 2.5]]);
    expect(told[5].code).toBe('SESSION_OPTION');
  });

  test('keep promises that wait, or lose them', async () => {
    const [lost, kept] = [newFile(), newFile()];
    const saved = await inProcess(
      ['const waits = new Promise(() => {}); const done = Promise.resolve(4)'],
      `const first = await session.save(${lost});
       const second = await session.save(${kept}, { pendingPromises: 'keep' });
       tell([first.losses.map(({ path }) => path), second.losses.length, second.changes.map(({ path }) => path)]);`,
    );
    expect(saved).toEqual([['waits'], 0, ['waits']]);
    const told = await inProcess(
      [],
      `await session.load(${kept});
       const { types, inspect } = await import('node:util');
       tell([types.isPromise(waits), inspect(waits), await done]);`,
    );
    expect(told).toEqual([true, 'Promise { <pending> }', 4]);
  });

  test('are refused with options of the wrong form', async () => {
    const file = newFile();
    const told = await inProcess(
      ['const a = 1'],
      `const codes = [];
       for (const wrong of [{ persistentId: 1 }, { reducerOverride: {} }, { onBuffer: true }, { pendingPromises: 'wait' }])
         for (const work of [() => lib.dumps(1, wrong), () => session.save(${file}, wrong)]) codes.push((await errorOf(work))?.code);
       await session.save(${file});
       const bytes = lib.dumps(1);
       for (const wrong of [{ onMissing: 'maybe' }, { persistentLoad: 1 }, { buffers: 1 }])
         for (const work of [() => lib.loads(bytes, wrong), () => session.load(${file}, wrong)]) codes.push((await errorOf(work))?.code);
       tell(codes);`,
    );
    expect(told).toEqual([...Array(8).fill('PICKLE_OPTION'), ...Array(6).fill('UNPICKLE_OPTION')]);
  });

  test('one reducer that throws costs its own value, and one reviver its own, in both ways of reading', async () => {
    const file = newFile();
    const reducers = `
      class Bad { constructor(n) { this.n = n } }
      session.registerReducer(Bad, {
        name: 'Bad',
        reduce: ({ n }) => { if (n === 1) throw new Error('no reduce'); return n },
        revive: (n) => { if (n === 2) throw new Error('no revive'); return new Bad(n) },
      });`;
    const saved = await inProcess(
      [],
      `${reducers}
       globalThis.one = new Bad(1); globalThis.two = { deep: [new Bad(2)] }; globalThis.three = new Bad(3); globalThis.rest = [1];
       tell((await session.save(${file})).losses.map(({ path, reason }) => path + ': ' + reason));`,
    );
    expect(saved).toEqual(['one: its reducer threw: no reduce']);
    for (const isLazy of [false, true]) {
      const told = await inProcess(
        [],
        `${reducers}
         const losses = new Set();
         await session.load(${file}, { isLazy: ${isLazy}, onLoss: ({ path }) => losses.add(path) });
         const seen = [three.n, rest[0], two.deep.length];
         tell([seen, [...losses].sort()]);`,
      );
      expect(told).toEqual([
        [3, 1, 1],
        ['one', 'two.deep[0]'],
      ]);
    }
  });

  test('a reviver that throws where strictness was asked for puts nothing in', async () => {
    const file = newFile();
    const told = await inProcess(
      [],
      `class Bad {}
       session.registerReducer(Bad, { name: 'Bad', reduce: () => 1, revive: () => { throw new Error('no revive') } });
       globalThis.a = 'saved'; globalThis.bad = new Bad();
       await session.save(${file});
       globalThis.a = 'here'; delete globalThis.bad; globalThis.mine = 1;
       const error = await errorOf(() => session.load(${file}, { isStrict: true, mode: 'replace' }));
       tell([error.code, a, mine, 'bad' in globalThis]);`,
    );
    expect(told).toEqual(['SESSION_LOSSY', 'here', 1, false]);
  });
});

describe('getting ready', () => {
  test('changes no name and no byte, and may be asked for again', async () => {
    const cells = [
      'let n = 0; const inc = () => ++n; class P { #x = 1; x() { return this.#x } } const p = new P()',
    ];
    const look = (ready: string): string =>
      `${ready}
       const before = Object.getOwnPropertyNames(globalThis).sort().join();
       const { bytes } = session.snapshot();
       const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(bytes.subarray(0)).digest('hex');
       const values = Buffer.from(lib.dumps([inc, p])).toString('base64');
       tell([before, values, session.variables().map(({ name }) => name), inc(), hash.length]);`;
    const plain = await inProcess(cells, look(''));
    expect(await inProcess(cells, look('session.prepare(); session.prepare();'))).toEqual(plain);
    expect(plain[2]).toEqual(['P', 'inc', 'n', 'p']);
  });
});
