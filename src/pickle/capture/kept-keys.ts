// The keys that V8 keeps for the computed fields of classes, which only a heap snapshot shows: one for all classes of a batch,
// and one more for a class with a symbol that is not at hand. Knows nothing of texts.

import { HeapView } from './heap-view.js';
import type { V8Session } from './inspector.js';
import { isHeapSmall } from './small-heap.js';

/** Looks keys up in one run. */
export class KeptKeys {
  readonly #session: V8Session;
  #classes: readonly Function[] = [];
  #view: HeapView | null = null;
  #parked: ReadonlySet<symbol> = new Set();

  constructor(session: V8Session) {
    this.#session = session;
  }

  /** Begins a batch with these classes; without any, what was seen of the last one is let go. */
  begin(classes: readonly Function[]): void {
    this.#classes = classes;
    this.#view = null;
  }

  /** The keys of a class in source order, if they are strings or among these symbols; or null. */
  of(live: Function, symbols: readonly symbol[]): readonly (string | symbol)[] | null {
    const known = this.#view?.fieldKeysOf(live) ?? null;
    const isAsked = this.#view !== null && this.#classes.includes(live);
    if (known !== null || (isAsked && symbols.every((symbol) => this.#parked.has(symbol)))) return known;
    if (!isHeapSmall(this.#session)) return null;
    this.#parked = new Set([...symbols, ...this.#classes.flatMap(heldSymbols)]);
    this.#view = HeapView.take([...new Set([live, ...this.#classes])], [...this.#parked]);
    return this.#view?.fieldKeysOf(live) ?? null;
  }
}

/** The symbols that a class and its prototype have properties under. */
export function heldSymbols(live: Function): symbol[] {
  const prototype: unknown = Reflect.getOwnPropertyDescriptor(live, 'prototype')?.value;
  const isObject = typeof prototype === 'object' && prototype !== null;
  const keys = [...Reflect.ownKeys(live), ...(isObject ? Reflect.ownKeys(prototype) : [])];
  return keys.filter((key): key is symbol => typeof key === 'symbol');
}
