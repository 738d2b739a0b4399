// Arrays, dense with holes, and sparse ones. `length` is the number of items; other properties are own properties.
//
// Elements are read by index only where V8 says that they are plain data; otherwise one by one through descriptors.
// Arrays of doubles are read in bulk: a shared loop over `a[i]` would turn the user's arrays into boxed ones.

import { type Column, type ListColumn, TAG } from '../../graph/column.js';
import { ATTRIBUTE, DATA_DEFAULT, LAYOUT_FLAG } from '../../graph/graph.js';
import { KINDS } from '../../graph/kinds.js';
import type { TextPool } from '../../graph/text-pool.js';
import { natives } from '../../realm/natives.js';
import type { Walk } from '../context.js';
import { ownShape, writeOwn } from '../own.js';
import type { Key } from '../shape.js';
import { areTemplateStrings } from '../template-strings.js';
import { bareNode, isOurs } from './bare-node.js';
import { areHolesOdd } from './first-key.js';

const ownKeys = Reflect.ownKeys;
const descriptorOf = Object.getOwnPropertyDescriptor;
const hasOwn = Object.hasOwn;
const { set: float64Set, includes } = Float64Array.prototype;
/** Of so many numbers, none is looked at by itself before it has to be. */
const MANY_NUMBERS = 1 << 14;
const apply = Reflect.apply;

/** An array with more than this length and fewer than a quarter of its elements is sparse. */
const SPARSE_LENGTH = 1024;

/** An array with nothing beside its elements, and the way V8 holds the elements of all with its hidden class. */
interface Bare {
  readonly array: unknown[];
  readonly isHoley: boolean;
  readonly areInts: boolean;
  readonly areNumbers: boolean;
}

// One per way V8 holds elements: the hidden class says it.
const BARE: readonly Bare[] = [[1], ['a'], [1.5], holey([1]), holey(['a']), holey([1.5]), []].map(
  (array) => ({
    array,
    isHoley: natives?.hasHoleyElements(array) ?? true,
    areInts: natives?.hasSmiElements(array) ?? false,
    areNumbers: (natives?.hasSmiElements(array) || natives?.hasDoubleElements(array)) ?? false,
  }),
);

function holey(array: unknown[]): unknown[] {
  array.length = 2;
  return array;
}

/** Writes the row of an array with nothing beside its elements, and says whether it was one. */
export function reduceBareArray(walk: Walk, place: number, array: unknown[]): boolean {
  const bare = bareOf(walk, array);
  if (bare === undefined || !isOurs(walk, Array.prototype)) return false;
  writeBare(walk, place, array, bare);
  return true;
}

/** Writes the row of an array. */
export function reduceArray(walk: Walk, place: number, array: unknown[]): void {
  const bare = bareOf(walk, array);
  if (bare !== undefined) return writeBare(walk, place, array, bare);
  if (areTemplateStrings(array)) walk.templateStrings.push(place);
  const { indices, others, flags } = surveyKeys(array);
  if (flags === undefined) return writeOdd(walk, place, array);
  const length = array.length;
  const isFew = isSparseCount(indices.length, length);
  const kind = isFew ? KINDS.sparseArray : KINDS.array;
  const own = ownShape(walk, array, kind, { keys: others, flags });
  const segment = walk.row(own.node, place);
  // All of them are data, so reading one runs nothing.
  const values = indices.map((index) => array[index as unknown as number]);
  if (isFew) {
    const [lengths, positions, items] = segment.state as unknown as [Column, ListColumn, ListColumn];
    walk.cell(lengths, length, place);
    walk.list(positions, indices.map(Number), place);
    walk.list(items, values, place);
  } else writeWithHoles(walk, place, segment.state[0] as ListColumn, indices, values, length);
  writeOwn(walk, segment, own, place);
}

function isSparseCount(count: number, length: number): boolean {
  return length > SPARSE_LENGTH && count * 4 < length;
}

// How V8 holds the array does not matter: the same elements must give the same bytes.
function isSparse(array: unknown[]): boolean {
  const { length } = array;
  if (length <= SPARSE_LENGTH) return false;
  let count = 0;
  for (let i = 0; i < length; i++) if (hasOwn(array, i)) count++;
  return isSparseCount(count, length);
}

// The last match is tried first: arrays of a kind come together.
let lastBare = BARE[0] as Bare;

// Undefined for an array that has something beside its elements or is sparse, and where an element may be an accessor or a
// hole may read as something inherited.
function bareOf(walk: Walk, array: unknown[]): Bare | undefined {
  if (natives === undefined) return undefined;
  const { haveSameMap } = natives;
  if (!haveSameMap(array, lastBare.array)) {
    const found = BARE.find((bare) => haveSameMap(array, bare.array));
    if (found === undefined) return undefined;
    lastBare = found;
  }
  return lastBare.isHoley && mayNotBeBare(walk, array) ? undefined : lastBare;
}

function mayNotBeBare(walk: Walk, array: unknown[]): boolean {
  walk.hasOddHoles ??= areHolesOdd();
  return walk.hasOddHoles || isSparse(array);
}

function writeBare(walk: Walk, place: number, array: unknown[], bare: Bare): void {
  const segment = walk.row(bareNode(walk, KINDS.array, Array.prototype), place);
  const { lengths, items } = segment.state[0] as ListColumn;
  const length = array.length;
  lengths.push(TAG.int, length);
  if (length === 0) return;
  items.reserve(length);
  walk.weigh(length);
  if (bare.areNumbers) return writeNumbers(array as number[], items, bare.isHoley, bare.areInts);
  if (!bare.isHoley) return writePacked(walk, place, array, items);
  for (let i = 0; i < length; i++) {
    if (!hasOwn(array, i)) items.push(TAG.hole, 0);
    else walk.cell(items, array[i], place);
  }
}

// The column is written through local names: what V8 knows of them stays known. There is room for all items.
function writePacked(walk: Walk, place: number, array: readonly unknown[], items: Column): void {
  const { tags, numbers } = items;
  const { length } = array;
  let seen = items.tagsSeen;
  let at = items.length;
  let weight = 0;
  let texts = 0;
  for (let i = 0; i < length; i++) {
    const value = array[i];
    let tag: number;
    if (typeof value === 'number') {
      tag = (value | 0) === value && (value !== 0 || 1 / value > 0) ? TAG.int : TAG.double;
      numbers[at] = value;
    } else if (typeof value === 'string') {
      if (++texts > SOME_TEXTS && items.pool?.isDistinct === true) {
        const end = writeTexts(walk, array, i, items, at);
        at += end - i;
        i = end - 1;
        texts = 0;
        continue;
      }
      tag = TAG.string;
      numbers[at] = items.textIndex(value);
      weight += value.length >> 3;
    } else {
      texts = 0;
      tag = walk.part(items, value, place);
      numbers[at] = walk.number;
    }
    seen |= 1 << tag;
    tags[at++] = tag;
  }
  items.tagsSeen = seen;
  items.length = at;
  walk.weigh(weight);
}

/** After so many texts in a row, those that follow are expected to be texts too. */
const SOME_TEXTS = 32;

// Texts of which none is looked up, in bulk, from `from` up to what is none; returns where that is.
function writeTexts(
  walk: Walk,
  array: readonly unknown[],
  from: number,
  { tags, numbers, pool }: Column,
  at: number,
): number {
  const { length } = array;
  let weight = 0;
  let end = from;
  for (; end < length; end++) {
    const value = array[end];
    if (typeof value !== 'string') break;
    weight += value.length >> 3;
  }
  const first = (pool as TextPool).append(array as readonly string[], from, end);
  for (let i = 0; i < end - from; i++) numbers[at + i] = first + i;
  tags.fill(TAG.string, at, at + end - from);
  walk.weigh(weight);
  return end;
}

// Numbers in bulk. A hole arrives as NaN.
function writeNumbers(array: readonly number[], items: Column, isHoley: boolean, areInts: boolean): void {
  const start = items.length;
  const { numbers, tags } = items;
  apply(float64Set, numbers, [array, start]);
  const end = start + array.length;
  items.length = end;
  if (!isHoley && !areInts && array.length >= MANY_NUMBERS) {
    // What is not needed as a rule is not asked yet.
    if (!apply(includes, numbers.subarray(start, end), [Number.NaN])) noteSane(items, start, end);
    tags.fill(TAG.double, start, end);
    items.tagsSeen |= 1 << TAG.double;
    items.isLoose = true;
    return;
  }
  if (!isHoley) {
    const ints = areInts ? array.length : countInts(numbers, start, end);
    if (areInts || !hasNaN) noteSane(items, start, end);
    if (ints === 0 || ints === array.length) {
      const tag = ints === 0 ? TAG.double : TAG.int;
      tags.fill(tag, start, end);
      items.tagsSeen |= 1 << tag;
      return;
    }
  }
  let seen = 0;
  for (let i = start; i < end; i++) {
    const value = numbers[i] as number;
    const isInt = (value | 0) === value && (value !== 0 || 1 / value > 0);
    let tag: number = isInt ? TAG.int : TAG.double;
    if (isHoley && Number.isNaN(value) && !hasOwn(array, i - start)) tag = TAG.hole;
    tags[i] = tag;
    seen |= 1 << tag;
  }
  items.tagsSeen |= seen;
}

function noteSane(items: Column, start: number, end: number): void {
  if (items.sane !== start) items.saneFrom = start;
  items.sane = end;
}

/** Whether there was a NaN among the numbers that were counted last. */
let hasNaN = false;

function countInts(numbers: Float64Array, start: number, end: number): number {
  let ints = 0;
  const first = firstWhole(numbers, start, end);
  let others = first - start;
  for (let i = first; i < end; i++) {
    const value = numbers[i] as number;
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) ints++;
    // biome-ignore lint/suspicious/noSelfCompare: the fastest question for NaN
    else if (value === value) others++;
  }
  hasNaN = ints + others < end - start;
  return ints;
}

// The place of the first number that has no fraction; NaN has none.
function firstWhole(numbers: Float64Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    const value = numbers[i] as number;
    if (!(Math.floor(value) < value)) return i;
  }
  return end;
}

function writeWithHoles(
  walk: Walk,
  place: number,
  { lengths, items }: ListColumn,
  indices: readonly string[],
  values: readonly unknown[],
  length: number,
): void {
  lengths.push(TAG.int, length);
  items.reserve(length);
  walk.weigh(length);
  let next = 0;
  for (let i = 0; i < length; i++) {
    if (next < indices.length && Number(indices[next]) === i) walk.cell(items, values[next++], place);
    else items.push(TAG.hole, 0);
  }
}

interface Survey {
  readonly indices: string[];
  /** Keys that are neither elements nor `length`. */
  readonly others: Key[];
  /** Flags of the layout, or undefined when elements have attributes of their own. */
  readonly flags: number | undefined;
}

function surveyKeys(array: unknown[]): Survey {
  const indices: string[] = [];
  const others: Key[] = [];
  let attributes = -1;
  let isUniform = true;
  for (const key of ownKeys(array)) {
    if (key === 'length') continue;
    if (typeof key === 'symbol' || !isElement(key)) {
      others.push(key);
      continue;
    }
    indices.push(key);
    const found = elementAttributes(array, key);
    if (attributes === -1) attributes = found;
    else if (attributes !== found) isUniform = false;
  }
  const elementFlags = attributes === -1 ? 0 : ELEMENT_FLAGS.get(attributes);
  if (!isUniform || elementFlags === undefined) return { indices, others, flags: undefined };
  const isFixed = descriptorOf(array, 'length')?.writable === false;
  return { indices, others, flags: elementFlags | (isFixed ? LAYOUT_FLAG.fixedLength : 0) };
}

const ELEMENT_FLAGS = new Map<number, number>([
  [DATA_DEFAULT, 0],
  [ATTRIBUTE.enumerable, LAYOUT_FLAG.frozenItems],
  [ATTRIBUTE.enumerable | ATTRIBUTE.writable, LAYOUT_FLAG.sealedItems],
]);

function elementAttributes(array: unknown[], key: string): number {
  const descriptor = descriptorOf(array, key) as PropertyDescriptor;
  if (!('value' in descriptor)) return -2;
  return (
    (descriptor.writable === true ? ATTRIBUTE.writable : 0) |
    (descriptor.enumerable === true ? ATTRIBUTE.enumerable : 0) |
    (descriptor.configurable === true ? ATTRIBUTE.configurable : 0)
  );
}

function isElement(key: string): boolean {
  const index = Number(key);
  return index >= 0 && index < 2 ** 32 - 1 && String(index) === key && Number.isInteger(index);
}

// Elements with getters or attributes of their own: they become own properties, and only the length is state.
function writeOdd(walk: Walk, place: number, array: unknown[]): void {
  const keys = ownKeys(array).filter((key) => key !== 'length');
  const isFixed = descriptorOf(array, 'length')?.writable === false;
  const own = ownShape(walk, array, KINDS.sparseArray, {
    keys,
    flags: isFixed ? LAYOUT_FLAG.fixedLength : 0,
  });
  const segment = walk.row(own.node, place);
  const [lengths, positions, items] = segment.state as unknown as [Column, ListColumn, ListColumn];
  walk.cell(lengths, array.length, place);
  walk.list(positions, [], place);
  walk.list(items, [], place);
  writeOwn(walk, segment, own, place);
}
