// Binary data: buffers with their bytes, views on the buffers they shared.

import type { Cells } from '../../graph/column.js';
import { TYPED_ARRAY_NAMES } from '../../graph/kinds.js';
import { RESERVED } from '../../graph/registry.js';
import { keepState } from '../../realm/tombstone.js';
import type { Builder } from '../context.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const ArrayBufferOriginal = ArrayBuffer;
const SharedArrayBufferOriginal = SharedArrayBuffer;
const DataViewOriginal = DataView;
type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length?: number) => object;

const VIEWS: readonly (ViewConstructor | undefined)[] = TYPED_ARRAY_NAMES.map(
  (name) => (globalThis as Record<string, unknown>)[name] as ViewConstructor | undefined,
);

/** Revives ArrayBuffers. */
export const arrayBufferReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const [blobs, maxima, shared] = segment.state as [Cells, Cells, Cells];
    const bytes = builder.value(blobs, row);
    if (!(bytes instanceof Uint8Array)) throw builder.corrupt('a buffer has no bytes');
    takeBlob(builder, bytes);
    const max = builder.value(maxima, row);
    if (max !== undefined && typeof max !== 'number') throw builder.corrupt('a buffer has an odd maximum');
    if (max !== undefined) builder.chargeGrowth(max);
    const isShared = builder.value(shared, row) === true;
    return shell(builder, segment, row, () => filledBuffer(bytes, max, isShared), true);
  },
};

const taken = new WeakMap<Builder, WeakSet<Uint8Array>>();

// Each blob becomes one buffer: a small file cannot ask for the same bytes a million times.
function takeBlob(builder: Builder, bytes: Uint8Array): void {
  let blobs = taken.get(builder);
  if (blobs === undefined) {
    blobs = new WeakSet();
    taken.set(builder, blobs);
  }
  if (blobs.has(bytes)) throw builder.corrupt('two buffers have the same bytes');
  blobs.add(bytes);
}

function filledBuffer(
  bytes: Uint8Array,
  maxByteLength: number | undefined,
  isShared: boolean,
): ArrayBufferLike {
  // What was read into memory of its own is the buffer.
  const own = bytes.buffer;
  const isWhole = bytes.length === own.byteLength && bytes.length > 0;
  if (maxByteLength === undefined && !isShared) return isWhole ? own : new Uint8Array(bytes).buffer;
  const options = maxByteLength === undefined ? undefined : { maxByteLength };
  const Buffer = (isShared ? SharedArrayBufferOriginal : ArrayBufferOriginal) as new (
    length: number,
    options?: object,
  ) => ArrayBufferLike;
  const buffer = new Buffer(bytes.length, options);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** Revives typed arrays and Buffers. */
export const typedArrayReviver: Reviver = {
  // Elements are no properties of the layout, and listing those of a large array as keys is slow.
  isBornEmpty: true,
  create(builder, segment, row) {
    const [types, buffers, offsets, lengths] = segment.state as [Cells, Cells, Cells, Cells];
    const type = builder.number(types, row);
    const View = VIEWS[type];
    const name = TYPED_ARRAY_NAMES[type];
    if (name === undefined) throw builder.corrupt(`typed array type ${type} is unknown`);
    if (View === undefined) {
      builder.bury(
        segment.firstId + row,
        name,
        `this Node has no ${name}`,
        'open the snapshot with a newer Node',
      );
      const value = builder.values[segment.firstId + row] as object;
      const at = place(builder, buffers, offsets, lengths, row);
      const state = [type, at.buffer, at.offset, at.length];
      keepState(value, { name: RESERVED.typed, version: 1, state });
      return value;
    }
    const { buffer, offset, length } = place(builder, buffers, offsets, lengths, row);
    return shell(builder, segment, row, () => new View(buffer, offset, length), true);
  },
};

/** A typed array by the number of its type; throws where this Node has none. */
export function viewOn(type: number, buffer: ArrayBufferLike, offset: number, length?: number): object {
  const View = VIEWS[type];
  if (View === undefined) throw new TypeError(`this Node has no ${TYPED_ARRAY_NAMES[type]}`);
  return new View(buffer, offset, length);
}

/** Revives DataViews. */
export const dataViewReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const [buffers, offsets, lengths] = segment.state as [Cells, Cells, Cells];
    const { buffer, offset, length } = place(builder, buffers, offsets, lengths, row);
    return shell(builder, segment, row, () => new DataViewOriginal(buffer, offset, length), true);
  },
};

function place(builder: Builder, buffers: Cells, offsets: Cells, lengths: Cells, row: number) {
  const buffer = builder.ensured(buffers, row) as ArrayBufferLike;
  const offset = builder.number(offsets, row);
  const length = builder.value(lengths, row) as number | undefined;
  return { buffer, offset, length };
}
