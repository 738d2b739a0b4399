// What a call ships: its functions, once, and the classes that its items and results are of. A class has a name for as long
// as the call lasts, so that instances which come back are of the caller's own class and not of a copy of it.
//
// Knows nothing of workers and of chunks.

import { createHash } from 'node:crypto';
import { hasPrivates, isClass } from '../library/classes.js';
import type { CodeWire, Executor } from './types.js';
import { type Packed, type Packing, pack, pickled, unpickled } from './wire.js';

/** What a worker revives. */
export interface Cargo {
  readonly functions: readonly Function[];
  readonly classes: readonly Function[];
}

/** Code with itself. */
export type Code = Required<CodeWire>;

const identities = new WeakMap<object, number>();
let identityCount = 0;

/** The code of one call. */
export class Shipment {
  readonly #functions: readonly Function[];
  readonly #isShared: boolean;
  readonly #globalsThere: ReadonlySet<string>;
  readonly #classes = new Map<object, string>();
  readonly #list: Function[] = [];
  #code: Code | undefined;
  readonly #twins = new Map<number, Function>();

  constructor(functions: readonly Function[], there: Pick<Executor, 'isShared' | 'globals'>) {
    this.#functions = functions;
    this.#isShared = there.isShared;
    this.#globalsThere = there.globals;
    this.#codeNow();
  }

  /** The code as it has to be for the items that were packed last. */
  get code(): Code {
    return this.#code ?? this.#codeNow();
  }

  /** Packs items, with names for the classes that the code brings. Classes that are new become part of the code. */
  packItems(items: readonly unknown[], moves: boolean): Packed {
    const before = this.#list.length;
    const nameOf = (value: object): string | undefined => this.#noted(value, before);
    const packing = {
      leaves: this.#isShared ? 'large' : 'none',
      moves,
      globalsThere: this.#globalsThere,
    } as const;
    const packed = pack(items, { ...packing, nameOf });
    if (this.#list.length === before) return packed;
    this.#codeNow();
    return pack(items, { ...packing, nameOf: (value) => this.#classes.get(value) });
  }

  /** Makes ready what {@link valueOf} gives. */
  async prepare(): Promise<void> {
    if (this.#list.every((one, index) => this.#twins.has(index) || !hasPrivates(one))) return;
    const { value } = await unpickled<Cargo>(this.code);
    for (const [index, twin] of value.classes.entries())
      if (!this.#twins.has(index)) this.#twins.set(index, twin);
  }

  /** The value that a worker named. */
  valueOf(name: string): unknown {
    const index = Number(name);
    const own = this.#list[index] as Function;
    if (!hasPrivates(own)) return own;
    // Private members of a class that this program wrote cannot be filled in from outside: its twin stands in for it.
    return this.#twins.get(index);
  }

  #codeNow(): Code {
    const nameOf = (value: object): undefined => void this.#noted(value, 0);
    const cargo = (): Cargo => ({ functions: this.#functions, classes: this.#list });
    let before = this.#list.length;
    const packing: Packing = {
      leaves: this.#isShared ? 'shared' : 'none',
      moves: false,
      nameOf,
      globalsThere: this.#globalsThere,
    };
    let made = pickled(cargo(), packing);
    // Classes that were met on the way are to have names as well.
    while (this.#list.length > before) {
      before = this.#list.length;
      made = pickled(cargo(), packing);
    }
    const { bytes, buffers } = made;
    const hash = createHash('sha256').update(bytes);
    for (const buffer of buffers) hash.update(` ${identityOf(buffer)}`);
    this.#code = { key: hash.digest('hex'), bytes: this.#isShared ? shared(bytes) : bytes, buffers };
    return this.#code;
  }

  // Undefined for what is pickled: all that is no class, and classes that the worker does not have yet.
  #noted(value: object, known: number): string | undefined {
    if (typeof value !== 'function') return undefined;
    const name = this.#classes.get(value);
    if (name !== undefined) return Number(name) < known ? name : undefined;
    if (isClass(value)) {
      this.#classes.set(value, String(this.#list.length));
      this.#list.push(value);
    }
    return undefined;
  }
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

// Shared memory is what it is by identity, not by what is in it.
function identityOf(buffer: object): number {
  const known = identities.get(buffer);
  if (known !== undefined) return known;
  identityCount += 1;
  identities.set(buffer, identityCount);
  return identityCount;
}
