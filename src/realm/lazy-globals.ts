// Globals of Node's that are not looked at before somebody needs them.
//
// Some cannot be asked for in every process: Node makes them of a module that needs WebAssembly, and without it (`--jitless`) that
// module ends some Nodes. And where they are no accessors (from Node 22 on), already asking for their descriptor loads the module that
// makes them: of undici 30 to 50 ms, of the streams 2 to 3. Nothing can be of these classes before Node has loaded it, which its list of
// modules tells; by then a program may have put something else on the global object, so Node is asked for its own.
//
// Knows nothing of what the globals are.

import { natives } from './natives.js';

const UNDICI = 'internal/deps/undici/undici';
const STREAMS = 'internal/webstreams';
const MADE_BY: ReadonlyMap<string, readonly string[]> = new Map([
  [
    UNDICI,
    [
      ...['FormData', 'Headers', 'Request', 'Response'],
      ...['MessageEvent', 'CloseEvent', 'ErrorEvent', 'WebSocket', 'EventSource'],
    ],
  ],
  [
    `${STREAMS}/readablestream`,
    [
      ...['ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader'],
      ...['ReadableStreamBYOBRequest', 'ReadableByteStreamController', 'ReadableStreamDefaultController'],
    ],
  ],
  [
    `${STREAMS}/writablestream`,
    ['WritableStream', 'WritableStreamDefaultController', 'WritableStreamDefaultWriter'],
  ],
  [`${STREAMS}/transformstream`, ['TransformStream', 'TransformStreamDefaultController']],
  [`${STREAMS}/queuingstrategies`, ['ByteLengthQueuingStrategy', 'CountQueuingStrategy']],
  [`${STREAMS}/encoding`, ['TextEncoderStream', 'TextDecoderStream']],
  [`${STREAMS}/compression`, ['CompressionStream', 'DecompressionStream']],
]);
/** On some Nodes another module makes it. */
const ELSEWHERE: ReadonlySet<string> = new Set(['MessageEvent']);

const descriptorOf = Object.getOwnPropertyDescriptor;
const hasOwn = Object.hasOwn;
const hasWebAssembly = 'WebAssembly' in globalThis;
const major = Number(process.versions.node.split('.')[0]);

/** False for a global that must not be looked at in this process. */
export function mayAskGlobal(name: string): boolean {
  return hasWebAssembly || !(MADE_BY.get(UNDICI)?.includes(name) || name === 'fetch');
}

/** Gives what a module of Node's own exports, loaded by the `require` that a function of Node's sees; undefined where it cannot. */
export type ModuleSource = (fn: Function, module: string) => object | undefined;

let source: ModuleSource = () => undefined;

/** Says who asks Node for what it does not show. */
export function provideModules(by: ModuleSource): void {
  source = by;
}

const list: unknown = (process as { moduleLoadList?: unknown }).moduleLoadList;
const fetchFunction: unknown = descriptorOf(globalThis, 'fetch')?.value;
let seen = 0;
const loaded = new Set<string>();

// Looks at what was added to Node's list; true when a module of these classes was.
function lookAtList(): boolean {
  if (!Array.isArray(list) || list.length === seen) return false;
  const before = loaded.size;
  for (let i = list.length < seen ? 0 : seen; i < list.length; i++) {
    const entry: unknown = list[i];
    const name = typeof entry === 'string' ? entry.slice('NativeModule '.length) : '';
    if (MADE_BY.has(name)) loaded.add(name);
  }
  seen = list.length;
  return loaded.size > before;
}

/** The modules whose globals are looked at late; none where they can be looked at at once, or Node could not be asked later. */
const waiting = new Set<string>(canWait() ? [...MADE_BY.keys()].filter((module) => !loaded.has(module)) : []);

function canWait(): boolean {
  lookAtList();
  return (
    major >= 22 &&
    hasWebAssembly &&
    natives !== undefined &&
    typeof fetchFunction === 'function' &&
    // Node lets nobody inspect itself then.
    (process as { permission?: unknown }).permission === undefined &&
    Array.isArray(list)
  );
}

/** The globals that are looked at late, by the module that makes each. */
export const lateGlobals: ReadonlyMap<string, string> = new Map(
  [...waiting].flatMap((module) =>
    namesOf(module)
      .filter((name) => hasOwn(globalThis, name))
      .map((name) => [name, module] as const),
  ),
);

function namesOf(module: string): readonly string[] {
  return MADE_BY.get(module) as readonly string[];
}

/** False for a class that Node did not make yet in this process, so that no value can be of it or the class itself. */
export function isMade(name: string): boolean {
  if (!Array.isArray(list) || ELSEWHERE.has(name)) return true;
  lookAtList();
  for (const [module, names] of MADE_BY) if (names.includes(name)) return loaded.has(module);
  return true;
}

/** Gives late globals that may be met from now on, each once: those of modules that somebody has loaded, and those of `module`. */
export function takeLate(module?: string): [name: string, value: unknown][] {
  if (waiting.size === 0 || (!lookAtList() && module === undefined)) return NOTHING;
  const found: [string, unknown][] = [];
  for (const each of [...waiting]) {
    if (each !== module && !loaded.has(each)) continue;
    waiting.delete(each);
    for (const name of namesOf(each)) if (lateGlobals.has(name)) found.push([name, lateGlobal(name)]);
  }
  return found;
}

const NOTHING: [string, unknown][] = [];
const originals = new Map<string, unknown>();
const scripts = new Set<number>();

/** A late global as Node has it, whatever is on the global object now; loads what makes it. */
export function lateGlobal(name: string): unknown {
  if (!originals.has(name)) takeOriginals(lateGlobals.get(name) as string);
  return originals.get(name);
}

function takeOriginals(module: string): void {
  const exported = source(fetchFunction as Function, module);
  loaded.add(module);
  for (const name of namesOf(module)) {
    if (!lateGlobals.has(name)) continue;
    const home = exported !== undefined && hasOwn(exported, name) ? exported : globalThis;
    const value: unknown = descriptorOf(home, name)?.value;
    originals.set(name, value);
    if (typeof value === 'function' && natives !== undefined) scripts.add(natives.scriptId(value));
  }
  scripts.delete(-1);
}

/** True for a function of a text that late globals stand in: what was put on them since is not. */
export function isOfLateModule(fn: Function): boolean {
  return natives !== undefined && scripts.has(natives.scriptId(fn));
}
