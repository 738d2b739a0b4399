// What a handle was, for the tombstone that stands in its place: an address, a path, a descriptor, a process, a timer's
// callback. And how to have it again.
//
// What Node keeps for itself is read as data, under the names and symbols that it uses; native methods are asked only
// when they are Node's own (handle-probe.ts). A handle that tells nothing is named by its class alone.

import { types } from 'node:util';
import type { Verdict, Walk } from './context.js';
import { type Describe, dataOf, probeOf, quoted } from './handle-probe.js';
import { NETWORK } from './handles-network.js';

/** The verdict on a value, with what can be told of this one. */
export function describeHandle(walk: Walk, value: object, verdict: Verdict): Verdict {
  const probe = probeOf(walk, value, verdict.what);
  for (const describe of DESCRIPTIONS) {
    const found = describe(probe);
    if (found === undefined) continue;
    const { what, reason } = verdict;
    return { what, reason: `${found.was}; ${reason}`, hint: found.hint };
  }
  return verdict;
}

const timer: Describe = ({ own }) => {
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

const immediate: Describe = ({ own }) => {
  const callback = own('_onImmediate') as unknown;
  if (typeof callback !== 'function') return undefined;
  const name = nameOf(callback);
  return { was: `it was to call ${name} at once`, hint: `setImmediate(${name}) after loading` };
};

// Every process has its own; of what kind they are changes from one to the next.
const standard: Describe = ({ own }) => {
  const [fd, path] = [own('fd'), own('path')];
  const name = typeof fd === 'number' && path === undefined ? ['stdin', 'stdout', 'stderr'][fd] : undefined;
  if (name === undefined || (own('_events') as unknown) === undefined) return undefined;
  const kind = own('_type') === 'tty' || own('isTTY') === true ? ', a terminal' : '';
  return { was: `it was process.${name}${kind}`, hint: `use process.${name} after loading` };
};

const file: Describe = ({ own }) => {
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

// Of node:fs/promises: it knows its descriptor, and the system what that is.
const fileHandle: Describe = ({ hidden, pathOf }) => {
  const fd = hidden('kFd');
  if (typeof fd !== 'number') return undefined;
  if (fd < 0) return { was: 'it was closed', hint: 'leave it out' };
  const path = pathOf(fd);
  if (path === undefined) {
    const hint = 'open its file again with the `open` of node:fs/promises, or pin it';
    return { was: `it was descriptor ${fd}`, hint };
  }
  const hint = `open it again with \`fsPromises.open(${quoted(path)})\` and the flags that it had`;
  return { was: `it had ${quoted(path)} open as descriptor ${fd}`, hint };
};

const watcher: Describe = ({ own, what }) => {
  if ((what !== 'FSWatcher' && what !== 'StatWatcher') || own('_handle') === undefined) return undefined;
  const make = what === 'FSWatcher' ? 'fs.watch' : 'fs.watchFile';
  if (own('_handle') === null) return { was: 'it was closed', hint: 'leave it out' };
  const hint = `call ${make} with the path again after loading, or pin it`;
  return { was: 'it watched a path that Node does not tell', hint };
};

const child: Describe = ({ own }) => {
  const program = own('spawnfile') as unknown;
  if (typeof program !== 'string') return undefined;
  const pid = own('pid') as unknown;
  const was = `it ran ${quoted(program)}${typeof pid === 'number' ? ` as process ${pid}` : ''}`;
  const args = own('spawnargs') as unknown;
  const list =
    Array.isArray(args) && !types.isProxy(args) ? args.slice(1).filter((arg) => typeof arg === 'string') : [];
  return { was, hint: `spawn(${quoted(program)}, ${quoted(list)}) after loading` };
};

const worker: Describe = ({ hidden }) => {
  const handle = hidden('kHandle');
  const id = dataOf(handle, 'threadId');
  if (hidden('kParentSideStdio') === undefined) return undefined;
  const hint = 'call `new Worker` with its file again after loading, or pin it';
  if (typeof id !== 'number') return { was: 'its thread has ended', hint };
  return { was: `it was thread ${id}, of a file that Node does not keep`, hint };
};

const clusterWorker: Describe = ({ own, what }) => {
  const [id, process] = [own('id'), own('process')];
  if (what !== 'Worker' || typeof id !== 'number' || typeof process !== 'object') return undefined;
  const pid = dataOf(process, 'pid');
  const was = `it was worker ${id} of a cluster${typeof pid === 'number' ? `, process ${pid}` : ''}`;
  return { was, hint: 'call cluster.fork() again after loading' };
};

const readline: Describe = ({ own }) => {
  const [input, terminal] = [own('input'), own('terminal')];
  if (typeof terminal !== 'boolean' || typeof input !== 'object' || own('crlfDelay') === undefined)
    return undefined;
  const stream = input === null ? 'nothing' : input === process.stdin ? 'process.stdin' : 'a stream';
  const hint = 'call readline.createInterface with its streams again after loading, or pin it';
  return { was: `it read lines from ${stream}`, hint };
};

const database: Describe = ({ what, ask, get }) => {
  if (what !== 'DatabaseSync') return undefined;
  const isOpen = get('isOpen');
  const place = isOpen === false ? undefined : ask('location');
  if (typeof place === 'string') {
    const hint = `new DatabaseSync(${quoted(place)}) after loading`;
    return { was: `it had the database ${quoted(place)} open`, hint };
  }
  if (place === null) {
    const hint = 'save its rows, or keep the database in a file';
    return { was: 'it was a database in memory', hint };
  }
  const hint = 'open its file again with `new DatabaseSync`, or pin it';
  return { was: isOpen === false ? 'it was closed' : 'it had a database open', hint };
};

const statement: Describe = ({ what, get }) => {
  const text = what === 'StatementSync' ? get('sourceSQL') : undefined;
  if (typeof text !== 'string') return undefined;
  return {
    was: `it was the statement ${quoted(text)}`,
    hint: `database.prepare(${quoted(text)}) after loading`,
  };
};

const DESCRIPTIONS: readonly Describe[] = [
  standard,
  timer,
  immediate,
  file,
  fileHandle,
  watcher,
  child,
  worker,
  clusterWorker,
  readline,
  database,
  statement,
  ...NETWORK,
];

function nameOf(callback: unknown): string {
  const name = dataOf(callback, 'name');
  return typeof name === 'string' && name !== '' ? name : 'a function without a name';
}
