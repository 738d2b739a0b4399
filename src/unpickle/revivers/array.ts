// Arrays. Elements are state; `length` follows from it.

import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../../graph/column.js';
import { LAYOUT_FLAG, type Segment } from '../../graph/graph.js';
import { packedDoubles, packedInts, packedOthers } from '../../graph/packed.js';
import type { Builder } from '../context.js';
import { leaveUnfinished } from '../unfinished.js';
import { isBare } from './bare.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const defineProperty = Object.defineProperty;
const isElement = (key: string | symbol): boolean =>
  key === 'length' || (typeof key === 'string' && /^\d+$/.test(key));

/** Revives arrays whose elements are listed one by one. */
export const arrayReviver: Reviver = {
  isBornEmpty: false,
  makeAll: makeArrays,
  patch: patchArrays,
  create: (builder, segment, row) => shell(builder, segment, row, () => [], true),
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

// Arrays with nothing beside their elements, made with their elements in place, in the order of falling ids.
function makeArrays(builder: Builder, segment: Segment): boolean {
  const { rows, firstId } = segment;
  if (!isBare(builder, segment, Array.prototype) || hasIndexProperties()) return false;
  const { lengths, items } = segment.state[0] as ListCells;
  let end = items.length;
  areMissing = false;
  for (let row = rows - 1; row >= 0; row--) {
    const length = numberAt(lengths, row);
    const start = end - length;
    builder.values[firstId + row] = length === 0 ? [] : madeArray(builder, items, start, end);
    end = start;
  }
  if (areMissing) leaveUnfinished(segment);
  return true;
}

/** Whether a value was asked for that was not there yet. */
let areMissing = false;

const slice = Array.prototype.slice;
const apply = Reflect.apply;
/** From so many on, texts are copied at once. */
const MANY_TEXTS = 16;
/** Up to so many elements are written as an array literal. */
const FEW = 4;

function madeArray(builder: Builder, items: Cells, start: number, end: number): unknown[] {
  const length = end - start;
  const { numbers, isConstant, tags } = items;
  const uniformTag = items.uniformTag >= 0 ? items.uniformTag : commonTag(tags, start, end);
  if (isConstant || uniformTag === TAG.hole || uniformTag < 0) {
    const array: unknown[] = [];
    pushItems(builder, array, items, start, end);
    areMissing = true;
    return array;
  }
  if (uniformTag === TAG.int) return withInts(packedInts(length), numbers, start, length);
  if (uniformTag === TAG.double) return withDoubles(packedDoubles(length), numbers, start, length);
  const { texts, isInOrder } = items;
  if (uniformTag === TAG.string && isInOrder) {
    // All texts of the column: nobody else has the list.
    if (length === texts.length && length > 0) return texts as string[];
    if (length >= MANY_TEXTS) return apply(slice, texts, [start, end]) as string[];
    return withTexts(packedOthers(length), texts, start, length);
  }
  const isRef = uniformTag === TAG.ref;
  if (isRef || uniformTag === TAG.string) {
    const list = isRef ? builder.values : texts;
    if (length <= FEW) return fewOf(list, numbers, start, length);
    return withPicked(packedOthers(length), list, numbers, start, length);
  }
  const array = packedOthers(length);
  for (let i = 0; i < length; i++) array[i] = builder.value(items, start + i);
  return array;
}

// A literal takes a third of the time of a template and a loop.
function fewOf(
  list: readonly unknown[],
  numbers: ArrayLike<number>,
  start: number,
  length: number,
): unknown[] {
  const a = list[numbers[start] as number];
  if (a === undefined) areMissing = true;
  if (length === 1) return [a];
  const b = list[numbers[start + 1] as number];
  if (b === undefined) areMissing = true;
  if (length === 2) return [a, b];
  const c = list[numbers[start + 2] as number];
  if (c === undefined) areMissing = true;
  if (length === 3) return [a, b, c];
  const d = list[numbers[start + 3] as number];
  if (d === undefined) areMissing = true;
  return [a, b, c, d];
}

// Each is a loop of its own, because V8 compiles a loop for the few kinds of arrays that it has seen in it.

// Among doubles a whole number is one of them; made small again, it does not turn the array into one of doubles.
function withInts(array: number[], numbers: ArrayLike<number>, start: number, length: number): number[] {
  for (let i = 0; i < length; i++) array[i] = (numbers[start + i] as number) | 0;
  return array;
}

function withDoubles(array: number[], numbers: ArrayLike<number>, start: number, length: number): number[] {
  for (let i = 0; i < length; i++) array[i] = numbers[start + i] as number;
  return array;
}

function withTexts(array: unknown[], texts: readonly string[], start: number, length: number): unknown[] {
  for (let i = 0; i < length; i++) array[i] = texts[start + i];
  return array;
}

function withPicked(
  array: unknown[],
  values: readonly unknown[],
  numbers: ArrayLike<number>,
  start: number,
  length: number,
): unknown[] {
  for (let i = 0; i < length; i++) {
    const value = values[numbers[start + i] as number];
    if (value === undefined) areMissing = true;
    array[i] = value;
  }
  return array;
}

// Items of several tags may be holes: those are pushed one by one.
function commonTag(tags: Uint8Array, start: number, end: number): number {
  const tag = tags[start] as number;
  for (let i = start + 1; i < end; i++) if (tags[i] !== tag) return -1;
  return tag;
}

// Elements that point to ids up to the array's own were not there when it was made.
function patchArrays(builder: Builder, segment: Segment): void {
  const { values } = builder;
  const { lengths, items } = segment.state[0] as ListCells;
  if (items.uniformTag >= 0 && items.uniformTag !== TAG.ref) return;
  let start = 0;
  for (let row = 0; row < segment.rows; row++) {
    const id = segment.firstId + row;
    const end = start + numberAt(lengths, row);
    for (let i = start; i < end; i++) {
      if (tagAt(items, i) !== TAG.ref) continue;
      const target = numberAt(items, i);
      if (target <= id) (values[id] as unknown[])[i - start] = values[target];
    }
    start = end;
  }
}

/** Revives arrays of which only some elements exist. */
export const sparseArrayReviver: Reviver = {
  isBornEmpty: false,
  create: (builder, segment, row) => shell(builder, segment, row, () => [], true),
  fill(builder, segment, from, to) {
    const [lengths, indices, items] = segment.state as [Cells, ListCells, ListCells];
    builder.checkPaired(indices, items);
    builder.lists(indices, from, to, (row, start, end) => {
      const array = builder.values[segment.firstId + row] as unknown[];
      setLength(array, builder.number(lengths, row));
      for (let i = start; i < end; i++) {
        const index = builder.number(indices.items, i);
        if (!Number.isInteger(index) || index < 0 || index >= array.length)
          throw builder.corrupt(`element ${index} of a sparse array`);
        define(array, index, builder.value(items.items, i));
      }
    });
  },
  finish: finishItems,
  // Elements and the length; of a million of them nobody makes a list.
  brings: 'all',
};

// V8 makes room for every element when an empty array grows to some length; for one that was longest it does not.
const ROOMY_LENGTH = 1 << 16;

function setLength(array: unknown[], length: number): void {
  if (length > ROOMY_LENGTH) array.length = 2 ** 32 - 1;
  array.length = length;
}

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
  return !hasIndexProperties();
}

function hasIndexProperties(): boolean {
  const isIndexed = (object: object): boolean =>
    Object.getOwnPropertyNames(object).some((key) => /^\d+$/.test(key));
  return isIndexed(Array.prototype) || isIndexed(Object.prototype);
}

function finishItems(builder: Builder, segment: Segment): void {
  const { flags } = segment.layout;
  const attributes =
    (flags & LAYOUT_FLAG.frozenItems) !== 0
      ? { writable: false, configurable: false }
      : (flags & LAYOUT_FLAG.sealedItems) !== 0
        ? { configurable: false }
        : undefined;
  if (attributes === undefined && (flags & LAYOUT_FLAG.fixedLength) === 0) return;
  for (let row = 0; row < segment.rows; row++) {
    if (builder.isBuried(segment.firstId + row)) continue;
    const array = builder.values[segment.firstId + row] as unknown[];
    if (attributes !== undefined) {
      for (const key of Object.keys(array)) if (/^\d+$/.test(key)) defineProperty(array, key, attributes);
    }
    if ((flags & LAYOUT_FLAG.fixedLength) !== 0) defineProperty(array, 'length', { writable: false });
  }
}
