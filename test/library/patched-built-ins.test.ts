// Goal: whatever built-in a program has replaced, a save and a load do not run the replacement, and give what they give
// without it.
// Method: every configurable property of every built-in object that holds functions is replaced by one that counts and throws,
// around a save and around a load of a graph of many kinds: in random sets, in the long run one by one. In a process of its own,
// with V8's help and without.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { testSeed } from '../helpers/seed.js';
import { reportRow, scaled } from '../helpers/torture.js';

/** How often every built-in is replaced, and how many are at the same time. */
const ROUNDS = scaled(1, 2);
const SIZE = scaled(90, 1);

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts', 'test/helpers/same.ts']);
});
afterAll(() => lib.remove());

const PROGRAM = `
  const { apply, getOwnPropertyDescriptor, defineProperty, deleteProperty, ownKeys } = Reflect;
  const { differences, dumps, loads } = lib;

  // Every object that is reached from the global one by data properties, getters' and setters' functions and prototypes.
  const places = [];
  const seen = new Set();
  const queue = [[globalThis, 'globalThis']];
  const hidden = { Generator: (function* () {})(), AsyncGenerator: (async function* () {})(), ArrayIterator: [][Symbol.iterator](), MapIterator: new Map().keys(), SetIterator: new Set().keys(), StringIterator: ''[Symbol.iterator](), RegExpIterator: ''.matchAll(/x/g), AsyncFunction: async () => {} };
  for (const [name, value] of Object.entries(hidden)) queue.push([Object.getPrototypeOf(value), '%' + name + '%']);
  // What the test needs itself, or what would end the process of the test rather than of the save.
  const SKIPPED = new Set(['globalThis.process', 'globalThis.console', 'globalThis.lib', 'globalThis.navigator', 'globalThis.crypto']);
  for (let i = 0; i < queue.length; i++) {
    const [object, path] = queue[i];
    if (seen.has(object) || SKIPPED.has(path)) continue;
    seen.add(object);
    for (const key of ownKeys(object)) {
      const descriptor = getOwnPropertyDescriptor(object, key);
      const name = path + '.' + String(key);
      if (SKIPPED.has(name) || key === 'globalThis' || key === 'global') continue;
      for (const held of [descriptor.value, descriptor.get, descriptor.set])
        if (typeof held === 'function' || (typeof held === 'object' && held !== null)) queue.push([held, name]);
      const isCode = typeof descriptor.value === 'function' || descriptor.get !== undefined || descriptor.set !== undefined;
      if (isCode && descriptor.configurable) places.push({ object, key, name, descriptor });
    }
    const parent = Object.getPrototypeOf(object);
    if (parent !== null) queue.push([parent, path + '.__proto__']);
  }

  class Point { #x = 1; static count = 0; y = 2; get x() { return this.#x } static read(p) { return p.#x } }
  class Named extends Map { name = 'n' }
  function counter() { let n = 0; return { up: () => ++n, get: () => n } }
  const shared = { deep: [1, -0, NaN, 2n, 'text', undefined, null, true] };
  const sample = () => {
    const cyclic = { shared, list: [shared, , 3] };
    cyclic.self = cyclic;
    const error = new TypeError('kept', { cause: shared });
    error.stack = 'TypeError: kept';
    return {
      cyclic, error, shared,
      map: new Map([[shared, new Set([1, 'a'])], ['k', new Map()]]),
      named: new Named([[1, 2]]),
      dates: [new Date(5), new Date(NaN)], patterns: [/a(b)/giu], bytes: new Uint8Array([1, 2, 3]), view: new DataView(new ArrayBuffer(4)), pooled: Buffer.from('small'),
      boxed: [Object(1), Object('s'), Object(Symbol.iterator)], symbols: [Symbol('own'), Symbol.for('both'), Symbol.iterator],
      points: [new Point(), new Point()], Point, closures: [counter(), counter()], bound: Math.max.bind(null, 4),
      frozen: Object.freeze({ a: 1 }), accessor: { get a() { return 1 }, set a(v) {} }, bare: Object.create(null, { k: { value: 1 } }),
      many: Array.from({ length: 300 }, (_, i) => ({ i, s: 's' + i, even: i % 2 === 0 })), doubles: Array.from({ length: 100 }, (_, i) => i / 3),
      text: 'é\\u{1f600}', url: new URL('https://a.b/c?d=e'), params: new URLSearchParams('a=b'), headers: new Headers({ a: 'b' }),
      format: new Intl.NumberFormat('de'), promise: Promise.resolve(shared), weak: new WeakMap([[shared, 1]]), form: (() => { const form = new FormData(); form.append('a', 'b'); return form })(),
      args: (function () { return arguments })(1, 2), generator: (function* () { let k = 1; yield k; yield k + 1 })(), proxy: new Proxy({ a: 1 }, {}),
    };
  };

  let ran = [];
  const runsOf = (name) => function () { ran[ran.length] = name; throw new Error(name + ' ran'); };
  const put = ({ object, key, name, descriptor }) => {
    const fn = runsOf(name);
    const isData = 'value' in descriptor;
    const wanted = isData ? { value: fn } : { get: descriptor.get && fn, set: descriptor.set && fn };
    wanted.configurable = true; wanted.enumerable = descriptor.enumerable;
    if (isData) wanted.writable = true;
    return defineProperty(object, key, wanted);
  };
  const back = ({ object, key, descriptor }) => defineProperty(object, key, descriptor);
  const around = (list, work) => {
    let done, failure;
    ran = [];
    for (let i = 0; i < list.length; i++) put(list[i]);
    try { done = work(); } catch (error) { failure = error; }
    for (let i = list.length - 1; i >= 0; i--) back(list[i]);
    return { done, failure, ran };
  };

  const onLoss = () => {};
  const value = sample();
  const wanted = dumps(value, { onLoss });
  const found = [];
  const tell = (what, list, { failure, ran }, wrong) => {
    if (ran.length > 0) found.push(what + ' ran ' + ran.join() + ' with ' + list.map(({ name }) => name).join());
    else if (failure !== undefined) found.push(what + ' failed with ' + list.map(({ name }) => name).join() + ': ' + failure.stack);
    else if (wrong) found.push(what + ' is another with ' + list.map(({ name }) => name).join());
  };
  const check = (list, isCompared) => {
    const saved = around(list, () => dumps(value, { onLoss }));
    tell('a save', list, saved, saved.done !== undefined && Buffer.compare(saved.done, wanted) !== 0);
    const loaded = around(list, () => loads(wanted, { onLoss }));
    tell('a load', list, loaded, false);
    if (isCompared && loaded.done !== undefined) {
      const other = differences(loads(wanted, { onLoss }), loaded.done);
      if (other.length > 0) found.push('a load differs with ' + list.map(({ name }) => name).join() + ': ' + other[0]);
    }
  };
  let state = Number(process.argv[2]) >>> 0;
  const below = (n) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % n;
  const [rounds, size] = process.argv.slice(3).map(Number);
  for (let round = 0; round < rounds; round++) {
    for (let i = places.length - 1; i > 0; i--) {
      const other = below(i + 1);
      [places[i], places[other]] = [places[other], places[i]];
    }
    for (let at = 0; at < places.length; at += size) check(places.slice(at, at + size), true);
  }
  console.log(JSON.stringify({ places: places.length, found: found.slice(0, 30) }));`;

for (const isPlain of [false, true]) {
  const how = isPlain ? 'the plain way' : "with V8's help";
  test(`no replacement runs, ${how} (seed ${testSeed})`, async () => {
    const out = await lib.run(PROGRAM, {
      args: [String(testSeed), String(ROUNDS), String(SIZE)],
      timeoutMs: 3_600_000,
      ...(isPlain && { env: { BRINE_PLAIN_PATHS: '1' } }),
    });
    const { places, found } = JSON.parse(out.trim().split('\n').at(-1) as string);
    expect(found).toEqual([]);
    expect(places).toBeGreaterThan(800);
    const result = `${SIZE} at a time: no replacement ran in a save or a load, and both gave the same`;
    reportRow({ what: `built-ins replaced, ${how}`, trials: places * ROUNDS, result });
  }, 3_600_000);
}
