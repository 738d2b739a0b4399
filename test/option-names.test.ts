// Goal: an option that there is not is never passed over: every public function that takes options says which one, and what was
// probably meant; so is a word in a place that names a session, and an address of a server where a file belongs.
// Method: one misspelt option for each function of docs/api that takes some; the error's class, code and words.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import {
  Autosave,
  BrineError,
  detect,
  dump,
  dumps,
  Evaluator,
  exported,
  load,
  loadAll,
  loads,
  memoize,
  Rewind,
  recover,
  repair,
  Session,
  salvage,
  sizes,
  trace,
} from '../src/index.js';
import { checkOptionNames } from '../src/option-names.js';
import { pool, serveCluster } from '../src/parallel/index.js';
import {
  copyStored,
  fileStore,
  httpStore,
  memoryStore,
  openStore,
  sqliteStore,
  unstorageStore,
} from '../src/stores/index.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-options-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'one.pkl');
writeFileSync(file, dumps({ a: 1 }));

const session = new Session();
const workers = pool({ workers: 1 });
const store = memoryStore();
await store.put('a', dumps(1));
const files = fileStore(folder);
const web = httpStore('http://127.0.0.1:9/');
const autosave = new Autosave(session, { mode: 'off', root: join(folder, 'autosave') });
const rewind = new Rewind(session, autosave);
const n = (one: number): number => one;

// What was misspelt, and what is meant by it.
const CALLS: readonly [
  string,
  wrong: string,
  meant: string,
  code: string,
  call: (wrong: object) => unknown,
][] = [
  ['dumps', 'onLos', 'onLoss', 'PICKLE_OPTION', (wrong) => dumps(1, wrong)],
  ['loads', 'mod', 'mode', 'UNPICKLE_OPTION', (wrong) => loads(dumps(1), wrong)],
  ['load', 'lasy', 'lazy', 'UNPICKLE_OPTION', (wrong) => load(file, wrong)],
  ['loadAll', 'needEnd', 'needsEnd', 'UNPICKLE_OPTION', (wrong) => loadAll(new PassThrough(), wrong)],
  ['salvage', 'passphrse', 'passphrase', 'UNPICKLE_OPTION', (wrong) => salvage(file, wrong)],
  ['repair', 'isInplac', 'isInPlace', 'UNPICKLE_OPTION', (wrong) => repair(file, wrong)],
  ['memoize', 'stor', 'store', 'PICKLE_OPTION', (wrong) => memoize(n, wrong)],
  ['Session.save', 'exclud', 'exclude', 'SESSION_OPTION', (wrong) => session.save(file, wrong)],
  ['Session.saveSync', 'passphrse', 'passphrase', 'SESSION_OPTION', (wrong) => session.saveSync(file, wrong)],
  [
    'Session.save to a store',
    'isstrct',
    'isStrict',
    'SESSION_OPTION',
    (wrong) => session.save({ store, key: 'b' }, wrong),
  ],
  ['Session.load', 'onConflct', 'onConflict', 'SESSION_OPTION', (wrong) => session.load(file, wrong)],
  [
    'a place',
    'generaton',
    'generation',
    'SESSION_OPTION',
    (wrong) => session.load({ session: 'work', ...wrong }),
  ],
  ['keeping', 'countMx', 'countMax', 'SESSION_OPTION', (wrong) => session.save(file, { keeping: wrong })],
  [
    'Evaluator.evaluate',
    'isWhol',
    'isWhole',
    'SESSION_OPTION',
    (wrong) => session.evaluator.evaluate('1', wrong),
  ],
  ['Autosave', 'mdoe', 'mode', 'SESSION_OPTION', (wrong) => new Autosave(session, wrong)],
  ['Rewind.undo', 'isForcd', 'isForced', 'SESSION_OPTION', (wrong) => rewind.undo(wrong)],
  ['Rewind.redo', 'isForcd', 'isForced', 'SESSION_OPTION', (wrong) => rewind.redo(wrong)],
  ['Rewind.rollback', 'isForcd', 'isForced', 'SESSION_OPTION', (wrong) => rewind.rollback('a', wrong)],
  [
    'recover',
    'kays',
    'keys',
    'SESSION_OPTION',
    (wrong) =>
      recover(
        { evaluator: new Evaluator(), load: session.load.bind(session) },
        { snapshot: { file: 'one.pkl' }, ended: { folder }, changes: [], looks: {} } as never,
        wrong,
      ),
  ],
  ['sizes', 'dept', 'depth', 'SESSION_OPTION', (wrong) => sizes(detect(dumps({ a: 1 })), '', wrong)],
  ['trace', 'partMax', 'partsMax', 'SESSION_OPTION', (wrong) => trace(session, wrong)],
  ['exported', 'titel', 'title', 'SESSION_OPTION', (wrong) => exported(session, 'md', wrong)],
  ['pool', 'worker', 'workers', 'PARALLEL_OPTION', (wrong) => pool(wrong)],
  ['Pool.map', 'taskTimoutMs', 'taskTimeoutMs', 'PARALLEL_OPTION', (wrong) => workers.map(n, [1], wrong)],
  ['Pool.starmap', 'chunks', 'chunk', 'PARALLEL_OPTION', (wrong) => workers.starmap(n, [[1]], wrong)],
  ['Pool.imap', 'transfr', 'transfer', 'PARALLEL_OPTION', (wrong) => workers.imap(n, [1], wrong)],
  ['Pool.uimap', 'onprogres', 'onProgress', 'PARALLEL_OPTION', (wrong) => workers.uimap(n, [1], wrong)],
  ['Pool.pipe', 'signl', 'signal', 'PARALLEL_OPTION', (wrong) => workers.pipe([1], [n], wrong)],
  [
    'Pool.reduce',
    'inital',
    'initial',
    'PARALLEL_OPTION',
    (wrong) => workers.reduce((a, b) => a + b, [1], wrong),
  ],
  ['Pool.submit', 'nam', 'name', 'PARALLEL_OPTION', (wrong) => workers.submit(n, [1], wrong)],
  ['Pool.collect', 'wait', 'waits', 'PARALLEL_OPTION', (wrong) => workers.collect('1', wrong)],
  [
    'serveCluster',
    'stalMs',
    'stallMs',
    'PARALLEL_OPTION',
    (wrong) => serveCluster({ cluster: 'redis://127.0.0.1:9', ...wrong }),
  ],
  ['openStore', 'keepin', 'keeping', 'STORE_OPTION', (wrong) => openStore('sqlite:a.db', wrong)],
  ['httpStore', 'header', 'headers', 'STORE_OPTION', (wrong) => httpStore('http://127.0.0.1:9/', wrong)],
  ['memoryStore', 'keepin', 'keeping', 'STORE_OPTION', (wrong) => memoryStore(wrong)],
  ['keeping of a store', 'count', 'countMax', 'STORE_OPTION', (wrong) => memoryStore({ keeping: wrong })],
  ['sqliteStore', 'keepin', 'keeping', 'STORE_OPTION', (wrong) => sqliteStore(join(folder, 'a.db'), wrong)],
  ['unstorageStore', 'partByte', 'partBytes', 'STORE_OPTION', (wrong) => unstorageStore({}, wrong)],
  [
    'copyStored',
    'ifversion',
    'ifVersion',
    'STORE_OPTION',
    (wrong) => copyStored({ store, key: 'a' }, { store, key: 'b' }, wrong),
  ],
  ...[store, files, web].flatMap((one): [string, string, string, string, (wrong: object) => unknown][] => [
    [`put of ${one.name}`, 'ifVersin', 'ifVersion', 'STORE_OPTION', (wrong) => one.put('a', dumps(1), wrong)],
    [
      `get of ${one.name}`,
      'ofset',
      'offset',
      'STORE_OPTION',
      async (wrong) => {
        for await (const piece of one.get('a', wrong)) return piece;
      },
    ],
    [`stat of ${one.name}`, 'generaton', 'generation', 'STORE_OPTION', (wrong) => one.stat('a', wrong)],
    [`delete of ${one.name}`, 'generaton', 'generation', 'STORE_OPTION', (wrong) => one.delete('a', wrong)],
    [
      `read of ${one.name}`,
      'generaton',
      'generation',
      'STORE_OPTION',
      (wrong) => one.read('a', { offset: 0, length: 1, ...wrong }),
    ],
  ]),
];

async function thrown(call: () => unknown): Promise<unknown> {
  try {
    const made = call();
    if (typeof (made as AsyncIterator<unknown>)?.next === 'function')
      await (made as AsyncIterator<unknown>).next();
    else await made;
  } catch (error) {
    return error;
  }
  return undefined;
}

test.each(CALLS)(
  '%s says that there is no option %s, and that %s was meant',
  async (...[, wrong, meant, code, call]) => {
    const error = (await thrown(() => call({ [wrong]: 1 }))) as BrineError;
    expect(error).toBeInstanceOf(BrineError);
    expect({ code: error.code, message: error.message, hint: error.hint }).toEqual({
      code,
      message: expect.stringContaining(`there is no option "${wrong}"`),
      hint: expect.stringContaining(`did you mean ${meant}?`),
    });
  },
);

test('what was misspelt did nothing', async () => {
  expect((await store.list()).sort()).toEqual(['a']);
  expect(loads(dumps(1))).toBe(1);
});

test('a word that is like none lists what there is', () => {
  const wrong = (message: string, hint: string): BrineError =>
    new BrineError('STORE_OPTION', message, { hint });
  expect(() => checkOptionNames({ zzzzzz: 1 } as object, { one: 'any', two: 'any' } as never, wrong)).toThrow(
    expect.objectContaining({ hint: 'the options are one, two' }),
  );
  expect(() => checkOptionNames(1 as never, {} as never, wrong, 'a box')).toThrow(
    'the options of a box are no object',
  );
});

test('options given to a session instead of to its saves are an error, and so is a place that is none', async () => {
  for (const wrong of [{ bytesMax: 5 }, 'work.pkl', 1, null])
    expect(() => new Session(wrong as never), String(wrong)).toThrow(
      expect.objectContaining({ code: 'SESSION_OPTION' }),
    );
  expect(() => new Session(undefined, 'now' as never)).toThrow(
    expect.objectContaining({ code: 'SESSION_OPTION' }),
  );
  for (const wrong of [1, null, {}, { session: 5 }, new URL('file:///tmp/a.pkl')]) {
    expect(await thrown(() => session.load(wrong as never)), String(wrong)).toMatchObject({
      code: 'SESSION_OPTION',
    });
    expect(await thrown(() => session.save(wrong as never)), String(wrong)).toMatchObject({
      code: 'SESSION_OPTION',
    });
  }
});

test('an address of a server where a file belongs says how to reach it, without its password', async () => {
  for (const address of ['http://me:secret@127.0.0.1:9/work.pkl', 's3://secret/work.pkl']) {
    const calls = [
      () => load(new URL(address)),
      () => load(address),
      () => dump(1, new URL(address)),
      () => dump(1, address),
      () => salvage(new URL(address)),
      () => repair(new URL(address)),
      () => repair(file, { target: new URL(address) }),
      () => pool({ snapshot: new URL(address) }),
      () => session.load(address),
      () => session.save(address),
    ];
    for (const call of calls) {
      const error = (await thrown(call)) as BrineError;
      expect(error, String(call)).toMatchObject({ name: 'StoreError', code: 'STORE_ADDRESS' });
      expect(error.hint).toContain('openStore');
      expect(`${error.message} ${error.hint}`).not.toContain('secret');
    }
  }
  expect(await thrown(() => load(new URL('data:text/plain,a')))).toMatchObject({ code: 'STORE_ADDRESS' });
  expect(await thrown(() => load(new URL('file://elsewhere/work.pkl')))).toMatchObject({
    code: 'STORE_ADDRESS',
  });
});
