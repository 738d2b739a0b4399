// Arrays. Elements are state; `length` follows from it.

import { type Cells, type ListCells, TAG, tagAt } from '../../graph/column.js';
import { LAYOUT_FLAG, type Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const defineProperty = Object.defineProperty;
const isElement = (key: string | symbol): boolean =>
  key === 'length' || (typeof key === 'string' && /^\d+$/.test(key));

/** Revives arrays whose elements are listed one by one. */
export const arrayReviver: Reviver = {
  isBornEmpty: false,
  create: (builder, segment) => shell(builder, segment, () => [], true),
  fill(builder, segment, from, to) {
    const list = segment.state[0] as ListCells;
    const canPush = hasNoIndexProperties(builder, segment);
    builder.lists(list, from, to, (row, start, end) => {
      const array = builder.values[segment.firstId + row] as unknown[];
      if (canPush && array.length === 0) pushItems(builder, array, list.items, start, end);
      else defineItems(builder, array, list.items, start, end);
    });
  },
  finish: finishItems,
  brings: (_, __, key) => isElement(key),
};

/** Revives arrays of which only some elements exist. */
export const sparseArrayReviver: Reviver = {
  isBornEmpty: false,
  create: (builder, segment) => shell(builder, segment, () => [], true),
  fill(builder, segment, from, to) {
    const [lengths, indices, items] = segment.state as [Cells, ListCells, ListCells];
    builder.lists(indices, from, to, (row, start, end) => {
      const array = builder.values[segment.firstId + row] as unknown[];
      array.length = builder.number(lengths, row);
      for (let i = start; i < end; i++) {
        const index = builder.number(indices.items, i);
        if (!Number.isInteger(index) || index < 0 || index >= array.length)
          throw builder.corrupt(`element ${index} of a sparse array`);
        define(array, index, builder.value(items.items, i));
      }
    });
  },
  finish: finishItems,
  brings: (_, __, key) => key === 'length' || isElement(key),
};

// Writing past the end is what `push` does, without looking the method up.
function pushItems(builder: Builder, array: unknown[], items: Cells, start: number, end: number): void {
  for (let i = start; i < end; i++) {
    if (tagAt(items, i) === TAG.hole) array.length++;
    else array[array.length] = builder.value(items, i);
  }
}

function defineItems(builder: Builder, array: unknown[], items: Cells, start: number, end: number): void {
  array.length = end - start;
  for (let i = start; i < end; i++) {
    if (tagAt(items, i) !== TAG.hole) define(array, i - start, builder.value(items, i));
  }
}

function define(array: unknown[], index: number, value: unknown): void {
  defineProperty(array, index, { value, writable: true, enumerable: true, configurable: true });
}

// A setter for an index in the prototype chain would be called by an assignment.
function hasNoIndexProperties(builder: Builder, segment: Segment): boolean {
  const { proto } = segment.layout;
  if (proto === null || proto === undefined || builder.ensure(proto) !== Array.prototype) return false;
  const isIndexed = (object: object): boolean =>
    Object.getOwnPropertyNames(object).some((key) => /^\d+$/.test(key));
  return !isIndexed(Array.prototype) && !isIndexed(Object.prototype);
}

function finishItems(builder: Builder, segment: Segment): void {
  const { flags } = segment.layout;
  const attributes =
    (flags & LAYOUT_FLAG.frozenItems) !== 0
      ? { writable: false, configurable: false }
      : (flags & LAYOUT_FLAG.sealedItems) !== 0
        ? { configurable: false }
        : undefined;
  for (let row = 0; row < segment.rows; row++) {
    const array = builder.values[segment.firstId + row] as unknown[];
    if (attributes !== undefined) {
      for (const key of Object.keys(array)) if (/^\d+$/.test(key)) defineProperty(array, key, attributes);
    }
    if ((flags & LAYOUT_FLAG.fixedLength) !== 0) defineProperty(array, 'length', { writable: false });
  }
}
