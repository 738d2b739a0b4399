// The web's classes: blobs, queries, headers, forms, requests and responses, text coders.
//
// Read through Node's own getters and methods only. Nothing is consumed and nothing is awaited: a body that is a stream
// cannot be read, so what has one is refused.

import { types } from 'node:util';
import type { HostType } from '../../graph/host-types.js';
import { hostClass, slotGetter, slotMethod } from '../../realm/host-classes.js';
import { type HostReducer, type HostTools, Refusal } from './types.js';

const READ_FIRST = 'read its body first (`await value.arrayBuffer()`) and save that';

/** Reducers of the web's classes. */
export const webHosts: readonly HostReducer[] = [
  {
    type: 'Blob',
    samples: () => [new (hostClass('Blob'))([])],
    reduce: (blob: object, tools) => blobParts('Blob', blob, tools),
  },
  {
    type: 'File',
    samples: () => [new (hostClass('File'))([], '')],
    reduce(file: object, tools) {
      const parts = blobParts('File', file, tools);
      if (parts instanceof Refusal) return parts;
      return [...parts, slotGetter('File', 'name')(file), slotGetter('File', 'lastModified')(file)];
    },
  },
  {
    type: 'URLSearchParams',
    samples: () => [new (hostClass('URLSearchParams'))()],
    reduce(params: object, { hidden }) {
      const text: unknown = slotMethod('URLSearchParams', 'toString')(params);
      const context = hidden(params, 'context');
      return [text, typeof context === 'object' && context !== null ? context : undefined];
    },
  },
  {
    type: 'Headers',
    samples: () => [new (hostClass('Headers'))()],
    reduce: (headers: object) => pairs('Headers', headers),
  },
  {
    type: 'FormData',
    samples: () => [new (hostClass('FormData'))()],
    reduce: (form: object) => pairs('FormData', form),
  },
  {
    type: 'Request',
    samples: () => [new (hostClass('Request'))('http://a')],
    reduce(request: object, tools) {
      const get = (key: string): unknown => slotGetter('Request', key)(request);
      const parts = [get('url'), get('method'), get('headers')];
      const body = bodyOf('Request', request, tools);
      if (body instanceof Refusal) return body;
      return [...parts, body, ...OPTIONS.flatMap((key) => [key, get(key)])];
    },
  },
  {
    type: 'Response',
    samples: () => [new (hostClass('Response'))()],
    reduce(response: object, tools) {
      const get = (key: string): unknown => slotGetter('Response', key)(response);
      const parts = [get('status'), get('statusText'), get('headers')];
      const body = bodyOf('Response', response, tools);
      if (body instanceof Refusal) return body;
      if (parts[0] === 0) {
        return new Refusal('Response', 'it stands for a failed request', 'make the request again');
      }
      if (get('url') !== '' || get('redirected') === true)
        tools.change('the address it came from is not kept', 'save `response.url` beside it');
      return [...parts, body];
    },
  },
  {
    type: 'TextEncoder',
    samples: () => [new (hostClass('TextEncoder'))()],
    reduce(coder: object) {
      slotGetter('TextEncoder', 'encoding')(coder);
      return [];
    },
  },
  {
    type: 'TextDecoder',
    samples: () => [new (hostClass('TextDecoder'))()],
    reduce: (coder: object) =>
      ['encoding', 'fatal', 'ignoreBOM'].map((key): unknown => slotGetter('TextDecoder', key)(coder)),
  },
  strategy('ByteLengthQueuingStrategy'),
  strategy('CountQueuingStrategy'),
  {
    type: 'URLPattern',
    samples: () => [new (hostClass('URLPattern'))()],
    reduce: (pattern: object) => PATTERN.map((key): unknown => slotGetter('URLPattern', key)(pattern)),
  },
];

const OPTIONS = [
  'mode',
  'credentials',
  'cache',
  'redirect',
  'referrer',
  'referrerPolicy',
  'integrity',
  'keepalive',
];
const PATTERN = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];

function strategy(type: HostType): HostReducer {
  return {
    type,
    samples: () => [new (hostClass(type))({ highWaterMark: 1 })],
    reduce: (value: object) => [slotGetter(type, 'highWaterMark')(value)],
  };
}

function pairs(type: 'Headers' | 'FormData', value: object): unknown[] {
  const list: unknown[] = [];
  slotMethod(type, 'forEach')(value, (item: unknown, name: unknown) => list.push(name, item));
  return list;
}

// Bytes of a blob in memory come at once; those of a file would come later.
function blobParts(type: 'Blob' | 'File', blob: object, { hidden }: HostTools): unknown[] | Refusal {
  const size = slotGetter('Blob', 'size')(blob) as number;
  const media: unknown = slotGetter('Blob', 'type')(blob);
  const bytes = new Uint8Array(size);
  let at = 0;
  let isEnded = size === 0;
  const reader = (hidden(blob, 'kHandle') as { getReader?(): BlobReader } | undefined)?.getReader?.();
  const next = (): void => {
    let status = 0;
    reader?.pull((now, chunk) => {
      status = now;
      isEnded = now === 0;
      if (chunk === undefined || at + chunk.byteLength > size) return;
      bytes.set(new Uint8Array(chunk), at);
      at += chunk.byteLength;
    });
    if (status > 0) waiting = true;
  };
  let waiting = size > 0;
  while (waiting) {
    waiting = false;
    next();
  }
  if (isEnded && at === size) return [bytes.buffer, media];
  const why = 'its bytes lie in a file, and reading them takes time';
  return new Refusal(type, why, 'read it first (`await blob.arrayBuffer()`) and save that');
}

interface BlobReader {
  pull(callback: (status: number, chunk?: ArrayBuffer) => void): void;
}

// What a body was made of. A stream cannot be looked into, and one that was read is gone.
function bodyOf(type: 'Request' | 'Response', value: object, { hidden }: HostTools): unknown {
  if (slotGetter(type, 'bodyUsed')(value) === true) {
    return new Refusal(type, 'its body was read, and a body can be read once', 'save what was read');
  }
  const state = hidden(value, 'state') as { body?: { source?: unknown } | null } | undefined;
  if (state === undefined) return new Refusal(type, 'its body cannot be found', READ_FIRST);
  if (state.body === null || state.body === undefined) return null;
  const { source } = state.body;
  const isReadable = typeof source === 'string' || types.isUint8Array(source) || types.isArrayBuffer(source);
  if (isReadable) return source;
  if (typeof source === 'object' && source !== null && !types.isProxy(source)) return source;
  return new Refusal(type, 'its body is a stream', READ_FIRST);
}
