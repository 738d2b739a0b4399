// What a worker does with a task, whatever it is that brings tasks to it: revives the code once for each call, calls it with
// each item, and packs what came of it.
//
// Code is kept by its key, so that it is shipped once; each call begins with what the functions had captured, whatever an earlier
// call made of it.

import { performance } from 'node:perf_hooks';
import { Pickler } from '../library/pickler.js';
import type { Cargo } from './shipment.js';
import type { Answer, CodeWire, Failure, Task } from './types.js';
import { type Packing, pack, unpack, unpickled } from './wire.js';

/** Code that a worker keeps, in bytes; the oldest goes first. */
const CODE_BYTES_MAX = 256 * 2 ** 20;
/** Calls whose code is revived, and bytes of their code; the oldest goes first. */
const CALLS_MAX = 32;
const CALL_BYTES_MAX = 64 * 2 ** 20;

/** How results leave. */
export type ResultPacking = Pick<Packing, 'leaves'>;

interface Revived {
  readonly functions: readonly Function[];
  readonly nameOf: (value: object) => string | undefined;
  readonly valueOf: (name: string) => unknown;
  readonly bytes: number;
}

/** One for each worker. */
export class Performer {
  readonly #packing: ResultPacking;
  readonly #codes = new Map<string, Required<CodeWire>>();
  readonly #calls = new Map<string, Revived>();
  #codeBytes = 0;

  constructor(packing: ResultPacking) {
    this.#packing = packing;
  }

  /** Runs a task. Never rejects: what is thrown is an answer. `moved` goes over with it. */
  async perform(task: Task): Promise<{ readonly answer: Answer; readonly moved: readonly ArrayBuffer[] }> {
    const startMs = performance.now();
    let revived: Revived | undefined;
    let at: number | undefined;
    try {
      revived = await this.#revived(task);
      if (revived === undefined) return { answer: { needsCode: true }, moved: [] };
      const { values: items } = await unpack(task.items, revived.valueOf);
      const results = await callEach(task, revived.functions, items, (index) => {
        at = index;
      });
      at = undefined;
      const packing = { ...this.#packing, moves: task.moves, nameOf: revived.nameOf };
      const { wire, moved } = packEach(results, packing, (index) => {
        at = index;
      });
      return { answer: { results: wire, tookMs: performance.now() - startMs }, moved };
    } catch (error) {
      return { answer: { failed: failureOf(error, at, revived) }, moved: [] };
    }
  }

  async #revived({ call, code }: Task): Promise<Revived | undefined> {
    const name = `${call} ${code.key}`;
    const known = this.#calls.get(name);
    if (known !== undefined) return known;
    const kept = this.#kept(code);
    if (kept === undefined) return undefined;
    const {
      value: { functions, classes },
    } = await unpickled<Cargo>(kept);
    const names = new Map<object, string>(classes.map((one, index) => [one, String(index)]));
    const revived: Revived = {
      functions,
      nameOf: (value) => (typeof value === 'function' ? names.get(value) : undefined),
      valueOf: (name) => classes[Number(name)],
      bytes: kept.bytes.length,
    };
    this.#calls.set(name, revived);
    this.#dropOldCalls();
    return revived;
  }

  #dropOldCalls(): void {
    let bytes = 0;
    for (const call of this.#calls.values()) bytes += call.bytes;
    for (const [name, call] of this.#calls) {
      const isEnough = this.#calls.size <= CALLS_MAX && bytes <= CALL_BYTES_MAX;
      if (isEnough || this.#calls.size === 1) break;
      this.#calls.delete(name);
      bytes -= call.bytes;
    }
  }

  #kept({ key, bytes, buffers = [] }: CodeWire): Required<CodeWire> | undefined {
    const known = this.#codes.get(key);
    if (known !== undefined || bytes === undefined) return known;
    // The sender's memory is shared; what is built must not be.
    const code = { key, bytes: bytes.slice(), buffers };
    this.#codes.set(key, code);
    this.#codeBytes += bytes.length;
    for (const [oldest, { bytes }] of this.#codes) {
      if (this.#codeBytes <= CODE_BYTES_MAX || oldest === key) break;
      this.#codes.delete(oldest);
      this.#codeBytes -= bytes.length;
    }
    return code;
  }
}

async function callEach(
  { mode }: Task,
  functions: readonly Function[],
  items: readonly unknown[],
  begin: (index: number) => void,
): Promise<unknown[]> {
  const [first, ...rest] = functions as readonly ((...args: unknown[]) => unknown)[];
  const results: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    begin(index);
    const item = items[index];
    if (mode === 'reduce') {
      const mapped = rest.length === 0 ? item : await throughAll(rest, item);
      results[0] = index === 0 ? mapped : await first!(results[0], mapped);
      continue;
    }
    const given = mode === 'star' ? first!(...(item as unknown[])) : first!(item);
    const value = isThenable(given) ? await given : given;
    results.push(rest.length === 0 ? value : await throughAll(rest, value));
  }
  return results;
}

async function throughAll(
  stages: readonly ((value: unknown) => unknown)[],
  value: unknown,
): Promise<unknown> {
  let at = value;
  for (const stage of stages) at = await stage(at);
  return at;
}

// A loop over many small tasks does not wait for each.
function isThenable(value: unknown): boolean {
  return (
    value !== null &&
    (typeof value === 'object' || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}

// When they cannot be packed together, the first that cannot be by itself is to blame.
function packEach(
  results: readonly unknown[],
  packing: Packing,
  begin: (index: number) => void,
): ReturnType<typeof pack> {
  try {
    return pack(results, packing);
  } catch (error) {
    for (const [index, result] of results.entries()) {
      begin(index);
      pack([result], { ...packing, moves: false });
    }
    throw error;
  }
}

/** What is told of something that was thrown. */
export function failureOf(error: unknown, at: number | undefined, revived: Revived | undefined): Failure {
  const { message, stack } = (typeof error === 'object' && error !== null ? error : {}) as Partial<Error>;
  return {
    at,
    error: pickledError(error, revived),
    message: typeof message === 'string' ? message : String(error),
    stack: typeof stack === 'string' ? stack : undefined,
  };
}

// What an error holds that cannot be pickled is a tombstone in it.
function pickledError(error: unknown, revived: Revived | undefined): Uint8Array {
  const options = { onLoss: () => {}, ...(revived && { persistentId: revived.nameOf }) };
  try {
    return new Pickler(options).dumps(error);
  } catch (why) {
    return new Pickler({ onLoss: () => {} }).dumps(
      new Error(`the error could not be pickled: ${String(why)}`),
    );
  }
}
