// Goal: what cannot be pickled is named exactly, costs nothing else, and says so whenever it is touched.
// Method: one of everything that lives in this process only; the report is compared word by word, and tombstones are
// touched in every way there is.

import { statSync } from 'node:fs';
import { inspect, types } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PicklingError, TombstoneError } from '../../src/errors.js';
import { dumps, loads } from '../../src/library/index.js';
import type { Loss } from '../../src/library/pickler.js';
import type { TombstoneRecord } from '../../src/realm/tombstone.js';
import { growthOf } from '../helpers/growing.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

/** Saves with losses allowed; returns the copy and both reports. */
function bury<T>(value: T): { copy: T; losses: Loss[]; missing: TombstoneRecord[]; bytes: Uint8Array } {
  const losses: Loss[] = [];
  const missing: TombstoneRecord[] = [];
  const bytes = dumps(value, { onLoss: (loss) => losses.push(loss) });
  const copy = loads<T>(bytes, { onLoss: (loss) => missing.push(loss) });
  return { copy, losses, missing, bytes };
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Something that no snapshot can hold. */
const lasting = (): object => new FinalizationRegistry(() => {});

/** A function that no snapshot can hold. */
function native(): Function {
  let found: Function = () => {};
  new Promise((resolve) => (found = resolve));
  return found;
}

const unsavable: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'a FinalizationRegistry',
    () => lasting(),
    /^FinalizationRegistry: it waits for objects of this process to be collected$/,
  ],
  [
    'a Promise that waits',
    () => new Promise(() => {}),
    /^Promise: what it waits for goes on in this process only$/,
  ],
  [
    'a generator object in a finally block',
    () =>
      moved(function* () {
        try {
          return 1;
        } finally {
          yield 2;
        }
      }),
    /^generator object: it stands in a finally block, whose end V8 does not show, at line \d+$/,
  ],
  [
    'a generator object in a loop over an array with equal elements',
    () =>
      moved(function* () {
        for (const x of [1, 1]) yield x;
      }),
    /^generator object: it stands in a loop over an array or a string, of which V8 does not show how far it is, and no variable tells, at line \d+$/,
  ],
  [
    'an array iterator',
    () => [].values(),
    /^ArrayIterator: how far it is is a number inside of it that V8 shows to nobody, and a step of it cannot be taken back$/,
  ],
  [
    'a string iterator',
    () => ''[Symbol.iterator](),
    /^StringIterator: how far it is is a number inside of it/,
  ],
  [
    'a WebAssembly memory',
    () => new (globalThis as any).WebAssembly.Memory({ initial: 1 }) as object,
    /^WebAssembly\.Memory: /,
  ],
  [
    'an instance of a subclass of FinalizationRegistry',
    () => new (class Cache extends FinalizationRegistry<unknown> {})(() => {}),
    /^Cache: /,
  ],
];

function moved(make: () => Generator<unknown>): object {
  const generator = make();
  generator.next();
  return generator;
}

test.each(unsavable)('%s becomes a tombstone that says why, and the rest is saved', (_, make, why) => {
  const { copy, losses, missing } = bury({ before: 1, deep: [{ it: make() }], after: { fine: true } });
  expect(losses).toHaveLength(1);
  const [loss] = losses as [Loss];
  expect(loss.path).toBe('.deep[0].it');
  expect(`${loss.what}: ${loss.reason}`).toMatch(why);
  expect(loss.hint).toMatch(/.{10}/);
  expect(missing.map(({ path }) => path)).toEqual(['.deep[0].it']);
  expect(copy.before).toBe(1);
  expect(copy.after).toEqual({ fine: true });
  const error = errorOf(() => (copy.deep[0]!.it as { any: unknown }).any) as TombstoneError;
  expect(error).toBeInstanceOf(TombstoneError);
  expect(error).toMatchObject({ code: 'TOMBSTONE', path: '.deep[0].it', hint: loss.hint });
  expect(error.message).toContain(`${loss.what}, ${loss.reason}`);
});

// The test runner puts its own globals in place of some of Node's, so these live in a process of their own.
describe('in a plain process', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary();
  });
  afterAll(() => lib.remove());

  const handles = {
    server: ['net.createServer()', 'Server'],
    socket: ['new net.Socket()', 'Socket'],
    reader: ["fs.createReadStream('/dev/null')", 'ReadStream'],
    writer: ["fs.createWriteStream('/dev/null')", 'WriteStream'],
    readable: ['Readable.from([1])', 'Readable'],
    child: ["spawn('true')", 'ChildProcess'],
    worker: ["new Worker('', { eval: true })", 'Worker'],
    port: ['new MessageChannel().port1', 'MessagePort'],
    timeout: ['setTimeout(() => {}, 1)', 'Timeout'],
    interval: ['setInterval(() => {}, 1)', 'Timeout'],
    immediate: ['setImmediate(() => {})', 'Immediate'],
    hash: ["crypto.createHash('sha1')", 'Hash'],
    gzip: ['zlib.createGzip()', 'Gzip'],
    mine: ['new (class MySocket extends net.Socket {})()', 'MySocket'],
  } as const;

  test('handles of the operating system become tombstones, wherever they hang', async () => {
    const makes = Object.entries(handles).map(([name, [code]]) => `${name}: ${code}`);
    const out = await lib.run(`
      import * as net from 'node:net';
      import * as fs from 'node:fs';
      import * as crypto from 'node:crypto';
      import * as zlib from 'node:zlib';
      import { writeSync } from 'node:fs';
      import { spawn } from 'node:child_process';
      import { Readable } from 'node:stream';
      import { Worker } from 'node:worker_threads';
      const losses = [];
      const value = { list: [{ ${makes.join(', ')} }], ok: [1] };
      const copy = lib.loads(lib.dumps(value, { onLoss: (loss) => losses.push([loss.path, loss.what]) }));
      writeSync(1, JSON.stringify({ losses, ok: copy.ok }));
      process.reallyExit(0);`);
    const { losses, ok } = JSON.parse(out);
    const wanted = Object.entries(handles).map(([name, [, what]]) => [`.list[0].${name}`, what]);
    expect(losses).toEqual(wanted);
    expect(ok).toEqual([1]);
  });

  test('functions inside Node that have no name outside become tombstones; what is bound to them too', async () => {
    const out = await lib.run(`
      import { Writable } from 'node:stream';
      const { onwrite } = new Writable()._writableState;
      const losses = [];
      const missing = [];
      const bytes = lib.dumps({ onwrite, bound: onwrite.bind(null, 1), ok: 1 }, { onLoss: (loss) => losses.push(loss.path) });
      const copy = lib.loads(bytes, { onLoss: (loss) => missing.push(loss.reason) });
      let refused;
      try { copy.bound(); } catch (error) { refused = error.code; }
      console.log(JSON.stringify({ losses: losses.length, missing: missing.length, ok: copy.ok, type: typeof copy.bound, refused }));`);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ ok: 1, type: 'function', refused: 'TOMBSTONE' });
    expect(report.losses).toBeGreaterThan(0);
    expect(report.missing).toBeGreaterThanOrEqual(report.losses);
  });
});

test('objects of Node that are plain data are no losses', () => {
  const stat = statSync(import.meta.filename);
  const { copy, losses } = bury({ stat, emitterLike: Object.create(Buffer.prototype) as object });
  expect(losses).toEqual([]);
  expect(copy.stat.size).toBe(stat.size);
  expect(copy.stat.isFile()).toBe(true);
});

test('paths name the way through every kind of container', () => {
  const w = () => lasting();
  const symbol = Symbol('s');
  const key = { k: w() };
  const captured = w();
  const value = {
    'odd key': w(),
    [symbol]: w(),
    list: [0, [w()]],
    map: new Map<unknown, unknown>([
      ['name', w()],
      [5, { x: w() }],
      [key, 1],
    ]),
    set: new Set([1, w()]),
    error: new Error('x', { cause: w() }),
    closure: () => captured,
    inherits: Object.create({ base: w() }) as object,
    get accessor() {
      return 1;
    },
  };
  const paths = bury(value)
    .losses.map(({ path }) => path)
    .sort();
  expect(paths).toEqual(
    [
      '["odd key"]',
      '[Symbol(s)]',
      '.list[1][0]',
      '.map.get("name")',
      '.map.get(5).x',
      '.map → key.k',
      '.set → item 1',
      '.error.cause',
      '.closure → captures captured',
      '.inherits → prototype.base',
    ].sort(),
  );
});

test('without onLoss nothing is saved and the error names every loss', () => {
  const value = { a: lasting(), b: [lasting(), new Promise(() => {})], ok: 1 };
  const error = errorOf(() => dumps(value)) as PicklingError;
  expect(error).toBeInstanceOf(PicklingError);
  expect(error.code).toBe('PICKLE_UNSAVABLE');
  expect(error.path).toBe('.a');
  for (const part of ['.a: FinalizationRegistry', '.b[0]', '.b[1]', 'and 2 more'])
    expect(error.message).toContain(part);
  expect((errorOf(() => dumps(lasting())) as Error).message).toContain('the value: FinalizationRegistry');
});

test('a value that hangs at two places is lost once and is one tombstone', () => {
  const lost = lasting();
  const { copy, losses } = bury({ a: lost, b: [lost] });
  expect(losses).toHaveLength(1);
  expect(copy.a).toBe(copy.b[0]);
});

test('a tombstone refuses to be touched in every way', () => {
  const { object, callable } = bury({
    object: lasting() as any,
    callable: native() as any,
  }).copy;
  const ways: readonly (readonly [string, () => unknown])[] = [
    ['get', () => object.x],
    ['get by symbol', () => object[Symbol.iterator]],
    ['get by index', () => object[0]],
    ['set', () => (object.x = 1)],
    ['in', () => 'x' in object],
    ['delete', () => delete object.x],
    ['keys', () => Object.keys(object)],
    ['ownKeys', () => Reflect.ownKeys(object)],
    [
      'for in',
      () => {
        for (const key in object) return key;
        return undefined;
      },
    ],
    ['spread', () => ({ ...object })],
    ['iterate', () => [...object]],
    ['descriptor', () => Object.getOwnPropertyDescriptor(object, 'x')],
    ['define', () => Object.defineProperty(object, 'x', { value: 1 })],
    ['prototype', () => Object.getPrototypeOf(object)],
    ['set prototype', () => Object.setPrototypeOf(object, null)],
    ['instanceof', () => object instanceof Map],
    ['isExtensible', () => Object.isExtensible(object)],
    ['freeze', () => Object.freeze(object)],
    ['text', () => `${object}`],
    ['number', () => +object],
    ['JSON', () => JSON.stringify(object)],
    ['call a method', () => object.get({})],
    ['call', () => callable()],
    ['call as a method', () => callable.call(1)],
    ['new', () => new callable()],
    ['Reflect.construct', () => Reflect.construct(callable as never, [])],
    ['length', () => callable.length],
  ];
  for (const [way, touch] of ways) {
    const error = errorOf(touch);
    expect(error, way).toBeInstanceOf(TombstoneError);
    expect((error as TombstoneError).code, way).toBe('TOMBSTONE');
  }
  expect(typeof object).toBe('object');
  expect(typeof callable).toBe('function');
});

test('a tombstone can be printed, compared, kept and passed through async functions', async () => {
  const { copy } = bury({ it: lasting() });
  const text = '[missing .it: FinalizationRegistry, it waits for objects of this process to be collected]';
  expect(inspect(copy.it)).toBe(text);
  expect(inspect(copy, { breakLength: 200 })).toBe(`{ it: ${text} }`);
  const pass = async (): Promise<unknown> => copy.it;
  expect((await pass()) === copy.it).toBe(true);
  expect(new Set([copy.it]).has(copy.it)).toBe(true);
  expect(types.isProxy(copy.it)).toBe(true);
});

test('waiting for a promise that is missing is touching it', async () => {
  const { copy } = bury({ it: new Promise(() => {}) });
  await expect((async () => await copy.it)()).rejects.toBeInstanceOf(TombstoneError);
});

test('a tombstone that is saved again is the same loss with its first path', () => {
  const first = bury({ deep: { it: lasting() as unknown, fn: native() } });
  const again = bury({ elsewhere: first.copy.deep.it, fn: first.copy.deep.fn, ok: 1 });
  expect(again.losses.map(({ path, what }) => `${path} ${what}`).sort()).toEqual([
    '.deep.fn native function',
    '.deep.it FinalizationRegistry',
  ]);
  expect(inspect(again.copy.elsewhere)).toContain('missing .deep.it');
  expect(typeof again.copy.fn).toBe('function');
  expect(() => dumps(first.copy)).toThrow(PicklingError);
});

test('tombstones may be keys, items, prototypes and captured values', () => {
  const lost = lasting();
  const proxy = new Proxy({}, {});
  const value = {
    map: new Map<unknown, unknown>([[lost, 1]]),
    set: new Set([lost]),
    child: Object.create(proxy, { own: { value: 1 } }) as { own: number },
    error: Object.setPrototypeOf(new Error('x'), proxy) as Error,
    array: Object.setPrototypeOf([1, 2], proxy) as number[],
    date: Object.setPrototypeOf(new Date(5), proxy) as Date,
    closure: () => lost,
    frozen: Object.freeze([lost]),
  };
  const { copy } = bury(value);
  const tombstone = [...copy.map.keys()][0];
  expect(copy.set.has(tombstone as never)).toBe(true);
  expect(copy.closure()).toBe(tombstone);
  expect(copy.frozen[0]).toBe(tombstone);
  expect(copy.child.own).toBe(1);
  expect(Object.getOwnPropertyDescriptor(copy.array, 'length')?.value).toBe(2);
  expect(Date.prototype.getTime.call(copy.date)).toBe(5);
  expect(Object.getOwnPropertyDescriptor(copy.error, 'message')?.value).toBe('x');
});

test('what inherits from a tombstone is printed as what is missing', () => {
  const child = Object.create(new Promise(() => {}), { own: { value: 1, enumerable: true } }) as object;
  const copy = loads<{ child: object }>(dumps({ child }, { onLoss: () => undefined }));
  expect(inspect(copy.child)).toMatch(/^\[missing \.child → prototype: /);
});

test('changes are reported apart from losses', () => {
  const changes: string[] = [];
  const shared = new SharedArrayBuffer(4);
  new Uint8Array(shared)[0] = 7;
  const bytes = dumps([shared], { onChange: (change) => changes.push(`${change.path} ${change.what}`) });
  expect(changes).toEqual(['[0] SharedArrayBuffer']);
  const [copy] = loads<[ArrayBuffer]>(bytes);
  expect(new Uint8Array(copy)[0]).toBe(7);
});

test('eight times as many losses in one array are named in some eight times the time', () => {
  const growth = growthOf(
    (length, work) => {
      const value = Array.from({ length }, () => lasting());
      const paths: string[] = [];
      work(() => dumps(value, { onLoss: (loss) => paths.push(loss.path) }));
      expect(paths[length - 1]).toBe(`[${length - 1}]`);
    },
    [2_000, 16_000],
  );
  expect(growth).toBeLessThan(24);
});
