// What runs in a process that may do nothing: opens hostile snapshots as data and looks for anything that ran, broke,
// hung or was changed.
//
// The process has no code generation from text, no file writing, no child processes, no workers and no inspector; what is
// left is trapped. Bundled and started by `mutants.test.ts` and `attacks.test.ts`.

import cp from 'node:child_process';
import { createHash } from 'node:crypto';
import inspector from 'node:inspector';
import Module from 'node:module';
import vm from 'node:vm';
import { BrineError } from '../../src/errors.js';
import { loads, registerReducer } from '../../src/library/index.js';
import { callables } from '../helpers/inert.js';

/** How one hostile snapshot ended. */
export interface Ending {
  /** `value`, or the code of the error. */
  readonly result: string;
  /** What must not happen, and did. */
  readonly faults: readonly string[];
  readonly cpuMs: number;
}

const CPU_MS_MAX = 1000;
const hits: string[] = [];

/** Puts traps on every way to code that the flags of the process leave open. From then on a hit is noted and refused. */
export function setTraps(): void {
  const trap = (owner: object, key: string): void => {
    const refuse = (): never => {
      hits.push(key);
      throw new Error(`trapped: ${key}`);
    };
    // Some are called and some constructed: both must be noticed.
    const value = new Proxy(Object, { apply: refuse, construct: refuse });
    Object.defineProperty(owner, key, { value, configurable: true, writable: true });
  };
  for (const key of [
    'Script',
    'compileFunction',
    'runInThisContext',
    'runInNewContext',
    'createContext',
    'SourceTextModule',
  ])
    trap(vm, key);
  for (const key of Object.keys(cp)) trap(cp, key);
  trap(inspector.Session.prototype, 'post');
  trap(Module as unknown as object, '_load');
  trap(globalThis, 'eval');
  trap(process, 'dlopen');
  trap(process, 'binding');
  registerReducer(class Canary {}, {
    name: 'Canary',
    reduce: () => 0,
    revive: () => {
      hits.push('a reviver');
      return {};
    },
  });
  builtins = snapshotOfBuiltins();
}

let builtins = snapshotOfBuiltins();

/** What the traps noticed since this was last asked. */
export function takeHits(): string[] {
  return hits.splice(0);
}

/** Opens a snapshot as data, and inspects it. */
export function attack(bytes: Uint8Array): Ending {
  const start = performance.now();
  const { result, faults } = openBothWays(bytes);
  let ms = performance.now() - start;
  // A busy machine takes its time: what was slow is measured again by what it costs.
  if (ms > CPU_MS_MAX) {
    const before = process.cpuUsage();
    openBothWays(bytes);
    const { user, system } = process.cpuUsage(before);
    ms = (user + system) / 1000;
  }
  if (ms > CPU_MS_MAX) faults.push(`it took ${Math.round(ms)} ms`);
  if (hits.length > 0) faults.push(...hits.splice(0).map((hit) => `it ran ${hit}`));
  return { result, faults, cpuMs: ms };
}

function openBothWays(bytes: Uint8Array): { result: string; faults: string[] } {
  const faults: string[] = [];
  let result = 'value';
  for (const mode of ['data', 'inspect'] as const) {
    try {
      const value: unknown = loads(bytes, { mode, onLoss: () => {} });
      if (mode === 'data')
        faults.push(
          ...callables(value, 20_000)
            .slice(0, 3)
            .map((path) => `callable ${path}`),
        );
    } catch (error) {
      if (error instanceof BrineError) result = error.code;
      else
        faults.push(
          `${mode} threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
    }
  }
  return { result, faults };
}

/** What the traps notice when a snapshot is opened as trusted: a control that they notice anything. */
export function noticed(bytes: Uint8Array): string[] {
  try {
    open(bytes);
  } catch {}
  return hits.splice(0);
}

/** Opens a snapshot as trusted. */
export function open(bytes: Uint8Array): void {
  loads(bytes, { onLoss: () => {} });
}

/** What changed of the globals and built-ins since the traps were set. */
export function changedBuiltins(): string[] {
  const now = snapshotOfBuiltins();
  return [...new Set([...builtins.keys(), ...now.keys()])].filter(
    (key) => !Object.is(builtins.get(key), now.get(key)),
  );
}

// Every property of the language's own objects, by a digest of what it holds.
function snapshotOfBuiltins(): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
    found.set(name, descriptor?.value ?? descriptor?.get);
    const value: unknown = descriptor?.value;
    for (const object of [value, (value as { prototype?: unknown } | undefined)?.prototype]) {
      if (
        (typeof object !== 'object' && typeof object !== 'function') ||
        object === null ||
        object === globalThis
      )
        continue;
      const prefix = object === value ? name : `${name}.prototype`;
      found.set(`proto ${prefix}`, Object.getPrototypeOf(object));
      for (const key of Reflect.ownKeys(object)) {
        const own = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
        found.set(`${prefix}.${String(key)}`, own.value ?? own.get);
      }
    }
  }
  return found;
}

/** The name of a file for a mutant. */
export function nameOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
