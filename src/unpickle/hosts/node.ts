// Classes of Node's modules, and DOMException.

import { dirname } from 'node:path';
import { types } from 'node:util';
import { hostClass, measureOf } from '../../realm/host-classes.js';
import type { HostReviver } from './types.js';

/** Revivers of classes of Node's modules. */
export const nodeHosts: readonly HostReviver[] = [
  {
    type: 'DOMException',
    create: ([message, name]) => new (hostClass('DOMException'))(message, name) as object,
  },
  {
    type: 'KeyObject',
    create: ([type, bytes]) => keyOf(type, bytes as ArrayBuffer),
  },
  {
    type: 'CryptoKey',
    create([type, bytes, algorithm, usages]) {
      const key = keyOf(type, bytes as ArrayBuffer) as { toCryptoKey?: (...given: unknown[]) => object };
      // From Node 24 on; before, a key of the web can only be made asynchronously.
      return key.toCryptoKey?.(
        JSON.parse(String(algorithm)),
        true,
        String(usages).split(' ').filter(Boolean),
      );
    },
  },
  {
    type: 'AsyncLocalStorage',
    create: ([name]) =>
      new (hostClass('AsyncLocalStorage'))(
        typeof name === 'string' && name !== '' ? { name } : undefined,
      ) as object,
  },
  {
    type: 'PerformanceMark',
    needs: 2,
    create: ([name, startTime]) => new (hostClass('PerformanceMark'))(name, { startTime }) as object,
    // The constructor would take a copy.
    fill: (mark, [, , detail]) => setSlot(mark, 'kDetail', detail),
  },
  {
    type: 'PerformanceMeasure',
    needs: 3,
    create([name, startTime, duration]) {
      const measure = measureOf(new (hostClass('PerformanceMark'))(name, { startTime }) as object);
      setSlot(measure, 'PerformanceEntry.Duration', duration);
      return measure;
    },
    fill: (measure, [, , , detail]) => setSlot(measure, 'kDetail', detail),
  },
  {
    type: 'Dirent',
    create: ([name, folder, type]) => new (hostClass('Dirent'))(name, type, folder) as object,
  },
  {
    type: 'Module',
    needs: 1,
    create([file]) {
      const Module = hostClass('Module');
      const module = new Module(file) as { filename: unknown; paths: string[]; loaded: boolean };
      module.filename = file;
      module.paths = Module._nodeModulePaths(dirname(`${file}`)) as string[];
      module.loaded = true;
      return module;
    },
    fill(module, [, exports]) {
      Object.defineProperty(module, 'exports', { value: exports });
    },
  },
  {
    type: 'StringDecoder',
    create([encoding, bytes]) {
      const decoder = new (hostClass('StringDecoder'))(encoding) as object;
      for (const key of Object.getOwnPropertySymbols(decoder)) {
        const state: unknown = Object.getOwnPropertyDescriptor(decoder, key)?.value;
        if (types.isUint8Array(state))
          state.set(new Uint8Array(bytes as ArrayBuffer).subarray(0, state.length));
      }
      return decoder;
    },
  },
];

function keyOf(type: unknown, bytes: ArrayBuffer): object {
  const crypto = process.getBuiltinModule('crypto');
  const key = Buffer.from(bytes);
  if (type === 'secret') return crypto.createSecretKey(key);
  if (type === 'public') return crypto.createPublicKey({ key, format: 'der', type: 'spki' });
  return crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

// Node keeps the slots of entries under symbols.
function setSlot(entry: object, name: string, value: unknown): void {
  for (const key of Object.getOwnPropertySymbols(entry))
    if (key.description === name) Object.defineProperty(entry, key, { value });
}
