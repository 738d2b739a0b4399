// The web's classes, made by their constructors from parts that are primitives and buffers.

import type { HostType } from '../../graph/host-types.js';
import { hostClass } from '../../realm/host-classes.js';
import { intrinsicByName } from '../../realm/intrinsics.js';
import type { HostReviver } from './types.js';

function made(type: HostType, make: (Class: any, parts: readonly any[]) => object): HostReviver {
  return {
    type,
    create(parts) {
      const Class = hostClass(type);
      return Class === undefined ? undefined : make(Class, parts);
    },
  };
}

function options(pairs: readonly unknown[]): Record<string, unknown> {
  const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (let i = 0; i < pairs.length; i += 2) found[`${pairs[i]}`] = pairs[i + 1];
  return found;
}

/** Revivers of the web's classes. */
export const webHosts: readonly HostReviver[] = [
  made('Blob', (Class, [bytes, type]) => new Class([bytes], { type }) as object),
  made(
    'File',
    (Class, [bytes, type, name, lastModified]) => new Class([bytes], name, { type, lastModified }),
  ),
  made('URLSearchParams', (Class, [text, url]) =>
    url === undefined ? new Class(text) : (Reflect.apply(searchParams(), url, []) as object),
  ),
  made('Headers', (Class, pairs) => new Class(inPairs(pairs)) as object),
  made('FormData', (Class, pairs) => appended(new Class() as Pairs, pairs)),
  made('Request', (Class, [url, method, headers, body, ...rest]) => {
    const { mode, ...others } = options(rest) as Record<string, any>;
    // `navigate` is a mode that only browsers may ask for.
    const init = { ...others, method, headers, ...(mode !== 'navigate' && { mode }) };
    return new Class(url, body === null ? init : { ...init, body, duplex: 'half' }) as object;
  }),
  made(
    'Response',
    (Class, [status, statusText, headers, body]) => new Class(body, { status, statusText, headers }),
  ),
  made('TextEncoder', (Class) => new Class() as object),
  made('TextDecoder', (Class, [encoding, fatal, ignoreBOM]) => new Class(encoding, { fatal, ignoreBOM })),
  made('ByteLengthQueuingStrategy', (Class, [highWaterMark]) => new Class({ highWaterMark })),
  made('CountQueuingStrategy', (Class, [highWaterMark]) => new Class({ highWaterMark })),
  made(
    'URLPattern',
    (Class, [protocol, username, password, hostname, port, pathname, search, hash]) =>
      new Class({ protocol, username, password, hostname, port, pathname, search, hash }),
  ),
];

// As it was when brine was loaded.
function searchParams(): Function {
  return intrinsicByName('get URL.prototype.searchParams') as Function;
}

function inPairs(parts: readonly unknown[]): unknown[][] {
  const pairs: unknown[][] = [];
  for (let i = 0; i < parts.length; i += 2) pairs.push([parts[i], parts[i + 1]]);
  return pairs;
}

interface Pairs {
  append(name: string, value: unknown, fileName?: string): void;
}

function appended(object: Pairs, pairs: readonly unknown[]): object {
  for (let i = 0; i < pairs.length; i += 2) object.append(`${pairs[i]}`, pairs[i + 1]);
  return object;
}
