// `In[n]` and `Out[n]`: the text of each cell, and the last values that were shown, as objects on the global object that are
// no names of the session. Neither is saved by itself: cells are saved as history, and a value that is wanted has a name.
//
// Put there before the evaluator is made, which takes what is there then for Node's own. Knows nothing of terminals.

import type { Cell } from '../../src/evaluator/index.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';

/** Values that `Out` holds on to; older ones are let go. */
export const OUTPUTS_MAX = 20;

/** What cells were, and gave. */
export class Shelf {
  readonly #inputs: Record<string, string> = Object.create(null);
  readonly #outputs: Record<string, unknown> = Object.create(null);
  #known: readonly Cell[] = [];
  #knownCount = 0;

  /** Defines `In` and `Out`. Call it before the evaluator is made. */
  install(): void {
    for (const [name, value] of [
      ['In', this.#inputs],
      ['Out', this.#outputs],
    ] as const)
      Object.defineProperty(globalThis, name, {
        value,
        writable: true,
        enumerable: false,
        configurable: true,
      });
  }

  /** Notes the cells that there are by now, from wherever they came. */
  noteCells(cells: readonly Cell[]): void {
    withPristineBuiltins(() => {
      const isLonger = this.#known === cells && isSame(cells[this.#knownCount - 1], this.#last);
      if (!isLonger) for (const key of Object.keys(this.#inputs)) delete this.#inputs[key];
      for (const { number, source } of isLonger ? cells.slice(this.#knownCount) : cells)
        set(this.#inputs, number, source);
      this.#known = cells;
      this.#knownCount = cells.length;
      this.#last = cells.at(-1);
      if (cells.length === 0) this.#forget(0);
    });
  }

  #last: Cell | undefined;

  /** Keeps the value that a cell showed. */
  keep(number: number, value: unknown): void {
    withPristineBuiltins(() => {
      set(this.#outputs, number, value);
      this.#forget(OUTPUTS_MAX);
    });
  }

  // Numbers are keys in rising order, so the first are the oldest.
  #forget(keptMax: number): void {
    const numbers = Object.keys(this.#outputs).filter((key) => /^[1-9]\d*$/.test(key));
    for (const key of numbers.slice(0, Math.max(0, numbers.length - keptMax))) delete this.#outputs[key];
  }
}

// What a cell printed is put to it afterwards.
function isSame(a: Cell | undefined, b: Cell | undefined): boolean {
  return a?.number === b?.number && a?.startedAtMs === b?.startedAtMs && a?.source === b?.source;
}

// The session may have frozen the object: then it keeps what it has.
function set(target: object, key: number, value: unknown): void {
  Reflect.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
