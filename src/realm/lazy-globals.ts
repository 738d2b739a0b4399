// Globals of Node's that are not looked at before somebody needs them.
//
// Some cannot be asked for in every process: Node makes them of a module that needs WebAssembly, and without it (`--jitless`) that
// module ends some Nodes. And where they are no accessors (from Node 22 on), already asking for their descriptor loads that module,
// which is undici: 30 to 50 ms. Nothing can be of these classes before Node has loaded it, which its list of modules tells; by then a
// program may have put something else on the global object, so Node is asked for its own.
//
// Knows nothing of what the globals are.

import { natives } from './natives.js';

const UNDICI = 'internal/deps/undici/undici';
const OF_FETCH: ReadonlySet<string> = new Set(['FormData', 'Headers', 'Request', 'Response']);
const OF_UNDICI: ReadonlySet<string> = new Set([
  ...OF_FETCH,
  ...['MessageEvent', 'CloseEvent', 'ErrorEvent', 'WebSocket', 'EventSource'],
]);

const descriptorOf = Object.getOwnPropertyDescriptor;
const hasOwn = Object.hasOwn;
const hasWebAssembly = 'WebAssembly' in globalThis;

/** False for a global that must not be looked at in this process. */
export function mayAskGlobal(name: string): boolean {
  return hasWebAssembly || !(OF_UNDICI.has(name) || name === 'fetch');
}

/** Gives what a module of Node's own exports, loaded by the `require` that a function of Node's sees; undefined where it cannot. */
export type ModuleSource = (fn: Function, module: string) => object | undefined;

let source: ModuleSource = () => undefined;

/** Says who asks Node for what it does not show. */
export function provideModules(by: ModuleSource): void {
  source = by;
}

const loaded = (process as { moduleLoadList?: unknown }).moduleLoadList;
const fetchFunction: unknown = descriptorOf(globalThis, 'fetch')?.value;
let seen = 0;
let isThere = false;

function hasUndici(): boolean {
  const list = loaded as readonly unknown[];
  if (isThere || list.length === seen) return isThere;
  for (let i = list.length < seen ? 0 : seen; i < list.length && !isThere; i++)
    isThere = list[i] === `NativeModule ${UNDICI}`;
  seen = list.length;
  return isThere;
}

/** False for a class that Node did not make yet in this process, so that no value can be one of its instances or the class itself. */
export function isMade(name: string): boolean {
  return !OF_FETCH.has(name) || !Array.isArray(loaded) || hasUndici();
}

/** The names of the globals that are looked at late; none where they can be looked at at once, or Node could not be asked later. */
export const lateNames: ReadonlySet<string> = new Set(
  canWait() ? [...OF_UNDICI].filter((name) => hasOwn(globalThis, name)) : [],
);

function canWait(): boolean {
  return (
    Number(process.versions.node.split('.')[0]) >= 22 &&
    hasWebAssembly &&
    natives !== undefined &&
    typeof fetchFunction === 'function' &&
    // Node lets nobody inspect itself then.
    (process as { permission?: unknown }).permission === undefined &&
    Array.isArray(loaded) &&
    !hasUndici()
  );
}

/** False while no value of this process can be one of the late globals or made by one. */
export function mayHaveLate(): boolean {
  return lateNames.size > 0 && hasUndici();
}

let originals: ReadonlyMap<string, unknown> | undefined;

/** A late global as Node has it, whatever is on the global object now; loads what makes it. */
export function lateGlobal(name: string): unknown {
  originals ??= takeOriginals();
  return originals.get(name);
}

function takeOriginals(): Map<string, unknown> {
  const exported = source(fetchFunction as Function, UNDICI);
  isThere = true;
  const taken = new Map<string, unknown>();
  for (const name of lateNames) {
    const home = exported !== undefined && hasOwn(exported, name) ? exported : globalThis;
    taken.set(name, descriptorOf(home, name)?.value);
  }
  return taken;
}

/** True for a function of the text that a late global stands in: what was put on it since is not. */
export function isOfLateModule(fn: Function): boolean {
  const own = lateGlobal([...lateNames][0] as string);
  if (typeof own !== 'function' || natives === undefined) return false;
  const id = natives.scriptId(own);
  return id > 0 && natives.scriptId(fn) === id;
}
