// Plain objects, class instances, prototypes, and every object whose state is its properties.
//
// Objects that have the same hidden class as the last ones read are read without asking for descriptors: the hidden class
// says that keys, attributes, prototype and extensibility are the same, and the first key of a `for…in` that there are no
// index properties. In a large walk the hidden class is known from when a value got its place, and not asked for again. Without V8's help every object takes the plain way, which writes the same rows.

import type { Column, ListColumn } from '../../graph/column.js';
import { ATTRIBUTE } from '../../graph/graph.js';
import { KINDS } from '../../graph/kinds.js';
import { mayBeMatchIterator } from '../../realm/match-iterators.js';
import { type Natives, natives } from '../../realm/natives.js';
import type { Exemplar, RunReader, Walk } from '../context.js';
import { describeHandle } from '../handles.js';
import { valuesWalked } from '../memo.js';
import { type OwnShape, ownShape, writeOwn } from '../own.js';
import { isGeneratorPrototype, ownerOfPrototype } from '../prototypes.js';
import { readerFor } from '../readers.js';
import type { SegmentDraft } from '../shape.js';
import { reduceBareArray } from './array.js';
import { reduceBare } from './bare.js';
import { firstKeyOf, isChainOdd } from './first-key.js';
import { reduceReparented } from './reparented.js';

const prototypeOf = Object.getPrototypeOf;
const ownKeys = Reflect.ownKeys;

/** An object with more keys than this is a dictionary when all its properties are plain. */
const DICTIONARY_KEYS = 128;
const EXEMPLARS_MAX = 32;
/** A reader is generated for the exemplar of so many objects, or some times as many, when they come in runs of so many. */
const READER_AFTER = 200;
const READER_RUN = 4;
/** A process that has walked so many values goes on saving: its readers pay for any objects. */
const READERS_AFTER_VALUES = 250_000;
/** A reader reads so many at once at most. */
const RUN_MAX = 4096;
const RUN_MIN = 8;

/**
 * Reads the value at a place, and those after it, like objects before them that have the same hidden class; returns the
 * first place that was not read.
 */
export function readRun(walk: Walk, place: number): number {
  if (natives === undefined || walk.options.override !== undefined) return place;
  const value = walk.places.value(place);
  if (typeof value !== 'object') return place;
  if (place === walk.nextLate) {
    walk.passLate();
    return place;
  }
  const { haveSameMap } = natives;
  const classNumber = classAt(walk, place);
  const known = walk.exemplarOf[classNumber];
  if (known !== undefined) return readLike(walk, place, value as object, known);
  if (isArray(value)) return reduceBareArray(walk, place, value) ? place + 1 : place;
  if (reduceBare(walk, place, value as object)) return place + 1;
  const { exemplars } = walk;
  for (let i = 0; i < exemplars.length; i++) {
    const exemplar = exemplars[i] as Exemplar;
    if (!haveSameMap(value as object, exemplar.object)) continue;
    if (i > 0) {
      exemplars[i] = exemplars[0] as Exemplar;
      exemplars[0] = exemplar;
    }
    if (classNumber > 0) walk.exemplarOf[classNumber] = exemplar;
    return readLike(walk, place, value as object, exemplar);
  }
  return place;
}

// What was known of its hidden class when the value got its place still says which properties it has, as long as nobody
// may have changed it.
function classAt(walk: Walk, place: number): number {
  return walk.areClassesKnown ? walk.places.classNumber(place) : 0;
}

function readLike(walk: Walk, place: number, value: object, exemplar: Exemplar): number {
  if (place !== exemplar.next) exemplar.runs++;
  if (!exemplar.segment.isOpen) walk.open(exemplar.segment, place);
  if (exemplar.reader === undefined) return readOne(walk, place, value, exemplar);
  return readMany(walk, place, exemplar);
}

/** Reads the value at a place if it is an array, a Map, a Set or a Date with nothing beside its content, and says so. */
export function readBare(walk: Walk, place: number): boolean {
  if (natives === undefined || walk.options.override !== undefined || place === walk.nextLate) return false;
  const value = walk.places.value(place);
  if (isArray(value)) return reduceBareArray(walk, place, value);
  return typeof value === 'object' && reduceBare(walk, place, value as object);
}

// Asking a revoked proxy throws.
function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function readMany(walk: Walk, place: number, exemplar: Exemplar): number {
  const { object, segment, firstKey } = exemplar;
  const classNumber = classAt(walk, place);
  const end = Math.min(walk.places.chunkEnd(place), place + exemplar.runMax, walk.nextLate);
  const reader = exemplar.reader as RunReader;
  const after = reader(
    walk,
    walk.places.chunk(place),
    place,
    (natives as Natives).haveSameMap,
    object,
    firstKey,
    segment.properties,
    end,
    walk.places.classChunk(place),
    walk.exemplarOf[classNumber] === exemplar ? classNumber : 0,
  );
  if (after > place) segment.ids.pushRun(walk.idOf(place), after - place);
  exemplar.next = after;
  // Room is made for a whole run, so one that is short is expected to be followed by short ones.
  const run = after - place;
  if (run === exemplar.runMax) exemplar.runMax = Math.min(RUN_MAX, run * 4);
  else if (run * 8 < exemplar.runMax) exemplar.runMax = Math.max(RUN_MIN, exemplar.runMax >> 1);
  return after;
}

function readOne(walk: Walk, place: number, value: object, exemplar: Exemplar): number {
  const { segment, firstKey } = exemplar;
  if (firstKeyOf(value) !== firstKey) return place;
  const { keys, properties } = segment;
  if (walk.mayMeetExports && holdsFunction(value, keys)) return place;
  segment.ids.push(walk.idOf(place));
  for (let k = 0; k < keys.length; k++) {
    walk.cell(properties[k] as Column, (value as Record<string | symbol, unknown>)[keys[k] as string], place);
  }
  exemplar.next = place + 1;
  if (++exemplar.count === exemplar.decides) decide(exemplar, keys);
  return place + 1;
}

// Set up for each of many short runs, a reader is a sixth faster than reading by key, and has to be compiled: the first save
// of a process, which people wait for, takes a third longer with thirty of them.
function decide(exemplar: Exemplar, keys: readonly (string | symbol)[]): void {
  exemplar.decides *= 2;
  const isForRuns = valuesWalked() < READERS_AFTER_VALUES;
  if (
    (isForRuns && exemplar.runs * READER_RUN > exemplar.count) ||
    keys.some((key) => typeof key !== 'string')
  )
    return;
  exemplar.reader = readerFor(keys as readonly string[]);
}

// Asked only of objects that have the hidden class of an exemplar: all their properties are plain.
function holdsFunction(object: object, keys: readonly (string | symbol)[]): boolean {
  return keys.some((key) => typeof (object as Record<string | symbol, unknown>)[key] === 'function');
}

/** Writes the row of an object without a brand. */
export function reduceGeneric(walk: Walk, place: number, value: object): void {
  const proto = prototypeOf(value) as object | null;
  const isOrdinary = proto === null || proto === Object.prototype;
  if (!isOrdinary && walk.referLate(place, value)) return;
  const owner = walk.owners.get(value) ?? ownerOfPrototype(value);
  if (owner !== undefined && !isStampedPrototype(walk, value, owner, proto)) {
    if (!isOrdinary || !walk.referLate(place, value)) reducePrototype(walk, place, value, owner);
    return;
  }
  if (isGeneratorPrototype(proto)) walk.ownerless.add(value);
  const verdict = isOrdinary ? undefined : walk.verdict(proto);
  if (verdict !== undefined) {
    if (mayBeMatchIterator(value)) return void walk.waiting.push(place);
    const { what, reason, hint } = describeHandle(walk, value, verdict);
    return walk.bury(place, what, reason, hint);
  }
  const keys = ownKeys(value);
  if (reduceReparented(walk, place, value, keys)) return;
  if (keys.length > DICTIONARY_KEYS && reduceDictionary(walk, place, value, keys)) return;
  const own = ownShape(walk, value, KINDS.object, { keys });
  const mayBeExports = proto === null || own.cells.some((cell) => typeof cell === 'function');
  if (mayBeExports && walk.referLate(place, value)) return;
  const segment = walk.row(own.node, place);
  writeOwn(walk, segment, own, place);
  remember(walk, place, segment, own);
}

// A prototype comes with its function and cannot be stamped; an object that a function was given as its prototype can.
function isStampedPrototype(walk: Walk, value: object, owner: Function, proto: object | null): boolean {
  if (Object.getOwnPropertyDescriptor(owner, 'prototype')?.writable !== true) return false;
  return proto !== null && walk.mayStamp(proto) && walk.capture.privatesOf(value).length > 0;
}

function reducePrototype(walk: Walk, place: number, value: object, owner: Function): void {
  const own = ownShape(walk, value, KINDS.prototype);
  const segment = walk.row(own.node, place);
  walk.cell(segment.state[0] as Column, owner, place);
  walk.tie(walk.discover(owner, place));
  writeOwn(walk, segment, own, place);
}

function reduceDictionary(
  walk: Walk,
  place: number,
  value: object,
  keys: readonly (string | symbol)[],
): boolean {
  const values: unknown[] = [];
  for (const key of keys) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    const isPlain =
      'value' in descriptor && descriptor.writable && descriptor.enumerable && descriptor.configurable;
    if (!isPlain) return false;
    values.push(descriptor.value);
  }
  const own = ownShape(walk, value, KINDS.dictionary, { keys: [] });
  const segment = walk.row(own.node, place);
  const [keyList, valueList] = segment.state as [ListColumn, ListColumn];
  walk.list(keyList, keys, place);
  walk.list(valueList, values, place);
  writeOwn(walk, segment, own, place);
  return true;
}

// Only what its hidden class describes completely may stand for others.
function remember(walk: Walk, place: number, segment: SegmentDraft, own: OwnShape): void {
  const object = walk.places.value(place) as object;
  if (natives === undefined || own.cells.length === 0 || segment.brands.length > 0) return;
  if (!natives.hasFastProperties(object) || natives.hasDictionaryElements(object)) return;
  if (isChainOdd(segment.proto ?? null)) return;
  const firstKey = segment.keys[0];
  if (typeof firstKey !== 'string' || firstKeyOf(object) !== firstKey) return;
  for (let i = 0; i < segment.keys.length; i++) {
    const attributes = segment.attributes[i] as number;
    if ((attributes & (ATTRIBUTE.accessor | ATTRIBUTE.native)) !== 0) return;
    if (i === 0 && (attributes & ATTRIBUTE.enumerable) === 0) return;
    if (isIndex(segment.keys[i] as string | symbol) || segment.keys[i] === 'constructor') return;
  }
  const exemplar: Exemplar = {
    object,
    segment,
    firstKey,
    count: 0,
    next: 0,
    runs: 0,
    decides: READER_AFTER,
    reader: undefined,
    runMax: RUN_MIN,
  };
  walk.exemplars.unshift(exemplar);
  const classNumber = classAt(walk, place);
  if (classNumber > 0) walk.exemplarOf[classNumber] = exemplar;
  if (walk.exemplars.length > EXEMPLARS_MAX) walk.exemplars.pop();
}

function isIndex(key: string | symbol): boolean {
  return typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key);
}
