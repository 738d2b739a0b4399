// Values to what travels between threads and processes, and back. Primitives go as they are; all else is pickled, the memory
// of large buffers beside the bytes: shared where it is shared memory, handed over or copied once where it is not.
//
// Knows nothing of workers.

import { types } from 'node:util';
import { loadBytes } from '../library/load-bytes.js';
import { Pickler } from '../library/pickler.js';
import type { Wire } from './types.js';

/** A smaller buffer is copied with the bytes. */
export const BUFFER_BYTES_MIN = 16 * 1024;

/** How values are packed. */
export interface Packing {
  /** Which memory stays out of the bytes: that of all large buffers, shared memory only, none. */
  readonly leaves: 'large' | 'shared' | 'none';
  /** Hands buffers over instead of copying them. */
  readonly moves: boolean;
  /** Names for what the other side has. */
  readonly nameOf?: (value: object) => string | undefined;
  readonly globalsThere?: ReadonlySet<string>;
}

/** Values, packed. */
export interface Packed {
  readonly wire: Wire;
  /** What goes over with them: detached here once it is on its way. */
  readonly moved: readonly ArrayBuffer[];
}

/** Packs a list of values. Throws a PicklingError for what cannot be pickled. */
export function pack(values: readonly unknown[], packing: Packing): Packed {
  if (values.every(isPlain)) return { wire: { plain: values }, moved: [] };
  const { bytes, buffers, moved } = pickled(values, packing);
  // Nobody else looks at these bytes.
  return { wire: { bytes, buffers }, moved: [bytes.buffer as ArrayBuffer, ...moved] };
}

/** A value pickled, with the buffers that are not in the bytes. */
export function pickled(
  value: unknown,
  { leaves, moves, nameOf, globalsThere }: Packing,
): {
  readonly bytes: Uint8Array;
  readonly buffers: readonly (ArrayBuffer | SharedArrayBuffer)[];
  readonly moved: readonly ArrayBuffer[];
} {
  const taken: (ArrayBuffer | SharedArrayBuffer)[] = [];
  const takes = (buffer: ArrayBuffer | SharedArrayBuffer): boolean => {
    const isTaken =
      types.isSharedArrayBuffer(buffer) || (leaves === 'large' && canLeave(buffer as ArrayBuffer));
    if (isTaken) taken.push(buffer);
    return isTaken;
  };
  const pickler = new Pickler({
    ...(leaves !== 'none' && { onBuffer: takes }),
    ...(nameOf && { persistentId: nameOf }),
    ...(globalsThere && globalsThere.size > 0 && { globalsThere }),
  });
  const bytes = pickler.dumps(value);
  const moved: ArrayBuffer[] = [];
  const buffers = taken.map((buffer) => {
    if (types.isSharedArrayBuffer(buffer)) return buffer;
    const own = moves ? (buffer as ArrayBuffer) : (buffer as ArrayBuffer).slice(0);
    moved.push(own);
    return own;
  });
  return { bytes, buffers, moved };
}

/** The values that were packed. Modules that they name are imported first. */
export async function unpack(
  wire: Wire,
  valueOf?: (name: string) => unknown,
): Promise<{ readonly values: readonly unknown[] }> {
  if ('plain' in wire) return { values: wire.plain };
  const { value } = await unpickled<unknown[]>(wire, valueOf);
  return { values: value };
}

/** The value of bytes that come from the other side of this program. */
export function unpickled<T>(
  { bytes, buffers = [] }: Bytes,
  valueOf?: (name: string) => unknown,
): Promise<{ readonly value: T }> {
  return loadBytes<T>(bytes, {
    ...(buffers.length > 0 && { buffers }),
    ...(valueOf && { persistentLoad: (id) => valueOf(String(id)) }),
  });
}

interface Bytes {
  readonly bytes: Uint8Array;
  readonly buffers?: readonly (ArrayBuffer | SharedArrayBuffer)[];
}

function isPlain(value: unknown): boolean {
  return (
    (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') || value === null
  );
}

// A resizable buffer would come as one of fixed length.
function canLeave(buffer: ArrayBuffer): boolean {
  return buffer.byteLength >= BUFFER_BYTES_MIN && (buffer as { resizable?: boolean }).resizable !== true;
}
