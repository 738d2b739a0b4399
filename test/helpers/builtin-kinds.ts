// One live sample of every built-in kind of value, for docs/VALUES.md and its test. What becomes of each is found out, not
// said: a sample has no verdict. Functions in here are self-contained: the table is also bundled and run on every Node.

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import * as crypto from 'node:crypto';
import * as dgram from 'node:dgram';
import * as dns from 'node:dns';
import { EventEmitter, once } from 'node:events';
import * as fs from 'node:fs';
import { open } from 'node:fs/promises';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { PassThrough, Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import * as tls from 'node:tls';
import * as nodeUrl from 'node:url';
import * as util from 'node:util';
import * as vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import * as zlib from 'node:zlib';

/** A sample. */
export interface BuiltinKind {
  readonly family: string;
  readonly name: string;
  readonly make: () => unknown;
  /** Ends what the sample holds open. */
  readonly close?: (value: any) => void;
  /** Compares where what lies beside the value is not to come back. */
  readonly same?: (a: any, b: any) => boolean | Promise<boolean>;
}

const list: BuiltinKind[] = [];
let family = '';
const add = (name: string, make: () => unknown, close?: (value: any) => void): void =>
  void list.push({ family, name, make, ...(close && { close }) });
const globals = globalThis as any;
/** Adds a sample where this Node has a global of that name, or a property of one. */
const addIf = (name: string, make: () => unknown, wanted = name): void => {
  if (wanted.split('.').reduce((at: any, key) => at?.[key], globals) !== undefined) add(name, make);
};

/** All samples that this Node can make. */
export const builtinKinds: readonly BuiltinKind[] = list;

family = 'Primitives';
add('undefined, null, booleans', () => [undefined, null, true, false]);
add('numbers, −0, NaN, infinities', () => [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]);
add('bigint', () => 2n ** 70n);
add('string, lone surrogates too', () => ['a', '\ud800']);
add('symbol: own, registered, well-known', () => [Symbol('a'), Symbol.for('b'), Symbol.iterator]);

family = 'Objects';
add('object', () => ({ b: 1, a: { c: [] } }));
add('object with accessors, attributes, frozen', () =>
  Object.freeze({
    get a() {
      return 1;
    },
    b: 2,
  }),
);
add('object without a prototype', () => Object.create(null));
add('array, with holes', () => [1, , 'a']);
add('array of 2^32 − 1 elements', () => new Array(2 ** 32 - 1));
add('match array', () => /(?<year>\d+)/d.exec('in 1999'));
add('arguments object (strict)', () => new Function('"use strict"; return arguments')(1, 2));
add('arguments object (sloppy)', () => new Function('return arguments')(1, 2));
add('Number, String, Boolean, Symbol, BigInt objects', () => [
  Object(1),
  Object('a'),
  Object(true),
  Object(Symbol.iterator),
  Object(1n),
]);
add('Date', () => new Date(5));
add('Date (invalid)', () => new Date(Number.NaN));
add('RegExp, every flag', () => [/a/dgimsuy, /[\p{L}--[a-z]]/v]);
add('Map', () => new Map([[{}, 1]]));
add('Set', () => new Set([1]));
add('WeakMap', () => {
  const key = {};
  return [key, new WeakMap([[key, 'v']])];
});
add('WeakSet', () => {
  const key = {};
  return [key, new WeakSet([key])];
});
add('WeakRef', () => {
  const key = {};
  return [key, new WeakRef(key)];
});
add('WeakRef (nothing else holds its target)', () => new WeakRef({}));
add('FinalizationRegistry', () => new FinalizationRegistry(() => {}));
add('Proxy', () => new Proxy({ a: 1 }, { get: () => 'trapped' }));
add('Proxy (revoked)', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
});
add('Promise (fulfilled)', () => Promise.resolve({ a: 1 }));
add('Promise (rejected)', () => {
  const promise = Promise.reject(new Error('no'));
  promise.catch(() => {});
  return promise;
});
add('Promise (pending)', () => new Promise(() => {}));
add('globalThis', () => globalThis);
add('module namespace (of Node)', () => path);
addIf('DisposableStack', () => new globals.DisposableStack());
addIf('AsyncDisposableStack', () => new globals.AsyncDisposableStack());

family = 'Functions';
add('function, arrow, method, async, generator', () => [
  function f() {},
  () => 1,
  { m() {} }.m,
  async () => 1,
  function* g() {},
]);
add('closure', () => {
  let n = 0;
  return [() => ++n, () => n];
});
add('class and instance', () => {
  class A {
    #x = 1;
    get x() {
      return this.#x;
    }
  }
  return [A, new A()];
});
add('bound function', () =>
  function f(this: unknown) {
    return this;
  }.bind(1),
);
add('built-in function', () => Array.prototype.map);
add('function that resolves a promise', () => {
  let found: unknown;
  new Promise((resolve) => (found = resolve));
  return found;
});
add('util.promisify(f)', () =>
  util.promisify((callback: (error: null, value: number) => void) => callback(null, 1)),
);
add('util.promisify(fs.readFile)', () => util.promisify(fs.readFile));
add('util.callbackify(f)', () => util.callbackify(async () => 1));
add('util.debuglog(name)', () => util.debuglog('x'));
add('util.deprecate(f)', () => util.deprecate(() => 1, 'old'));

family = 'Iterators';
add('generator object (not started)', () =>
  (function* () {
    yield 1;
  })(),
);
add('generator object (suspended)', () => {
  const g = (function* () {
    yield 1;
    yield 2;
  })();
  g.next();
  return g;
});
add('async generator object', () =>
  (async function* () {
    yield 1;
  })(),
);
add('Array iterator', () => [1, 2].values());
add('Map iterator', () => new Map([[1, 2]]).entries());
add('Set iterator', () => new Set([1]).values());
add('String iterator', () => 'ab'[Symbol.iterator]());
add('RegExp String iterator', () => 'ab'.matchAll(/a/g));
addIf('Iterator helper', () => globals.Iterator.from([1]).map((x: number) => x), 'Iterator.prototype.map');

family = 'Errors';
add('Error, TypeError, …', () =>
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map(
    (Type) => new Type('x'),
  ),
);
add('Error with a cause and properties of its own', () =>
  Object.assign(new Error('x', { cause: new Error('y') }), { code: 'E' }),
);
add('AggregateError', () => new AggregateError([new Error('a')], 'x'));
addIf('SuppressedError', () => new globals.SuppressedError(new Error('a'), new Error('b'), 'x'));
add('DOMException', () => new DOMException('x', 'AbortError'));
add('error of the system', () => {
  try {
    fs.readFileSync('/does/not/exist');
  } catch (error) {
    return error;
  }
  return undefined;
});
add('error of Node, with a code', () => {
  try {
    fs.readFileSync(1.5 as never);
  } catch (error) {
    return error;
  }
  return undefined;
});

family = 'Binary data';
add('ArrayBuffer', () => new Uint8Array([1, 2]).buffer);
add('ArrayBuffer (resizable)', () => new (ArrayBuffer as any)(2, { maxByteLength: 8 }));
add('ArrayBuffer (detached)', () => {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
});
add('SharedArrayBuffer', () => new SharedArrayBuffer(2));
for (const name of [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
])
  addIf(name, () => new globals[name]([1, 2]));
for (const name of ['BigInt64Array', 'BigUint64Array']) addIf(name, () => new globals[name]([1n, 2n]));
add(
  'typed array of a fixed length on a resizable ArrayBuffer',
  () => new Uint8Array(new (ArrayBuffer as any)(4, { maxByteLength: 8 }), 0, 2),
);
add(
  'typed array that follows the length of its buffer',
  () => new Uint8Array(new (ArrayBuffer as any)(4, { maxByteLength: 8 })),
);
add('DataView', () => new DataView(new ArrayBuffer(4), 1, 2));
add(
  'DataView that follows the length of its buffer',
  () => new DataView(new (ArrayBuffer as any)(4, { maxByteLength: 8 })),
);
add('Buffer', () => Buffer.alloc(10_000, 1));
list.push({
  family,
  name: 'Buffer on the shared pool',
  make: () => Buffer.from('a'),
  same: (a: Buffer, b: Buffer) =>
    a.equals(b) && a.byteOffset === b.byteOffset && b.buffer.byteLength === a.buffer.byteLength,
});
add('Blob', () => new Blob(['abc'], { type: 'text/plain' }));
add('File', () => new File(['abc'], 'a.txt', { lastModified: 5 }));

family = 'Intl and Temporal';
add('Intl.Collator', () => new Intl.Collator('de', { numeric: true }));
add('Intl.DateTimeFormat', () => new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone: 'UTC' }));
add('Intl.DisplayNames', () => new Intl.DisplayNames('en', { type: 'region' }));
addIf('Intl.DurationFormat', () => new globals.Intl.DurationFormat('en', { style: 'long' }));
add('Intl.ListFormat', () => new Intl.ListFormat('en', { type: 'disjunction' }));
add('Intl.Locale', () => new Intl.Locale('de-AT', { calendar: 'gregory' }));
add('Intl.NumberFormat', () => new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }));
add('Intl.PluralRules', () => new Intl.PluralRules('en', { type: 'ordinal' }));
add('Intl.RelativeTimeFormat', () => new Intl.RelativeTimeFormat('en', { numeric: 'auto' }));
add('Intl.Segmenter', () => new Intl.Segmenter('en', { granularity: 'word' }));
add('Segments of an Intl.Segmenter', () => new Intl.Segmenter('en').segment('ab'));
addIf('Temporal.Instant', () => globals.Temporal.Instant.from('2020-01-02T03:04:05.123456789Z'));
addIf('Temporal.ZonedDateTime', () => globals.Temporal.ZonedDateTime.from('2020-01-02T03:04[Europe/Vienna]'));
addIf('Temporal.PlainDate', () => globals.Temporal.PlainDate.from('2020-01-02'));
addIf('Temporal.PlainTime', () => globals.Temporal.PlainTime.from('03:04:05.000000001'));
addIf('Temporal.PlainDateTime', () => globals.Temporal.PlainDateTime.from('2020-01-02T03:04'));
addIf('Temporal.PlainYearMonth', () => globals.Temporal.PlainYearMonth.from('2020-01'));
addIf('Temporal.PlainMonthDay', () => globals.Temporal.PlainMonthDay.from('01-02'));
addIf('Temporal.Duration', () => globals.Temporal.Duration.from('P1DT2H'));

family = 'The web';
add('URL', () => new URL('https://a.b/c?d=e#f'));
add('URLSearchParams', () => new URLSearchParams('a=1&a=2'));
add('URLSearchParams of a URL', () => {
  const url = new URL('https://a.b/?c=d');
  return [url, url.searchParams];
});
addIf('URLPattern', () => new globals.URLPattern('https://a.b/:id'));
add(
  'Headers',
  () =>
    new Headers([
      ['a', 'b'],
      ['set-cookie', 'x=1'],
      ['set-cookie', 'y=2'],
    ]),
);
add('FormData', () => {
  const form = new FormData();
  form.append('a', 'b');
  form.append('f', new File(['x'], 'n'));
  return form;
});
// What Node keeps beside is not part of a message.
const sameMessage = async (a: any, b: any): Promise<boolean> => {
  const [before, after] = await Promise.all(
    [a, b].map(async (each) =>
      JSON.stringify([each.url, each.method, each.status, [...each.headers], await each.text()]),
    ),
  );
  return before === after && Object.getPrototypeOf(a) === Object.getPrototypeOf(b);
};
list.push({
  family,
  name: 'Request',
  make: () => new Request('https://a.b/', { method: 'POST', body: 'x', headers: { c: 'd' } }),
  same: sameMessage,
});
list.push({ family, name: 'Response', make: () => new Response('x', { status: 201 }), same: sameMessage });
add('Response (its body is a stream)', () => new Response(new ReadableStream()));
add('TextEncoder', () => new TextEncoder());
add('TextDecoder', () => new TextDecoder('utf-16le', { fatal: true }));
add('AbortController and its signal', () => {
  const controller = new AbortController();
  return [controller, controller.signal];
});
add('AbortSignal (aborted)', () => AbortSignal.abort('why'));
add('AbortSignal.any', () => AbortSignal.any([new AbortController().signal]));
add('Event', () => new Event('x', { cancelable: true }));
add('CustomEvent', () => new CustomEvent('x', { detail: { a: 1 } }));
add('EventTarget with listeners', () => {
  const target = new EventTarget();
  target.addEventListener('x', () => {}, { once: true });
  return target;
});
add('MessageEvent', () => new MessageEvent('message', { data: 1 }));
add('ReadableStream', () => new ReadableStream());
add('WritableStream', () => new WritableStream());
add('TransformStream', () => new TransformStream());
add('TextDecoderStream', () => new TextDecoderStream());
add('CompressionStream', () => new CompressionStream('gzip'));
add('ByteLengthQueuingStrategy', () => new ByteLengthQueuingStrategy({ highWaterMark: 5 }));
add('CountQueuingStrategy', () => new CountQueuingStrategy({ highWaterMark: 5 }));
add(
  'MessageChannel',
  () => new MessageChannel(),
  (channel) => channel.port1.close(),
);
add(
  'MessagePort',
  () => new MessageChannel().port1,
  (port) => port.close(),
);
add(
  'BroadcastChannel',
  () => new BroadcastChannel('x'),
  (channel) => channel.close(),
);
add('PerformanceMark', () => performance.mark('a', { detail: { b: 1 } }));
add('PerformanceMeasure', () => performance.measure('m', { start: 0, end: 1 }));
add('PerformanceObserver', () => new PerformanceObserver(() => {}));
add('performance', () => performance);
add(
  'CryptoKey',
  () =>
    (crypto.createSecretKey(Buffer.from('abc')) as any).toCryptoKey?.(
      { name: 'HMAC', hash: 'SHA-256' },
      true,
      ['sign'],
    ) ?? Object.create(globals.CryptoKey.prototype),
);
addIf('WebSocket', () => {
  const socket = new globals.WebSocket('ws://127.0.0.1:1');
  socket.onerror = () => {};
  return socket;
});
add(
  'WebAssembly.Module',
  () => new globals.WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
);
add(
  'WebAssembly.Instance',
  () =>
    new globals.WebAssembly.Instance(
      new globals.WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
    ),
);
add('WebAssembly.Memory', () => new globals.WebAssembly.Memory({ initial: 1 }));
add('WebAssembly.Table', () => new globals.WebAssembly.Table({ initial: 1, element: 'anyfunc' }));
add('WebAssembly.Global', () => new globals.WebAssembly.Global({ value: 'i32' }, 1));

family = 'Node: values';
add('process', () => process);
add('process.env', () => process.env);
add('EventEmitter with listeners', () => {
  const emitter = new EventEmitter();
  emitter.on('a', () => {});
  return emitter;
});
add('EventEmitter with a listener of `once`', () => {
  const emitter = new EventEmitter();
  emitter.once('a', () => {});
  return emitter;
});
add('events.once (pending)', () => once(new EventEmitter(), 'a'));
add('AsyncLocalStorage', () => new AsyncLocalStorage());
add('AsyncResource', () => new AsyncResource('x'));
add('StringDecoder', () => {
  const decoder = new StringDecoder('utf8');
  decoder.write(Buffer.from([0xe2, 0x82]));
  return decoder;
});
add('url.parse, path.parse, url.urlToHttpOptions', () => [
  path.parse('/a/b.c'),
  nodeUrl.urlToHttpOptions(new URL('https://a.b/c')),
]);
add('util.types, util.inspect.custom', () => [util.types, util.inspect.custom]);
add('util.TextDecoder', () => new util.TextDecoder());
add('fs.Stats', () => fs.statSync('/'));
add('fs.Dirent', () => fs.readdirSync('/', { withFileTypes: true })[0]);
add('KeyObject (secret)', () => crypto.createSecretKey(Buffer.from('abc')));
add('KeyObject (public and private)', () => crypto.generateKeyPairSync('ed25519'));
add('X509Certificate', () => Object.create(crypto.X509Certificate.prototype));
add('Hash', () => crypto.createHash('sha256'));
add('Hmac', () => crypto.createHmac('sha256', 'k'));
add('Cipher', () => crypto.createCipheriv('aes-128-cbc', Buffer.alloc(16), Buffer.alloc(16)));
add('DiffieHellman', () => crypto.createDiffieHellmanGroup('modp14'));
add('vm.Script', () => new vm.Script('1'));
add('object, array, Map, Date and error of another vm context', () =>
  vm.runInNewContext(
    '[{ a: 1 }, new Map([[1, 2]]), new Date(0), Object.assign(new TypeError("x"), { stack: "" })]',
  ),
);
add('function of another vm context', () => vm.runInNewContext('(a) => a + 1'));
add('built-in function of another vm context', () => vm.runInNewContext('Math.max'));
add('globalThis of another vm context', () => vm.runInNewContext('globalThis'));
add('vm context', () => vm.createContext({ a: 1 }));
add('URLSearchParams iterator', () => new URLSearchParams('a=1').entries());
add('dns.Resolver', () => new dns.Resolver());
add('net.BlockList', () => new net.BlockList());
add('net.SocketAddress', () => new net.SocketAddress({}));
add('http.Agent', () => new http.Agent());

family = 'Node: handles';
add('setTimeout', () => setTimeout(function tick() {}, 60_000), clearTimeout);
add('setInterval', () => setInterval(function tick() {}, 60_000), clearInterval);
add('setImmediate', () => setImmediate(function tick() {}), clearImmediate);
const shut = (server: { close(): void }): void => server.close();
add('net.Server', () => net.createServer());
add('net.Server (listening)', () => net.createServer().listen(0), shut);
add('tls.Server', () => tls.createServer());
add('http2.Server', () => http2.createServer());
add(
  'http2 session',
  () => http2.connect('http://127.0.0.1:1').on('error', () => {}),
  (session) => session.destroy(),
);
add(
  'http2 stream',
  () => {
    const session = http2.connect('http://127.0.0.1:1').on('error', () => {});
    return session.request({ ':path': '/a' }).on('error', () => {});
  },
  (stream) => stream.session?.destroy(),
);
add('net.Socket', () => new net.Socket());
add('tls.TLSSocket', () => new tls.TLSSocket(new net.Socket()));
add(
  'dgram.Socket',
  () => dgram.createSocket('udp4'),
  (socket) => socket.close(),
);
add('http.Server', () => http.createServer());
add('http.Server (listening)', () => http.createServer().listen(0), shut);
add(
  'http.ClientRequest',
  () => http.request({ host: '127.0.0.1', port: 1 }).on('error', () => {}),
  (request) => request.destroy(),
);
add(
  'fs.ReadStream',
  () => fs.createReadStream('/dev/null'),
  (stream) => stream.destroy(),
);
add(
  'fs.WriteStream',
  () => fs.createWriteStream('/dev/null'),
  (stream) => stream.destroy(),
);
add(
  'fs.FSWatcher',
  () => fs.watch('/tmp'),
  (watcher) => watcher.close(),
);
add(
  'fs.StatWatcher',
  () => fs.watchFile('/dev/null', () => {}),
  () => fs.unwatchFile('/dev/null'),
);
const opened = await open('/dev/null');
add(
  'FileHandle of node:fs/promises',
  () => opened,
  (handle) => void handle.close(),
);
add(
  'readline.Interface',
  () => readline.createInterface({ input: new PassThrough() }),
  (lines) => lines.close(),
);
const sqlite =
  process.versions.sqlite === undefined ? undefined : (process as any).getBuiltinModule('node:sqlite');
if (sqlite !== undefined) {
  const database = new sqlite.DatabaseSync(':memory:');
  add('sqlite.DatabaseSync', () => database);
  add('sqlite.StatementSync', () => database.prepare('select 1'));
}
add('stream.Readable', () => Readable.from([1]));
add('stream.Writable', () => new Writable());
add('stream.PassThrough', () => new PassThrough());
add('zlib.Gzip', () => zlib.createGzip());
add('ChildProcess', () => spawn('true'));
add('pipe to a ChildProcess', () => spawn('true').stdin);
add('cluster.Worker', () => new (cluster as any).Worker({ id: 1, process: spawn('true') }));
add(
  'Worker',
  () => new Worker('', { eval: true }),
  (worker) => void worker.terminate(),
);
