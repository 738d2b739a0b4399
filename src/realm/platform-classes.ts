// The classes of Node's own modules (`EventEmitter`, `Readable`, `Server`), and those of its globals that are getters, with what they held
// when they were first looked at: so a session can tell what was put on them since.
//
// Looked at are those that Node has made: at the start, those of modules that are always there when a session needs to know, and others
// whenever Node's list of modules has grown. What is there by then may have been changed already; what is not of Node's own text
// then is the program's. Runs no getter but Node's own, and loads nothing.

import { types } from 'node:util';
import { type Before, beforeOf, isAsBefore, only, tellChanges } from './before.js';
import { globalGetters, hostClass } from './host-classes.js';
import { intrinsicName, isPlatformGlobal } from './intrinsics.js';
import { isMade } from './lazy-globals.js';
import { natives } from './natives.js';
import { isOfNode, noteNodesText } from './nodes-code.js';
import { setAsideNow, withPristineBuiltins } from './pristine.js';

type Key = string | symbol;

/** One difference between a class of the platform and what it was. */
export interface ClassPatch {
  /** For people: `http.Agent.prototype`. */
  readonly target: string;
  readonly key: Key;
  /** The property as it is now; undefined when it was deleted. */
  readonly descriptor: PropertyDescriptor | undefined;
  /** The class; the catalogue knows neither it nor its prototype. Undefined for one that is found by the name of a global. */
  readonly of: Function | undefined;
}

const UNDICI = 'internal/deps/undici/';
const isNew = Number(process.versions.node.split('.')[0]) >= 22;

/** Names of classes by the module that exports them; those that Node makes late, with the beginning of the name of what makes them. */
const EXPORTS: readonly (readonly [module: string, names: string])[] = [
  ['events', 'EventEmitter EventEmitterAsyncResource:internal/events/'],
  ['buffer', 'SlowBuffer Blob File'],
  ['stream', 'Stream Readable Writable Duplex Transform PassThrough'],
  [
    'fs',
    'Stats Dirent ReadStream:internal/fs/streams WriteStream:internal/fs/streams Dir:internal/fs/dir ' +
      'Utf8Stream:internal/streams/fast-utf8-stream',
  ],
  ['url', 'Url'],
  [
    'crypto',
    'Certificate Cipher Cipheriv Decipher Decipheriv DiffieHellman DiffieHellmanGroup ECDH Hash Hmac KeyObject Sign Verify ' +
      'X509Certificate',
  ],
  [
    'zlib',
    'Deflate Inflate Gzip Gunzip DeflateRaw InflateRaw Unzip BrotliCompress BrotliDecompress ZstdCompress ZstdDecompress ' +
      'ZipEntry ZipFile ZipBuffer',
  ],
  ['util', 'TextEncoder TextDecoder MIMEType:internal/mime MIMEParams:internal/mime'],
  ['string_decoder', 'StringDecoder'],
  ['async_hooks', `AsyncResource AsyncLocalStorage${isNew ? ':internal/async_local_storage/' : ''}`],
  ['module', 'Module SourceMap'],
  ['vm', 'Script SourceTextModule SyntheticModule'],
  ['v8', 'Serializer Deserializer DefaultSerializer DefaultDeserializer GCProfiler'],
  [
    'perf_hooks',
    'Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList ' +
      'PerformanceResourceTiming',
  ],
  ['diagnostics_channel', 'Channel BoundedChannel'],
  ['assert', 'Assert AssertionError CallTracker'],
  ['child_process', 'ChildProcess'],
  ['cluster', 'Worker'],
  ['console', 'Console'],
  ['dgram', 'Socket'],
  ['dns', 'Resolver'],
  ['dns/promises', 'Resolver'],
  ['domain', 'Domain'],
  ['net', 'Server Socket BoundSocket BlockList:internal/blocklist SocketAddress:internal/socketaddress'],
  ['http', `Agent ClientRequest IncomingMessage OutgoingMessage Server ServerResponse CloseEvent:${UNDICI}`],
  ['https', 'Agent Server'],
  ['http2', 'Http2ServerRequest Http2ServerResponse'],
  ['inspector', 'Session'],
  ['inspector/promises', 'Session'],
  ['readline', 'Interface'],
  ['readline/promises', 'Interface Readline'],
  ['repl', 'REPLServer Recoverable'],
  ['tls', 'SecureContext TLSSocket Server'],
  ['tty', 'ReadStream WriteStream'],
  ['wasi', 'WASI'],
  ['worker_threads', 'Worker MessageChannel MessagePort BroadcastChannel'],
  [
    'stream/web',
    'ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController ' +
      'ReadableStreamDefaultController TransformStream TransformStreamDefaultController WritableStream ' +
      'WritableStreamDefaultController WritableStreamDefaultWriter ByteLengthQueuingStrategy CountQueuingStrategy ' +
      'TextEncoderStream TextDecoderStream CompressionStream DecompressionStream ReadableStreamTee',
  ],
  ['sqlite', 'DatabaseSync StatementSync Session'],
  ['ffi', 'DynamicLibrary'],
];

/** Properties that can be assigned to and are no functions, as Node makes them: nothing else tells whose they are. */
const DATA: ReadonlySet<string> = new Set(
  (
    '_events _eventsCount _maxListeners usingDomains captureRejectionSymbol errorMonitor kCapture poolSize _cache _pathCache ' +
    '_extensions globalPaths builtinModules constants nodeTiming _writev defaultMaxSockets statusCode statusMessage members isTTY'
  ).split(' '),
);

/** What loading another module of Node's changes: `domain`. */
const CHANGED_BY_NODE: ReadonlySet<string> = new Set([
  'events.EventEmitter.init',
  'events.EventEmitter.prototype.emit',
  'events.EventEmitter.usingDomains',
]);

/** Modules that are always loaded and hardly ever changed: to look at them at the start would take a thirtieth of what loading brine does. */
const LATER: ReadonlySet<string> = new Set(
  'buffer fs url crypto zlib util string_decoder async_hooks module vm v8 perf_hooks diagnostics_channel'.split(
    ' ',
  ),
);

interface Seen extends Pick<ClassPatch, 'target' | 'of'> {
  readonly before: Before;
}

interface Waiting {
  readonly module: string;
  readonly name: string;
  /** How the name of the module begins that makes the class. */
  readonly behind: string;
}

/** Says of a function whether it is Node's own; undefined where it cannot tell. */
export type IsOfNode = (fn: Function) => boolean | undefined;

const descriptorOf = Object.getOwnPropertyDescriptor;
const load = process.getBuiltinModule;
const list: unknown = (process as { moduleLoadList?: unknown }).moduleLoadList;

const seen = new Map<object, Seen>();
const loaded = new Set<string>();
let waiting: readonly Waiting[] = EXPORTS.flatMap(([module, names]) =>
  names.split(' ').map((each) => {
    const [name, behind] = each.split(':') as [string, string?];
    return { module, name, behind: behind ?? module };
  }),
);
let listed = 0;

/** Globals that are getters, as long as nothing is known of them. */
const getters = new Set(
  globalGetters()
    .filter(([name, get]) => isPlatformGlobal(name) && isOfNode(get) !== false)
    .map(([name]) => name),
);
/** On Node 20, what some of them load; others are in the table of late globals. */
const LOADED_BY: ReadonlyMap<string, string> = new Map([
  ['File', 'internal/file'],
  ...['Crypto', 'CryptoKey', 'SubtleCrypto'].map((name) => [name, 'internal/crypto/webcrypto'] as const),
  ...['BroadcastChannel', 'MessageChannel', 'MessagePort', 'MessageEvent'].map(
    (name) => [name, 'internal/worker/io'] as const,
  ),
]);

/** What a program changed on classes of Node's modules, and on classes that are getters of the global object. Runs no user code. */
export function classPatches(isTheirs: IsOfNode = isOfNode): ClassPatch[] {
  lookAtClasses(isTheirs);
  return withPristineBuiltins(() => {
    const found: ClassPatch[] = [];
    for (const [object, { target, of, before }] of seen) {
      if (isAsBefore(object, before)) continue;
      tellChanges(object, before, (key, descriptor) => {
        if (!isNodesChange(target, key, descriptor, isTheirs)) found.push({ target, of, key, descriptor });
      });
    }
    for (const { object, key, descriptor } of setAsideNow()) {
      const one = seen.get(object);
      if (one !== undefined) found.push({ target: one.target, of: one.of, key, descriptor });
    }
    return found;
  });
}

/**
 * Takes what the classes hold that Node has made since the last look; costs nothing when there are none. Without a question, where V8's
 * natives do not answer it, the look waits for who has one.
 */
export function lookAtClasses(isTheirs?: IsOfNode): void {
  if (Array.isArray(list) && list.length === listed && hasLookedAtAll) return;
  const ask = isTheirs ?? (natives === undefined ? undefined : isOfNode);
  if (ask === undefined) return;
  withPristineBuiltins(() => look(ask));
}

let hasLookedAtAll = false;

// At the start nothing is left out.
function look(isTheirs?: IsOfNode): void {
  const isStart = isTheirs === undefined;
  if (!isStart) hasLookedAtAll = true;
  readList();
  for (const name of getters) {
    if (isStart && name !== 'Buffer') continue;
    const behind = LOADED_BY.get(name);
    if (!isMade(name) || (behind !== undefined && !loaded.has(behind))) continue;
    getters.delete(name);
    const Class: unknown = hostClass(name);
    if (typeof Class !== 'function') continue;
    noteNodesText(Class);
    see(Class, name, undefined, isTheirs);
  }
  const left: Waiting[] = [];
  for (const one of waiting) {
    const isTurn = !isStart || !LATER.has(one.module);
    const isThere =
      isTurn && loaded.has(one.module) && (one.behind === one.module || isLoadedFrom(one.behind));
    if (!isThere) left.push(one);
    const Class = isThere ? exported(one) : undefined;
    if (Class !== undefined) see(Class, `${one.module}.${one.name}`, Class, isTheirs);
  }
  waiting = left;
}

function readList(): void {
  if (!Array.isArray(list)) return;
  for (; listed < list.length; listed++) {
    const entry: unknown = list[listed];
    if (typeof entry === 'string' && entry.startsWith('NativeModule ')) loaded.add(entry.slice(13));
  }
}

function isLoadedFrom(prefix: string): boolean {
  for (const name of loaded) if (name.startsWith(prefix)) return true;
  return false;
}

// Somebody may have put a class of their own in its place.
function exported({ module, name, behind }: Waiting): Function | undefined {
  const exports: object | undefined = load(`node:${module}`);
  const descriptor = exports === undefined ? undefined : descriptorOf(exports, name);
  const get = descriptor?.get;
  const isAskable = get !== undefined && isOfNode(get) !== false;
  const found: unknown = isAskable ? Reflect.apply(get, exports, []) : descriptor?.value;
  if (isAskable && behind === UNDICI && typeof found === 'function') noteNodesText(found);
  return typeof found === 'function' && isOfNode(found) !== false ? found : undefined;
}

function see(Class: Function, name: string, of: Function | undefined, isTheirs: IsOfNode | undefined): void {
  const prototype: unknown = descriptorOf(Class, 'prototype')?.value;
  for (const [object, target] of [
    [Class, name],
    [prototype, `${name}.prototype`],
  ] as const) {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) continue;
    if (types.isProxy(object) || seen.has(object) || intrinsicName(object) !== undefined) continue;
    const now = beforeOf(object);
    const before = isTheirs === undefined ? now : only(now, isMadeByNode(isTheirs));
    seen.set(object, { target, of, before });
  }
}

function isMadeByNode(isTheirs: IsOfNode): (key: Key, descriptor: PropertyDescriptor) => boolean {
  return (key, { value, get, set, writable }) => {
    if (get !== undefined || set !== undefined)
      return [get, set].every((part) => part === undefined || isTheirs(part) !== false);
    if (typeof value === 'function') return isTheirs(value) !== false;
    const name = typeof key === 'symbol' ? key.description : key;
    return writable === false || name === 'prototype' || DATA.has(name as string);
  };
}

function isNodesChange(
  target: string,
  key: Key,
  descriptor: PropertyDescriptor | undefined,
  isTheirs: IsOfNode,
): boolean {
  if (descriptor === undefined || !CHANGED_BY_NODE.has(`${target}.${String(key)}`)) return false;
  const value: unknown = descriptor.value;
  return typeof value === 'function' ? isTheirs(value) !== false : typeof value === 'boolean';
}

withPristineBuiltins(() => look());
