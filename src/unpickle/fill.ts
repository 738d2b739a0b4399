// Own properties of built objects: the only place that puts a property on one.
//
// Names come from the file, so properties are defined, never assigned, unless it was checked that assignment can only
// ever mean the same: no setter, no read-only property and no proxy anywhere in the prototype chain.

import type { Cells } from '../graph/column.js';
import { ATTRIBUTE, LAYOUT_FLAG, type Segment } from '../graph/graph.js';
import { isSameDescriptor } from '../realm/descriptors.js';
import { defineNativeStack } from '../realm/stack.js';
import { canAssign } from './assign.js';
import { capturedRecord, isCaptured } from './captured.js';
import type { Builder } from './context.js';
import { keysOf } from './keys.js';
import { reviverOf } from './revivers/index.js';

type Key = string | symbol;

const defineProperty = Object.defineProperty;
const descriptorOf = Object.getOwnPropertyDescriptor;
const ownKeys = Reflect.ownKeys;
const deleteProperty = Reflect.deleteProperty;
const preventExtensions = Object.preventExtensions;

/** Gives rows of a segment their own properties and private fields. */
export function fillProperties(builder: Builder, segment: Segment, from: number, to: number): void {
  const { layout } = segment;
  const keys = keysOf(builder, layout);
  if (reviverOf(layout.kind, builder.isData).isBornEmpty && canAssign(builder, segment, keys))
    assignAll(builder, segment, keys, from, to);
  else for (let row = from; row < to; row++) defineAll(builder, segment, keys, row);
  if (layout.brands.length > 0) for (let row = from; row < to; row++) writePrivates(builder, segment, row);
}

/** Takes extensibility away where the layout says so; last of all. */
export function finishObjects(builder: Builder, segment: Segment): void {
  const { layout, firstId, rows } = segment;
  const reviver = reviverOf(layout.kind, builder.isData);
  if (reviver.isInert === true) return;
  reviver.finish?.(builder, segment);
  if (!layout.kind.hasShape || (layout.flags & LAYOUT_FLAG.extensible) !== 0) return;
  for (let row = 0; row < rows; row++) {
    if (!builder.isBuried(firstId + row)) preventExtensions(builder.values[firstId + row] as object);
  }
}

// One column after the other: the same key on all rows, in the order of the keys.
function assignAll(builder: Builder, segment: Segment, keys: readonly Key[], from: number, to: number): void {
  const { values } = builder;
  const { firstId, properties } = segment;
  for (let k = 0; k < keys.length; k++) {
    const key = keys[k] as string;
    const column = properties[k] as Cells;
    for (let row = from; row < to; row++) {
      (values[firstId + row] as Record<string, unknown>)[key] = builder.value(column, row);
    }
  }
}

function defineAll(builder: Builder, segment: Segment, keys: readonly Key[], row: number): void {
  const object = builder.values[segment.firstId + row] as object;
  const { attributes } = segment.layout;
  const isBornEmpty = reviverOf(segment.layout.kind, builder.isData).isBornEmpty;
  if (!isBornEmpty) clearForeignKeys(builder, segment, object, keys);
  let column = 0;
  for (let k = 0; k < keys.length; k++) {
    const attribute = attributes[k] as number;
    const key = keys[k] as Key;
    const isAccessor = (attribute & ATTRIBUTE.accessor) !== 0;
    const value = builder.value(segment.properties[column] as Cells, row);
    const setter = isAccessor ? builder.value(segment.properties[column + 1] as Cells, row) : undefined;
    column += isAccessor ? 2 : 1;
    const descriptor: PropertyDescriptor = {
      enumerable: (attribute & ATTRIBUTE.enumerable) !== 0,
      configurable: (attribute & ATTRIBUTE.configurable) !== 0,
    };
    if (isAccessor && builder.isData && (isCaptured(value) || isCaptured(setter))) {
      descriptor.value = capturedRecord({ captured: 'accessor', name: nameOf(key), get: value, set: setter });
      descriptor.writable = false;
    } else if (isAccessor) {
      descriptor.get = value as () => unknown;
      descriptor.set = setter as (value: unknown) => void;
    } else {
      descriptor.value = value;
      descriptor.writable = (attribute & ATTRIBUTE.writable) !== 0;
    }
    defineOne(builder, segment, object, key, { attribute, descriptor });
  }
}

function defineOne(
  builder: Builder,
  segment: Segment,
  object: object,
  key: Key,
  { attribute, descriptor }: { readonly attribute: number; readonly descriptor: PropertyDescriptor },
): void {
  const existing = descriptorOf(object, key);
  if (existing !== undefined && isSameDescriptor(existing, descriptor)) return;
  try {
    if (key === 'stack' && attribute >= ATTRIBUTE.native && !builder.isData)
      defineStack(object, attribute, descriptor);
    else defineProperty(object, key, descriptor);
  } catch (cause) {
    // The `prototype` of a class cannot be another object: see the report of the save.
    if (segment.layout.kind.name === 'class' && key === 'prototype') return;
    throw builder.corrupt(`property ${JSON.stringify(nameOf(key))} cannot be defined (${String(cause)})`);
  }
}

function defineStack(object: object, attribute: number, descriptor: PropertyDescriptor): void {
  const half = (attribute & ATTRIBUTE.native) !== 0 ? 'getter' : 'setter';
  if (defineNativeStack(object, descriptor, half)) return;
  // This Node has no getter of its own that the stack could be behind.
  if (!('value' in descriptor) && half === 'getter') descriptor.get = undefined as unknown as () => unknown;
  defineProperty(object, 'stack', descriptor);
}

function nameOf(key: Key): string {
  return typeof key === 'symbol' ? String(key) : key;
}

// What a shell was born with and the saved value did not have, and what has to come later than it was born.
function clearForeignKeys(builder: Builder, segment: Segment, object: object, keys: readonly Key[]): void {
  const { brings } = reviverOf(segment.layout.kind, builder.isData);
  if (brings === 'all' && keys.length === 0) return;
  const wanted = new Set<Key>(keys);
  // Indices come first wherever they are defined.
  const order = keys.filter(isNoIndex);
  let inOrder = 0;
  for (const key of ownKeys(object)) {
    if (!wanted.has(key)) {
      if (brings !== 'all' && brings?.(builder, object, key) !== true) deleteProperty(object, key);
    } else if (key === order[inOrder]) inOrder++;
    else if (isNoIndex(key)) deleteProperty(object, key);
  }
}

function isNoIndex(key: Key): boolean {
  return typeof key !== 'string' || !/^(?:0|[1-9]\d*)$/u.test(key);
}

function writePrivates(builder: Builder, segment: Segment, row: number): void {
  const { layout, firstId, properties } = segment;
  const object = builder.values[firstId + row] as object;
  let column = properties.length - layout.brands.reduce((sum, brand) => sum + brand.names.length, 0);
  // Without its class, an object shows its private fields as properties of their names.
  if (builder.isData) {
    for (const { names } of layout.brands)
      for (const name of names) showPrivate(object, name, builder.value(properties[column++] as Cells, row));
    return;
  }
  for (const { owner, isStatic, names } of layout.brands) {
    const constructor = builder.ensure(owner) as Function;
    for (const name of names) {
      const value = builder.value(properties[column++] as Cells, row);
      builder.rebuilder.writePrivate(constructor, object, isStatic, name, value);
    }
  }
}

function showPrivate(object: object, name: string, value: unknown): void {
  let key = name;
  while (descriptorOf(object, key) !== undefined) key += '′';
  defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
