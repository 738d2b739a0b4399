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
import fc from 'fast-check';
import { BrineError } from '../../src/errors.js';
import { loads, registerReducer } from '../../src/library/index.js';
import { fileOf, partsOf } from '../format/parts.js';
import { callables } from '../helpers/inert.js';
import { MUTATIONS, mutant, withOneRoot } from '../helpers/mutants.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';

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

/** Opens a snapshot as data, and inspects it. */
export function attack(bytes: Uint8Array): Ending {
  const faults: string[] = [];
  const start = process.cpuUsage();
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
  const { user, system } = process.cpuUsage(start);
  const cpuMs = (user + system) / 1000;
  if (cpuMs > CPU_MS_MAX) faults.push(`it took ${Math.round(cpuMs)} ms`);
  if (hits.length > 0) faults.push(...hits.splice(0).map((hit) => `it ran ${hit}`));
  return { result, faults, cpuMs };
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

/** What a run of mutants told. */
export interface FuzzReport {
  readonly runs: number;
  readonly endings: Record<string, number>;
  readonly cpuMsMax: number;
  readonly rssBytesMax: number;
  readonly changed: readonly string[];
  /** Mutants that did what they must not, in base64. */
  readonly failures: readonly { readonly faults: readonly string[]; readonly bytes: string }[];
}

/** Opens mutants of samples from a seed. */
export function fuzz(samples: readonly Uint8Array[], seed: number, runs: number): FuzzReport {
  const snapshots = samples.map((bytes) => withOneRoot(partsOf(bytes)));
  const raw = snapshots.map((parts) => sectionsOf(fileOf(parts)));
  const endings: Record<string, number> = {};
  const failures: FuzzReport['failures'][number][] = [];
  let [cpuMsMax, rssBytesMax, done] = [0, 0, 0];
  const random = fc.record({
    sample: fc.nat(snapshots.length - 1),
    isRaw: fc.nat(3),
    mutations: fc.array(fc.nat(MUTATIONS.length - 1), { minLength: 1, maxLength: 4 }),
    numbers: fc.infiniteStream(fc.nat(2 ** 30)),
  });
  const sampled = fc.sample(random, { seed, numRuns: Math.min(runs, 1000) });
  // fast-check's own generator is slow for a million: its draws are spread by a generator of our own, from the same seed.
  let state = seed >>> 0 || 1;
  const own = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  for (; done < runs && failures.length < 20; done++) {
    const draw = sampled[done];
    const next = draw === undefined ? own : (): number => draw.numbers.next().value as number;
    const sample = draw?.sample ?? own() % snapshots.length;
    const mutations =
      draw?.mutations ?? Array.from({ length: 1 + (own() % 4) }, () => own() % MUTATIONS.length);
    const isRaw = (draw?.isRaw ?? own() % 4) === 0;
    const bytes = isRaw ? rawMutant(raw[sample]!, next) : mutant(snapshots[sample]!, mutations, next);
    if (bytes === undefined) continue;
    const { result, faults, cpuMs } = attack(bytes);
    endings[result] = (endings[result] ?? 0) + 1;
    cpuMsMax = Math.max(cpuMsMax, cpuMs);
    if (done % 100 === 0) rssBytesMax = Math.max(rssBytesMax, process.memoryUsage.rss());
    if (faults.length > 0) failures.push({ faults, bytes: Buffer.from(bytes).toString('base64') });
  }
  return { runs: done, endings, cpuMsMax, rssBytesMax, changed: changedBuiltins(), failures };
}

const INTERESTING = [0, 1, 2, 3, 7, 8, 9, 10, 11, 0x7f, 0x80, 0xfe, 0xff];

// Bytes of one section changed, cut out or doubled; the checksums are made right again.
function rawMutant(sections: ReturnType<typeof sectionsOf>, next: () => number): Uint8Array {
  const list = [...sections];
  const place = next() % list.length;
  const section = list[place]!;
  let bytes = Buffer.from(section.bytes);
  for (let edits = 1 + (next() % 4); edits > 0 && bytes.length > 0; edits--) {
    const at = next() % bytes.length;
    const kind = next() % 6;
    if (kind < 4) bytes[at] = kind < 2 ? next() % 256 : INTERESTING[next() % INTERESTING.length]!;
    else if (kind === 4)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + (next() % 8))]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - (next() % 16)))]);
  }
  list[place] = { ...section, bytes };
  // Sections themselves: one less, one more, two exchanged.
  const other = next() % list.length;
  switch (next() % 16) {
    case 0:
      list.splice(other, 1);
      break;
    case 1:
      list.push(list[other]!);
      break;
    case 2:
      [list[place], list[other]] = [list[other]!, list[place]!];
  }
  return reseal(list);
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
