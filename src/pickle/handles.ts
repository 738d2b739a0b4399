// What a handle was, for the tombstone that stands in its place: an address, a path, a process, a timer's callback. And
// how to have it again.
//
// Reads own data properties only; a handle without them is named by its class alone.

import { types } from 'node:util';
import type { Verdict } from './context.js';

type Own = (...keys: string[]) => any;
type Describe = (own: Own) => { readonly was: string; readonly hint: string } | undefined;

const descriptorOf = Object.getOwnPropertyDescriptor;

/** The verdict on a value, with what can be told of this one. */
export function describeHandle(value: object, verdict: Verdict): Verdict {
  const own: Own = (...keys) => keys.reduce<unknown>(dataOf, value);
  for (const describe of DESCRIPTIONS) {
    const found = describe(own);
    if (found === undefined) continue;
    const { what, reason } = verdict;
    return { what, reason: `${found.was}; ${reason}`, hint: found.hint };
  }
  return verdict;
}

function dataOf(object: unknown, key: string): unknown {
  const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function';
  if (!isObject || types.isProxy(object)) return undefined;
  return descriptorOf(object as object, key)?.value as unknown;
}

const quoted = (text: unknown): string => JSON.stringify(text) ?? 'undefined';

const timer: Describe = (own) => {
  const after = own('_idleTimeout') as unknown;
  const start = own('_idleStart') as unknown;
  if (typeof after !== 'number' || typeof start !== 'number') return undefined;
  const callback = own('_onTimeout') as unknown;
  if (callback === null || after < 0) return { was: 'it was cleared or has run', hint: 'leave it out' };
  const name = nameOf(callback);
  const repeat = own('_repeat') as unknown;
  if (typeof repeat === 'number') {
    const hint = `setInterval(${name}, ${repeat}) after loading`;
    return { was: `it calls ${name} every ${repeat} ms`, hint };
  }
  const left = Math.max(0, Math.round(start + after - process.uptime() * 1000));
  return { was: `it was to call ${name} in ${left} ms`, hint: `setTimeout(${name}, ${left}) after loading` };
};

const immediate: Describe = (own) => {
  const callback = own('_onImmediate') as unknown;
  if (typeof callback !== 'function') return undefined;
  const name = nameOf(callback);
  return { was: `it was to call ${name} at once`, hint: `setImmediate(${name}) after loading` };
};

const file: Describe = (own) => {
  const path = own('path') as unknown;
  if (typeof path !== 'string' || (own('fd') as unknown) === undefined) return undefined;
  const flags = own('flags') as unknown;
  const fd = own('fd') as unknown;
  const was = `it had ${quoted(path)} open${typeof fd === 'number' ? ` as descriptor ${fd}` : ''}`;
  const isWriter = typeof flags === 'string' && !flags.startsWith('r');
  const start = isWriter ? `{ flags: 'a' }` : `{ start: ${Number(own('bytesRead') ?? 0)} }`;
  const make = isWriter ? 'createWriteStream' : 'createReadStream';
  return { was, hint: `fs.${make}(${quoted(path)}, ${start}) after loading` };
};

const server: Describe = (own) => {
  const key = own('_connectionKey') as unknown;
  if (typeof key !== 'string') return undefined;
  const [, ...rest] = key.split(':');
  const port = rest.pop() as string;
  const host = rest.join(':');
  if (port === '-1' || port === 'null')
    return { was: `it listened on ${host}`, hint: `listen(${quoted(host)}) after loading` };
  return { was: `it listened on port ${port} of ${host}`, hint: `make it again and call listen(${port})` };
};

const socket: Describe = (own) => {
  const address = (own('_peername', 'address') ?? own('_host')) as unknown;
  if (typeof address !== 'string' || (own('connecting') as unknown) === undefined) return undefined;
  const port = own('_peername', 'port') as unknown;
  const goal = typeof port === 'number' ? `${address}:${port}` : address;
  const hint =
    typeof port === 'number'
      ? `net.connect(${port}, ${quoted(address)}) after loading`
      : 'connect again after loading';
  return { was: `it was connected to ${goal}`, hint };
};

const child: Describe = (own) => {
  const program = own('spawnfile') as unknown;
  if (typeof program !== 'string') return undefined;
  const pid = own('pid') as unknown;
  const was = `it ran ${quoted(program)}${typeof pid === 'number' ? ` as process ${pid}` : ''}`;
  const args = own('spawnargs') as unknown;
  const list =
    Array.isArray(args) && !types.isProxy(args) ? args.slice(1).filter((arg) => typeof arg === 'string') : [];
  return { was, hint: `spawn(${quoted(program)}, ${quoted(list)}) after loading` };
};

const worker: Describe = (own) => {
  const id = own('threadId') as unknown;
  if (typeof id !== 'number') return undefined;
  return { was: `it was thread ${id}`, hint: 'start a new Worker after loading' };
};

const DESCRIPTIONS: readonly Describe[] = [timer, immediate, file, server, socket, child, worker];

function nameOf(callback: unknown): string {
  const name = dataOf(callback, 'name');
  return typeof name === 'string' && name !== '' ? name : 'a function without a name';
}
