// Goal: what the platform's classes make is as usable after loading as before: it does, not only looks, the same.
// Method: each is saved, loaded and then used.

import { createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { TombstoneError } from '../../src/errors.js';
import { dumps, loads } from '../../src/library/index.js';
import type { Loss } from '../../src/library/pickler.js';

const copyOf = <T>(value: T): T => loads<T>(dumps(value));

test('a WeakMap knows the keys that came with it, through chains of keys, and no others', () => {
  const first = { first: true };
  const second = { second: true };
  const map = new WeakMap<object, unknown>([
    [second, 'end'],
    [{ gone: true }, 'nobody can ask'],
    [first, second],
    [Array.prototype, 'what every process has'],
  ]);
  const copy = copyOf({ map, first });
  expect(copy.map.get(copy.map.get(copy.first) as object)).toBe('end');
  expect(copy.map.get(Array.prototype)).toBe('what every process has');
  expect(dumps({ map, first }).toString()).not.toContain('nobody');
});

test('numbers that Node gives promises while somebody watches are not saved, properties of the user are', () => {
  const mine = Symbol('async_id_symbol');
  const plain = dumps([Promise.resolve(4)]);
  const hook = createHook({ init: () => undefined }).enable();
  const watched = Object.assign(Promise.resolve(4), { [mine]: 1 });
  expect(Reflect.ownKeys(watched).length).toBe(3);
  const bytes = Buffer.from(dumps([Promise.resolve(4)]));
  hook.disable();
  expect(bytes.equals(plain)).toBe(true);
  // A promise that is made now may have numbers of its own.
  const own = Reflect.ownKeys(copyOf(watched)).length - Reflect.ownKeys(Promise.resolve()).length;
  expect(own).toBe(1);
});

test('a WeakMap is saved the same whatever order V8 lists it in', () => {
  const bytes = (reverse: boolean): string => {
    const keys = Array.from({ length: 50 }, (_, i) => ({ i }));
    const entries = keys.map((key, i): [object, number] => [key, i]);
    return Buffer.from(dumps([keys, new WeakMap(reverse ? entries.reverse() : entries)])).toString('hex');
  };
  expect(bytes(true)).toBe(bytes(false));
});

test('20,000 entries that lead to each other are found in linear time', () => {
  const map = new WeakMap<object, object>();
  const start = {};
  let at: object = start;
  for (let i = 0; i < 20_000; i++) {
    const next = { i };
    map.set(at, next);
    at = next;
  }
  const before = process.cpuUsage();
  const copy = copyOf({ map, start });
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(10_000);
  let count = 0;
  for (let step: object | undefined = copy.start; step !== undefined; step = copy.map.get(step)) count++;
  expect(count).toBe(20_001);
});

test('a subclass of WeakMap keeps its fields, and a name of its own shares what the map leads to', () => {
  class Cache extends WeakMap<object, unknown> {
    #hits = 3;
    label = { text: 'cache' };
    get hits(): number {
      return this.#hits;
    }
  }
  const key = {};
  const value = { deep: true };
  const cache = new Cache([[key, value]]);
  const copy = copyOf({ cache, key, value });
  expect([copy.cache.hits, copy.cache.label.text]).toEqual([3, 'cache']);
  expect(copy.cache.get(copy.key)).toBe(copy.value);
});

test('settled promises are settled, and a rejected one does not end the process', async () => {
  const failed = Promise.reject(new RangeError('no'));
  failed.catch(() => {});
  const copy = copyOf({ done: Promise.resolve({ a: 1 }), failed });
  expect(await copy.done).toEqual({ a: 1 });
  await expect(copy.failed).rejects.toThrow('no');
});

test('a promise in its own value, one of a subclass, one whose reviver comes late', async () => {
  const box: { promise?: Promise<unknown> } = {};
  box.promise = Promise.resolve(box);
  class Task extends Promise<number> {
    label = 'task';
  }
  const copy = copyOf({ box, task: Task.resolve(5) as Task });
  expect(await copy.box.promise).toBe(copy.box);
  expect(copy.task.label).toBe('task');
  expect(await copy.task).toBe(5);
});

test('a value with a `then` is not given to a promise again, and its `then` is not called', () => {
  let calls = 0;
  const value = {} as { then?: unknown };
  const promise = Promise.resolve(value);
  const losses: Loss[] = [];
  return promise.then(() => {
    value.then = () => calls++;
    loads(dumps({ promise }, { onLoss: (loss) => losses.push(loss) }));
    expect(losses.map(({ reason }) => reason)).toEqual([expect.stringMatching(/has a `then`/)]);
    expect(calls).toBe(0);
  });
});

test('a promise that waits is a tombstone, or by option one that never settles', () => {
  const promise = new Promise(() => {});
  expect(() => dumps({ promise })).toThrow(/what it waits for/);
  const changes: Loss[] = [];
  const copy = loads<{ promise: Promise<unknown> }>(
    dumps({ promise }, { pendingPromises: 'keep', onChange: (change) => changes.push(change) }),
  );
  expect(copy.promise).toBeInstanceOf(Promise);
  expect(changes).toHaveLength(1);
});

test('the target of a WeakRef comes along only when something else holds it', () => {
  const held = { held: true };
  const copy = copyOf({ held, ref: new WeakRef(held), gone: new WeakRef({}) });
  expect(copy.ref.deref()).toBe(copy.held);
  const target = copy.gone.deref();
  if (target !== undefined) expect(() => (target as { x?: 1 }).x).toThrow(TombstoneError);
});

test('the handler of a proxy goes on working with the target that others share', () => {
  const target = { a: 1 };
  const log: string[] = [];
  const proxy = new Proxy(target, {
    get(object, key) {
      log.push(String(key));
      return Reflect.get(object, key);
    },
  });
  const copy = copyOf({ target, proxy, log });
  expect(copy.log).toEqual([]);
  copy.target.a = 2;
  expect(copy.proxy.a).toBe(2);
  expect(copy.log).toEqual(['a']);
});

test('bodies, forms and files can be read', async () => {
  const form = new FormData();
  form.append('name', 'value');
  form.append('file', new File(['content'], 'a.txt'));
  const copy = copyOf({
    blob: new Blob(['a', new Uint8Array(100_000)], { type: 'text/plain' }),
    form,
    request: new Request('https://a.b/', { method: 'POST', body: 'asked' }),
    response: new Response(new Uint8Array([1, 2, 3]), { status: 202, headers: { x: 'y' } }),
    empty: new Response(null, { status: 204 }),
  });
  expect([copy.blob.size, copy.blob.type]).toEqual([100_001, 'text/plain']);
  expect((await copy.blob.text()).slice(0, 1)).toBe('a');
  const file = copy.form.get('file') as File;
  expect([copy.form.get('name'), file.name, await file.text()]).toEqual(['value', 'a.txt', 'content']);
  expect(await copy.request.text()).toBe('asked');
  expect([copy.response.status, copy.response.headers.get('x')]).toEqual([202, 'y']);
  expect([...new Uint8Array(await copy.response.arrayBuffer())]).toEqual([1, 2, 3]);
  expect([copy.empty.status, copy.empty.body]).toEqual([204, null]);
});

test('a query stays that of its URL', () => {
  const url = new URL('https://a.b/?c=d');
  const copy = copyOf({ url, query: url.searchParams });
  copy.query.append('e', 'f');
  expect(copy.url.href).toBe('https://a.b/?c=d&e=f');
});

test('listeners listen, once and as handlers, and a signal obeys its controller', () => {
  const target = new EventTarget();
  const heard: string[] = [];
  target.addEventListener('x', () => heard.push('once'), { once: true });
  target.addEventListener('x', { handleEvent: () => heard.push('object') });
  const controller = new AbortController();
  controller.signal.onabort = () => heard.push('handler');
  const copy = copyOf({ target, heard, controller, signal: controller.signal });
  copy.target.dispatchEvent(new Event('x'));
  copy.target.dispatchEvent(new Event('x'));
  copy.controller.abort('why');
  expect(copy.heard).toEqual(['once', 'object', 'object', 'handler']);
  expect([copy.signal.aborted, copy.signal.reason]).toEqual([true, 'why']);
  expect(heard).toEqual([]);
});

test('an aborted signal tells nobody when it is loaded', () => {
  const controller = new AbortController();
  let calls = 0;
  controller.abort(new Error('stop'));
  controller.signal.addEventListener('abort', () => calls++);
  const copy = copyOf({ signal: controller.signal });
  expect(copy.signal.aborted).toBe(true);
  expect((copy.signal.reason as Error).message).toBe('stop');
  expect(calls).toBe(0);
});

test('emitters keep their listeners, those of `once` too', () => {
  const emitter = new EventEmitter();
  const heard: unknown[] = [];
  emitter.on('a', (value) => heard.push(value));
  emitter.once('a', () => heard.push('once'));
  const copy = copyOf({ emitter, heard });
  copy.emitter.emit('a', 1);
  copy.emitter.emit('a', 2);
  expect(copy.heard).toEqual([1, 'once', 2]);
  expect(copy.emitter.listenerCount('a')).toBe(1);
});

test('a promisified function works on', async () => {
  const half = promisify((n: number, done: (error: null, value: number) => void) => done(null, n / 2));
  expect(await copyOf({ half }).half(8)).toBe(4);
});

test('a decoder goes on in the middle of a character', () => {
  const decoder = new StringDecoder('utf8');
  decoder.write(Buffer.from([0xe2, 0x82]));
  expect(copyOf(decoder).write(Buffer.from([0xac]))).toBe('€');
});

test('a view follows its buffer, and one of a fixed length does not', () => {
  const buffer = new (ArrayBuffer as any)(4, { maxByteLength: 8 }) as ArrayBuffer & {
    resize(n: number): void;
  };
  const full = new (ArrayBuffer as any)(4, { maxByteLength: 4 }) as ArrayBuffer;
  const copy = copyOf({
    buffer,
    all: new Uint8Array(buffer),
    fixed: new Uint8Array(buffer, 0, 4),
    view: new DataView(buffer, 1),
    fullAll: new Uint16Array(full),
    fullFixed: new Uint16Array(full, 0, 2),
  });
  copy.buffer.resize(6);
  expect([copy.all.length, copy.fixed.length, copy.view.byteLength]).toEqual([6, 4, 5]);
  const small = copy.fullAll.buffer as typeof buffer;
  small.resize(2);
  expect([copy.fullAll.length, copy.fullFixed.length]).toEqual([1, 0]);
});

test('a detached buffer does not stop a save', () => {
  const buffer = new ArrayBuffer(8);
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  const changes: string[] = [];
  const copy = loads<{ view: Uint8Array }>(dumps({ view }, { onChange: ({ what }) => changes.push(what) }));
  expect(copy.view.length).toBe(0);
  expect(changes).toEqual(['ArrayBuffer']);
});

test('a patched method of a class is not called', () => {
  const before = Object.getOwnPropertyDescriptor(FormData.prototype, 'forEach') as PropertyDescriptor;
  let calls = 0;
  const losses: string[] = [];
  Object.defineProperty(FormData.prototype, 'forEach', { ...before, value: () => calls++ });
  try {
    dumps([new FormData()], { onLoss: ({ what }) => losses.push(what) });
  } finally {
    Object.defineProperty(FormData.prototype, 'forEach', before);
  }
  expect(calls).toBe(0);
});
