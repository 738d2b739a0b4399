// Typed arrays of every type, buffers, views that share one, resizable and shared memory, small Buffers of Node's pool.
// Nodes lay out small buffers differently.
export const isSameBytesElsewhere = false;
export function make() {
  const types = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array];
  const buffer = new ArrayBuffer(64);
  new Uint8Array(buffer).set([1, 2, 3, 4, 5], 7);
  const resizable = new ArrayBuffer(8, { maxByteLength: 64 });
  const shared = new SharedArrayBuffer(4);
  new Uint8Array(shared)[1] = 9;
  return {
    typed: [...types, Float64Array].map((Type) => new Type([1, 2, 250, -3])),
    bigints: [new BigInt64Array([1n, -1n]), new BigUint64Array([2n ** 64n - 1n])],
    views: [buffer, new Uint8Array(buffer, 3, 9), new Float64Array(buffer, 8, 2), new DataView(buffer, 5, 11)],
    resizable: [resizable, new Uint8Array(resizable, 0, 2)],
    shared,
    own: Object.assign(new Uint8Array([1]), { note: 'x' }),
    alone: Buffer.alloc(5, 7),
    large: Float64Array.from({ length: 10_000 }, (_, i) => i),
  };
}
