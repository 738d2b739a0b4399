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
/** Each after what it loads besides, as far as that is here, so that whoever takes all of them meets none that is there already. */
const MADE_BY: ReadonlyMap<string, readonly string[]> = new Map([
  [
    `${STREAMS}/writablestream`,
    ['WritableStream', 'WritableStreamDefaultController', 'WritableStreamDefaultWriter'],
  ],
  [
    `${STREAMS}/readablestream`,
    [
      ...['ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader'],
      ...['ReadableStreamBYOBRequest', 'ReadableByteStreamController', 'ReadableStreamDefaultController'],
    ],
  ],
  [`${STREAMS}/transformstream`, ['TransformStream', 'TransformStreamDefaultController']],
  [`${STREAMS}/queuingstrategies`, ['ByteLengthQueuingStrategy', 'CountQueuingStrategy']],
  [`${STREAMS}/encoding`, ['TextEncoderStream', 'TextDecoderStream']],
  [`${STREAMS}/compression`, ['CompressionStream', 'DecompressionStream']],
  [
    UNDICI,
    [
      ...['FormData', 'Headers', 'Request', 'Response'],
      ...['MessageEvent', 'CloseEvent', 'ErrorEvent', 'WebSocket', 'EventSource'],
    ],
  ],
]);
/** On Node 20 another module makes it. */
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

// Looks at what was added to Node's list since the last look.
function lookAtList(): void {
  if (!Array.isArray(list) || list.length === seen) return;
  for (let i = list.length < seen ? 0 : seen; i < list.length; i++) {
    const entry: unknown = list[i];
    const name = typeof entry === 'string' ? entry.slice('NativeModule '.length) : '';
    if (MADE_BY.has(name)) loaded.add(name);
  }
  seen = list.length;
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
  if (!Array.isArray(list) || (ELSEWHERE.has(name) && !lateGlobals.has(name))) return true;
  lookAtList();
  for (const [module, names] of MADE_BY) if (names.includes(name)) return loaded.has(module);
  return true;
}

/** Gives late globals that may be met from now on, each once: those of modules that somebody has loaded, and those of `module`. */
export function takeLate(module?: string): [name: string, value: unknown][] {
  if (waiting.size === 0) return NOTHING;
  lookAtList();
  if (module === undefined && loaded.size === given) return NOTHING;
  given = loaded.size;
  const found: [string, unknown][] = [];
  for (const each of [...waiting]) {
    if (each !== module && !loaded.has(each)) continue;
    waiting.delete(each);
    for (const name of namesOf(each)) if (lateGlobals.has(name)) found.push([name, lateGlobal(name)]);
  }
  return found;
}

const NOTHING: [string, unknown][] = [];
/** How many modules were loaded when their globals were given last. */
let given = 0;
const originals = new Map<string, unknown>();
const scripts = new Set<number>();

/** A late global as Node has it, whatever is on the global object now; loads what makes it. */
export function lateGlobal(name: string): unknown {
  if (!originals.has(name)) takeOriginals(lateGlobals.get(name) as string);
  return originals.get(name);
}

/** Takes late globals that nobody has asked for yet, for whoever is about to read the whole global object. */
export function lookAtLate(): void {
  for (const name of lateGlobals.keys()) lateGlobal(name);
}

// Where a look at the first loads the module, that one is Node's, and so is what stands in the same script. Otherwise nobody knows
// who has looked before, or put something there.
function takeOriginals(module: string): void {
  const names = namesOf(module).filter((name) => lateGlobals.has(name));
  const [first] = names;
  lookAtList();
  const isUnread = first !== undefined && !loaded.has(module);
  const own: unknown = isUnread ? descriptorOf(globalThis, first)?.value : undefined;
  lookAtList();
  const script = typeof own === 'function' && loaded.has(module) ? (natives?.scriptId(own) ?? -1) : -1;
  const isOwn = (value: unknown): boolean =>
    typeof value === 'function' && script > 0 && natives?.scriptId(value) === script;
  let exported: object | undefined;
  for (const name of names) {
    let value: unknown = descriptorOf(globalThis, name)?.value;
    if (!isOwn(value)) {
      exported ??= source(fetchFunction as Function, module) ?? globalThis;
      value = descriptorOf(hasOwn(exported, name) ? exported : globalThis, name)?.value;
    }
    originals.set(name, value);
    if (typeof value === 'function' && natives !== undefined) scripts.add(natives.scriptId(value));
  }
  loaded.add(module);
  scripts.delete(-1);
}

/** True for a function of a text that late globals stand in: what was put on them since is not. */
export function isOfLateModule(fn: Function): boolean {
  return natives !== undefined && scripts.has(natives.scriptId(fn));
}
