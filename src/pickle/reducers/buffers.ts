// Binary data: buffers by their bytes, views by their place on a buffer, so that what shares a buffer still does.
//
// Small Node Buffers lie on a shared pool with bytes of others. A pool that is reached only through such views is saved
// with everything else in it zeroed: positions and sharing stay exact, strangers' bytes stay out.

import { Buffer } from 'node:buffer';
import { types } from 'node:util';
import type { Column } from '../../graph/column.js';
import { TAG } from '../../graph/column.js';
import { LAYOUT_FLAG } from '../../graph/graph.js';
import { KINDS, TYPED_ARRAY_NAMES } from '../../graph/kinds.js';
import { natives } from '../../realm/natives.js';
import type { Pool, Walk } from '../context.js';
import { ownShape, writeOwn, writeRow } from '../own.js';

const apply = Reflect.apply;
const clone = structuredClone;
const getter = (proto: object, key: string | symbol): (() => unknown) =>
  Object.getOwnPropertyDescriptor(proto, key)?.get as () => unknown;

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const typedName = getter(typedArray, Symbol.toStringTag);
const typedBuffer = getter(typedArray, 'buffer');
const typedOffset = getter(typedArray, 'byteOffset');
const typedLength = getter(typedArray, 'length');
const typedByteLength = getter(typedArray, 'byteLength');
const viewBuffer = getter(DataView.prototype, 'buffer');
const viewOffset = getter(DataView.prototype, 'byteOffset');
const viewLength = getter(DataView.prototype, 'byteLength');
const bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
const isResizable = getter(ArrayBuffer.prototype, 'resizable');
const maxLength = getter(ArrayBuffer.prototype, 'maxByteLength');
const sharedGrowable = getter(SharedArrayBuffer.prototype, 'growable');
const sharedMax = getter(SharedArrayBuffer.prototype, 'maxByteLength');

/** Writes the row of an ArrayBuffer that the walk reached as a value of its own. */
export function reduceArrayBuffer(walk: Walk, place: number, buffer: ArrayBuffer): void {
  const isGrowable = isResizable !== undefined && apply(isResizable, buffer, []) === true;
  writeBuffer(walk, place, buffer, isGrowable ? (apply(maxLength, buffer, []) as number) : undefined, false);
}

/** Shared memory cannot be shared with a file: it is saved as a copy, and the report says so. */
export function reduceSharedArrayBuffer(walk: Walk, place: number, buffer: SharedArrayBuffer): void {
  const why = 'another process cannot share this memory; its bytes are saved as a copy';
  walk.change(place, 'SharedArrayBuffer', why, 'share it again after loading');
  const isGrowable = sharedGrowable !== undefined && apply(sharedGrowable, buffer, []) === true;
  writeBuffer(walk, place, buffer, isGrowable ? (apply(sharedMax, buffer, []) as number) : undefined, true);
}

function writeBuffer(
  walk: Walk,
  place: number,
  buffer: ArrayBufferLike,
  maxByteLength: number | undefined,
  isShared: boolean,
): void {
  const segment = writeRow(walk, place, KINDS.arrayBuffer, []);
  const [bytes, max, shared] = segment.state as [Column, Column, Column];
  bytes.push(TAG.blob, walk.blob(walk.watched(bytesOf(walk, place, buffer), place)));
  walk.cell(max, maxByteLength, place);
  walk.cell(shared, isShared, place);
}

// A buffer that was transferred has no bytes any more.
function bytesOf(walk: Walk, place: number, buffer: ArrayBufferLike): Uint8Array {
  try {
    return new Uint8Array(buffer);
  } catch {
    const why = 'it was transferred and is detached; it is saved as an empty one';
    walk.change(place, 'ArrayBuffer', why, 'nothing is lost: its bytes had gone already');
    return new Uint8Array(0);
  }
}

/** Writes the row of a pool, when nothing more can lead to it: all of it, or the ranges in use with zeros between. */
export function writePool(walk: Walk, { buffer, place, ranges, isWhole }: Pool): void {
  const source = new Uint8Array(buffer);
  const bytes = isWhole ? source.slice() : new Uint8Array(source.length);
  if (isWhole) warnOfProperties(walk, place, buffer);
  for (const [start, end, view] of ranges) bytes.set(walk.watched(source.subarray(start, end), view), start);
  const shape = walk.shapes.root(KINDS.arrayBuffer, ArrayBuffer.prototype, LAYOUT_FLAG.extensible);
  const segment = walk.row(shape, place);
  (segment.state[0] as Column).push(TAG.blob, walk.blob(bytes));
  walk.cell(segment.state[1] as Column, undefined, place);
  walk.cell(segment.state[2] as Column, false, place);
}

function warnOfProperties(walk: Walk, place: number, buffer: ArrayBufferLike): void {
  if (Reflect.ownKeys(buffer).length === 0) return;
  const why = "it is the memory that Node's small Buffers share; its bytes are saved, its properties are not";
  walk.change(place, 'ArrayBuffer', why, 'copy the bytes to a buffer of your own');
}

/** Writes the row of a typed array or Buffer. */
export function reduceTypedArray(walk: Walk, place: number, view: NodeJS.TypedArray): void {
  const buffer = apply(typedBuffer, view, []) as ArrayBufferLike;
  const byteOffset = apply(typedOffset, view, []) as number;
  const byteLength = apply(typedByteLength, view, []) as number;
  const type = TYPED_ARRAY_NAMES.indexOf(apply(typedName, view, []) as string);
  const keys = extraKeys(view, apply(typedLength, view, []) as number);
  const own = ownShape(walk, view, KINDS.typedArray, { keys });
  const segment = walk.row(own.node, place);
  const [types, buffers, offsets, lengths] = segment.state as [Column, Column, Column, Column];
  walk.cell(types, type, place);
  if (isPooled(view, buffer, byteLength))
    walk.refer(buffers, poolPlace(walk, place, buffer, byteOffset, byteLength));
  else walk.cell(buffers, buffer, place);
  walk.cell(offsets, byteOffset, place);
  const length = apply(typedLength, view, []) as number;
  const unit = length === 0 ? 1 : byteLength / length;
  const follows = isTracking(walk, place, view, buffer, { byteOffset, byteLength, unit });
  walk.cell(lengths, follows ? undefined : length, place);
  writeOwn(walk, segment, own, place);
}

/** Writes the row of a DataView. */
export function reduceDataView(walk: Walk, place: number, view: DataView): void {
  const buffer = apply(viewBuffer, view, []) as ArrayBufferLike;
  const byteOffset = apply(viewOffset, view, []) as number;
  const byteLength = apply(viewLength, view, []) as number;
  const follows = isTracking(walk, place, view, buffer, { byteOffset, byteLength, unit: 1 });
  writeRow(walk, place, KINDS.dataView, [buffer, byteOffset, follows ? undefined : byteLength]);
}

// The place of the shared memory that a small Buffer lies on; what else lies there stays out.
function poolPlace(
  walk: Walk,
  parent: number,
  buffer: ArrayBufferLike,
  start: number,
  byteLength: number,
): number {
  const known = walk.placeOf(buffer);
  const pool = walk.poolOf(buffer) ?? (known === undefined ? walk.addPool(buffer, parent) : undefined);
  if (pool === undefined) return known as number;
  pool.ranges.push([start, start + byteLength, parent]);
  return pool.place;
}

function isPooled(view: object, buffer: ArrayBufferLike, byteLength: number): boolean {
  if (Object.getPrototypeOf(view) !== Buffer.prototype || !types.isArrayBuffer(buffer)) return false;
  return apply(bufferLength, buffer, []) === Buffer.poolSize && byteLength < Buffer.poolSize;
}

/** Where a view is: offset and length in bytes, and how many bytes an element has. */
interface Extent {
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly unit: number;
}

// True for a view that follows the length of its buffer. That cannot be asked, so a copy of both is made, and the copy's
// buffer is resized.
function isTracking(
  walk: Walk,
  place: number,
  view: object,
  buffer: ArrayBufferLike,
  extent: Extent,
): boolean {
  if (isResizable === undefined || !types.isArrayBuffer(buffer)) return false;
  const end = extent.byteOffset + extent.byteLength;
  if (apply(isResizable, buffer, []) !== true || apply(bufferLength, buffer, []) !== end) return false;
  const found = copyTracks(view, extent, apply(maxLength, buffer, []) as number);
  if (found !== undefined) return found;
  const why = 'a view that reaches to the end of a resizable buffer is saved with the length it has now';
  walk.change(place, 'view on a resizable buffer', why, 'make the view again if it is to follow the buffer');
  return false;
}

// Undefined when even the copy does not show it: there is no room to grow, and nothing left when it shrinks.
function copyTracks(view: object, { byteLength, unit }: Extent, max: number): boolean | undefined {
  const copy = clone(view) as ArrayBufferView;
  const memory = copy.buffer as ArrayBuffer & { resize(length: number): void };
  const isRoomLeft = memory.byteLength + unit <= max;
  if (!isRoomLeft && byteLength <= unit) return undefined;
  const step = isRoomLeft ? unit : -unit;
  memory.resize(memory.byteLength + step);
  try {
    return copy.byteLength === byteLength + step;
  } catch {
    return false; // a DataView that no longer fits its buffer
  }
}

// A typed array lists all its indices as keys first; the extra ones come after them.
function extraKeys(view: object, length: number): (string | symbol)[] {
  if (natives?.haveSameMap(view, bareOf(view)) === true) return [];
  return Reflect.ownKeys(view).slice(length);
}

const BARE = new Map<unknown, object>();

// A typed array of the same type with nothing added.
function bareOf(view: object): object {
  const proto: unknown = Object.getPrototypeOf(view);
  let bare = BARE.get(proto);
  if (bare === undefined) {
    const Type = TYPED_ARRAYS.get(proto);
    bare = proto === Buffer.prototype ? Buffer.alloc(1) : Type === undefined ? {} : new Type(1);
    if (Type !== undefined || proto === Buffer.prototype) BARE.set(proto, bare);
  }
  return bare;
}

const TYPED_ARRAYS = new Map<unknown, new (length: number) => object>(
  TYPED_ARRAY_NAMES.flatMap((name) => {
    const Type = (globalThis as Record<string, unknown>)[name] as
      | (new (
          length: number,
        ) => object)
      | undefined;
    return Type === undefined ? [] : [[Type.prototype as unknown, Type] as const];
  }),
);
