// Classes of Node's own modules: keys, storages, marks, decoders of strings; and DOMException, which is an error.

import { types } from 'node:util';
import { hostClass, slotGetter, slotMethod } from '../../realm/host-classes.js';
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
      const form = { secret: undefined, public: 'spki', private: 'pkcs8' }[type as 'secret'];
      const own = Object.getPrototypeOf(key) as object;
      const exportKey = Object.getOwnPropertyDescriptor(own, 'export')?.value as (() => unknown) | undefined;
      if (exportKey === undefined || !isNodes(exportKey)) throw new TypeError('no key of Node');
      const options = form === undefined ? undefined : { format: 'der', type: form };
      const bytes = Reflect.apply(exportKey, key, [options] as never) as Uint8Array;
      return [type, new Uint8Array(bytes).buffer];
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
