// Classes of Node's modules, and DOMException.

import { types } from 'node:util';
import { hostClass } from '../../realm/host-classes.js';
import type { HostReviver } from './types.js';

/** Revivers of classes of Node's modules. */
export const nodeHosts: readonly HostReviver[] = [
  {
    type: 'DOMException',
    create: ([message, name]) => new (hostClass('DOMException'))(message, name) as object,
  },
  {
    type: 'KeyObject',
    create([type, bytes]) {
      const crypto = process.getBuiltinModule('crypto');
      const key = Buffer.from(bytes as ArrayBuffer);
      if (type === 'secret') return crypto.createSecretKey(key);
      if (type === 'public') return crypto.createPublicKey({ key, format: 'der', type: 'spki' });
      return crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
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
    fill(mark, [, , detail]) {
      for (const key of Object.getOwnPropertySymbols(mark))
        if (key.description === 'kDetail') Object.defineProperty(mark, key, { value: detail });
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
