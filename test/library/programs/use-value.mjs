// Everything that a value can do, in a fixed order, as text: what it is called, holds and inherits from, what calls of it give, and
// which of the objects that turn up are one. Knows nothing of saving.

import { types } from 'node:util';

const DEPTH = 3;
const PARTS = 250;

// How V8 calls an object that it does not show is no part of the language.
function told(error) {
  return `${error?.name}: ${String(error?.message).replace(/receiver (#<.*>|\[object \w+\])/, 'receiver')}`;
}

/** Gives every object a number by which it is known again. */
export function numbering() {
  const numbers = new Map();
  return (value) => {
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value);
  };
}

const BUILT_IN = new Map(
  [Object, Function, Array, Map, Set, Error, Promise, WeakMap, Date, RegExp]
    .map((C) => [C.prototype, C.name])
    .concat([[null, 'null']]),
);

/** What a value is and does; `way` is handed to what is called. */
export async function useValue(value, way, numberOf) {
  let parts = 0;
  const attempt = async (action) => {
    try {
      return await action();
    } catch (error) {
      return told(error);
    }
  };
  const settled = (promise) =>
    Promise.race([
      Promise.prototype.then.call(promise, (held) => ({ held })),
      new Promise((resolve) => void setImmediate(() => setImmediate(() => setImmediate(resolve, 'pending')))),
    ]);
  const isClass = (f) => /^class\b/.test(Function.prototype.toString.call(f));
  const proto = (value) => {
    const held = Object.getPrototypeOf(value);
    return BUILT_IN.get(held) ?? `@${numberOf(held)}`;
  };

  async function use(value, depth) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
      return typeof value === 'string' ? value : `${typeof value} ${String(value)}`;
    const id = `@${numberOf(value)}`;
    if (depth > DEPTH || parts++ > PARTS) return `${id}…`;
    if (types.isPromise(value)) {
      const got = await attempt(() => settled(value));
      return [id, got === 'pending' ? got : await use(got?.held ?? got, depth + 1)];
    }
    const about = [
      id,
      await attempt(async () => proto(value)),
      Object.isFrozen(value) ? 'f' : Object.isExtensible(value) ? 'e' : 'n',
    ];
    if (typeof value === 'function') about.push(await called(value, depth));
    else if (typeof value.next === 'function') return [...about, await stepped(value, depth)];
    if (types.isMap(value) || types.isSet(value))
      about.push(await attempt(async () => [value.size, await each([...value], depth)]));
    about.push(await properties(value, depth));
    return about;
  }
  const each = async (list, depth) => {
    const all = [];
    for (const one of list) all.push(await use(one, depth + 1));
    return all;
  };
  async function called(f, depth) {
    const make = isClass(f) ? () => new f() : () => f(way);
    const what = [f.name, f.length, await attempt(async () => use(await settledOf(make()), depth + 1))];
    if (!isClass(f) && Object.hasOwn(f, 'prototype') && way === 0) what.push(proto(f.prototype));
    return what;
  }
  const settledOf = async (got) => (types.isPromise(got) ? { promise: (await settled(got))?.held } : got);
  async function stepped(it, depth) {
    const all = [];
    for (let i = 0; i <= way; i++) {
      const got = await attempt(async () => (i === 2 && it.throw ? await it.throw('t') : await it.next(way)));
      all.push(typeof got === 'string' ? got : [got?.done, await use(got?.value, depth + 1)]);
    }
    return all;
  }
  async function properties(value, depth) {
    const all = [];
    for (
      let at = value, up = 0;
      at !== null && !BUILT_IN.has(at) && up < 3;
      at = Object.getPrototypeOf(at), up++
    ) {
      for (const key of Reflect.ownKeys(at)) {
        if (
          typeof value === 'function' &&
          (up > 0 || ['arguments', 'caller', 'name', 'length'].includes(key))
        )
          continue;
        if (key === 'constructor' || key === 'stack' || (typeof key === 'symbol' && key !== Symbol.for('s')))
          continue;
        const { writable, enumerable, configurable, get, set } = Object.getOwnPropertyDescriptor(at, key);
        const flags = [writable, enumerable, configurable, get?.name, set?.name]
          .map((flag) => flag ?? '-')
          .join();
        all.push([String(key), flags, await attempt(async () => member(value, key, depth))]);
      }
    }
    return all;
  }
  async function member(value, key, depth) {
    const held = value[key];
    if (typeof held !== 'function' || isClass(held)) return use(held, depth + 1);
    return [held.name, await use(await settledOf(value[key](way)), depth + 1)];
  }
  return JSON.stringify(await attempt(async () => use(value, 0)));
}
