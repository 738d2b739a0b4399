// Whole numbers in little-endian bytes, one byte after the other: the methods that Node has for it are compiled when they are
// first called, all of them, which a first save would wait for.
//
// Knows nothing of what the numbers mean.

/** Writes a number of 16 bits. */
export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
}

/** Writes a number of 32 bits. */
export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Writes a number from 0 to 2^53 − 1 into eight bytes. */
export function putU53(bytes: Uint8Array, at: number, value: number): void {
  putU32(bytes, at, value % 2 ** 32);
  putU32(bytes, at + 4, Math.floor(value / 2 ** 32));
}

/** Reads a number of 16 bits. */
export function u16At(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** Reads a number of 32 bits. */
export function u32At(bytes: Uint8Array, at: number): number {
  return (u16At(bytes, at) | (u16At(bytes, at + 2) << 16)) >>> 0;
}

/** Reads a number of 64 bits; from 2^53 on it is not exact. */
export function u64At(bytes: Uint8Array, at: number): number {
  return u32At(bytes, at + 4) * 2 ** 32 + u32At(bytes, at);
}
