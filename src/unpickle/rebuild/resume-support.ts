// What the text of a generator that goes on is given: the iterators that its loops were in the middle of.
//
// A loop that goes on is entered as if its iterator had just given something, and a `yield*` as if its iterator had just
// been asked; from then on everything is handed through. Knows nothing of texts.

import { restoredIterators } from '../../realm/restored.js';
import { isGivenRange, nextOfRange } from './engine-loops.js';

const { iterator: iteratorSymbol, asyncIterator: asyncIteratorSymbol } = Symbol;
const define = Object.defineProperty;

interface Forward {
  next(value?: unknown): unknown;
  return?(value?: unknown): unknown;
  throw?(error?: unknown): unknown;
}

/** Iterators of one generator object, by their number from the outermost. */
export class ResumeSupport {
  readonly #iteratorOf: (index: number) => unknown;

  constructor(iteratorOf: (index: number) => unknown) {
    this.#iteratorOf = iteratorOf;
  }

  /** What a loop goes over from the middle. */
  over(index: number): object {
    const given = this.#iteratorOf(index);
    const inner = forwardOf(given);
    const { first, forwarded } = begin(inner);
    const outer: Forward = {
      next: () => (first.isPending ? turn(first) : forwarded()),
      return: (value) => {
        const close = inner.return;
        if (close === undefined || close === null) return { value, done: true };
        return Reflect.apply(close, inner, []);
      },
    };
    return iterable(outer, given as object);
  }

  /**
   * What a `for…in` loop goes over from the middle: of the names that are left, those that its object has still, or has again.
   * Given as an array of the object and the iterator over a Set of the names.
   */
  names(index: number): object {
    const given = this.#iteratorOf(index) as readonly [object, IterableIterator<string>];
    const first: First = { isPending: true };
    const next = (): unknown => {
      if (first.isPending) return turn(first);
      const [object, left] = given;
      for (;;) {
        const step = Reflect.apply(nextOfSet, left, []) as { value: string; done: boolean };
        if (step.done || isEnumerable(object, step.value)) return step;
      }
    };
    return iterable({ next, return: (value) => ({ value, done: true }) }, given);
  }

  /** What a `yield*` waits for. */
  delegate(index: number): object {
    const given = this.#iteratorOf(index);
    const inner = forwardOf(given);
    const { first, forwarded } = begin(inner);
    const outer: Forward = {
      next: (value) => (first.isPending ? turn(first) : forwarded(value)),
      return: (value) => {
        const close = inner.return;
        if (close === undefined || close === null) return { value, done: true };
        return Reflect.apply(close, inner, [value]);
      },
      throw: (error) => {
        const fail = inner.throw;
        if (fail !== undefined && fail !== null) return Reflect.apply(fail, inner, [error]);
        const close = inner.return;
        if (close !== undefined && close !== null) Reflect.apply(close, inner, []);
        throw new TypeError("The iterator does not provide a 'throw' method");
      },
    };
    return iterable(outer, given as object);
  }
}

// The engine's own iterators are given as lists.
function forwardOf(given: unknown): Forward {
  return isGivenRange(given) ? { next: () => nextOfRange(given) } : (given as Forward);
}

const nextOfSet = Object.getPrototypeOf(new Set().values()).next as () => unknown;

// The nearest property of a name decides, as it does in a loop.
function isEnumerable(object: object, name: string): boolean {
  for (let at: object | null = object; at !== null; at = Reflect.getPrototypeOf(at)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return descriptor.enumerable === true;
  }
  return false;
}

interface First {
  isPending: boolean;
}

// `next` is looked up once, as loops do, and not before it is needed.
function begin(inner: Forward): { first: First; forwarded: (...args: unknown[]) => unknown } {
  let next: unknown;
  let isKnown = false;
  return {
    first: { isPending: true },
    forwarded: (...args) => {
      if (!isKnown) next = inner.next;
      isKnown = true;
      return Reflect.apply(next as Function, inner, args);
    },
  };
}

function turn(first: First): object {
  first.isPending = false;
  return { value: undefined, done: false };
}

function iterable(outer: Forward, inner: object): object {
  define(outer, iteratorSymbol, { value: () => outer });
  define(outer, asyncIteratorSymbol, { value: () => outer });
  restoredIterators.set(outer, inner);
  return outer;
}
