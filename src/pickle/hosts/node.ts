// Classes of Node's own modules: keys, storages, marks, decoders of strings; and DOMException, which is an error.

import { types } from 'node:util';
import { hostClass, measureOf, slotGetter, slotMethod, staticMethod } from '../../realm/host-classes.js';
import { type HostReducer, Refusal } from './types.js';

/** Reducers of classes of Node's modules. */
export const nodeHosts: readonly HostReducer[] = [
  {
    type: 'DOMException',
    samples: () => [new (hostClass('DOMException'))()],
    reduce: (error: object) =>
      ['message', 'name'].map((key): unknown => slotGetter('DOMException', key)(error)),
  },
  {
    type: 'KeyObject',
    samples: () => [process.getBuiltinModule('crypto').createSecretKey(new Uint8Array(1))],
    reduce(key: object, { walk }) {
      const type: unknown = slotGetter('KeyObject', 'type')(key);
      if (walk.options.isKeyless === true && type !== 'public')
        return new Refusal(
          'KeyObject',
          `it is a ${String(type)} key, and secrets were to be taken out`,
          'give it again after loading',
        );
      return keyParts(key, type);
    },
  },
  {
    type: 'CryptoKey',
    samples: () => [],
    reduce(key: object, { walk }) {
      const read = (name: string): unknown => slotGetter('CryptoKey', name)(key);
      const type = read('type');
      const canComeBack = 'toCryptoKey' in (hostClass('KeyObject') as { prototype: object }).prototype;
      if (read('extractable') !== true) return new Refusal('CryptoKey', NOT_EXTRACTABLE, MAKE_KEY);
      if (!canComeBack) return new Refusal('CryptoKey', 'this Node cannot make one at once', MAKE_KEY);
      if (walk.options.isKeyless === true && type !== 'public')
        return new Refusal(
          'CryptoKey',
          `it is a ${String(type)} key, and secrets were to be taken out`,
          MAKE_KEY,
        );
      const keyObject = staticMethod('KeyObject', 'from')(key) as object;
      const algorithm = read('algorithm') as Record<string, unknown>;
      const { name, hash, length, namedCurve } = algorithm;
      const text = JSON.stringify({ name, hash, length, namedCurve });
      return [...keyParts(keyObject, type), text, (read('usages') as string[]).join(' ')];
    },
  },
  {
    type: 'AsyncLocalStorage',
    samples: () => [new (hostClass('AsyncLocalStorage'))()],
    reduce(storage: object, { change }) {
      const [sample] = this.samples() as [object];
      if (Reflect.ownKeys(sample).some((key) => !Object.hasOwn(storage, key)))
        throw new TypeError('no storage');
      const store: unknown = slotMethod('AsyncLocalStorage', 'getStore')(storage);
      if (store !== undefined)
        change('what the running code has stored in it is not kept', 'run the code inside `run` again');
      const { prototype } = hostClass('AsyncLocalStorage') as { prototype: object };
      const hasName = Object.getOwnPropertyDescriptor(prototype, 'name')?.get !== undefined;
      return [hasName ? slotGetter('AsyncLocalStorage', 'name')(storage) : undefined];
    },
  },
  {
    type: 'PerformanceMark',
    samples: () => [new (hostClass('PerformanceMark'))('a')],
    reduce(mark: object, { hidden }) {
      const [name, start] = ['PerformanceEntry.Name', 'PerformanceEntry.StartTime'].map((key) =>
        hidden(mark, key),
      );
      if (typeof name !== 'string') throw new TypeError('no mark');
      return [name, start, hidden(mark, 'kDetail')];
    },
  },
  {
    type: 'PerformanceMeasure',
    samples: () => [measureOf(new (hostClass('PerformanceMark'))('a') as object)],
    reduce(measure: object, { hidden }) {
      const [kind, name, start, duration] = ['EntryType', 'Name', 'StartTime', 'Duration'].map((key) =>
        hidden(measure, `PerformanceEntry.${key}`),
      );
      if (kind !== 'measure' || typeof name !== 'string') throw new TypeError('no measure');
      return [name, start, duration, hidden(measure, 'kDetail')];
    },
  },
  {
    type: 'Dirent',
    samples: () => [new (hostClass('Dirent'))('a', 1, '/')],
    reduce(entry: object, { hidden }) {
      const [name, folder] = ['name', 'parentPath'].map(
        (key): unknown => Object.getOwnPropertyDescriptor(entry, key)?.value,
      );
      const type = hidden(entry, 'type');
      // A folder that was listed as Buffers has names that are some.
      if (typeof name !== 'string' || typeof folder !== 'string' || typeof type !== 'number')
        throw new TypeError('no entry of a folder');
      return [name, folder, type];
    },
  },
  {
    // What a file's code has as `module`: the file and its exports; what it loaded is this process's.
    type: 'Module',
    samples: () => [new (hostClass('Module'))('a')],
    // Node marks the modules that it loaded with symbols, and with where it looked.
    isNodes: (key) =>
      typeof key === 'symbol' || ['filename', 'paths', 'parent', 'isPreloading'].includes(key),
    reduce(module: object) {
      const [file, exports] = ['filename', 'exports'].map(
        (key): unknown => Object.getOwnPropertyDescriptor(module, key)?.value,
      );
      if (typeof file !== 'string') throw new TypeError('no module of a file');
      return [file, exports];
    },
  },
  {
    type: 'StringDecoder',
    samples: () => [new (hostClass('StringDecoder'))('utf8')],
    reduce(decoder: object, { hidden }) {
      const encoding: unknown = Object.getOwnPropertyDescriptor(decoder, 'encoding')?.value;
      const state = hidden(decoder, 'kNativeDecoder');
      if (typeof encoding !== 'string' || !types.isUint8Array(state)) {
        return new Refusal('StringDecoder', 'its state cannot be found', 'make it again after loading');
      }
      return [encoding, Uint8Array.prototype.slice.call(state).buffer];
    },
  },
];

const NOT_EXTRACTABLE = 'whoever made it wanted it to stay in this process: it is not extractable';
const MAKE_KEY = 'make or import it again after loading, or save KeyObject.from(key)';

// The type and the bytes of a KeyObject.
function keyParts(key: object, type: unknown): [unknown, ArrayBuffer] {
  const form = { secret: undefined, public: 'spki', private: 'pkcs8' }[type as 'secret'];
  const own = Object.getPrototypeOf(key) as object;
  const exportKey = Object.getOwnPropertyDescriptor(own, 'export')?.value as (() => unknown) | undefined;
  if (exportKey === undefined || !isNodes(exportKey)) throw new TypeError('no key of Node');
  const options = form === undefined ? undefined : { format: 'der', type: form };
  const bytes = Reflect.apply(exportKey, key, [options] as never) as Uint8Array;
  return [type, new Uint8Array(bytes).buffer];
}

const exporters = new Set<unknown>();

// The methods of the three classes of keys, as Node made them.
function isNodes(method: unknown): boolean {
  if (exporters.size === 0) {
    const { createSecretKey, generateKeyPairSync } = process.getBuiltinModule('crypto');
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    for (const key of [createSecretKey(new Uint8Array(1)), publicKey, privateKey])
      exporters.add(Object.getOwnPropertyDescriptor(Object.getPrototypeOf(key) as object, 'export')?.value);
  }
  return exporters.has(method);
}
